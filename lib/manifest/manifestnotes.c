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

bool
manifest_note_again(
    struct buf *notes, const struct manifest_noted *noted, const char *pointer)
{
	struct buf old = BUF_INIT;
	const char *p, *end;
	bool fits = true;

	buf_add(&old, notes->s + noted->from, noted->to - noted->from);
	end = old.s + old.len;
	for (p = old.s; p < end && fits; p += strlen(p) + 1) {
		/* That one holds for the document as a whole. */
		if (*p == MANIFEST_FLOAT)
			continue;
		buf_addc(notes, *p);
		buf_adds(notes, pointer);
		buf_adds(notes, p + 1 + noted->pointer);
		buf_addc(notes, '\0');
		fits = notes->len <= MANIFEST_TEXT;
	}
	buf_release(&old);
	return fits;
}
