#include "cel/celvalue.h"

#include <math.h>
#include <string.h>

#include "json.h"

/* Room for an error's message; a longer one is cut. */
enum { MESSAGE = 512 };

bool
cel_pay(struct cel_run *r, size_t n)
{
	if (r->spent || n > r->cost) {
		r->spent = true;
		return false;
	}
	r->cost -= n;
	return true;
}

struct cel_value
cel_error(struct cel_run *r, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	va_start(ap, fmt);
	buf_addvf(&b, fmt, ap);
	va_end(ap);
	if (b.len > MESSAGE) {
		size_t cut = MESSAGE;
		while (cut && ((unsigned char)b.s[cut] & 0xc0) == 0x80)
			cut--;
		buf_truncate(&b, cut);
		buf_adds(&b, "...");
	}
	/* Not refused for the cost: errors end most of what makes them. */
	cel_pay(r, b.len / 8 + 1);
	struct cel_value v = { .type = CEL_ERROR };
	v.u.str.s = cel_arena_text(&r->arena, buf_str(&b), b.len);
	v.u.str.n = b.len;
	buf_release(&b);
	return v;
}

struct cel_value
cel_spent(void)
{
	static const char text[] = "the expression costs too much to evaluate";
	return cel_text(CEL_ERROR, text, sizeof text - 1);
}

struct cel_value
cel_no_overload(struct cel_run *r, const char *name)
{
	return cel_error(r, "no such overload: %s", name);
}

struct cel_value
cel_null(void)
{
	return (struct cel_value){ .type = CEL_NULL };
}

struct cel_value
cel_bool(bool b)
{
	return (struct cel_value){ .type = CEL_BOOL, .u.b = b };
}

struct cel_value
cel_int(int64_t i)
{
	return (struct cel_value){ .type = CEL_INT, .u.i = i };
}

struct cel_value
cel_uint(uint64_t u)
{
	return (struct cel_value){ .type = CEL_UINT, .u.u = u };
}

struct cel_value
cel_double(double d)
{
	return (struct cel_value){ .type = CEL_DOUBLE, .u.d = d };
}

struct cel_value
cel_duration(int64_t nanoseconds)
{
	return (struct cel_value){ .type = CEL_DURATION, .u.i = nanoseconds };
}

struct cel_value
cel_time(int64_t sec, int32_t nsec, int32_t east)
{
	return (struct cel_value){ .type = CEL_TIMESTAMP,
		.u.time = { sec, nsec, east } };
}

struct cel_value
cel_text(enum cel_type type, const char *s, size_t n)
{
	return (struct cel_value){ .type = type, .u.str = { s, n } };
}

struct cel_value
cel_type_value(const char *name)
{
	return cel_text(CEL_TYPE, name, strlen(name));
}

struct cel_value
cel_copy(struct cel_run *r, enum cel_type type, const char *s, size_t n)
{
	if (!cel_pay(r, n / 8 + 1))
		return cel_spent();
	return cel_text(type, cel_arena_text(&r->arena, s, n), n);
}

struct cel_value
cel_take(struct cel_run *r, struct buf *b)
{
	struct cel_value v = cel_copy(r, CEL_STRING, buf_str(b), b->len);
	buf_release(b);
	return v;
}

struct cel_value
cel_optional(struct cel_run *r, const struct cel_value *some)
{
	struct cel_value v = { .type = CEL_OPTIONAL };
	if (some && cel_pay(r, 4)) {
		struct cel_value *copy = cel_arena_get(&r->arena, sizeof *copy);
		*copy = *some;
		v.u.some = copy;
	}
	return v;
}

struct cel_value
cel_list(const struct cel_value *v, size_t n)
{
	return (struct cel_value){ .type = CEL_LIST, .u.list = { v, n } };
}

static struct cel_value object(struct cel_run *r, const jv *v);

static struct cel_value
array(struct cel_run *r, const jv *v)
{
	size_t n = (size_t)json_len(v);
	if (!cel_pay(r, n * 4 + 1))
		return cel_spent();
	struct cel_value *items = cel_arena_get(&r->arena, n * sizeof *items);
	for (size_t i = 0; i < n; i++) {
		jv item = json_at(v, (int)i);
		items[i] = cel_from_json(r, &item);
		jv_free(item);
	}
	return cel_list(items, n);
}

struct cel_value
cel_from_json(struct cel_run *r, const jv *v)
{
	int64_t i;
	switch (jv_get_kind(*v)) {
	case JV_KIND_TRUE:
		return cel_bool(true);
	case JV_KIND_FALSE:
		return cel_bool(false);
	case JV_KIND_NUMBER:
		/* Beyond 63 bits it is a double to Kubernetes as well. */
		if (json_int64(v, &i))
			return cel_int(i);
		return cel_double(json_double(v));
	case JV_KIND_STRING:
		return cel_text(CEL_STRING, jv_string_value(*v),
		    (size_t)jv_string_length_bytes(jv_copy(*v)));
	case JV_KIND_ARRAY:
		return array(r, v);
	case JV_KIND_OBJECT:
		return object(r, v);
	default:
		return cel_null();
	}
}

static struct cel_value
object(struct cel_run *r, const jv *v)
{
	if (!cel_pay(r, (size_t)json_len(v) * 8 + 1))
		return cel_spent();
	struct cel_map *m = cel_map_new(r);
	for (int i = jv_object_iter(*v); jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv key = jv_object_iter_key(*v, i);
		jv item = jv_object_iter_value(*v, i);
		struct cel_value k = cel_from_json(r, &key);
		cel_map_set(r, m, k, cel_from_json(r, &item));
		jv_free(key);
		jv_free(item);
	}
	return cel_map_value(m);
}

const char *
cel_type_name(enum cel_type type)
{
	static const char *const names[] = {
		[CEL_ERROR] = "error",
		[CEL_NULL] = "null_type",
		[CEL_BOOL] = "bool",
		[CEL_INT] = "int",
		[CEL_UINT] = "uint",
		[CEL_DOUBLE] = "double",
		[CEL_STRING] = "string",
		[CEL_BYTES] = "bytes",
		[CEL_LIST] = "list",
		[CEL_MAP] = "map",
		[CEL_TIMESTAMP] = "google.protobuf.Timestamp",
		[CEL_DURATION] = "google.protobuf.Duration",
		[CEL_TYPE] = "type",
		[CEL_OPTIONAL] = "optional_type",
	};
	return names[type];
}

bool
cel_is_error(const struct cel_value *v)
{
	return v->type == CEL_ERROR;
}

bool
cel_is_zero(const struct cel_value *v)
{
	/* The zero of Go's time.Time: the first second of the year 1. */
	const int64_t year1 = -62135596800;
	switch (v->type) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return !v->u.b;
	case CEL_INT:
	case CEL_DURATION:
		return v->u.i == 0;
	case CEL_UINT:
		return v->u.u == 0;
	case CEL_DOUBLE:
		return fpclassify(v->u.d) == FP_ZERO;
	case CEL_STRING:
	case CEL_BYTES:
		return v->u.str.n == 0;
	case CEL_LIST:
		return v->u.list.n == 0;
	case CEL_MAP:
		return v->u.map->n == 0;
	case CEL_TIMESTAMP:
		return v->u.time.sec == year1 && v->u.time.nsec == 0;
	default:
		return false;
	}
}
