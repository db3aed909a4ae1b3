/* Topological order and cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/graph.h"
#include "mem.h"

/* "01 12": 0 depends on 1, 1 on 2. */
static struct graph
make(size_t n, const char *edges)
{
	struct graph g;

	graph_init(&g, n);
	for (; *edges; edges += edges[2] ? 3 : 2)
		graph_add(
		    &g, (size_t)(edges[0] - '0'), (size_t)(edges[1] - '0'));
	return g;
}

static void
to_text(const size_t *nodes, size_t n, char *text)
{
	size_t i;

	for (i = 0; i < n; i++)
		text[i] = (char)('0' + nodes[i]);
	text[n] = '\0';
}

static void
test_order(void **state)
{
	static const struct {
		size_t n;
		const char *edges, *order, *levels;
	} table[] = {
		{ 0, "", "", "" },
		{ 3, "", "012", "000" },
		{ 3, "01 12", "210", "210" },
		{ 3, "10 21", "012", "012" },
		{ 4, "10 20 31 32", "0123", "0112" },
		{ 4, "01 02 01", "1230", "1000" },
		{ 5, "40 41 10", "02314", "01002" },
	};
	size_t order[8], level[8], i;
	char text[9];

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct graph g = make(table[i].n, table[i].edges);

		assert_true(graph_sort(&g, order, level));
		to_text(order, g.n, text);
		assert_string_equal(text, table[i].order);
		to_text(level, g.n, text);
		assert_string_equal(text, table[i].levels);
		assert_int_equal(graph_cycle(&g, order), 0);
		graph_release(&g);
	}
}

static void
test_cycle(void **state)
{
	static const struct {
		size_t n;
		const char *edges, *cycle;
	} table[] = {
		{ 1, "00", "0" },
		{ 2, "01 10", "01" },
		{ 4, "01 12 23 31", "123" },
		{ 5, "40 32 24 43", "243" },
		{ 6, "01 21 12 54 45", "12" },
	};
	size_t path[8], n, i;
	char text[9];

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct graph g = make(table[i].n, table[i].edges);

		assert_false(graph_sort(&g, path, NULL));
		n = graph_cycle(&g, path);
		to_text(path, n, text);
		assert_string_equal(text, table[i].cycle);
		graph_release(&g);
	}
}

static void
test_reach(void **state)
{
	struct graph g = make(6, "10 20 31 32 54");
	bool reached[6] = { false };
	const bool up[6] = { true, true, false, true, false, false };
	const bool down[6] = { true, true, true, true, false, false };

	(void)state;
	graph_reach(&g, 1, true, reached);
	graph_reach(&g, 1, false, reached);
	assert_memory_equal(reached, up, sizeof(up));
	graph_reach(&g, 3, false, reached);
	assert_memory_equal(reached, down, sizeof(down));
	graph_release(&g);
}

/* A long chain, and as deep: neither time nor stack may run out. */
static void
test_large(void **state)
{
	enum { N = 200000 };
	size_t *order = mem_zero(N, sizeof(*order)), i;
	bool *reached = mem_zero(N, sizeof(*reached));
	struct graph g;

	(void)state;
	graph_init(&g, N);
	for (i = 0; i + 1 < N; i++)
		graph_add(&g, i, i + 1);
	assert_true(graph_sort(&g, order, NULL));
	for (i = 0; i < N; i++)
		assert_int_equal(order[i], N - 1 - i);
	graph_reach(&g, 0, false, reached);
	assert_true(reached[N - 1]);
	graph_add(&g, N - 1, 0);
	assert_int_equal(graph_cycle(&g, order), N);
	graph_release(&g);
	free(reached);
	free(order);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_large),
	};

	mem_init();
	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
