/* Where in a document reading is; see manifestframe.h. */
#include "manifest/manifestframe.h"

#include "json.h"

bool
manifest_wants_key(const struct manifest_frame *frames, int depth)
{
	const struct manifest_frame *f;

	if (depth == 0)
		return false;
	f = &frames[depth - 1];
	return json_is(&f->container, JV_KIND_OBJECT) && !jv_is_valid(f->key);
}

void
manifest_point(
    const struct manifest_frame *frames, int depth, struct buf *pointer)
{
	struct buf index = BUF_INIT;

	for (int i = 0; i < depth; i++) {
		const struct manifest_frame *f = &frames[i];

		if (f->key_merges) {
			if (i + 1 < depth &&
			    json_is(&f[1].container, JV_KIND_ARRAY))
				i++;
			continue;
		}
		buf_clear(&index);
		buf_addi(&index, json_len(&f->container));
		json_pointer_add(pointer,
		    jv_is_valid(f->key) ? jv_string_value(f->key) : index.s);
	}
	buf_release(&index);
}

bool
manifest_in_merge(const struct manifest_frame *frames, int depth)
{
	if (depth == 0)
		return false;
	if (frames[depth - 1].key_merges)
		return true;
	return depth > 1 && frames[depth - 2].key_merges &&
	       json_is(&frames[depth - 1].container, JV_KIND_ARRAY);
}

bool
manifest_in_flow(const struct manifest_frame *frames, int depth)
{
	/* The members of what << brings go where the << stands. */
	if (depth > 1 && frames[depth - 2].key_merges)
		depth--;
	return depth > 0 && frames[depth - 1].flow;
}
