/* test_rows.c - rows chosen by words, summed up, kept in their places. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "addr.h"
#include "handmade.h"
#include "rows.h"

static struct row
full(const char *raddr, uint16_t rport, uint32_t pid, const char *comm, uint64_t rate)
{
	struct row r = conn(1000, 443, rate);

	r.conn.has |= HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_STATE);
	assert_int_equal(addr_parse(r.conn.laddr, "10.0.0.5", 8), 0);
	assert_int_equal(addr_parse(r.conn.raddr, raddr, strlen(raddr)), 0);
	r.conn.rport = rport;
	r.conn.pid = pid;
	strncpy(r.conn.comm, comm, sizeof(r.conn.comm) - 1);
	r.conn.state = 1;
	return r;
}

static void
words_match_all_of_them(void **state)
{
	static const struct {
		const char *text;
		int matches;
	} table[] = {
	    {"", 1},
	    {"   ", 1},
	    {"nginx", 1},
	    {"NGIN", 1},
	    {"nginx curl", 0},
	    {"nginx 2001:db8", 1},
	    {":443", 1},
	    {":444", 0},
	    {"10.0.0.5:443", 1},
	    {"]:51234", 0},
	    {"51234", 1},
	    {"812", 1},
	    {"estab tcp", 1},
	    {"udp", 0},
	    {"!udp", 1},
	    {"!tcp", 0},
	    {"nginx !listen !80.1", 1},
	    {"nginx !", 1},
	    {"! nginx", 1},
	    {"a b c d e f g h nomatch", 0},
	};
	struct conn c = full("2001:db8::1", 51234, 812, "Nginx", 1).conn;
	struct match m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		match_parse(&m, table[i].text);
		if (match_conn(&m, &c) != table[i].matches)
			fail_msg("'%s'", table[i].text);
	}
}

static void
sample(struct snapshot *s)
{
	struct row r;

	add(s, full("10.0.9.1", 1, 7, "web", 100));
	add(s, full("10.0.9.2", 2, 7, "web", 50));
	add(s, full("10.0.9.1", 3, 8, "web", 30));
	r = full("10.0.9.1", 4, 8, "web", 5);
	r.conn.event = EVENT_CLOSE;
	add(s, r);
	r = full("10.0.9.3", 5, 0, "", 1);
	r.conn.has &= ~(HAS(COL_PID) | HAS(COL_COMM));
	add(s, r);
}

static void
groups_sum_rates_and_count_connections(void **state)
{
	static const struct {
		enum group by;
		struct {
			uint64_t rate;
			uint64_t conns;
		} group[4];
	} table[] = {
	    {GROUP_PROCESS, {{150, 2}, {35, 1}, {1, 1}}},
	    {GROUP_REMOTE, {{135, 2}, {50, 1}, {1, 1}}},
	    {GROUP_PORT, {{186, 4}}},
	};
	struct rows rows = {.n = 0};
	const struct conn *c;
	struct snapshot s;
	size_t i, k;

	(void)state;
	snapshot_init(&s);
	sample(&s);
	order_add(&rows.order, "rate");
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		rows.group = table[i].by;
		assert_int_equal(rows_make(&rows, &s), 0);
		for (k = 0; k < rows.n; k++) {
			c = rows_at(&rows, k);
			assert_int_equal(c->rate_in, table[i].group[k].rate);
			assert_int_equal(c->rows, table[i].group[k].conns);
			/* Each is found again by what it knows. */
			assert_int_equal(rows_find(&rows, c), k);
			assert_false(c->has & HAS(COL_STATE));
		}
		assert_int_equal(table[i].group[k].rate, 0);
	}
	/* What is filtered out takes no part. */
	match_parse(&rows.match, "10.0.9.1");
	assert_int_equal(rows_make(&rows, &s), 0);
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows_at(&rows, 0)->rate_in, 135);
	rows_free(&rows);
	snapshot_free(&s);
}

static void
many_groups_are_told_apart(void **state)
{
	struct rows rows = {.group = GROUP_PROCESS};
	struct snapshot s;
	uint32_t i;

	(void)state;
	snapshot_init(&s);
	for (i = 0; i < 5000; i++)
		add(&s, full("10.0.9.1", 1, i % 1000, "x", 1));
	assert_int_equal(rows_make(&rows, &s), 0);
	assert_int_equal(rows.n, 1000);
	for (i = 0; i < rows.n; i++)
		assert_int_equal(rows_at(&rows, i)->rows, 5);
	rows_free(&rows);
	snapshot_free(&s);
}

static uint16_t
port(const struct rows *rows, size_t i)
{
	return rows_at(rows, i)->lport;
}

static void
frozen_rows_stay_and_new_ones_come_last(void **state)
{
	struct rows rows = {.frozen = 1};
	struct snapshot s;

	(void)state;
	snapshot_init(&s);
	order_add(&rows.order, "rate");
	fill(&s, 1000, 3);
	assert_int_equal(rows_make(&rows, &s), 0);
	assert_int_equal(port(&rows, 0), 3);
	snapshot_clear(&s);
	add(&s, conn(2000, 9, 99999));
	add(&s, conn(2000, 1, 5000));
	add(&s, conn(2000, 2, 0));
	add(&s, conn(2000, 3, 1));
	assert_int_equal(rows_make(&rows, &s), 0);
	assert_int_equal(port(&rows, 0), 3);
	assert_int_equal(port(&rows, 1), 2);
	assert_int_equal(port(&rows, 2), 1);
	assert_int_equal(port(&rows, 3), 9);
	rows_thaw(&rows);
	assert_int_equal(rows_make(&rows, &s), 0);
	assert_int_equal(port(&rows, 0), 9);
	assert_int_equal(port(&rows, 3), 2);
	rows_free(&rows);
	snapshot_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_match_all_of_them),
	    cmocka_unit_test(groups_sum_rates_and_count_connections),
	    cmocka_unit_test(many_groups_are_told_apart),
	    cmocka_unit_test(frozen_rows_stay_and_new_ones_come_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
