/* test_history.c - records packed, snapshots kept and brought back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "column.h"
#include "handmade.h"
#include "history.h"
#include "pack.h"

enum { SMALL = 65536 };

/* Every column at its largest; texts as long as can be. */
static void
packing_loses_nothing(void **state)
{
	struct conn c, back;
	char packed[PACK_MAX];
	int col, i;

	(void)state;
	memset(&c, 0, sizeof(c));
	for (col = 0; col < COLS; col++) {
		memset((char *)&c + columns[col].offset, 0xff, columns[col].size);
		if (columns[col].type == TYPE_TEXT)
			((char *)&c)[columns[col].offset + columns[col].size - 1] = '\0';
		c.has |= HAS(col);
	}
	for (i = 0; i < 3; i++) {
		assert_in_range(pack_conn(packed, &c), 1, PACK_MAX);
		pack_undo(&back, packed);
		assert_memory_equal(&back, &c, sizeof(c));
		/* Then with an IPv4 address and nothing; unknown members are zero. */
		if (i == 0)
			memcpy(c.laddr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\1\2\3\4", 16);
		else
			memset(&c, 0, sizeof(c));
	}
}

static void
what_is_kept_comes_back(void **state)
{
	struct history h;
	struct snapshot s, back;
	uint64_t i;
	size_t k;

	(void)state;
	snapshot_init(&s);
	snapshot_init(&back);
	assert_int_equal(history_init(&h, SMALL), 0);
	for (i = 0; i < 3000; i++) {
		fill(&s, 1000 * (i + 1), (uint16_t)(i % 50));
		history_add(&h, &s, 1000);
		assert_int_equal(h.next, i + 1);
	}
	assert_true(h.first > 2900 && h.first < h.next);
	for (i = h.first; i < h.next; i++) {
		assert_int_equal(history_get(&h, i, &back), 0);
		fill(&s, 1000 * (i + 1), (uint16_t)(i % 50));
		assert_int_equal(history_past(&h, i)->time_ms, 1000 * (i + 1));
		assert_int_equal(back.n, s.n);
		assert_true(back.has_end);
		for (k = 0; k < s.n; k++)
			assert_memory_equal(
			    &back.row[k].conn, &s.row[k].conn, sizeof(s.row[k].conn));
	}
	history_free(&h);
	snapshot_free(&s);
	snapshot_free(&back);
}

static void
one_that_is_too_large_is_not_kept(void **state)
{
	struct history h;
	struct snapshot s;

	(void)state;
	snapshot_init(&s);
	assert_int_equal(history_init(&h, 0), 0);
	fill(&s, 1000, 10);
	history_add(&h, &s, 0);
	assert_int_equal(h.first, 0);
	fill(&s, 2000, 5000);
	history_add(&h, &s, 1000);
	assert_int_equal(h.next, 2);
	assert_int_equal(h.first, 2);
	/* Its sums are. */
	assert_true(history_sums(&h, 1).known);
	assert_int_equal(history_sums(&h, 1).in, 100u * 5000 * 5001 / 2);
	fill(&s, 3000, 10);
	history_add(&h, &s, 1000);
	assert_int_equal(h.first, 2);
	assert_int_equal(h.next, 3);
	history_free(&h);
	snapshot_free(&s);
}

static void
the_number_of_snapshots_is_bounded(void **state)
{
	struct history h;
	struct snapshot s;
	uint64_t i;

	(void)state;
	snapshot_init(&s);
	assert_int_equal(history_init(&h, 64u << 20), 0);
	for (i = 0; i < HISTORY_SNAPSHOTS + 10; i++) {
		fill(&s, 1000 * (i + 1), 1);
		history_add(&h, &s, 1000);
	}
	assert_int_equal(h.first, 10);
	assert_int_equal(history_past(&h, 10)->time_ms, 11000);
	assert_false(history_sums(&h, 10).known);
	assert_false(history_sums(&h, h.next).known);
	history_free(&h);
	snapshot_free(&s);
}

static void
rates_of_a_connection_are_traced(void **state)
{
	struct history_rates to[5];
	struct history h;
	struct snapshot s;
	struct conn c;
	uint64_t i;

	(void)state;
	snapshot_init(&s);
	assert_int_equal(history_init(&h, SMALL), 0);
	for (i = 1; i <= 3; i++) {
		snapshot_clear(&s);
		add(&s, conn(1000 * i, 7, 10 * i));
		if (i != 2)
			add(&s, conn(1000 * i, 8, i));
		add(&s, end(1000 * i, s.n));
		history_add(&h, &s, 1000);
	}
	c = conn(0, 8, 0).conn;
	history_trace(&h, 2, &c, to, 5);
	assert_false(to[0].known || to[1].known || to[3].known);
	assert_true(to[2].known && to[2].in == 1);
	assert_true(to[4].known && to[4].in == 3);
	/* Seen from the past the future is not known. */
	history_trace(&h, 0, &c, to, 1);
	assert_int_equal(to[0].in, 1);
	history_free(&h);
	snapshot_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(packing_loses_nothing),
	    cmocka_unit_test(what_is_kept_comes_back),
	    cmocka_unit_test(one_that_is_too_large_is_not_kept),
	    cmocka_unit_test(the_number_of_snapshots_is_bounded),
	    cmocka_unit_test(rates_of_a_connection_are_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
