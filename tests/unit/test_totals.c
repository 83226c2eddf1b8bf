/* test_totals.c - what the head of the screen tells of a snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ident.h"
#include "model.h"
#include "handmade.h"

enum { LISTEN = 10 };

static void
a_connection_is_known_by_cookie_else_by_its_ends(void **state)
{
	struct conn a, b;

	(void)state;
	a = conn(1000, 80, 1).conn;
	b = a;
	assert_true(ident_same(&a, &b));
	b.rport = 1;
	assert_false(ident_same(&a, &b));
	a.has |= HAS(COL_COOKIE);
	a.cookie = 7;
	b.has |= HAS(COL_COOKIE);
	b.cookie = 7;
	assert_true(ident_same(&a, &b));
	/* The same ends, but another socket */
	b = a;
	b.cookie = 8;
	assert_false(ident_same(&a, &b));
	/* Cookies are counted anew on every host. */
	b = a;
	a.has |= HAS(COL_HOST);
	b.has |= HAS(COL_HOST);
	strncpy(a.host, "one", sizeof(a.host) - 1);
	strncpy(b.host, "two", sizeof(b.host) - 1);
	assert_false(ident_same(&a, &b));
	/* Without cookie and addresses nothing is the same. */
	a.has = HAS(COL_PID);
	b.has = HAS(COL_PID);
	assert_false(ident_same(&a, &b));
}

static void
sums_count_each_connection_once(void **state)
{
	struct snapshot s;
	struct model m;
	struct row r;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	add(&s, conn(1000, 1, 100));
	r = conn(1000, 2, 20);
	r.conn.event = EVENT_OPEN;
	r.conn.rate_out = 7;
	add(&s, r);
	r = conn(1000, 3, 3);
	r.conn.event = EVENT_CLOSE;
	add(&s, r);
	r = conn(1000, 4, 0);
	r.conn.has |= HAS(COL_STATE);
	r.conn.state = LISTEN;
	add(&s, r);
	r = conn(1000, 5, 1000);
	r.conn.proto = PROTO_UDP;
	add(&s, r);
	r = conn(1000, 0, 10000);
	r.conn.event = EVENT_REST;
	r.conn.has &= ~HAS(COL_PROTO);
	add(&s, r);
	model_take(&m, &s, 0, 0);
	assert_int_equal(m.totals.tcp, 2);
	assert_int_equal(m.totals.udp, 1);
	assert_int_equal(m.totals.listening, 1);
	assert_int_equal(m.totals.opened, 1);
	assert_int_equal(m.totals.closed, 1);
	assert_int_equal(m.totals.sum.rate_in, 11123);
	assert_int_equal(m.totals.sum.rate_out, 7);
	assert_true(m.totals.sum.has & HAS(COL_RATE_IN));
	assert_false(m.totals.sum.has & HAS(COL_DELTA_RETRANS));
	snapshot_free(&s);
}

static void
no_rows_have_no_rate_but_unknown_rates_are_unknown(void **state)
{
	struct snapshot s;
	struct model m;
	struct row r;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	add(&s, end(1000, 0));
	model_take(&m, &s, 1, 0);
	assert_true(m.totals.sum.has & HAS(COL_RATE_IN));
	assert_int_equal(m.totals.sum.rate_in, 0);
	snapshot_clear(&s);
	r = conn(2000, 1, 0);
	r.conn.has &= ~(HAS(COL_RATE_IN) | HAS(COL_RATE_OUT));
	add(&s, r);
	model_take(&m, &s, 1, 0);
	assert_false(m.totals.sum.has & HAS(COL_RATE_IN));
	snapshot_free(&s);
}

static void
sums_saturate(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	add(&s, conn(1000, 1, UINT64_MAX - 1));
	add(&s, conn(1000, 2, 100));
	model_take(&m, &s, 0, 0);
	assert_true(m.totals.sum.rate_in == UINT64_MAX);
	snapshot_free(&s);
}

static void
missing_rows_are_noticed(void **state)
{
	struct snapshot s;
	struct model m;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	add(&s, conn(1000, 1, 1));
	/* A stream without `end` rows promises nothing, */
	model_take(&m, &s, 0, 0);
	assert_false(m.totals.incomplete);
	/* one with them does. */
	model_take(&m, &s, 1, 0);
	assert_true(m.totals.incomplete);
	add(&s, end(1000, 1));
	model_take(&m, &s, 1, 0);
	assert_false(m.totals.incomplete);
	s.end.conn.rows = 2;
	model_take(&m, &s, 1, 0);
	assert_true(m.totals.incomplete);
	s.end.conn.has &= ~HAS(COL_ROWS);
	model_take(&m, &s, 1, 0);
	assert_false(m.totals.incomplete);
	snapshot_free(&s);
}

static void
silence_is_measured_by_the_interval(void **state)
{
	static const struct {
		uint64_t interval_ms; /* 0: not known yet */
		uint64_t silent_s;
		int stalled;
	} table[] = {
	    {0, 5, 0},
	    {0, 6, 1},
	    {100, 3, 0},
	    {100, 4, 1},
	    {10000, 30, 0},
	    {10000, 31, 1},
	};
	struct snapshot s;
	struct model m;
	size_t i;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	fill(&s, 1000, 1);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		model_take(&m, &s, 1, table[i].interval_ms);
		m.silent_s = table[i].silent_s;
		assert_int_equal(model_is_stalled(&m), table[i].stalled);
	}
	/* What has ended does not stall. */
	m.ended = 1;
	assert_false(model_is_stalled(&m));
	snapshot_free(&s);
}

static void
several_hosts_are_told_from_one(void **state)
{
	struct snapshot s;
	struct model m;
	struct row r;

	(void)state;
	snapshot_init(&s);
	model_init(&m);
	add(&s, conn(1000, 1, 1));
	model_take(&m, &s, 0, 0);
	assert_string_equal(m.totals.host, "");
	r = conn(1000, 2, 1);
	r.conn.has |= HAS(COL_HOST);
	strncpy(r.conn.host, "one", sizeof(r.conn.host) - 1);
	add(&s, r);
	add(&s, r);
	model_take(&m, &s, 0, 0);
	assert_string_equal(m.totals.host, "one");
	assert_false(m.totals.many_hosts);
	strncpy(r.conn.host, "two", sizeof(r.conn.host) - 1);
	add(&s, r);
	model_take(&m, &s, 0, 0);
	assert_true(m.totals.many_hosts);
	snapshot_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_connection_is_known_by_cookie_else_by_its_ends),
	    cmocka_unit_test(sums_count_each_connection_once),
	    cmocka_unit_test(no_rows_have_no_rate_but_unknown_rates_are_unknown),
	    cmocka_unit_test(sums_saturate),
	    cmocka_unit_test(missing_rows_are_noticed),
	    cmocka_unit_test(silence_is_measured_by_the_interval),
	    cmocka_unit_test(several_hosts_are_told_from_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
