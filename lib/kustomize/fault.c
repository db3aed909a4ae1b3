/* What is wrong with an object; see fault.h. */
#include "kustomize/fault.h"

#include "json.h"

void
fault_release(struct fault *f)
{
	buf_release(&f->field);
	buf_release(&f->what);
}

void
fault_lead(struct fault *f, const char *key)
{
	struct buf longer = BUF_INIT;

	json_pointer_add(&longer, key);
	buf_adds(&longer, buf_str(&f->field));
	buf_release(&f->field);
	f->field = longer;
}

void
fault_lead_index(struct fault *f, int i)
{
	struct buf key = BUF_INIT;

	buf_addi(&key, i);
	fault_lead(f, key.s);
	buf_release(&key);
}

#define LONGEST 300

void
fault_say_pointer(const char *pointer, struct buf *out)
{
	struct buf field = BUF_INIT;

	json_pointer_say(pointer, &field);
	buf_addf(out, "%.*s%s", LONGEST, buf_str(&field),
	    field.len > LONGEST ? "..." : "");
	buf_release(&field);
}

void
fault_say_field(const char *pointer, struct buf *out)
{
	fault_say_pointer(pointer, out);
	if (*pointer)
		buf_adds(out, ": ");
}

void
fault_say(const struct fault *f, struct buf *out)
{
	fault_say_field(buf_str(&f->field), out);
	buf_adds(out, buf_str(&f->what));
}
