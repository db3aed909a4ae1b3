/* Label selectors as query text; see labelselector.h. */
#include "health/labelselector.h"

#include <string.h>

#include "json.h"

static void
comma(struct buf *out, size_t start)
{
	if (out->len > start)
		buf_addc(out, ',');
}

static int
write_labels(const jv *labels, struct buf *out, size_t start)
{
	int i;

	for (i = jv_object_iter(*labels); jv_object_iter_valid(*labels, i);
	     i = jv_object_iter_next(*labels, i)) {
		jv key = jv_object_iter_key(*labels, i);
		jv value = jv_object_iter_value(*labels, i);
		const char *s = json_str(&value);

		if (s) {
			comma(out, start);
			buf_addf(out, "%s=%s", jv_string_value(key), s);
		}
		jv_free(key);
		jv_free(value);
		if (!s)
			return -1;
	}
	return 0;
}

static int
write_values(const jv *values, struct buf *out)
{
	int i;

	for (i = 0; i < json_len(values); i++) {
		jv value = json_at(values, i);
		const char *s = json_str(&value);

		if (s)
			buf_addf(out, "%s%s", i ? "," : "", s);
		jv_free(value);
		if (!s)
			return -1;
	}
	return json_len(values) ? 0 : -1;
}

static int
write_expression(const jv *e, struct buf *out)
{
	const char *key = json_get_str(e, "key");
	const char *op = json_get_str(e, "operator");
	jv values;
	int rc;

	if (!key || !op)
		return -1;
	if (strcmp(op, "Exists") == 0) {
		buf_adds(out, key);
		return 0;
	}
	if (strcmp(op, "DoesNotExist") == 0) {
		buf_addf(out, "!%s", key);
		return 0;
	}
	if (strcmp(op, "In") != 0 && strcmp(op, "NotIn") != 0)
		return -1;
	buf_addf(out, "%s %s (", key, op[0] == 'I' ? "in" : "notin");
	values = json_get(e, "values");
	rc = write_values(&values, out);
	jv_free(values);
	buf_addc(out, ')');
	return rc;
}

int
label_selector_write(const jv *selector, struct buf *out)
{
	jv labels = json_get(selector, "matchLabels");
	jv expressions = json_get(selector, "matchExpressions");
	size_t start = out->len;
	int rc = 0, i;

	if (json_is(&labels, JV_KIND_OBJECT))
		rc = write_labels(&labels, out, start);
	for (i = 0; i < json_len(&expressions) && rc == 0; i++) {
		jv e = json_at(&expressions, i);

		comma(out, start);
		rc = write_expression(&e, out);
		jv_free(e);
	}
	jv_free(labels);
	jv_free(expressions);
	if (out->len == start)
		return -1;
	if (rc)
		buf_truncate(out, start);
	return rc;
}
