/*
 * screen COLUMNSxROWS <BYTES
 *
 * What a terminal of that size shows after these bytes, with what has scrolled
 * off its top before it.  It knows what a live display may use: text, carriage
 * return, newline, cursor up, and erasing to the end of the line or screen.
 * Anything else is an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 1000

static char cells[MAX][MAX * 4];
static size_t columns, rows, top, y, x;

static char *
cell(size_t at)
{
	return cells[y] + at * 4;
}

static void
erase_line(size_t from)
{
	for (; from < columns; from++)
		memset(cell(from), 0, 4);
}

static void
newline(void)
{
	if (++y >= MAX)
		exit(2);
	if (y >= top + rows)
		top = y - rows + 1;
}

static void
escape(void)
{
	size_t n = 0, had = y;
	int c = getchar();

	if (c != '[')
		exit(3);
	while ((c = getchar()) >= '0' && c <= '9')
		n = n * 10 + (size_t)(c - '0');
	switch (c) {
	case 'A':
		y = y > top + n ? y - n : top;
		break;
	case 'K':
		erase_line(x);
		break;
	case 'J':
		erase_line(x);
		for (y++; y < MAX; y++)
			erase_line(0);
		y = had;
		break;
	default:
		exit(3);
	}
}

static void
put(int c)
{
	char *at;
	int i;

	if ((c & 0xc0) != 0x80) {
		if (x == columns) {
			newline();
			x = 0;
		}
		memset(cell(x), 0, 4);
		*cell(x++) = (char)c;
		return;
	}
	at = cell(x - 1);
	for (i = 0; at[i]; i++)
		;
	at[i] = (char)c;
}

static void
print(void)
{
	size_t last = y, i, end;

	for (y = 0; y <= last; y++) {
		for (end = columns; end && !*cell(end - 1); end--)
			;
		for (i = 0; i < end; i++)
			printf("%.4s", *cell(i) ? cell(i) : " ");
		if (y < last || end)
			putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	char *end;
	int c;

	if (argc != 2)
		return 1;
	columns = strtoul(argv[1], &end, 10);
	rows = *end ? strtoul(end + 1, NULL, 10) : 0;
	if (!columns || columns >= MAX || !rows)
		return 1;
	while ((c = getchar()) != EOF)
		if (c == '\033')
			escape();
		else if (c == '\r')
			x = 0;
		else if (c == '\n')
			newline();
		else
			put(c);
	print();
	return 0;
}
