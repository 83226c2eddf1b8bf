#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diag.h"
#include "diag_table.h"

static const uint64_t SECOND = 1000000000;

struct bench {
	struct options o;
	struct diag_table t;
	uint64_t now;
	struct conn row;
};

static int
set_up(void **state)
{
	static const uint64_t seed[2];
	static struct bench b;

	memset(&b, 0, sizeof(b));
	b.o.tcp = b.o.v4 = b.o.v6 = b.o.listen = 1;
	b.o.port.hi = b.o.lport.hi = b.o.rport.hi = UINT16_MAX;
	b.o.backlog = 100;
	b.o.max_flows = 10;
	b.now = 100 * SECOND;
	*state = &b;
	if (diag_table_init(&b.t, &b.o, seed) < 0)
		return -1;
	diag_table_begin(&b.t, b.now);
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	diag_table_free(&b->t);
	return 0;
}

static void
next_list(struct bench *b)
{
	b->now += SECOND;
	diag_table_begin(&b->t, b->now);
}

static int
seen(struct bench *b, uint64_t cookie, const struct tcp_info *info)
{
	struct diag_socket s = socket_of(cookie, info);

	return diag_table_seen(&b->t, &s, b->now, &b->row);
}

static void
ended(struct bench *b, uint64_t cookie, struct tcp_info info, int lingers, int listing)
{
	struct diag_socket s;

	info.tcpi_state = DIAG_CLOSE;
	s = socket_of(cookie, &info);
	diag_table_ended(&b->t, &s, lingers, listing);
}

/* Those that the list lacks: all are gone. Returns how many. */
static int
all_gone(struct bench *b, int last)
{
	struct diag_missing m;
	int n;

	for (n = 0; diag_table_missing(&b->t, &m); n++)
		diag_table_gone(&b->t, &m, last);
	return n;
}

/* The close rows of this snapshot; the first is in b->row. */
static size_t
closes(struct bench *b)
{
	struct conn *rows;
	size_t n, all;

	backlog_begin(&b->t.closes);
	for (all = 0; (n = backlog_take(&b->t.closes, b->t.epoch, 100, &rows)) > 0;
	     all += n) {
		diag_table_finish(&b->t, rows, n, b->now);
		b->row = rows[0];
	}
	return all;
}

static void
rows_tell_differences_to_the_row_before(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1000, 100);

	assert_int_equal(seen(b, 1, &info), 0); /* older than us */
	next_list(b);
	info.tcpi_bytes_received = 3000;
	info.tcpi_total_retrans = 2;
	assert_int_equal(seen(b, 1, &info), 1);
	assert_int_equal(b->row.event, EVENT_LIVE);
	assert_int_equal(b->row.delta_in, 2000);
	assert_int_equal(b->row.rate_in, 2000);
	assert_int_equal(b->row.delta_out, 0);
	assert_int_equal(b->row.delta_retrans, 2);
	assert_int_equal(b->row.has & HAS(COL_AGE_MS), 0);
	/* Twice in one list. */
	assert_int_equal(seen(b, 1, &info), 0);
	assert_int_equal(seen(b, 2, &info), 1);
	assert_int_equal(b->row.event, EVENT_OPEN);
	assert_int_equal(b->row.delta_in, 3000);
	next_list(b);
	assert_int_equal(seen(b, 2, &info), 1);
	assert_int_equal(b->row.event, EVENT_LIVE);
	assert_int_equal(b->row.delta_in, 0);
	assert_int_equal(b->row.age_ms, 1000);
}

static void
packets_go_on_beyond_32_bits(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1, 1);

	info.tcpi_segs_in = UINT32_MAX - 1;
	seen(b, 1, &info);
	next_list(b);
	info.tcpi_segs_in = 5;
	assert_int_equal(seen(b, 1, &info), 1);
	assert_int_equal(b->row.packets_in, (uint64_t)UINT32_MAX + 6);
}

static void
a_byte_kept_back_comes_later_and_never_goes_back(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 0);

	next_list(b);
	info.tcpi_last_ack_recv = 0;
	seen(b, 1, &info);
	assert_int_equal(b->row.bytes_in, 9);
	next_list(b);
	info.tcpi_last_ack_recv = 1000;
	seen(b, 1, &info);
	assert_int_equal(b->row.bytes_in, 10);
	assert_int_equal(b->row.delta_in, 1);
	next_list(b);
	info.tcpi_last_ack_recv = 0;
	seen(b, 1, &info);
	assert_int_equal(b->row.bytes_in, 10);
}

static void
changed_leaves_out_the_quiet(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 10);

	b->o.changed = 1;
	seen(b, 1, &info);
	next_list(b);
	assert_int_equal(seen(b, 1, &info), 0);
	next_list(b);
	info.tcpi_segs_in++;
	assert_int_equal(seen(b, 1, &info), 1);
}

static void
without_messages_a_missing_one_has_closed_with_what_was_known(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 20);

	next_list(b);
	info.tcpi_state = DIAG_CLOSE_WAIT;
	seen(b, 1, &info);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 1);
	assert_int_equal(closes(b), 1);
	assert_int_equal(b->row.event, EVENT_CLOSE);
	assert_int_equal(b->row.state, DIAG_CLOSE_WAIT);
	assert_int_equal(b->row.bytes_in, 9);
	assert_int_equal(b->row.delta_in, 0);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 0);
}

static void
a_message_is_waited_for_until_the_next_list(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 20);

	b->t.listens = 1;
	seen(b, 1, &info);
	seen(b, 2, &info);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 2);
	assert_int_equal(closes(b), 0);
	info.tcpi_bytes_received = 15;
	info.tcpi_data_segs_in = 1;
	ended(b, 1, info, 1, 0);
	assert_int_equal(closes(b), 1);
	assert_int_equal(b->row.bytes_in, 15);
	assert_int_equal(b->row.delta_in, 5);
	assert_int_equal(b->row.state, DIAG_FIN_WAIT2);
	/* The other one's process keeps it: told now, and only once. */
	next_list(b);
	assert_int_equal(all_gone(b, 0), 1);
	assert_int_equal(closes(b), 1);
	assert_int_equal(b->row.cookie, 2);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 0);
	ended(b, 2, info, 0, 0);
	assert_int_equal(closes(b), 0);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 0);
	assert_int_equal(b->t.pool.order[POOL_LIVE].n, 0);
}

static void
the_last_snapshot_waits_for_nothing(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 20);

	b->t.listens = 1;
	seen(b, 1, &info);
	next_list(b);
	assert_int_equal(all_gone(b, 1), 1);
	assert_int_equal(closes(b), 1);
}

static void
a_list_from_a_moment_ago_does_not_raise_the_dead(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 20);

	b->t.listens = 1;
	seen(b, 1, &info);
	next_list(b);
	ended(b, 1, info, 1, 1);
	ended(b, 2, info, 1, 1);
	assert_int_equal(seen(b, 1, &info), 0);
	assert_int_equal(seen(b, 2, &info), 0);
	assert_int_equal(closes(b), 2);
	all_gone(b, 0);
	next_list(b);
	assert_int_equal(all_gone(b, 0), 0);
	assert_int_equal(b->t.pool.order[POOL_LIVE].n, 0);
}

static void
a_close_row_waits_where_its_connection_has_a_row_already(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(10, 20);

	b->t.listens = 1;
	next_list(b);
	seen(b, 1, &info);
	ended(b, 1, info, 1, 1);
	assert_int_equal(closes(b), 0);
	next_list(b);
	assert_int_equal(closes(b), 1);
}

static void
a_further_connection_of_a_socket_is_another_one(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1000, 100);

	next_list(b);
	seen(b, 1, &info);
	next_list(b);
	info = quiet(4, 2);
	assert_int_equal(seen(b, 1, &info), 1);
	assert_int_equal(b->row.event, EVENT_OPEN);
	assert_int_equal(b->row.delta_in, 4);
	assert_int_equal(closes(b), 1);
	assert_int_equal(b->row.bytes_in, 1000);
}

static void
an_undone_connection_closes_with_what_was_known(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1000, 100);
	struct diag_socket s;

	seen(b, 1, &info);
	next_list(b);
	info = quiet(0, 0);
	info.tcpi_state = DIAG_CLOSE;
	info.tcpi_segs_in = info.tcpi_segs_out = 0;
	s = socket_of(1, &info);
	s.id.idiag_dport = 0;
	diag_table_ended(&b->t, &s, 0, 0);
	/* One that never was a connection. */
	s.cookie = 9;
	diag_table_ended(&b->t, &s, 0, 0);
	assert_int_equal(closes(b), 1);
	assert_int_equal(b->row.bytes_in, 1000);
	assert_int_equal(b->row.rport, 80);
	assert_int_equal(b->row.state, DIAG_ESTABLISHED);
}

static void
a_full_table_is_counted(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1, 1);
	uint64_t i;

	for (i = 1; i <= 13; i++)
		seen(b, i, &info);
	assert_int_equal(b->t.lost, 3);
}

static int
nobody_yet(void *arg, uint32_t inode, uint32_t *since, struct flow_owner *who)
{
	int *asked = arg;

	(void)inode;
	++*since;
	who->pid = 77;
	who->owner = OWNER_SCAN;
	who->has = HAS(COL_PID) | HAS(COL_COMM);
	memcpy(who->comm, "late", 5);
	return ++*asked > 1 ? 1 : -1;
}

static void
an_owner_is_asked_for_until_known_then_kept(void **state)
{
	struct bench *b = *state;
	struct tcp_info info = quiet(1, 1);
	struct diag_socket s;
	int asked = 0;

	b->t.owner = nobody_yet;
	b->t.arg = &asked;
	b->o.pid = 77;
	seen(b, 1, &info);
	next_list(b);
	assert_int_equal(seen(b, 1, &info), 1);
	assert_string_equal(b->row.comm, "late");
	assert_int_equal(b->row.owner, OWNER_SCAN);
	next_list(b);
	/* Its process has left it to the kernel. */
	s = socket_of(1, &info);
	s.inode = 0;
	assert_int_equal(diag_table_seen(&b->t, &s, b->now, &b->row), 1);
	assert_int_equal(b->row.pid, 77);
	assert_int_equal(asked, 2);
}

/* --- how it ended ---------------------------------------------------------------------
 */

static void
an_end_is_judged_by_its_traces(void **state)
{
	enum { NO_PAST, QUIET, FRESH };
	/* Of a connection that received 10 bytes and sent 20, which we made. */
	static const struct {
		int past;
		uint8_t past_state;
		uint64_t received;
		uint64_t acked;
		uint32_t recvq;
		int lingers;
		uint8_t state;
		uint8_t fin;
	} cases[] = {
	    /* We closed first; a FIN that came before it is unread. */
	    {NO_PAST, 0, 10, 22, 0, 1, DIAG_FIN_WAIT2, 0},
	    {NO_PAST, 0, 11, 22, 1, 1, DIAG_FIN_WAIT2, 1},
	    /* The other side did, read to its end or not. */
	    {NO_PAST, 0, 11, 22, 0, 0, DIAG_LAST_ACK, 1},
	    {NO_PAST, 0, 11, 22, 1, 0, DIAG_LAST_ACK, 1},
	    /* Cut: our FIN was never acknowledged. */
	    {NO_PAST, 0, 10, 21, 0, 0, DIAG_ESTABLISHED, 0},
	    {QUIET, DIAG_ESTABLISHED, 10, 21, 0, 0, DIAG_ESTABLISHED, 0},
	    {QUIET, DIAG_CLOSE_WAIT, 11, 21, 0, 0, DIAG_CLOSE_WAIT, 1},
	    /* What a list has seen is surer. */
	    {QUIET, DIAG_ESTABLISHED, 10, 22, 0, 1, DIAG_FIN_WAIT2, 0},
	    {QUIET, DIAG_ESTABLISHED, 11, 22, 0, 1, DIAG_FIN_WAIT2, 1},
	    {QUIET, DIAG_FIN_WAIT2, 11, 22, 0, 1, DIAG_FIN_WAIT2, 1},
	    {QUIET, DIAG_CLOSING, 11, 22, 0, 1, DIAG_CLOSING, 1},
	    {QUIET, DIAG_LAST_ACK, 11, 22, 0, 0, DIAG_LAST_ACK, 1},
	    /* But not of one whose FIN may have been there already. */
	    {FRESH, DIAG_ESTABLISHED, 10, 22, 1, 0, DIAG_LAST_ACK, 1},
	};
	struct tcp_info info;
	struct diag_past past;
	struct diag_socket s;
	struct diag_end e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memset(&past, 0, sizeof(past));
		past.active = -1;
		if (cases[i].past != NO_PAST) {
			info = quiet(10 + (cases[i].past_state >= DIAG_CLOSE_WAIT), 20);
			info.tcpi_bytes_acked = 21;
			info.tcpi_state = cases[i].past_state;
			if (cases[i].past == FRESH)
				info.tcpi_last_ack_recv = 0;
			s = socket_of(1, &info);
			diag_remember(&past, &s);
		}
		info = quiet(cases[i].received, 20);
		info.tcpi_bytes_acked = cases[i].acked;
		info.tcpi_state = DIAG_CLOSE;
		s = socket_of(1, &info);
		s.recvq = cases[i].recvq;
		e = diag_judge(&s, &past, cases[i].lingers);
		if (e.state != cases[i].state || e.fin != cases[i].fin)
			print_message("case %zu: state %u, fin %u\n", i, e.state, e.fin);
		assert_int_equal(e.state, cases[i].state);
		assert_int_equal(e.fin, cases[i].fin);
	}
}

static void
one_that_was_never_answered_ends_in_syn_sent(void **state)
{
	struct tcp_info info = quiet(0, 0);
	struct diag_past past;
	struct diag_socket s;

	(void)state;
	memset(&past, 0, sizeof(past));
	past.active = -1;
	info.tcpi_rtt = 0;
	info.tcpi_state = DIAG_CLOSE;
	s = socket_of(1, &info);
	assert_int_equal(diag_judge(&s, &past, 0).state, DIAG_SYN_SENT);
	assert_int_equal(diag_judge(&s, &past, 0).fin, 0);
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_TABLE(rows_tell_differences_to_the_row_before),
	    WITH_TABLE(packets_go_on_beyond_32_bits),
	    WITH_TABLE(a_byte_kept_back_comes_later_and_never_goes_back),
	    WITH_TABLE(changed_leaves_out_the_quiet),
	    WITH_TABLE(without_messages_a_missing_one_has_closed_with_what_was_known),
	    WITH_TABLE(a_message_is_waited_for_until_the_next_list),
	    WITH_TABLE(the_last_snapshot_waits_for_nothing),
	    WITH_TABLE(a_list_from_a_moment_ago_does_not_raise_the_dead),
	    WITH_TABLE(a_close_row_waits_where_its_connection_has_a_row_already),
	    WITH_TABLE(a_further_connection_of_a_socket_is_another_one),
	    WITH_TABLE(an_undone_connection_closes_with_what_was_known),
	    WITH_TABLE(a_full_table_is_counted),
	    WITH_TABLE(an_owner_is_asked_for_until_known_then_kept),
	    cmocka_unit_test(an_end_is_judged_by_its_traces),
	    cmocka_unit_test(one_that_was_never_answered_ends_in_syn_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
