/* Notes of what a document says beside its values; see manifestnotes.h. */
#include "manifest/manifestnotes.h"

#include <string.h>

#include "json.h"
#include "manifest/manifest.h"

void
manifest_note(struct buf *notes, char what, const char *pointer)
{
	buf_addc(notes, what);
	buf_adds(notes, pointer);
	buf_addc(notes, '\0');
}

bool
manifest_refolds(const jv *s)
{
	jv again = manifest_refold(jv_copy(*s));
	bool other = !json_equal(&again, s);

	jv_free(again);
	return other;
}

/* What is noted there of something inside of the node, or of all of it. */
static char
there(char what, const char *rest, const struct manifest_place *to)
{
	if (what == MANIFEST_BLANK && to->flow)
		return MANIFEST_HOLLOW;
	if (what == MANIFEST_HOLLOW && !to->flow &&
	    (!*rest || (to->merges && !strchr(rest + 1, '/'))))
		return MANIFEST_BLANK;
	return what;
}

bool
manifest_note_again(struct buf *notes, const struct manifest_noted *noted,
    const struct manifest_place *to)
{
	struct buf old = BUF_INIT;
	const char *p, *end, *rest;
	bool fits = true;

	buf_add(&old, notes->s + noted->from, noted->to - noted->from);
	end = old.s + old.len;
	for (p = old.s; p < end && fits; p += strlen(p) + 1) {
		/* That one holds for the document as a whole. */
		if (*p == MANIFEST_FLOAT)
			continue;
		rest = p + 1 + noted->pointer;
		buf_addc(notes, there(*p, rest, to));
		buf_adds(notes, to->pointer);
		buf_adds(notes, rest);
		buf_addc(notes, '\0');
		fits = notes->len <= MANIFEST_TEXT;
	}
	buf_release(&old);
	return fits;
}
