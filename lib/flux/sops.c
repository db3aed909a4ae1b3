/* What SOPS has encrypted; see sops.h. */
#include "flux/sops.h"

#include <string.h>

#include "base64.h"
#include "json.h"
#include "object.h"

/* Every value that SOPS encrypts begins like this, in all of its formats. */
#define MARK "ENC[AES256_GCM,data:"

static bool
is_encrypted(const jv *value, bool encoded)
{
	const char *s = json_str(value);
	struct buf decoded = BUF_INIT;
	bool found = false;

	if (s && encoded)
		found = base64_decode(&decoded, s) && decoded.len > 0 &&
			strstr(decoded.s, MARK);
	else if (s)
		found = strstr(s, MARK) != NULL;
	buf_release(&decoded);
	return found;
}

static bool
any_encrypted(const jv *object, const char *key, bool encoded)
{
	jv map = json_get(object, key);
	bool found = false;
	int it;

	if (json_is(&map, JV_KIND_OBJECT))
		for (it = jv_object_iter(map);
		     !found && jv_object_iter_valid(map, it);
		     it = jv_object_iter_next(map, it)) {
			jv value = jv_object_iter_value(map, it);

			found = is_encrypted(&value, encoded);
			jv_free(value);
		}
	jv_free(map);
	return found;
}

bool
sops_encrypted(const jv *object)
{
	const char *mac = json_path_str(object, "sops", "mac", NULL);

	if (mac)
		return true;
	return object_is_secret(object) &&
	       (any_encrypted(object, "data", true) ||
		   any_encrypted(object, "stringData", false));
}
