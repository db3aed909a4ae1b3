/* Owner references; see owner.h. */
#include "health/owner.h"

#include <string.h>

#include "json.h"

jv
owner_controller(const jv *object)
{
	jv owners = json_path(object, "metadata", "ownerReferences", NULL);
	jv owner = jv_invalid();
	int i;

	for (i = 0; i < json_len(&owners) && !jv_is_valid(owner); i++) {
		jv_free(owner);
		owner = json_at(&owners, i);
		if (!json_get_bool(&owner, "controller", false)) {
			jv_free(owner);
			owner = jv_invalid();
		}
	}
	jv_free(owners);
	return owner;
}

bool
owner_is(const jv *object, const jv *by)
{
	jv owner = owner_controller(object);
	const char *uid = json_get_str(&owner, "uid");
	const char *want = json_path_str(by, "metadata", "uid", NULL);
	bool is = uid && want && strcmp(uid, want) == 0;

	jv_free(owner);
	return is;
}
