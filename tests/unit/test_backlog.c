#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backlog.h"

/* A report known by its pid, of a connection last seen in snapshot `seen`. */
static void
add(struct backlog *b, uint32_t pid, uint64_t seen)
{
	struct conn c;

	memset(&c, 0, sizeof(c));
	c.pid = pid;
	c.rows = seen;
	backlog_add(b, &c, sizeof(c));
}

/* Take a whole snapshot; pids in order into out. Returns how many. */
static size_t
take_all(struct backlog *b, uint64_t held, size_t most, uint32_t *out)
{
	struct conn *r;
	size_t i, n, all;

	all = 0;
	backlog_begin(b);
	while ((n = backlog_take(b, held, most, &r)) > 0) {
		assert_true(n <= most);
		for (i = 0; i < n; i++)
			out[all++] = r[i].pid;
	}
	return all;
}

static void
reports_come_out_once_and_in_order(void **state)
{
	uint32_t got[8];
	struct backlog b;
	uint32_t i;

	(void)state;
	backlog_init(&b, 100);
	for (i = 0; i < 5; i++)
		add(&b, i, 0);
	assert_int_equal(take_all(&b, 7, 2, got), 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(got[i], i);
	assert_int_equal(take_all(&b, 8, 2, got), 0);
	backlog_free(&b);
}

static void
a_connection_with_a_row_already_waits_for_the_next_snapshot(void **state)
{
	static const uint64_t seen[] = {7, 6, 7, 0, 7, 6};
	static const uint32_t first[] = {1, 3, 5}, second[] = {0, 2, 4};
	uint32_t got[8];
	struct backlog b;
	uint32_t i;

	(void)state;
	backlog_init(&b, 100);
	for (i = 0; i < 6; i++)
		add(&b, i, seen[i]);
	assert_int_equal(take_all(&b, 7, 100, got), 3);
	assert_memory_equal(got, first, sizeof(first));
	assert_int_equal(take_all(&b, 8, 100, got), 3);
	assert_memory_equal(got, second, sizeof(second));
	backlog_free(&b);
}

static void
the_last_snapshot_holds_nothing_back(void **state)
{
	uint32_t got[8];
	struct backlog b;

	(void)state;
	backlog_init(&b, 100);
	add(&b, 1, 7);
	add(&b, 2, 6);
	assert_int_equal(take_all(&b, 0, 100, got), 2);
	backlog_free(&b);
}

static void
reports_that_arrive_in_between_are_not_lost(void **state)
{
	struct backlog b;
	struct conn *r;
	uint32_t got[8];

	(void)state;
	backlog_init(&b, 100);
	add(&b, 1, 0);
	backlog_begin(&b);
	assert_int_equal(backlog_take(&b, 7, 100, &r), 1);
	add(&b, 2, 0);
	add(&b, 3, 7);
	assert_int_equal(backlog_take(&b, 7, 100, &r), 1);
	assert_int_equal(r->pid, 2);
	assert_int_equal(backlog_take(&b, 7, 100, &r), 0);
	assert_int_equal(take_all(&b, 8, 100, got), 1);
	assert_int_equal(got[0], 3);
	backlog_free(&b);
}

static void
what_does_not_fit_is_counted(void **state)
{
	uint32_t got[4000];
	struct backlog b;
	uint32_t i;

	(void)state;
	backlog_init(&b, 3000);
	for (i = 0; i < 3500; i++)
		add(&b, i, 0);
	assert_int_equal(b.dropped, 500);
	assert_int_equal(take_all(&b, 1, 4096, got), 3000);
	assert_int_equal(got[2999], 2999);
	add(&b, 1, 0);
	assert_int_equal(b.dropped, 500);
	backlog_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_come_out_once_and_in_order),
	    cmocka_unit_test(a_connection_with_a_row_already_waits_for_the_next_snapshot),
	    cmocka_unit_test(the_last_snapshot_holds_nothing_back),
	    cmocka_unit_test(reports_that_arrive_in_between_are_not_lost),
	    cmocka_unit_test(what_does_not_fit_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
