/* What is under way; see board.h. */
#include "show/board.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "show/display.h"

struct item {
	char *subject;
	struct buf state;
	long long since;
	bool done;
};

struct stage {
	char *name;
	long long since;
	struct item *items;
	size_t n, cap;
	jv index;	/* subject to its place in items */
	size_t pending; /* items that are not done */
	size_t wanted;	/* objects that wait said it waits for */
	size_t written; /* objects that apply is done with */
	long long *pids;
	size_t n_pids;
	struct stage *next;
};

struct board {
	struct stage *first;
};

struct board *
board_new(void)
{
	return mem_zero(1, sizeof(struct board));
}

static void
free_stage(struct stage *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->items[i].subject);
		buf_release(&s->items[i].state);
	}
	free(s->items);
	free(s->pids);
	jv_free(s->index);
	free(s->name);
	free(s);
}

void
board_free(struct board *b)
{
	struct stage *s, *next;

	for (s = b->first; s; s = next) {
		next = s->next;
		free_stage(s);
	}
	free(b);
}

/* --- events ------------------------------------------------------------- */

static struct stage *
stage_of(struct board *b, const char *name, long long now)
{
	struct stage **p, *s;

	for (p = &b->first; (s = *p); p = &s->next)
		if (strcmp(s->name, name) == 0)
			return s;
	s = mem_zero(1, sizeof(*s));
	s->name = mem_strdup(name);
	s->since = now;
	s->index = jv_object();
	*p = s;
	return s;
}

static void
add_pid(struct stage *s, long long pid)
{
	size_t i;

	for (i = 0; i < s->n_pids; i++)
		if (s->pids[i] == pid)
			return;
	s->pids = mem_resize(s->pids, s->n_pids + 1, sizeof(*s->pids));
	s->pids[s->n_pids++] = pid;
}

/* A tool has ended; with the last one of a stage the stage goes. */
static void
end_pid(struct board *b, long long pid)
{
	struct stage **p = &b->first, *s;
	size_t i;

	while ((s = *p)) {
		for (i = 0; i < s->n_pids && s->pids[i] != pid; i++)
			;
		if (i < s->n_pids)
			s->pids[i] = s->pids[--s->n_pids];
		if (s->n_pids == 0) {
			*p = s->next;
			free_stage(s);
		} else {
			p = &s->next;
		}
	}
}

static struct item *
item_of(struct stage *s, const char *subject, long long now)
{
	jv at = json_get(&s->index, subject);
	long long i = 0;
	bool known = json_int(&at, &i);

	jv_free(at);
	if (known)
		return &s->items[i];
	s->items = mem_grow(s->items, s->n, &s->cap, sizeof(*s->items));
	s->items[s->n] = (struct item){
		.subject = mem_strdup(subject), .since = now, .done = true
	};
	s->index = json_set(s->index, subject, jv_number((double)s->n));
	return &s->items[s->n++];
}

/* What is on its way says itself what it waits for. */
static void
describe(const jv *event, struct buf *out)
{
	const char *status = json_get_str(event, "status");
	const char *reason = json_get_str(event, "reason");
	const char *message = json_get_str(event, "message");
	bool plain = status && strcmp(status, "inProgress") == 0;

	buf_clear(out);
	if (plain && message && *message) {
		buf_adds(out, message);
		return;
	}
	buf_adds(out, status ? status : "");
	if (reason && *reason)
		buf_addf(out, ": %s", reason);
	if (message && *message)
		buf_addf(out, ": %s", message);
}

static void
take_object(struct stage *s, const jv *event, long long now)
{
	const char *subject = json_get_str(event, "object");
	bool done = json_get_bool(event, "done", false);
	struct item *item;

	if (json_has(event, "action")) {
		s->written++;
		return;
	}
	if (!subject || !json_has(event, "status"))
		return;
	item = item_of(s, subject, now);
	s->pending -= !item->done;
	s->pending += !done;
	item->done = done;
	item->since = now;
	describe(event, &item->state);
}

void
board_take(struct board *b, const jv *event, long long now)
{
	const char *what = json_get_str(event, "event");
	const char *name = json_get_str(event, "stage");
	long long pid = json_get_int(event, "pid", 0), n;
	struct stage *s;

	if (!what)
		return;
	if (strcmp(what, "end") == 0)
		end_pid(b, pid);
	if (!name ||
	    (strcmp(what, "object") != 0 && strcmp(what, "waiting") != 0))
		return;
	s = stage_of(b, name, now);
	add_pid(s, pid);
	if (strcmp(what, "object") == 0) {
		take_object(s, event, now);
	} else {
		n = json_get_int(event, "objects", 0);
		s->wanted += n > 0 ? (size_t)n : 0;
	}
}

/* --- showing ------------------------------------------------------------ */

/* "default/app: 9 of 12 objects are ready" */
static void
add_title(const struct stage *s, struct buf *out)
{
	size_t total = s->wanted > s->n ? s->wanted : s->n;
	size_t ready = s->n - s->pending;

	if (*s->name)
		buf_addf(out, "%s: ", s->name);
	if (total)
		buf_addf(out, "%zu of %zu object%s ready", ready, total,
		    total == 1 ? "" : "s");
	else
		buf_addf(out, "%zu object%s applied", s->written,
		    s->written == 1 ? "" : "s");
}

/* The first max of them, more than which no screen can show. */
static size_t
list_pending(const struct stage *s, struct display_item *items, size_t max,
    long long now)
{
	size_t i, n = 0;

	for (i = 0; i < s->n && n < max; i++)
		if (!s->items[i].done)
			items[n++] =
			    (struct display_item){ .subject =
						       s->items[i].subject,
				    .state = buf_str(&s->items[i].state),
				    .ms = now - s->items[i].since };
	return n;
}

size_t
board_frame(const struct board *b, struct buf *out, long long now,
    size_t columns, size_t rows)
{
	const struct stage *s;
	struct display_group *groups;
	struct buf *titles;
	size_t n = 0, i, height;

	for (s = b->first; s; s = s->next)
		n++;
	groups = mem_zero(n + 1, sizeof(*groups));
	titles = mem_zero(n + 1, sizeof(*titles));
	for (s = b->first, i = 0; s; s = s->next, i++) {
		struct display_item *items = mem_zero(rows + 1, sizeof(*items));

		groups[i].n = list_pending(s, items, rows, now);
		add_title(s, &titles[i]);
		groups[i].title = titles[i].s;
		groups[i].ms = now - s->since;
		groups[i].items = items;
		groups[i].total = s->pending;
	}
	height = display_frame(out, groups, n, columns, rows);
	for (i = 0; i < n; i++) {
		free((void *)groups[i].items);
		buf_release(&titles[i]);
	}
	free(groups);
	free(titles);
	return height;
}
