/*
 * Substitution of ${variables}; see substitute.h.  A text is read once, from
 * left to right, and evaluated as it is read.
 */
#include "flux/substitute.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "flux/substitutetext.h"
#include "json.h"
#include "mem.h"

/* Deepest ${...} within ${...}. */
#define MAX_DEPTH 32

struct reader {
	const char *s;
	size_t pos, len;
	const jv *vars;
	int depth;
	struct buf *err;
};

bool
substitute_name_ok(const char *name)
{
	static const char letters[] = "_abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (!*name || !strchr(letters, *name))
		return false;
	return name[strspn(name, "_abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ==
	       '\0';
}

/* The character n places ahead, NUL at the end. */
static char
ahead(const struct reader *r, size_t n)
{
	return r->pos + n < r->len ? r->s[r->pos + n] : '\0';
}

static bool
at_expansion(const struct reader *r)
{
	return ahead(r, 0) == '$' && ahead(r, 1) == '{';
}

static int
fail(struct reader *r, const char *what)
{
	buf_adds(r->err, what);
	return -1;
}

static int
take_brace(struct reader *r)
{
	if (ahead(r, 0) != '}')
		return fail(r, "${...} is not closed where it should be");
	r->pos++;
	return 0;
}

static int expand(struct reader *r, struct buf *out);

/* --- parameters --------------------------------------------------------- */

/*
 * One parameter up to a character of stop: either a ${...}, or text, which has
 * at least one character.  escapes allows $$, \/ and \\.
 */
static int
take_parameter(
    struct reader *r, const char *stop, bool escapes, struct buf *out)
{
	size_t start = r->pos;

	if (at_expansion(r))
		return expand(r, out);
	while (r->pos < r->len && !at_expansion(r)) {
		char c = ahead(r, 0), next = ahead(r, 1);

		if (escapes &&
		    ((c == '$' && next == '$') ||
			(c == '\\' && (next == '/' || next == '\\'))))
			r->pos++;
		else if (strchr(stop, c))
			break;
		buf_addc(out, r->s[r->pos++]);
	}
	if (r->pos == start)
		return fail(r, "a parameter is missing in ${...}");
	return 0;
}

struct call {
	const char *value; /* of the variable, NULL: not set */
	size_t len;
	struct buf first, second; /* parameters */
	struct buf *out;
};

static void
add_value(const struct call *c)
{
	buf_add(c->out, c->value, c->len);
}

/* --- the forms, each behind the variable's name -------------------------- */

/* =d :=d :-d :?d :+d */
static int
take_default(struct reader *r, struct call *c)
{
	r->pos += ahead(r, 0) == ':' ? 2 : 1;
	while (ahead(r, 0) != '}')
		if (take_parameter(r, "}", false, &c->first))
			return -1;
	if (c->len > 0)
		add_value(c);
	else
		buf_add(c->out, buf_str(&c->first), c->first.len);
	return take_brace(r);
}

/* An integer as Go's Atoi reads it. */
static bool
to_number(const struct buf *text, long *n)
{
	const char *s = buf_str(text);
	size_t sign = *s == '-' || *s == '+';
	char *end;

	if (s[sign] < '0' || s[sign] > '9')
		return false;
	errno = 0;
	*n = strtol(s, &end, 10);
	return errno == 0 && *end == '\0' && strlen(s) == text->len;
}

static int
add_slice(struct reader *r, struct call *c, bool has_length)
{
	long len = (long)c->len, offset, length = len;

	if (!to_number(&c->first, &offset) ||
	    (has_length && !to_number(&c->second, &length))) {
		add_value(c);
		return 0;
	}
	if (length < 0)
		return fail(r, "a negative length in ${...}");
	if (offset < 0)
		offset = offset + len < 0 ? 0 : offset + len;
	if (offset >= len)
		return 0;
	if (length > len - offset)
		length = len - offset;
	buf_add(c->out, c->value + offset, (size_t)length);
	return 0;
}

/* :offset :offset:length */
static int
take_slice(struct reader *r, struct call *c)
{
	r->pos++;
	if (take_parameter(r, ":}", false, &c->first))
		return -1;
	if (ahead(r, 0) != ':')
		return take_brace(r) || add_slice(r, c, false) ? -1 : 0;
	while (ahead(r, 0) == ':')
		r->pos++;
	if (take_parameter(r, "}", false, &c->second) || take_brace(r))
		return -1;
	return add_slice(r, c, true);
}

/* /a/b //a/b /#a/b /%a/b */
static int
take_replacement(struct reader *r, struct call *c)
{
	char how = ahead(r, 1);
	bool has_second;

	if (how != '/' && how != '#' && how != '%')
		how = '\0';
	r->pos += how ? 2 : 1;
	if (take_parameter(r, "/", true, &c->first))
		return -1;
	if (ahead(r, 0) != '/')
		return fail(r, "a / is missing in ${...}");
	while (ahead(r, 0) == '/')
		r->pos++;
	has_second = ahead(r, 0) != '}';
	if (has_second && take_parameter(r, "}", true, &c->second))
		return -1;
	if (!has_second && (how == '#' || how == '%'))
		add_value(c);
	else
		substitute_replace(
		    c->out, c->value, c->len, how, &c->first, &c->second);
	return take_brace(r);
}

/* #p ##p %p %%p */
static int
take_removal(struct reader *r, struct call *c)
{
	char side = ahead(r, 0);
	bool longest = ahead(r, 1) == side;

	r->pos += longest ? 2 : 1;
	if (take_parameter(r, "}", false, &c->first))
		return -1;
	substitute_remove(c->out, c->value, c->len, side, longest, &c->first);
	return take_brace(r);
}

/* ^ ^^ , ,, */
static int
take_case(struct reader *r, struct call *c)
{
	char first = ahead(r, 0), second = ahead(r, 1);
	bool two = second == '^' || second == ',';

	r->pos += two ? 2 : 1;
	if (two && first != second)
		add_value(c);
	else
		substitute_case(c->out, c->value, c->len, first == '^', two);
	return take_brace(r);
}

/* --- ${...} ------------------------------------------------------------- */

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* Look up the variable whose name starts here. */
static int
take_name(struct reader *r, struct call *c, bool needed)
{
	size_t start = r->pos;
	char *name;

	while (is_name_byte(ahead(r, 0)))
		r->pos++;
	if (r->pos == start)
		return fail(r, "${ without the name of a variable (write $${ "
			       "for a plain ${)");
	name = mem_strndup(r->s + start, r->pos - start);
	c->value = json_get_str(r->vars, name);
	c->len = c->value ? strlen(c->value) : 0;
	/* Some forms say what to do without it. */
	if (ahead(r, 0) == '=' ||
	    (ahead(r, 0) == ':' && ahead(r, 1) && strchr("=-?+", ahead(r, 1))))
		needed = false;
	if (!c->value && needed) {
		r->pos = start;
		buf_addf(r->err,
		    "the variable %.100s is not set (write $${ for a plain ${)",
		    name);
		free(name);
		return -1;
	}
	free(name);
	c->value = c->value ? c->value : "";
	return 0;
}

static int
take_length(struct reader *r, struct call *c)
{
	r->pos++;
	if (take_name(r, c, true) || take_brace(r))
		return -1;
	buf_addf(c->out, "%zu", c->len);
	return 0;
}

static int
take_form(struct reader *r, struct call *c)
{
	if (ahead(r, 0) == '#')
		return take_length(r, c);
	if (take_name(r, c, true))
		return -1;
	switch (ahead(r, 0)) {
	case '}':
		add_value(c);
		return take_brace(r);
	case ':':
		if (ahead(r, 1) && strchr("=-?+", ahead(r, 1)))
			return take_default(r, c);
		return take_slice(r, c);
	case '=':
		return take_default(r, c);
	case '/':
		return take_replacement(r, c);
	case '#':
	case '%':
		return take_removal(r, c);
	case '^':
	case ',':
		return take_case(r, c);
	default:
		return take_brace(r);
	}
}

/* Recursion is capped, since the text chooses it. */
static int
expand(struct reader *r, struct buf *out)
{
	struct call c = { .out = out };
	int rc;

	if (r->depth == MAX_DEPTH)
		return fail(r, "${...} nested too deep");
	r->depth++;
	r->pos += 2;
	rc = take_form(r, &c);
	r->depth--;
	buf_release(&c.first);
	buf_release(&c.second);
	return rc;
}

int
substitute(const char *text, size_t len, const jv *vars, struct buf *out,
    size_t *offset, struct buf *err)
{
	struct reader r = { text, 0, len, vars, 0, err };

	while (r.pos < len) {
		const char *dollar = memchr(text + r.pos, '$', len - r.pos);
		size_t end = dollar ? (size_t)(dollar - text) : len;

		buf_add(out, text + r.pos, end - r.pos);
		r.pos = end;
		if (at_expansion(&r)) {
			if (expand(&r, out)) {
				*offset = r.pos;
				return -1;
			}
		} else if (dollar) {
			r.pos += ahead(&r, 1) == '$' ? 2 : 1;
			buf_addc(out, '$');
		}
	}
	return 0;
}
