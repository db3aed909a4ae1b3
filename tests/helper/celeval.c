/*
 * celeval: evaluate expressions, for tests that compare with others.
 *
 * Each line of standard input is {"expr": TEXT, "vars": {NAME: TYPED},
 * "container": TEXT}, or with "json": OBJECT in place of vars.  Each line of
 * standard output is {"value": TYPED}, {"error": TEXT} for an evaluation that
 * fails, or {"refused": TEXT} for what does not compile.
 *
 * With "checked": [NAME, ...] it is checked as readyExpr is, with variables of
 * these names.
 *
 * TYPED is an object of one member: int, uint and double (as strings), string,
 * bytes (base64), bool, null, list, map ([[key, value], ...]), timestamp,
 * duration, type or optional (null: none).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cel/celeval.h"
#include "cel/celfunc.h"
#include "cel/celnumber.h"
#include "cel/celtime.h"
#include "json.h"
#include "mem.h"

static struct cel_value read_value(struct cel_run *r, const jv *typed);

static struct cel_value
text(struct cel_run *r, enum cel_type type, const jv *v)
{
	return cel_copy(r, type, jv_string_value(*v),
	    (size_t)jv_string_length_bytes(jv_copy(*v)));
}

static struct cel_value
read_list(struct cel_run *r, const jv *items)
{
	size_t n = (size_t)json_len(items);
	struct cel_value *v = cel_arena_get(&r->arena, n * sizeof *v);
	for (size_t i = 0; i < n; i++) {
		jv item = json_at(items, (int)i);
		v[i] = read_value(r, &item);
		jv_free(item);
	}
	return cel_list(v, n);
}

static struct cel_value
read_map(struct cel_run *r, const jv *entries)
{
	struct cel_map *m = cel_map_new(r);
	for (int i = 0; i < json_len(entries); i++) {
		jv entry = json_at(entries, i);
		jv key = json_at(&entry, 0), value = json_at(&entry, 1);
		struct cel_value k = read_value(r, &key);
		cel_map_set(r, m, k, read_value(r, &value));
		jv_free(key);
		jv_free(value);
		jv_free(entry);
	}
	return cel_map_value(m);
}

static struct cel_value
read_double(const char *s)
{
	double d = 0;
	cel_number_parse(s, strlen(s), &d);
	return cel_double(d);
}

static struct cel_value
read_optional(struct cel_run *r, const jv *v)
{
	if (json_is(v, JV_KIND_NULL))
		return cel_optional(r, NULL);
	struct cel_value some = read_value(r, v);
	return cel_optional(r, &some);
}

/* Types whose value is a string, through the function that makes them. */
static struct cel_value
read_text(struct cel_run *r, const char *kind, const jv *v)
{
	static const struct {
		const char *kind;
		cel_fn *make;
	} kinds[] = {
		{ "int", cel_to_int },
		{ "uint", cel_to_uint },
		{ "bytes", cel_base64_decode },
		{ "timestamp", cel_to_timestamp },
		{ "duration", cel_to_duration },
	};
	struct cel_value s = text(r, CEL_STRING, v);
	if (strcmp(kind, "type") == 0)
		return cel_type_value(s.u.str.s);
	if (strcmp(kind, "double") == 0)
		return read_double(s.u.str.s);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].make(r, &s, 1);
	return s;
}

static struct cel_value
read_value(struct cel_run *r, const jv *typed)
{
	struct cel_value out = cel_null();
	int i = json_is(typed, JV_KIND_OBJECT) ? jv_object_iter(*typed) : -1;
	if (i < 0 || !jv_object_iter_valid(*typed, i))
		return cel_error(r, "a value that is none");
	jv key = jv_object_iter_key(*typed, i);
	jv v = jv_object_iter_value(*typed, i);
	const char *kind = jv_string_value(key);
	if (json_is(&v, JV_KIND_STRING))
		out = read_text(r, kind, &v);
	else if (strcmp(kind, "bool") == 0)
		out = cel_bool(json_is_true(&v));
	else if (strcmp(kind, "list") == 0)
		out = read_list(r, &v);
	else if (strcmp(kind, "map") == 0)
		out = read_map(r, &v);
	else if (strcmp(kind, "optional") == 0)
		out = read_optional(r, &v);
	jv_free(key);
	jv_free(v);
	return out;
}

/* --- writing ------------------------------------------------------------ */

static jv write_value(struct cel_run *r, const struct cel_value *v);

static jv
write_list(struct cel_run *r, const struct cel_value *v)
{
	jv out = jv_array();
	for (size_t i = 0; i < v->u.list.n; i++)
		out = jv_array_append(out, write_value(r, &v->u.list.v[i]));
	return out;
}

static jv
write_map(struct cel_run *r, const struct cel_map *m)
{
	jv out = jv_array();
	for (size_t i = 0; i < m->n; i++) {
		jv entry = jv_array();
		entry = jv_array_append(entry, write_value(r, &m->keys[i]));
		entry = jv_array_append(entry, write_value(r, &m->values[i]));
		out = jv_array_append(out, entry);
	}
	return out;
}

/* string() would round it, as cel-go does. */
static void
write_duration(struct buf *b, int64_t ns)
{
	uint64_t n = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	buf_addf(b, "%s%llu.%09llus", ns < 0 ? "-" : "",
	    (unsigned long long)(n / 1000000000),
	    (unsigned long long)(n % 1000000000));
}

static void
write_double(struct buf *out, double d)
{
	double back = 0;
	if (d != d || d - d != 0) {
		buf_adds(out, d != d  ? "NaN"
			      : d < 0 ? "-Infinity"
				      : "Infinity");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		buf_clear(out);
		buf_addf(out, "%.*g", digits, d);
		back = strtod(buf_str(out), NULL);
		if (memcmp(&back, &d, sizeof d) == 0)
			return;
	}
}

static jv
write_text(struct cel_run *r, const struct cel_value *v, const char **kind)
{
	struct buf b = BUF_INIT;
	struct cel_value encoded;
	*kind = cel_type_name(v->type);
	switch (v->type) {
	case CEL_INT:
		buf_addf(&b, "%lld", (long long)v->u.i);
		break;
	case CEL_UINT:
		buf_addf(&b, "%llu", (unsigned long long)v->u.u);
		break;
	case CEL_DOUBLE:
		write_double(&b, v->u.d);
		break;
	case CEL_BYTES:
		encoded = cel_base64_encode(r, v, 1);
		buf_add(&b, encoded.u.str.s, encoded.u.str.n);
		break;
	case CEL_TIMESTAMP:
		*kind = "timestamp";
		cel_time_write(&b, v, true);
		break;
	case CEL_DURATION:
		*kind = "duration";
		write_duration(&b, v->u.i);
		break;
	default:
		buf_add(&b, v->u.str.s, v->u.str.n);
	}
	jv out = jv_string_sized(buf_str(&b), (int)b.len);
	buf_release(&b);
	return out;
}

static jv
write_value(struct cel_run *r, const struct cel_value *v)
{
	const char *kind = cel_type_name(v->type);
	jv out;
	switch (v->type) {
	case CEL_NULL:
		kind = "null";
		out = jv_null();
		break;
	case CEL_BOOL:
		out = v->u.b ? jv_true() : jv_false();
		break;
	case CEL_LIST:
		out = write_list(r, v);
		break;
	case CEL_MAP:
		out = write_map(r, v->u.map);
		break;
	case CEL_OPTIONAL:
		kind = "optional";
		out = v->u.some ? write_value(r, v->u.some) : jv_null();
		break;
	default:
		out = write_text(r, v, &kind);
	}
	return json_set(jv_object(), kind, out);
}

static jv
evaluate(const struct cel *c, const jv *request)
{
	struct cel_run r;
	struct buf why = BUF_INIT;
	jv answer;
	jv vars = json_get(request, "vars"), object = json_get(request, "json");
	cel_run_begin(&r);
	size_t n = (size_t)json_len(&vars);
	struct cel_binding *bindings =
	    cel_arena_get(&r.arena, n * sizeof *bindings);
	struct cel_scope scope = { .bindings = bindings, .n = 0 };
	for (int i = n ? jv_object_iter(vars) : -2;
	     n && jv_object_iter_valid(vars, i);
	     i = jv_object_iter_next(vars, i)) {
		jv key = jv_object_iter_key(vars, i);
		jv value = jv_object_iter_value(vars, i);
		struct cel_value name = text(&r, CEL_STRING, &key);
		bindings[scope.n++] = (struct cel_binding){ name.u.str.s,
			read_value(&r, &value) };
		jv_free(key);
		jv_free(value);
	}
	if (json_is(&object, JV_KIND_OBJECT))
		scope.object = &object;
	scope.container = json_get_str(request, "container");
	struct cel_value v = cel_eval(&r, c, &scope);
	if (cel_is_error(&v)) {
		cel_explain(&why, c, &v);
		answer = json_set_str(jv_object(), "error", buf_str(&why));
	} else {
		answer = json_set(jv_object(), "value", write_value(&r, &v));
	}
	buf_release(&why);
	cel_run_end(&r);
	jv_free(vars);
	jv_free(object);
	return answer;
}

static struct cel *
compile(const jv *request, const char *text, size_t n, struct buf *why)
{
	jv checked = json_get(request, "checked");
	const char *names[9] = { NULL };
	struct cel *c;
	int i;

	if (json_is(&checked, JV_KIND_ARRAY)) {
		for (i = 0; i < json_len(&checked) && i < 8; i++) {
			jv name = json_at(&checked, i);

			names[i] = json_str(&name);
			jv_free(name);
		}
		c = cel_compile_checked(text, n, names, why);
	} else {
		c = cel_compile(text, n, why);
	}
	jv_free(checked);
	return c;
}

static jv
answer(const jv *request)
{
	struct buf why = BUF_INIT;
	jv expr = json_get(request, "expr"), out;
	struct cel *c = NULL;

	if (json_is(&expr, JV_KIND_STRING))
		c = compile(request, jv_string_value(expr),
		    (size_t)jv_string_length_bytes(jv_copy(expr)), &why);
	if (c)
		out = evaluate(c, request);
	else
		out = json_set_str(jv_object(), "refused", buf_str(&why));
	cel_free(c);
	jv_free(expr);
	buf_release(&why);
	return out;
}

int
main(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	mem_init();
	while ((n = getline(&line, &cap, stdin)) > 0) {
		struct buf out = BUF_INIT, why = BUF_INIT;
		jv request = json_parse(line, (size_t)n, &why);
		jv reply = jv_is_valid(request) ? answer(&request)
						: json_set_str(jv_object(),
						      "refused", buf_str(&why));
		json_write(&out, &reply, 0);
		puts(buf_str(&out));
		fflush(stdout);
		jv_free(reply);
		jv_free(request);
		buf_release(&out);
		buf_release(&why);
	}
	free(line);
	return 0;
}
