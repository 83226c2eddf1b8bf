/* test_feed.c - where a snapshot ends. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "feed.h"

#define HEADER "time,event,lport,rows\n"
#define T1 "2026-11-20T18:11:01.000Z"
#define T2 "2026-11-20T18:11:02.000Z"
#define T3 "2026-11-20T18:11:03.000Z"

static struct feed feed;
static struct snapshot shown;
static int to;

static int
setup(void **state)
{
	int fd[2];

	(void)state;
	if (pipe(fd) < 0)
		return -1;
	to = fd[1];
	snapshot_init(&shown);
	return feed_init(&feed, fd[0]);
}

static int
teardown(void **state)
{
	(void)state;
	feed_free(&feed);
	snapshot_free(&shown);
	if (to >= 0)
		close(to);
	return 0;
}

static void
send(const char *text)
{
	const size_t len = strlen(text);

	assert_int_equal(write(to, text, len), len);
	feed_fill(&feed);
}

static void
hang_up(void)
{
	close(to);
	to = -1;
	feed_fill(&feed);
	assert_true(feed.eof);
}

static void
an_end_row_completes_a_snapshot(void **state)
{
	(void)state;
	send(HEADER T1 ",live,1,\n" T1 ",live,2,\n");
	assert_int_equal(feed_next(&feed), 0);
	assert_in_range(feed_patience(&feed), 0, SNAPSHOT_SILENCE_MS);
	send(T1 ",end,,2\n");
	assert_int_equal(feed_next(&feed), 1);
	assert_int_equal(feed.snap.n, 2);
	assert_true(feed.snap.has_end);
	assert_true(feed.saw_end);
	assert_int_equal(feed_next(&feed), 0);
}

static void
a_new_time_completes_it_and_no_row_is_lost(void **state)
{
	(void)state;
	send(HEADER T1 ",live,1,\n" T2 ",live,2,\n" T3 ",live,3,\n");
	assert_int_equal(feed_next(&feed), 1);
	assert_int_equal(feed.snap.n, 1);
	assert_int_equal(feed.snap.row[0].conn.lport, 1);
	feed_take(&feed, &shown);
	assert_int_equal(feed_next(&feed), 1);
	assert_int_equal(feed.snap.n, 1);
	assert_int_equal(feed.snap.row[0].conn.lport, 2);
	assert_int_equal(shown.row[0].conn.lport, 1);
	assert_int_equal(feed_next(&feed), 0);
	hang_up();
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed.snap.row[0].conn.lport, 3);
	assert_int_equal(feed_next(&feed), 0);
}

static void
the_end_of_the_stream_completes_it(void **state)
{
	(void)state;
	/* The last line even without its line end */
	send(HEADER T1 ",live,1,\n" T1 ",live,2,");
	assert_int_equal(feed_next(&feed), 0);
	hang_up();
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed.snap.n, 2);
	assert_int_equal(feed_next(&feed), 0);
}

static void
silence_completes_it_only_without_end_rows(void **state)
{
	(void)state;
	send(HEADER);
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_patience(&feed), -1);
	assert_int_equal(feed_finish(&feed), 0);
	send(T1 ",live,1,\n");
	assert_int_equal(feed_next(&feed), 0);
	assert_in_range(feed_patience(&feed), 0, SNAPSHOT_SILENCE_MS);
	feed.heard_ms -= SNAPSHOT_SILENCE_MS;
	assert_int_equal(feed_patience(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed_patience(&feed), -1);
	feed_take(&feed, &shown);
	assert_int_equal(feed_finish(&feed), 0);
	send(T2 ",live,1,\n" T2 ",end,,1\n" T3 ",live,1,\n");
	assert_int_equal(feed_next(&feed), 1);
	feed_take(&feed, &shown);
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_patience(&feed), -1);
}

static void
the_gap_is_between_snapshots_not_their_parts(void **state)
{
	(void)state;
	send(HEADER T1 ",live,1,\n" T3 ",live,2,\n");
	assert_int_equal(feed_next(&feed), 1);
	assert_int_equal(feed.gap_ms, 0);
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed.gap_ms, 2000);
	send(T3 ",live,3,\n");
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed.snap.n, 1);
	assert_int_equal(feed.gap_ms, 2000);
	/* Back in time: a log put together from two. */
	send(T1 ",live,4,\n");
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed_finish(&feed), 1);
	assert_int_equal(feed.gap_ms, 0);
}

static void
another_feed_goes_on_with_what_was_begun(void **state)
{
	struct feed first = feed;
	const int first_to = to;

	assert_int_equal(setup(state), 0);
	send(HEADER T1 ",live,2,\n");
	assert_int_equal(feed_peek(&feed), 1);
	assert_int_equal(feed.snap.n, 0);
	assert_int_equal(write(first_to, HEADER T1 ",live,1,\n", 55), 55);
	feed_fill(&first);
	assert_int_equal(feed_next(&first), 0);
	feed_follow(&feed, &first);
	assert_int_equal(feed_next(&feed), 0);
	assert_int_equal(feed.snap.n, 2);
	assert_int_equal(feed.snap.row[0].conn.lport, 1);
	assert_int_equal(feed.snap.row[1].conn.lport, 2);
	assert_int_equal(first.snap.n, 0);
	feed_free(&first);
	close(first_to);
}

/* While the screen is paused: the newest complete one waits until the next begins. */
static void
one_that_is_not_shown_gives_way_to_the_next(void **state)
{
	(void)state;
	send(HEADER T1 ",live,1,\n" T1 ",end,,1\n");
	assert_int_equal(feed_next(&feed), 1);
	feed_take(&feed, &shown);
	send(T2 ",live,2,\n" T2 ",end,,1\n");
	assert_int_equal(feed_next(&feed), 1);
	assert_true(feed.complete);
	send(T3 ",live,3,\n");
	assert_int_equal(feed_next(&feed), 0);
	assert_false(feed.complete);
	send(T3 ",end,,1\n");
	assert_int_equal(feed_next(&feed), 1);
	assert_int_equal(feed.snap.n, 1);
	assert_int_equal(feed.snap.row[0].conn.lport, 3);
	assert_int_equal(shown.row[0].conn.lport, 1);
}

static void
garbage_is_an_error(void **state)
{
	(void)state;
	send(HEADER T1 ",live,1,\n" T1 ",live,abc,\n");
	assert_int_equal(feed_next(&feed), -EBADMSG);
	assert_string_equal(feed_why(&feed), "line 3: lport 'abc' is not a number");
	/* Nothing comes after it. */
	send(T1 ",live,1,\n");
	assert_int_equal(feed_next(&feed), -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		an_end_row_completes_a_snapshot, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_new_time_completes_it_and_no_row_is_lost, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		the_end_of_the_stream_completes_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		silence_completes_it_only_without_end_rows, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		the_gap_is_between_snapshots_not_their_parts, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		another_feed_goes_on_with_what_was_begun, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		one_that_is_not_shown_gives_way_to_the_next, setup, teardown),
	    cmocka_unit_test_setup_teardown(garbage_is_an_error, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
