/*
 * Writing a stage: everything is settled, then the inventory is made to cover
 * it, then its objects follow phase by phase, those of a phase side by side.
 */
#include "apply/item.h"

#include <string.h>
#include <time.h>

#include "diff/jobreads.h"
#include "json.h"

/*
 * So many of the items that rest are woken and started at a time: more than the
 * server takes at once.
 */
#define WINDOW 256

static void
start_item(struct item *item)
{
	if (item->plan == PLAN_NONE) {
		item_finish(item, "unchanged", NULL);
	} else if (item->plan == PLAN_SKIP) {
		item_finish(item, "skipped", NULL);
	} else {
		if (item->record->may_rest) {
			item->open = true;
			item->unit->n_open++;
		}
		item_start(item);
	}
}

void
unit_feed(struct unit *u)
{
	if (u->feeding)
		return;
	u->feeding = true;
	while (u->next < u->n && u->n_open < WINDOW) {
		struct item *item = &u->items[u->next++];

		if (!item->finished && item->phase == u->phase)
			start_item(item);
	}
	u->feeding = false;
}

static void
start_phase(struct unit *u, enum policy_phase phase)
{
	u->phase = phase;
	u->next = 0;
	unit_feed(u);
}

/* Write once more what met a kind that was not served yet. */
static void
write_again(struct unit *u)
{
	const struct timespec pause = { 0, UNSERVED_PAUSE_MS * 1000000L };
	size_t i, n;

	do {
		for (i = n = 0; i < u->n; i++) {
			if (!u->items[i].again)
				continue;
			if (n++ == 0)
				nanosleep(&pause, NULL);
			u->items[i].again = false;
			item_write(&u->items[i]);
		}
		api_run(u->options->api);
	} while (n);
}

static void
write_phases(struct unit *u)
{
	int phase;

	for (phase = 0; phase < N_PHASES && u->status == STATUS_OK; phase++) {
		start_phase(u, (enum policy_phase)phase);
		api_run(u->options->api);
		write_again(u);
		if (phase == PHASE_DEFINE && u->status == STATUS_OK &&
		    !u->options->dry_run)
			crds_wait(u);
	}
}

/* The Namespace object that the inventory itself needs, if the stage has it. */
static struct item *
own_namespace(struct unit *u)
{
	struct buf name = BUF_INIT;
	struct item *found = NULL;
	size_t i;

	inventory_namespace(u->stage, &name);
	for (i = 0; i < u->n && !found; i++) {
		struct item *item = &u->items[i];

		if (!item->finished && item->plan > PLAN_SKIP &&
		    item_is_namespace(item) &&
		    strcmp(item->name, buf_str(&name)) == 0)
			found = item;
	}
	buf_release(&name);
	return found;
}

/*
 * The inventory comes first, so that no object can exist that it does not
 * cover.  Only the namespace that holds it has to be there before.
 */
static void
cover(struct unit *u)
{
	struct item *namespace;
	struct buf err = BUF_INIT;
	enum status status;

	if (!*u->stage || u->options->dry_run || u->n == 0)
		return;
	namespace = own_namespace(u);
	if (namespace) {
		item_start(namespace);
		api_run(u->options->api);
	}
	if (u->status == STATUS_OK) {
		status = parent_write(u, &err);
		if (status != STATUS_OK)
			unit_problem(u, status, buf_str(&err));
	}
	buf_release(&err);
}

/* What was written to since it was compared is looked at again, all at once. */
static void
recheck(struct unit *u)
{
	size_t i;

	u->settling = true;
	for (i = 0; i < u->n; i++)
		if (!u->items[i].finished &&
		    (u->items[i].suspect || u->items[i].moved))
			item_recheck(&u->items[i]);
	api_run(u->options->api);
	u->settling = false;
}

static void
settle(struct unit *u)
{
	unit_prepare(u);
	if (u->status != STATUS_OK)
		return;
	unit_look(u);
	if (u->status != STATUS_OK)
		return;
	unit_check_flux(u);
	if (u->status != STATUS_OK)
		return;
	unit_check(u);
	if (u->status == STATUS_OK)
		recheck(u);
	if (u->status == STATUS_OK && u->options->fail_conflicts)
		unit_try_conflicts(u);
}

static void
write_unit(struct unit *u)
{
	settle(u);
	if (u->status == STATUS_OK)
		cover(u);
	if (u->status == STATUS_OK)
		write_phases(u);
	unit_skip_rest(u);
}

/* The stage, or one before it that it depends on, failed in this stream. */
static bool
is_blocked(const struct units *all, const struct unit *u)
{
	jv after, one;
	bool blocked = false;
	size_t k;
	int i;

	if (!u->spec)
		return false;
	after = json_get(u->spec, "after");
	for (i = 0; i < json_len(&after); i++) {
		one = json_at(&after, i);
		for (k = 0; k < all->n && json_str(&one); k++)
			if (strcmp(all->units[k].stage, json_str(&one)) == 0)
				blocked |= all->units[k].status != STATUS_OK;
		jv_free(one);
	}
	jv_free(after);
	return blocked;
}

enum status
apply_write(const struct apply_options *options, struct record *records, long n)
{
	enum status worst = STATUS_OK;
	struct units all;
	size_t i;

	jobreads_note(records, n);
	units_init(&all, options, records, n);
	for (i = 0; i < all.n; i++) {
		struct unit *u = &all.units[i];

		if (worst == STATUS_SERVER) {
			unit_skip_rest(u);
		} else if (is_blocked(&all, u)) {
			u->status = STATUS_REFUSED;
			unit_skip_rest(u);
		} else {
			write_unit(u);
		}
		worst = status_worse(worst, u->status);
	}
	units_release(&all);
	return worst;
}
