/*
 * An object that is not in the state in which it was compared.  A status that
 * moved on is no matter; what counts is whether the write would still change
 * exactly what the plan says, or nothing at all since it was done already.
 */
#include "apply/impl.h"

#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "json.h"
#include "mem.h"

/* The object as it is now, and the item it is wanted for. */
struct recheck {
	struct item *item;
	jv live;
};

static void
end(struct recheck *c)
{
	jv_free(c->live);
	free(c);
}

/* The plan's fields without what was judged about them. */
static bool
is_the_plan(const struct item *item, const jv *fields)
{
	jv planned = json_path(&item->record->value, "diff", "fields", NULL);
	bool same = json_len(&planned) == json_len(fields);
	jv one;
	int i;

	for (i = 0; i < json_len(fields) && same; i++) {
		one = json_delete(json_at(&planned, i), "immutable");
		jv now = json_at(fields, i);

		same = json_equal(&one, &now);
		jv_free(one);
		jv_free(now);
	}
	jv_free(planned);
	return same;
}

static void
refuse(struct item *item, const jv *fields)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv first = json_at(fields, 0);
	const char *path = json_get_str(&first, "path");

	buf_addf(&text,
	    "changed since the plan was made (%s differs now); "
	    "make a new plan",
	    path ? path : "another object of that name");
	item_fail(item, STATUS_REFUSED, "Changed", buf_str(&text), 0);
	jv_free(first);
	buf_release(&text);
	buf_release(&err);
}

static void
on_dry_run(void *ctx, const struct api_response *r)
{
	struct recheck *c = ctx;
	struct item *item = c->item;
	jv fields;

	if (r->exit != STATUS_OK) {
		item_fail_response(item, r);
		end(c);
		return;
	}
	if (strcmp(metadata_str(&c->live, "resourceVersion"),
		metadata_str(r->body, "resourceVersion")) != 0 &&
	    item->tries++ < TRIES) {
		/* It was written to between the two answers. */
		end(c);
		item_recheck(item);
		return;
	}
	fields = compare_mask_fields(
	    &item->object, compare_objects(&c->live, r->body, COMPARE_CONTENT));
	if (json_len(&fields) == 0) {
		item_finish(item, "unchanged", r->body);
	} else if (!item->suspect && is_the_plan(item, &fields)) {
		jv_free(item->lock);
		item->lock = json_set(jv_object(), "resourceVersion",
		    json_path(&c->live, "metadata", "resourceVersion", NULL));
		jv_free(item->live);
		item->live = jv_copy(c->live);
		item_adopt(item);
	} else {
		refuse(item, &fields);
	}
	jv_free(fields);
	end(c);
}

static void
on_live(void *ctx, const struct api_response *r)
{
	struct recheck *c = ctx;
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	if (r->exit != STATUS_OK) {
		item_fail_response(c->item, r);
		end(c);
		return;
	}
	c->live = jv_copy(*r->body);
	item_patch(c->item, true, !c->item->unit->options->fail_conflicts,
	    &path, &req);
	req.body = &c->item->object;
	req.done = on_dry_run;
	req.ctx = c;
	api_send(c->item->unit->options->api, &req);
	buf_release(&path);
}

void
item_recheck(struct item *item)
{
	struct recheck *c = mem_zero(1, sizeof(*c));
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	c->item = item;
	c->live = jv_invalid();
	api_path(&path, item->kind,
	    json_path_str(&item->object, "metadata", "namespace", NULL),
	    json_path_str(&item->object, "metadata", "name", NULL));
	req.method = "GET";
	req.path = buf_str(&path);
	req.done = on_live;
	req.ctx = c;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}
