/* test_model.c - what order rows are in, and where the keys lead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys.h"
#include "model.h"
#include "handmade.h"

enum { PAGE = 4 };

static unsigned
port_at(const struct model *m, size_t row)
{
	assert_true(row < m->rows.n);
	return rows_at(&m->rows, row)->lport;
}

static void
press(struct model *m, int key)
{
	assert_int_equal(model_key(m, key), 1);
	assert_int_equal(model_settle(m, PAGE), 0);
}

static void
the_fastest_come_first(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 5);
	model_take(&m, &s, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(port_at(&m, 0), 5);
	assert_int_equal(port_at(&m, 4), 1);
	snapshot_free(&s);
	model_free(&m);
}

static void
without_an_order_the_stream_has_its_way(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	m.rows.order.n = 0;
	snapshot_clear(&s);
	add(&s, conn(1, 2, 5));
	add(&s, conn(1, 3, 9));
	add(&s, conn(1, 1, 7));
	model_take(&m, &s, 0, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(port_at(&m, 0), 2);
	assert_int_equal(port_at(&m, 1), 3);
	assert_int_equal(port_at(&m, 2), 1);
	snapshot_free(&s);
	model_free(&m);
}

static void
each_sort_key_has_its_column_and_reverses(void **state)
{
	static const struct {
		int key;
		int col;
		int desc;
	} table[] = {
	    {'r', COL_RATE_IN, 1},
	    {'R', COL_RATE_OUT, 1},
	    {'T', ORDER_RATE, 1},
	    {'p', COL_PID, 0},
	    {'n', COL_COMM, 0},
	    {'s', COL_STATE, 0},
	    {'t', COL_RTT_US, 1},
	    {'a', COL_LADDR, 0},
	    {'A', COL_RADDR, 0},
	    {'P', COL_PROTO, 0},
	};
	struct snapshot s;
	struct model m;
	size_t i;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	m.rows.order.n = 0;
	fill(&s, 1000, 3);
	model_take(&m, &s, 1, 0);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		press(&m, table[i].key);
		assert_int_equal(m.rows.order.key[0].col, table[i].col);
		assert_int_equal(!!m.rows.order.key[0].desc, table[i].desc);
		press(&m, table[i].key);
		assert_int_equal(m.rows.order.key[0].col, table[i].col);
		assert_int_equal(!!m.rows.order.key[0].desc, !table[i].desc);
		press(&m, table[i].key);
		assert_int_equal(!!m.rows.order.key[0].desc, table[i].desc);
	}
	snapshot_free(&s);
	model_free(&m);
}

static void
ends_are_sorted_by_address_then_port(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 3);
	model_take(&m, &s, 1, 0);
	press(&m, 'a');
	assert_int_equal(port_at(&m, 0), 1);
	press(&m, 'a');
	assert_int_equal(port_at(&m, 0), 3);
	snapshot_free(&s);
	model_free(&m);
}

static void
other_keys_change_nothing(void **state)
{
	static const int keys[] = {
	    'x', 'Q', 'q', ' ', KEY_CTRL_C, KEY_CTRL_L, KEY_NONE, 0};
	struct snapshot s;
	struct model m;
	size_t i;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 3);
	model_take(&m, &s, 1, 0);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_int_equal(model_key(&m, keys[i]), 0);
	assert_false(m.list.chosen);
	snapshot_free(&s);
	model_free(&m);
}

/* 10 rows, 4 on the screen. */
static void
the_selection_moves_and_scrolls(void **state)
{
	static const struct {
		int key;
		size_t picked;
		size_t top;
	} steps[] = {
	    {KEY_DOWN, 0, 0}, /* the first move selects the top */
	    {'j', 1, 0},
	    {KEY_DOWN, 2, 0},
	    {'j', 3, 0},
	    {'j', 4, 1},
	    {'k', 3, 1},
	    {KEY_PGDN, 7, 4},
	    {KEY_PGDN, 9, 6},
	    {KEY_DOWN, 9, 6},
	    {KEY_UP, 8, 6},
	    {KEY_PGUP, 4, 4},
	    {KEY_PGUP, 0, 0},
	    {KEY_UP, 0, 0},
	    {'G', 9, 6},
	    {'g', 0, 0},
	    {KEY_END, 9, 6},
	    {KEY_HOME, 0, 0},
	};
	struct snapshot s;
	struct model m;
	size_t i;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 10);
	model_take(&m, &s, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		press(&m, steps[i].key);
		assert_true(m.list.chosen);
		if (m.list.at != steps[i].picked || m.list.top != steps[i].top)
			fail_msg("step %zu: row %zu, top %zu", i, m.list.at, m.list.top);
	}
	press(&m, KEY_ESC);
	assert_false(m.list.chosen);
	snapshot_free(&s);
	model_free(&m);
}

static void
a_smaller_screen_keeps_the_selection_on_it(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 10);
	model_take(&m, &s, 1, 0);
	press(&m, 'g');
	press(&m, KEY_PGDN);
	assert_int_equal(m.list.at, 4);
	assert_int_equal(model_settle(&m, 1), 0);
	assert_int_equal(m.list.top, 4);
	assert_int_equal(model_settle(&m, 0), 0);
	assert_int_equal(m.list.top, 4);
	/* A larger one is filled to its end. */
	assert_int_equal(model_settle(&m, 8), 0);
	assert_int_equal(m.list.top, 2);
	assert_int_equal(model_settle(&m, 100), 0);
	assert_int_equal(m.list.top, 0);
	snapshot_free(&s);
	model_free(&m);
}

static void
the_selection_stays_with_its_connection(void **state)
{
	struct snapshot a, b;
	struct model m;

	(void)state;
	snapshot_init(&a);
	snapshot_init(&b);
	model_init(&m);
	fill(&a, 1000, 10);
	model_take(&m, &a, 1, 0);
	press(&m, 'g');
	assert_int_equal(port_at(&m, m.list.at), 10);
	/* Sorted otherwise it is last, and the screen follows. */
	press(&m, 'r');
	press(&m, 'r');
	assert_int_equal(m.list.at, 9);
	assert_int_equal(port_at(&m, m.list.at), 10);
	assert_int_equal(m.list.top, 6);
	/* In the next snapshot it is slow: others come after it. */
	snapshot_clear(&b);
	add(&b, conn(2000, 7, 50));
	add(&b, conn(2000, 10, 10));
	add(&b, conn(2000, 8, 40));
	model_take(&m, &b, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(m.list.at, 0);
	assert_int_equal(port_at(&m, m.list.at), 10);
	snapshot_free(&a);
	snapshot_free(&b);
	model_free(&m);
}

static void
a_selection_that_is_gone_leaves_its_place(void **state)
{
	struct snapshot a, b;
	struct model m;

	(void)state;
	snapshot_init(&a);
	snapshot_init(&b);
	model_init(&m);
	fill(&a, 1000, 10);
	model_take(&m, &a, 1, 0);
	press(&m, 'G');
	assert_int_equal(port_at(&m, m.list.at), 1);
	snapshot_clear(&b);
	add(&b, conn(2000, 20, 50));
	add(&b, conn(2000, 21, 40));
	model_take(&m, &b, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(m.list.at, 1);
	assert_int_equal(m.list.top, 0);
	/* Nothing left at all, and keys still do no harm. */
	snapshot_clear(&a);
	add(&a, end(3000, 0));
	model_take(&m, &a, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	model_key(&m, 'j');
	model_key(&m, 'G');
	model_key(&m, KEY_PGUP);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(m.list.top, 0);
	snapshot_free(&a);
	snapshot_free(&b);
	model_free(&m);
}

/* Keys that come in one go act on what the first of them has made. */
static void
a_move_after_a_sort_starts_from_sorted_rows(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 10);
	model_take(&m, &s, 1, 0);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(model_key(&m, 'a'), 1);
	assert_int_equal(model_key(&m, 'g'), 1);
	assert_int_equal(model_settle(&m, PAGE), 0);
	assert_int_equal(m.list.at, 0);
	assert_int_equal(port_at(&m, 0), 1);
	snapshot_free(&s);
	model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_fastest_come_first),
	    cmocka_unit_test(without_an_order_the_stream_has_its_way),
	    cmocka_unit_test(each_sort_key_has_its_column_and_reverses),
	    cmocka_unit_test(ends_are_sorted_by_address_then_port),
	    cmocka_unit_test(other_keys_change_nothing),
	    cmocka_unit_test(the_selection_moves_and_scrolls),
	    cmocka_unit_test(a_smaller_screen_keeps_the_selection_on_it),
	    cmocka_unit_test(the_selection_stays_with_its_connection),
	    cmocka_unit_test(a_selection_that_is_gone_leaves_its_place),
	    cmocka_unit_test(a_move_after_a_sort_starts_from_sorted_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
