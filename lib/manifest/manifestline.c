/* Scalars that begin and end on one line; see manifestline.h. */
#include "manifest/manifestline.h"

#include <string.h>

#define LONGEST_KEY 1000 /* libyaml has a limit near this */

bool
line_is_over(const char *p, const char *eol)
{
	const char *q = line_skip_spaces(p, eol);

	return q == eol || (q > p && *q == '#');
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/';
}

bool
line_take_quoted(const char **p, const char *eol, struct manifest_scalar *s)
{
	char quote = **p;
	const char *start = *p + 1, *q = start;

	while (q < eol && *q != quote && !(*q == '\\' && quote == '"'))
		q++;
	/* Two single quotes stand for one. */
	if (q == eol || *q != quote || (q + 1 < eol && q[1] == quote))
		return false;
	*s = (struct manifest_scalar){
		.text = start, .len = (size_t)(q - start), .quoted = true
	};
	*p = q + 1;
	return true;
}

bool
line_take_word(const char **p, const char *eol, struct manifest_scalar *s)
{
	const char *start = *p, *q = start;

	if (start == eol)
		return false;
	if (*start == '"' || *start == '\'')
		return line_take_quoted(p, eol, s);
	if (*start == '-' && ++q < eol && !is_word(*q) && *q != '-')
		return false;
	while (q < eol && (is_word(*q) || *q == '-'))
		q++;
	*s = (struct manifest_scalar){
		.text = start, .len = (size_t)(q - start), .plain = true
	};
	*p = q;
	return q > start && !(q - start == 1 && *start == '-');
}

bool
line_take_key(const char **p, const char *eol, struct manifest_scalar *s)
{
	const char *q = *p;

	if (!line_take_word(&q, eol, s) || s->len > LONGEST_KEY || q == eol ||
	    *q++ != ':' || (q < eol && *q != ' '))
		return false;
	*p = q;
	return true;
}

bool
line_take_plain(const char **p, const char *eol, struct manifest_scalar *s)
{
	const char *start = *p, *q;

	if (strchr(",[]{}#&*!|>'\"%@`", *start) ||
	    (strchr("-?:", *start) && (start + 1 == eol || start[1] == ' ')))
		return false;
	for (q = start; q < eol; q++) {
		if (*q == ':' && (q + 1 == eol || q[1] == ' '))
			return false;
		if (*q == '#' && q[-1] == ' ')
			break;
	}
	while (q[-1] == ' ')
		q--;
	*s = (struct manifest_scalar){
		.text = start, .len = (size_t)(q - start), .plain = true
	};
	*p = q;
	return true;
}
