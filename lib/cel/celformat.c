#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cel/celfunc.h"
#include "cel/celnumber.h"
#include "cel/celtime.h"
#include "mem.h"

/*
 * format(), by github.com/google/cel-spec doc/extensions/strings.md.  What goes
 * wrong is left in an error value.
 */

/* Most digits behind the point that may be asked for. */
enum { PRECISION = 1000 };

struct writer {
	struct cel_run *r;
	struct buf out;
	struct cel_value bad; /* an error, or null */
};

static bool
fail(struct writer *w, const char *what, const struct cel_value *v)
{
	w->bad = cel_error(w->r, "format: a %s can't be written as %s",
	    cel_type_name(v->type), what);
	return false;
}

static bool write_value(struct writer *w, const struct cel_value *v);

static void
write_double(struct buf *out, double d)
{
	if (isnan(d))
		buf_adds(out, "NaN");
	else if (isinf(d))
		buf_adds(out, d < 0 ? "-Infinity" : "Infinity");
	else
		cel_number_plain(out, d);
}

static bool
write_list(struct writer *w, const struct cel_value *v)
{
	buf_addc(&w->out, '[');
	for (size_t i = 0; i < v->u.list.n; i++) {
		if (i)
			buf_adds(&w->out, ", ");
		if (!write_value(w, &v->u.list.v[i]))
			return false;
	}
	buf_addc(&w->out, ']');
	return true;
}

struct entry {
	struct buf key, text; /* text: "key: value" */
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return strcmp(buf_str(&x->key), buf_str(&y->key));
}

/* The text of v alone. */
static bool
text_of(struct writer *w, const struct cel_value *v, struct buf *out)
{
	struct writer inner = { .r = w->r, .out = *out };
	bool ok = write_value(&inner, v);
	*out = inner.out;
	if (!ok)
		w->bad = inner.bad;
	return ok;
}

static bool
write_map(struct writer *w, const struct cel_map *m)
{
	struct entry *entries = mem_zero(m->n + 1, sizeof *entries);
	bool ok = true;
	for (size_t i = 0; i < m->n && ok; i++) {
		struct entry *e = &entries[i];
		ok = text_of(w, &m->keys[i], &e->key);
		buf_add(&e->text, buf_str(&e->key), e->key.len);
		buf_adds(&e->text, ": ");
		ok = ok && text_of(w, &m->values[i], &e->text);
	}
	if (ok)
		qsort(entries, m->n, sizeof *entries, by_key);
	buf_addc(&w->out, '{');
	for (size_t i = 0; i < m->n; i++) {
		if (i)
			buf_adds(&w->out, ", ");
		buf_add(
		    &w->out, buf_str(&entries[i].text), entries[i].text.len);
		buf_release(&entries[i].key);
		buf_release(&entries[i].text);
	}
	buf_addc(&w->out, '}');
	free(entries);
	return ok;
}

/* %s */
static bool
write_value(struct writer *w, const struct cel_value *v)
{
	bool text = v->type == CEL_STRING || v->type == CEL_BYTES ||
		    v->type == CEL_TYPE;
	if (!cel_pay(w->r, text ? v->u.str.n / 8 + 1 : 50)) {
		w->bad = cel_spent();
		return false;
	}
	switch (v->type) {
	case CEL_NULL:
		buf_adds(&w->out, "null");
		return true;
	case CEL_BOOL:
		buf_adds(&w->out, v->u.b ? "true" : "false");
		return true;
	case CEL_INT:
		buf_addf(&w->out, "%lld", (long long)v->u.i);
		return true;
	case CEL_UINT:
		buf_addf(&w->out, "%llu", (unsigned long long)v->u.u);
		return true;
	case CEL_DOUBLE:
		write_double(&w->out, v->u.d);
		return true;
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_TYPE:
		buf_add(&w->out, v->u.str.s, v->u.str.n);
		return true;
	case CEL_TIMESTAMP:
		cel_time_write(&w->out, v, true);
		return true;
	case CEL_DURATION:
		cel_duration_write(&w->out, v->u.i);
		return true;
	case CEL_LIST:
		return write_list(w, v);
	case CEL_MAP:
		return write_map(w, v->u.map);
	default:
		return fail(w, "a string", v);
	}
}

/* The magnitude of an int or uint; false for what is neither. */
static bool
magnitude(const struct cel_value *v, bool *minus, uint64_t *out)
{
	*minus = v->type == CEL_INT && v->u.i < 0;
	if (v->type == CEL_UINT)
		*out = v->u.u;
	else if (v->type == CEL_INT)
		*out =
		    *minus ? (uint64_t)0 - (uint64_t)v->u.i : (uint64_t)v->u.i;
	else
		return false;
	return true;
}

static void
write_base(
    struct buf *out, bool minus, uint64_t u, unsigned bits, const char *digits)
{
	char text[65];
	size_t at = sizeof text;
	do {
		text[--at] = digits[u & ((1u << bits) - 1)];
		u >>= bits;
	} while (u);
	if (minus)
		buf_addc(out, '-');
	buf_add(out, text + at, sizeof text - at);
}

/* %b, %o, %x and %X */
static bool
write_bits(struct writer *w, char clause, const struct cel_value *v)
{
	const char *digits =
	    clause == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned bits = clause == 'b' ? 1 : clause == 'o' ? 3 : 4;
	bool minus;
	uint64_t u;
	if (magnitude(v, &minus, &u)) {
		write_base(&w->out, minus, u, bits, digits);
		return true;
	}
	if (bits == 1 && v->type == CEL_BOOL) {
		buf_addc(&w->out, v->u.b ? '1' : '0');
		return true;
	}
	if (bits != 4 || (v->type != CEL_STRING && v->type != CEL_BYTES))
		return fail(w,
		    bits == 4	? "hexadecimal"
		    : bits == 3 ? "octal"
				: "binary",
		    v);
	for (size_t i = 0; i < v->u.str.n; i++) {
		unsigned char c = (unsigned char)v->u.str.s[i];
		buf_addc(&w->out, digits[c >> 4]);
		buf_addc(&w->out, digits[c & 15]);
	}
	return true;
}

/* %d, %f and %e */
static bool
write_number(
    struct writer *w, char clause, int precision, const struct cel_value *v)
{
	if (v->type != CEL_INT && v->type != CEL_UINT && v->type != CEL_DOUBLE)
		return fail(w, "a number", v);
	if (clause == 'd')
		return write_value(w, v);
	double d = v->type == CEL_INT	 ? (double)v->u.i
		   : v->type == CEL_UINT ? (double)v->u.u
					 : v->u.d;
	if (!isfinite(d))
		write_double(&w->out, d);
	else if (clause == 'f')
		buf_addf(&w->out, "%.*f", precision, d);
	else
		buf_addf(&w->out, "%.*e", precision, d);
	return true;
}

/* A precision such as .3 at *at; false if it is none. */
static bool
read_precision(const struct cel_value *f, size_t *at, int *out)
{
	*out = 6;
	if (*at >= f->u.str.n || f->u.str.s[*at] != '.')
		return true;
	size_t start = ++*at;
	for (*out = 0; *at < f->u.str.n; ++*at) {
		char c = f->u.str.s[*at];
		if (c < '0' || c > '9')
			break;
		*out = *out * 10 + (c - '0');
		if (*out > PRECISION)
			return false;
	}
	return *at > start && *at < f->u.str.n;
}

static bool
write_clause(struct writer *w, const struct cel_value *f, size_t *at,
    const struct cel_value *v)
{
	int precision;
	if (!read_precision(f, at, &precision) || *at >= f->u.str.n) {
		w->bad = cel_error(w->r, "format: a clause that is not whole");
		return false;
	}
	char clause = f->u.str.s[(*at)++];
	switch (clause) {
	case 's':
		return write_value(w, v);
	case 'd':
	case 'f':
	case 'e':
		return write_number(w, clause, precision, v);
	case 'b':
	case 'o':
	case 'x':
	case 'X':
		return write_bits(w, clause, v);
	default:
		w->bad = cel_error(w->r, "format: there is no clause %%%c",
		    (unsigned char)clause < 0x80 ? clause : '?');
		return false;
	}
}

static bool
write_all(
    struct writer *w, const struct cel_value *f, const struct cel_value *args)
{
	size_t arg = 0;
	for (size_t at = 0; at < f->u.str.n;) {
		char c = f->u.str.s[at++];
		if (c != '%') {
			buf_addc(&w->out, c);
			continue;
		}
		if (at < f->u.str.n && f->u.str.s[at] == '%') {
			buf_addc(&w->out, '%');
			at++;
			continue;
		}
		if (arg >= args->u.list.n) {
			w->bad = cel_error(w->r,
			    "format: argument %zu is "
			    "missing",
			    arg + 1);
			return false;
		}
		if (!write_clause(w, f, &at, &args->u.list.v[arg++]))
			return false;
	}
	return true;
}

struct cel_value
cel_format(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a[0].type != CEL_STRING || a[1].type != CEL_LIST)
		return cel_no_overload(r, "format");
	struct writer w = { .r = r, .bad = cel_null() };
	if (cel_pay(r, a[0].u.str.n / 8 + 1) && write_all(&w, &a[0], &a[1]))
		return cel_take(r, &w.out);
	buf_release(&w.out);
	return r->spent ? cel_spent() : w.bad;
}
