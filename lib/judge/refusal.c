/*
 * What the API server's refusal of a change says.  Its families were measured
 * on Kubernetes 1.36 with objects of 52 kinds.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "judge/immutable.h"

enum refusal
immutable_refusal(long http, const char *reason, const char *message)
{
	if (http >= 200 && http < 300)
		return REFUSAL_NONE;
	/* A busy server sheds load with 429; RBAC's words, admission plugins
	 * answer with 403 too. */
	if (http == 0 || http == 401 || http == 408 || http == 429 ||
	    (http == 403 && strstr(message, ": User \"")))
		return REFUSAL_SERVER;
	if (strstr(message, "does not support dry run"))
		return REFUSAL_UNTRIED;
	if (http == 404)
		return REFUSAL_MISSING;
	if (http == 422 || http == 403 || strcmp(reason, "Invalid") == 0 ||
	    strstr(message, "denied the request"))
		return REFUSAL_CHANGE;
	/* The way in which the server says that it does not fit the schema. */
	if (strstr(message, "failed to create typed patch object") ||
	    strstr(message, "failed to convert new object"))
		return REFUSAL_INVALID;
	return http >= 500 ? REFUSAL_SERVER : REFUSAL_INVALID;
}

bool
immutable_is_quota(const char *message)
{
	return strstr(message, "exceeded quota:") != NULL;
}

/* Names in causes that are not the field's own. */
static const struct {
	const char *said, *meant;
} astray[] = {
	{ "volumeMode", "/spec/volumeMode" },
	{ "nodeAffinity", "/spec/nodeAffinity" },
	{ "spec.persistentvolumesource", "/spec" },
	{ "spec.attachedRequired", "/spec/attachRequired" },
	{ "message", "/note" },
};

/* "spec.ports[0].name", "metadata.labels[a.b/c]" as a pointer. */
static void
add_pointer(const char *field, struct buf *out)
{
	struct buf token = BUF_INIT;

	for (size_t i = 0; i < sizeof(astray) / sizeof(*astray); i++)
		if (strcmp(field, astray[i].said) == 0) {
			buf_adds(out, astray[i].meant);
			return;
		}
	while (*field) {
		size_t len = strcspn(field, ".[");

		if (*field == '[') {
			field++;
			len = strcspn(field, "]");
		}
		buf_clear(&token);
		buf_add(&token, field, len);
		if (len > 0)
			json_pointer_add(out, buf_str(&token));
		field += len;
		if (*field == ']')
			field++;
		if (*field == '.')
			field++;
	}
	buf_release(&token);
}

jv
immutable_causes(const jv *status)
{
	jv causes = json_path(status, "details", "causes", NULL);
	jv pointers = jv_array();
	int n = json_len(&causes);

	for (int i = 0; i < n; i++) {
		jv cause = json_at(&causes, i);
		const char *field = json_get_str(&cause, "field");
		if (field && *field && strcmp(field, "<nil>") != 0) {
			struct buf pointer = BUF_INIT;
			add_pointer(field, &pointer);
			pointers = jv_array_append(
			    pointers, jv_string(buf_str(&pointer)));
			buf_release(&pointer);
		}
		jv_free(cause);
	}
	jv_free(causes);
	return pointers;
}

bool
immutable_covers(const jv *pointers, const char *path)
{
	int n = json_len(pointers);
	bool covers = false;

	for (int i = 0; i < n && !covers; i++) {
		jv pointer = json_at(pointers, i);
		const char *p = json_str(&pointer);
		size_t len = p ? strlen(p) : 0, plen = strlen(path);
		size_t shorter = len < plen ? len : plen;
		char after = len < plen ? path[len] : p ? p[plen] : '\0';
		covers = p && strncmp(p, path, shorter) == 0 &&
			 (after == '\0' || after == '/');
		jv_free(pointer);
	}
	return covers;
}
