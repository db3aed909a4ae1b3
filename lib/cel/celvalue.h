#ifndef POUNDLOCK_CELVALUE_H
#define POUNDLOCK_CELVALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "buf.h"
#include "cel/celarena.h"

/*
 * Values of the language.  They are small and passed by value; what they point
 * to lives in the arena of the run that made them, and never changes.  An error
 * is a value too, since && and || may absorb it.
 */

enum cel_type {
	CEL_ERROR,
	CEL_NULL,
	CEL_BOOL,
	CEL_INT,
	CEL_UINT,
	CEL_DOUBLE,
	CEL_STRING,
	CEL_BYTES,
	CEL_LIST,
	CEL_MAP,
	CEL_TIMESTAMP,
	CEL_DURATION,
	CEL_TYPE,
	CEL_OPTIONAL,
};

struct cel_map;

struct cel_value {
	enum cel_type type;
	unsigned at; /* an error: where, as 1 + the offset in the text */
	union {
		bool b;
		int64_t i; /* an int; a duration in nanoseconds */
		uint64_t u;
		double d;
		/* A string or bytes; a type's name; an error's message. */
		struct {
			const char *s;
			size_t n;
		} str;
		struct {
			const struct cel_value *v;
			size_t n;
		} list;
		const struct cel_map *map;
		struct {
			int64_t sec; /* since the epoch */
			int32_t nsec;
			int32_t east; /* seconds: the zone it was read with */
		} time;
		const struct cel_value *some; /* NULL: an optional of nothing */
	} u;
};

/* Keys in the order of making; found by a hash where there are many. */
struct cel_map {
	struct cel_value *keys, *values;
	size_t n, cap;
	uint32_t *slots; /* 1 + index; NULL while there are few */
	size_t nslots;
};

/* One evaluation: its memory and what is left of its cost. */
struct cel_run {
	struct cel_arena arena;
	size_t cost;
	bool spent; /* the cost is used up: nothing may go on */
	const struct cel_scope *scope;
	const struct cel_known *known; /* variables made so far */
	struct cel_value *locals;      /* of comprehensions, outermost first */
};

/* Pay n; false when there is not so much left. */
bool cel_pay(struct cel_run *r, size_t n);

struct cel_value cel_error(struct cel_run *r, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
/* The error of cost that is used up. */
struct cel_value cel_spent(void);
/* The error that name has no form for values of such types. */
struct cel_value cel_no_overload(struct cel_run *r, const char *name);

struct cel_value cel_null(void);
struct cel_value cel_bool(bool b);
struct cel_value cel_int(int64_t i);
struct cel_value cel_uint(uint64_t u);
struct cel_value cel_double(double d);
struct cel_value cel_duration(int64_t nanoseconds);
struct cel_value cel_time(int64_t sec, int32_t nsec, int32_t east);
struct cel_value cel_type_value(const char *name);
struct cel_value cel_optional(struct cel_run *r, const struct cel_value *some);

/* Text that outlives the run, and text that is copied into it. */
struct cel_value cel_text(enum cel_type type, const char *s, size_t n);
struct cel_value cel_copy(
    struct cel_run *r, enum cel_type type, const char *s, size_t n);
/* The bytes of a buf, which is released. */
struct cel_value cel_take(struct cel_run *r, struct buf *b);

struct cel_value cel_list(const struct cel_value *v, size_t n);

struct cel_map *cel_map_new(struct cel_run *r);
/* Set a key: the last of several equal ones counts. */
void cel_map_set(struct cel_run *r, struct cel_map *m, struct cel_value key,
    struct cel_value value);
void cel_map_remove(struct cel_map *m, const struct cel_value *key);
struct cel_value cel_map_value(const struct cel_map *m);
/* Numbers find an equal key of another type, as 1.0 finds 1. */
const struct cel_value *cel_map_find(
    const struct cel_map *m, const struct cel_value *key);

/* A JSON value, which has to outlive the run: its strings are not copied. */
struct cel_value cel_from_json(struct cel_run *r, const jv *v);

const char *cel_type_name(enum cel_type type);
bool cel_is_error(const struct cel_value *v);

/* Whether v is false, zero, empty or null; an optional never is. */
bool cel_is_zero(const struct cel_value *v);

#endif
