#ifndef POUNDLOCK_APPLY_UNIT_H
#define POUNDLOCK_APPLY_UNIT_H

#include "apply/apply.h"
#include "diff/live.h"
#include "inventory.h"
#include "judge/policy.h"

/* What the parts of apply share; nobody outside of it includes it. */

enum item_plan {
	PLAN_NONE,     /* compared: it is as it should be */
	PLAN_SKIP,     /* left alone, on purpose */
	PLAN_APPLY,    /* send it; nobody has compared it yet */
	PLAN_CREATE,   /* compared: it is not there */
	PLAN_UPDATE,   /* compared: it differs */
	PLAN_RECREATE, /* compared: it differs where it can't be changed */
};

/* An object of the stream on its way into the cluster. */
struct item {
	struct unit *unit;
	struct record *record;
	char *namespace, *name; /* of the object, "" if it has none */
	jv object; /* as it is sent; invalid while the item rests */
	jv live;   /* metadata of the live object; invalid if there is none */
	struct buf live_text; /* instead of live, while the item rests */
	jv lock;   /* {uid, resourceVersion} that it must have, or invalid */
	jv remove; /* pointers to defaults that stand in its way, or invalid */
	jv took;   /* managers that lost fields, invalid while none did */
	const struct kind *kind;
	enum item_plan plan;
	enum policy_phase phase;
	bool merge;    /* leave other people's fields be */
	bool finished; /* the record has its result */
	bool same;     /* only who owns the fields is to change */
	bool suspect;  /* not what the plan found: see before writing */
	bool moved;    /* it was written to since it was compared */
	bool handed;   /* over, from another stage's inventory */
	bool again;    /* its kind was not served yet */
	bool judged;   /* a refusal was looked into already */
	bool open;     /* it was started, and has no result yet */
	int tries;     /* writes that found the object changed meanwhile */
};

/* A stage, or what belongs to none. */
struct unit {
	const struct apply_options *options;
	const char *stage; /* its name, "" for none */
	const jv *spec;	   /* the stage record; NULL if there is none */
	struct item *items;
	size_t n, cap;
	struct kind *crds; /* kinds that its own CRDs bring, in each version */
	size_t n_crds, cap_crds;
	struct inventory inventory; /* where its objects live, and lived */
	jv parent;		    /* as it is in the cluster, or invalid */
	bool flux;		    /* Flux itself takes care of the stage */
	bool settling;		    /* nothing may be written yet */
	struct buf part_of,
	    namespace;		 /* for its objects; set by unit_prepare */
	enum policy_phase phase; /* that is being written */
	size_t next, n_open;	 /* the item to be started next; started */
	bool feeding;
	long long timeout_ms;
	enum status status; /* the worst so far */
};

/* --- unit.c: from records to units and items ----------------------------- */

struct units {
	struct unit *units;
	size_t n, cap;
};

/* Strings and values are borrowed from the records, which must not move. */
void units_init(struct units *u, const struct apply_options *options,
    struct record *records, long n);
void units_release(struct units *u);

/* A member of metadata, "" if it is no string. */
const char *metadata_str(const jv *object, const char *key);

/* The namespace for objects that name none, appended. */
void unit_namespace(const struct unit *u, struct buf *out);

/* A flag of the stage's spec. */
bool unit_spec_flag(const struct unit *u, const char *key);

/* The stage has the Namespace of that name among its objects. */
bool item_is_namespace(const struct item *item);
bool unit_brings_namespace(const struct unit *u, const char *name);

/* Say what is wrong with the stage as a whole, and remember the status. */
void unit_problem(struct unit *u, enum status status, const char *message);

/*
 * Of very many items only those that something is done with hold their objects:
 * the others rest, if their records do.  Waking one that is awake does nothing.
 */
void item_wake(struct item *item);
void item_rest(struct item *item);

/* A live object was found. */
bool item_is_there(const struct item *item);

/* An item that was started waits for nothing any more: another's turn. */
void item_close(struct item *item);

/* The record is as it is to be; nothing more happens to the item. */
void item_pass(struct item *item);

/* The record gets its result; the second form an error. */
void item_finish(struct item *item, const char *action, const jv *answer);
void item_fail(struct item *item, enum status status, const char *reason,
    const char *message, long http);

/* The same with what the server answered. */
void item_fail_response(struct item *item, const struct api_response *r);

/* Every item that has no result yet gets "skipped". */
void unit_skip_rest(struct unit *u);

/* --- stage.c: one stage after the other ---------------------------------- */

/* Start what of the phase has its turn now. */
void unit_feed(struct unit *u);

/* --- crd.c: kinds that the stage itself brings --------------------------- */

/* Note those of all CRDs among the unit's objects. */
void crds_note(struct unit *u);
const struct kind *crds_find(
    const struct unit *u, const char *api_version, const char *kind);
void crds_release(struct unit *u);

/* Wait until the server serves what the CRDs written just now define. */
void crds_wait(struct unit *u);

/* --- plan.c: what to do with each, before the first write ---------------- */

/* Make what is sent, and take what the record's diff says. */
void unit_prepare(struct unit *u);

/* Hold it against what the cluster has; unit_look was called before. */
void unit_check(struct unit *u);

/* The item was compared with a live object that it has to be held against. */
bool item_is_compared(const struct item *item);

/* Anything is to be written. */
bool unit_has_work(const struct unit *u);

/*
 * The live object may be deleted for the item's sake; else the item fails.
 * fields, which may be "", says which ones can't be changed.
 */
bool item_may_recreate(struct item *item, const char *fields);

/* The live object is on its way out. */
bool item_is_terminating(const struct item *item);

/* --- look.c: what the cluster has --------------------------------------- */

/* Read the metadata of live objects, the parent, and whether Flux is about. */
void unit_look(struct unit *u);

/* The parent and Flux only. */
void unit_look_at_parent(struct unit *u);

/* It is a problem when Flux works on the stage. */
void unit_check_flux(struct unit *u);

/* --- parent.c: the inventory in the cluster ------------------------------ */

/* Ask for the parent; its answer is in u->parent after api_run. */
void parent_read(struct unit *u);

/* Write it where it says other than u->inventory. */
enum status parent_write(struct unit *u, struct buf *err);

/* Delete it. */
enum status parent_delete(struct unit *u, struct buf *err);

#endif
