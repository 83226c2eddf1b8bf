/* test_order.c - several keys, and snapshots put in order by them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "order.h"
#include "snapshot.h"

static void
quantities_go_down_and_all_else_up(void **state)
{
	static const struct {
		const char *text;
		int col;
		int desc;
	} t[] = {
	    {"rtt_us", COL_RTT_US, 1},
	    {"rtt_us:asc", COL_RTT_US, 0},
	    {"pid", COL_PID, 0},
	    {"pid:desc", COL_PID, 1},
	    {"comm", COL_COMM, 0},
	    {"raddr:desc", COL_RADDR, 1},
	    {"rate", ORDER_RATE, 1},
	    {"rate:asc", ORDER_RATE, 0},
	};
	struct order o = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(order_add(&o, t[i].text), 0);
		assert_int_equal(o.key[i].col, t[i].col);
		assert_int_equal(o.key[i].desc, t[i].desc);
	}
	assert_int_equal(o.n, ORDER_MAX);
	assert_int_equal(order_add(&o, "pid"), -E2BIG);
}

static void
add_refuses_what_is_no_key(void **state)
{
	static const char *const t[] = {"", ":", "nonsense", "pid:", "pid:up", "pid:ASC",
	    "pid:asc:desc", ":asc", "rates", "rat", "pid,uid", "PID"};
	struct order o = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(order_add(&o, t[i]), -EINVAL);
	assert_int_equal(o.n, 0);
}

static struct conn
with_rates(uint64_t has, uint64_t in, uint64_t out)
{
	struct conn c = {0};

	c.has = has;
	c.rate_in = in;
	c.rate_out = out;
	return c;
}

static void
rate_is_the_sum_of_what_is_known(void **state)
{
	const uint64_t in = HAS(COL_RATE_IN), out = HAS(COL_RATE_OUT);
	struct conn t[] = {
	    with_rates(in | out, UINT64_MAX, 5), /* would wrap round */
	    with_rates(in | out, 6, 6),
	    with_rates(out, 99, 11),
	    with_rates(in, 10, 99),
	    with_rates(in | out, 0, 0),
	    with_rates(0, 99, 99),
	};
	struct order o = {0};
	size_t i;

	(void)state;
	assert_int_equal(order_add(&o, "rate"), 0);
	for (i = 1; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_true(order_compare(&o, &t[i - 1], &t[i]) < 0);
		assert_true(order_compare(&o, &t[i], &t[i - 1]) > 0);
	}
}

static void
unknown_comes_last_in_both_directions(void **state)
{
	static const char *const keys[] = {"rtt_us:asc", "rtt_us:desc", "comm:asc",
	    "comm:desc", "raddr:asc", "raddr:desc", "rate:asc", "rate:desc"};
	struct conn known = {0}, unknown = {0};
	struct order o;
	size_t i;

	(void)state;
	known.has = UINT64_MAX;
	known.rtt_us = UINT32_MAX;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		o.n = 0;
		assert_int_equal(order_add(&o, keys[i]), 0);
		assert_true(order_compare(&o, &known, &unknown) < 0);
		assert_true(order_compare(&o, &unknown, &known) > 0);
		assert_true(order_compare(&o, &unknown, &unknown) == 0);
	}
}

/* A rank may decide only what order_compare would decide in the same way. */
static void
rank_never_contradicts_compare(void **state)
{
	static const char *const keys[] = {"rtt_us", "rtt_us:asc", "bytes_in",
	    "bytes_in:asc", "rate", "rate:asc", "comm", "raddr", "lport"};
	static const uint64_t values[] = {0, 1, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX};
	struct conn c[12] = {{0}};
	uint64_t a, b;
	struct order o;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < 10; i++) {
		c[i].has = i % 2 ? UINT64_MAX : ~HAS(COL_RATE_OUT);
		c[i].rtt_us = (uint32_t)values[i / 2];
		c[i].bytes_in = c[i].rate_in = c[i].rate_out = values[i / 2];
		c[i].lport = (uint16_t)values[i / 2];
	}
	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		o.n = 0;
		assert_int_equal(order_add(&o, keys[k]), 0);
		for (i = 0; i < 12; i++) {
			for (j = 0; j < 12; j++) {
				a = order_rank(&o, &c[i]);
				b = order_rank(&o, &c[j]);
				if (a < b)
					assert_true(order_compare(&o, &c[i], &c[j]) < 0);
			}
		}
	}
}

static struct row
row_of(uint32_t pid, uint32_t rtt_us, const char *line)
{
	struct row r = {0};

	r.conn.has = HAS(COL_PID) | HAS(COL_RTT_US) | HAS(COL_TIME) | HAS(COL_EVENT);
	r.conn.event = EVENT_LIVE;
	r.conn.pid = pid;
	r.conn.rtt_us = rtt_us;
	r.conn.time_ms = 1000;
	r.line = line;
	r.len = strlen(line);
	return r;
}

static void
sort_is_stable_and_moves_lines_along(void **state)
{
	enum { ROWS = 5000 };
	struct snapshot s;
	struct order o = {0};
	char line[16];
	struct row r;
	int i;

	(void)state;
	snapshot_init(&s);
	s.keep_lines = 1;
	for (i = 0; i < ROWS; i++) {
		snprintf(line, sizeof(line), "%d", i);
		r = row_of((uint32_t)i, (uint32_t)(i * 7919 % 13), line);
		assert_int_equal(snapshot_add(&s, &r), SNAPSHOT_MORE);
	}
	assert_int_equal(order_add(&o, "rtt_us:asc"), 0);
	assert_int_equal(snapshot_sort(&s, &o), 0);
	assert_int_equal(s.n, ROWS);
	for (i = 0; i < ROWS; i++) {
		snprintf(line, sizeof(line), "%u", s.row[i].conn.pid);
		assert_int_equal(s.row[i].len, strlen(line));
		assert_memory_equal(s.lines + s.row[i].line, line, s.row[i].len);
		if (i == 0)
			continue;
		assert_true(s.row[i - 1].conn.rtt_us <= s.row[i].conn.rtt_us);
		if (s.row[i - 1].conn.rtt_us == s.row[i].conn.rtt_us)
			assert_true(s.row[i - 1].conn.pid < s.row[i].conn.pid);
	}
	snapshot_free(&s);
}

static void
second_key_decides_where_the_first_does_not(void **state)
{
	static const uint32_t want[] = {4, 2, 3, 1, 0};
	struct row r[] = {row_of(0, 1, ""), row_of(1, 2, ""), row_of(2, 3, ""),
	    row_of(3, 2, ""), row_of(4, 3, "")};
	struct snapshot s;
	struct order o = {0};
	size_t i;

	(void)state;
	snapshot_init(&s);
	for (i = 0; i < 5; i++)
		assert_int_equal(snapshot_add(&s, &r[i]), SNAPSHOT_MORE);
	assert_int_equal(order_add(&o, "rtt_us"), 0);
	assert_int_equal(order_add(&o, "pid:desc"), 0);
	assert_int_equal(snapshot_sort(&s, &o), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(s.row[i].conn.pid, want[i]);
	snapshot_free(&s);
}

static void
snapshot_ends_at_its_end_row_or_another_time(void **state)
{
	struct row a = row_of(1, 1, "a"), end = row_of(0, 0, "end"),
		   later = row_of(2, 2, "b");
	struct row timeless = row_of(3, 3, "c");
	struct snapshot s;

	(void)state;
	snapshot_init(&s);
	s.keep_lines = 1;
	end.conn.event = EVENT_END;
	later.conn.time_ms = 2000;
	timeless.conn.has &= ~HAS(COL_TIME);
	assert_int_equal(snapshot_add(&s, &a), SNAPSHOT_MORE);
	assert_int_equal(snapshot_add(&s, &later), SNAPSHOT_NEXT);
	assert_int_equal(snapshot_add(&s, &timeless), SNAPSHOT_NEXT);
	assert_int_equal(snapshot_add(&s, &end), SNAPSHOT_DONE);
	assert_int_equal(snapshot_add(&s, &a), SNAPSHOT_NEXT);
	assert_int_equal(s.n, 1);
	assert_true(s.has_end);
	assert_memory_equal(s.lines + s.end.line, "end", s.end.len);
	snapshot_clear(&s);
	assert_int_equal(s.n, 0);
	assert_false(s.has_end);
	assert_int_equal(snapshot_add(&s, &timeless), SNAPSHOT_MORE);
	assert_int_equal(snapshot_add(&s, &timeless), SNAPSHOT_MORE);
	assert_int_equal(snapshot_add(&s, &a), SNAPSHOT_NEXT);
	snapshot_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quantities_go_down_and_all_else_up),
	    cmocka_unit_test(add_refuses_what_is_no_key),
	    cmocka_unit_test(rate_is_the_sum_of_what_is_known),
	    cmocka_unit_test(unknown_comes_last_in_both_directions),
	    cmocka_unit_test(rank_never_contradicts_compare),
	    cmocka_unit_test(sort_is_stable_and_moves_lines_along),
	    cmocka_unit_test(second_key_decides_where_the_first_does_not),
	    cmocka_unit_test(snapshot_ends_at_its_end_row_or_another_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
