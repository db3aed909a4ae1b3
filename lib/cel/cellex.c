#include "cel/cellex.h"

#include <string.h>

#include "cel/celutf.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       is_digit(c);
}

/* The character so far on, NUL behind the end. */
static char
peek(const struct cel_lexer *lx, size_t ahead)
{
	size_t at = lx->next + ahead;
	return at < lx->n ? lx->text[at] : '\0';
}

static void
refuse(struct cel_lexer *lx, const char *why)
{
	lx->token = CEL_T_BAD;
	lx->why = why;
}

static void
skip_space(struct cel_lexer *lx)
{
	for (;;) {
		char c = peek(lx, 0);
		if (lx->next < lx->n && c && strchr(" \t\r\n\f", c)) {
			lx->next++;
		} else if (c == '/' && peek(lx, 1) == '/') {
			while (lx->next < lx->n && peek(lx, 0) != '\n')
				lx->next++;
		} else {
			return;
		}
	}
}

static void
digits(struct cel_lexer *lx)
{
	while (is_digit(peek(lx, 0)))
		lx->next++;
}

/* The length of an exponent here, 0 if there is none. */
static size_t
exponent(const struct cel_lexer *lx)
{
	if (peek(lx, 0) != 'e' && peek(lx, 0) != 'E')
		return 0;
	size_t sign = peek(lx, 1) == '+' || peek(lx, 1) == '-';
	return is_digit(peek(lx, 1 + sign)) ? 1 + sign : 0;
}

static void
number(struct cel_lexer *lx)
{
	lx->token = CEL_T_INT;
	if (peek(lx, 0) == '0' && peek(lx, 1) == 'x' && hex(peek(lx, 2)) >= 0) {
		lx->next += 2;
		while (hex(peek(lx, 0)) >= 0)
			lx->next++;
	} else {
		digits(lx);
		if (peek(lx, 0) == '.' && is_digit(peek(lx, 1))) {
			lx->token = CEL_T_DOUBLE;
			lx->next++;
			digits(lx);
		}
		size_t e = exponent(lx);
		if (e) {
			lx->token = CEL_T_DOUBLE;
			lx->next += e;
			digits(lx);
		}
	}
	if (lx->token == CEL_T_INT &&
	    (peek(lx, 0) == 'u' || peek(lx, 0) == 'U')) {
		lx->token = CEL_T_UINT;
		lx->next++;
	}
}

/* The letters before a string literal's quote, or -1 if this starts none. */
static int
prefix(const struct cel_lexer *lx, bool *raw, bool *bytes)
{
	int k = 0;
	*bytes = peek(lx, 0) == 'b' || peek(lx, 0) == 'B';
	k += *bytes;
	*raw = peek(lx, (size_t)k) == 'r' || peek(lx, (size_t)k) == 'R';
	k += *raw;
	char c = peek(lx, (size_t)k);
	return c == '"' || c == '\'' ? k : -1;
}

static bool
thrice(const struct cel_lexer *lx, char quote)
{
	return peek(lx, 0) == quote && peek(lx, 1) == quote &&
	       peek(lx, 2) == quote;
}

static void
string(struct cel_lexer *lx, bool raw)
{
	char quote = peek(lx, 0);
	bool triple = thrice(lx, quote);
	lx->raw = raw;
	lx->next += triple ? 3 : 1;
	lx->in = lx->next;
	for (;; lx->next++) {
		char c = peek(lx, 0);
		if (lx->next >= lx->n ||
		    (!triple && (c == '\n' || c == '\r'))) {
			refuse(lx, "a string is not closed");
			return;
		}
		if (c == '\\' && !raw) {
			lx->next++;
			continue;
		}
		if (triple ? thrice(lx, quote) : c == quote)
			break;
	}
	lx->out = lx->next;
	lx->next += triple ? 3 : 1;
}

static void
name(struct cel_lexer *lx)
{
	static const struct {
		const char *name;
		enum cel_token token;
	} words[] = {
		{ "true", CEL_T_TRUE },
		{ "false", CEL_T_FALSE },
		{ "null", CEL_T_NULL },
		{ "in", CEL_T_IN },
	};
	while (is_name(peek(lx, 0)))
		lx->next++;
	size_t n = lx->next - lx->at;
	lx->token = CEL_T_NAME;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].name) == n &&
		    memcmp(words[i].name, lx->text + lx->at, n) == 0)
			lx->token = words[i].token;
}

static void
punctuation(struct cel_lexer *lx)
{
	static const struct {
		char text[3];
		enum cel_token token;
	} pairs[] = {
		{ "==", CEL_T_EQ },
		{ "!=", CEL_T_NE },
		{ "<=", CEL_T_LE },
		{ ">=", CEL_T_GE },
		{ "&&", CEL_T_AND },
		{ "||", CEL_T_OR },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (peek(lx, 0) != pairs[i].text[0] ||
		    peek(lx, 1) != pairs[i].text[1])
			continue;
		lx->token = pairs[i].token;
		lx->next += 2;
		return;
	}
	lx->c = peek(lx, 0);
	lx->token = CEL_T_CHAR;
	lx->next++;
	if (lx->c == '`')
		refuse(lx, "names in backquotes are not enabled by Flux");
	else if (!lx->c || !strchr("<>!?:,.+-*/%[]{}()", lx->c))
		refuse(lx, "a character that means nothing here");
}

void
cel_lex(struct cel_lexer *lx)
{
	skip_space(lx);
	lx->at = lx->next;
	bool raw, bytes;
	int letters = prefix(lx, &raw, &bytes);
	char c = peek(lx, 0);
	if (lx->next >= lx->n) {
		lx->token = CEL_T_END;
	} else if (letters >= 0) {
		lx->token = bytes ? CEL_T_BYTES : CEL_T_STRING;
		lx->next += (size_t)letters;
		string(lx, raw);
	} else if (is_digit(c)) {
		number(lx);
	} else if (c == '.' && is_digit(peek(lx, 1))) {
		number(lx);
	} else if (is_name(c)) {
		name(lx);
	} else {
		punctuation(lx);
	}
	lx->to = lx->next;
}

/* Read n hexadecimal digits, or octal ones, at s into *v. */
static bool
code(const char *s, size_t left, size_t n, int base, uint32_t *v)
{
	if (left < n)
		return false;
	*v = 0;
	for (size_t i = 0; i < n; i++) {
		int d = hex(s[i]);
		if (d < 0 || d >= base)
			return false;
		*v = *v * (uint32_t)base + (uint32_t)d;
	}
	return true;
}

/* An escape that names a character or a byte; how long it is, or 0. */
static size_t
numeric(const char *s, size_t left, bool bytes, struct buf *out)
{
	uint32_t v;
	bool as_byte = bytes;
	size_t n = 2;
	bool ok;
	if (*s >= '0' && *s <= '3') {
		ok = code(s, left, 3, 8, &v);
	} else if (*s == 'u' || *s == 'U') {
		n = *s == 'u' ? 4 : 8;
		ok = !bytes && code(s + 1, left - 1, n, 16, &v);
	} else {
		ok = (*s == 'x' || *s == 'X') &&
		     code(s + 1, left - 1, n, 16, &v);
	}
	if (!ok || (!as_byte && !cel_utf_is(v)))
		return 0;
	if (as_byte)
		buf_addc(out, (char)v);
	else
		cel_utf_add(out, v);
	return n + 1;
}

/* An escape behind its backslash; how long it is, or 0 if it is none. */
static size_t
escape(const char *s, size_t left, bool bytes, struct buf *out)
{
	static const char from[] = "abfnrtv\\'\"`?";
	static const char to[] = "\a\b\f\n\r\t\v\\'\"`?";
	const char *plain = left && *s ? strchr(from, *s) : NULL;
	if (plain) {
		buf_addc(out, to[plain - from]);
		return 1;
	}
	return left ? numeric(s, left, bytes, out) : 0;
}

bool
cel_lex_unquote(struct cel_lexer *lx, struct buf *out)
{
	for (size_t at = lx->in; at < lx->out;) {
		char c = lx->text[at];
		if (c == '\\' && !lx->raw) {
			size_t n = escape(lx->text + at + 1, lx->out - at - 1,
			    lx->token == CEL_T_BYTES, out);
			if (!n) {
				lx->at = at;
				lx->why = "an escape that does not exist";
				return false;
			}
			at += n + 1;
		} else if (c == '\r') {
			/* Line ends are newlines, whatever the file's are. */
			buf_addc(out, '\n');
			at += lx->text[at + 1] == '\n' ? 2 : 1;
		} else {
			buf_addc(out, c);
			at++;
		}
	}
	return true;
}

void
cel_lex_place(struct buf *out, const char *text, size_t at)
{
	size_t line = 1, start = 0;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	buf_addf(out, "%zu:%zu: ", line,
	    cel_utf_count(text + start, at - start) + 1);
}
