#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "names.h"

static const uint64_t SECOND = 1000000000ull;

enum {
	ROWS = 64,
	S = PACKET_SYN,
	A = PACKET_ACK,
	F = PACKET_FIN,
	R = PACKET_RST,
};

static struct flows_options options;
static struct flows *flows;
static uint64_t now;
static struct conn row[ROWS];
static size_t rows;
static uint32_t iface;
static uint8_t way;
static uint32_t pid;

static int
even_is_local(void *arg, const uint8_t addr[16])
{
	(void)arg;
	return addr[15] % 2 == 0;
}

static void
reopen(void)
{
	flows_close(flows);
	assert_int_equal(flows_open(&flows, &options), 0);
}

static int
begin(void **state)
{
	(void)state;
	memset(&options, 0, sizeof(options));
	options.max_flows = 100;
	options.udp_timeout_ns = 5 * SECOND;
	now = 1000 * SECOND;
	iface = 0;
	way = WAY_UNKNOWN;
	pid = 0;
	reopen();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	flows_close(flows);
	flows = NULL;
	return 0;
}

static void
address(uint8_t addr[16], int n)
{
	memset(addr, 0, 16);
	addr[10] = addr[11] = 0xff;
	addr[12] = 10;
	addr[15] = (uint8_t)n;
}

static struct packet
packet(int from, int to, uint8_t proto)
{
	struct packet p;

	memset(&p, 0, sizeof(p));
	p.time_ns = now;
	p.proto = proto;
	p.segments = 1;
	p.ifindex = iface;
	p.way = way;
	p.pid = pid;
	snprintf(p.comm, sizeof(p.comm), "p%u", pid);
	snprintf(p.iface, sizeof(p.iface), "if%u", iface);
	address(p.src, from);
	address(p.dst, to);
	p.sport = (uint16_t)(1000 + from);
	p.dport = (uint16_t)(1000 + to);
	return p;
}

static void
tcp(int from, int to, unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
	struct packet p;

	p = packet(from, to, PROTO_TCP);
	p.flags = (uint8_t)flags;
	p.seq = seq;
	p.ack = ack;
	p.payload = len;
	flows_packet(flows, &p);
}

static void
udp(int from, int to, uint32_t len)
{
	struct packet p;

	p = packet(from, to, PROTO_UDP);
	p.payload = len;
	flows_packet(flows, &p);
}

/* A snapshot, after so much time; all its rows in row[]. */
static void
snapshot(double seconds)
{
	size_t n;

	now += (uint64_t)(seconds * 1e9);
	rows = 0;
	flows_begin(flows, now);
	while ((n = flows_next(flows, now, row + rows, ROWS - rows)) > 0)
		rows += n;
}

static void
expect_row(size_t i, int from, int to, enum event event, const char *state)
{
	assert_in_range(i, 0, rows - 1);
	assert_int_equal(row[i].laddr[15], from);
	assert_int_equal(row[i].raddr[15], to);
	assert_int_equal(row[i].lport, 1000 + from);
	assert_int_equal(row[i].rport, 1000 + to);
	assert_string_equal(names_event[row[i].event], names_event[event]);
	if (state == NULL) {
		assert_int_equal(row[i].has & HAS(COL_STATE), 0);
		return;
	}
	assert_true(row[i].has & HAS(COL_STATE));
	assert_string_equal(names_state[row[i].state], state);
}

static void
expect_bytes(size_t i, uint64_t in, uint64_t out)
{
	assert_int_equal(row[i].bytes_in, in);
	assert_int_equal(row[i].bytes_out, out);
}

static void
expect_packets(size_t i, uint64_t in, uint64_t out)
{
	assert_int_equal(row[i].packets_in, in);
	assert_int_equal(row[i].packets_out, out);
}

/* The one row there is. */
static void
expect_one(int from, int to, enum event event, const char *state)
{
	snapshot(1);
	assert_int_equal(rows, 1);
	expect_row(0, from, to, event, state);
}

/* 1 connects to 2; first payload bytes are 101 and 501. */
static void
handshake(void)
{
	tcp(1, 2, S, 100, 0, 0);
	now += 20000000;
	tcp(2, 1, S | A, 500, 101, 0);
	now += 10000000;
	tcp(1, 2, A, 101, 501, 0);
}

static void
a_connection_from_birth_to_death(void **state)
{
	(void)state;
	options.start_ns = now;
	reopen();
	handshake();
	tcp(1, 2, A, 101, 501, 50);
	tcp(2, 1, A, 501, 151, 2000);
	snapshot(0.97);
	assert_int_equal(rows, 1);
	expect_row(0, 1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_bytes(0, 2000, 50);
	expect_packets(0, 2, 3);
	assert_int_equal(row[0].span_ns, SECOND);
	assert_int_equal(row[0].rate_in, 2000);
	assert_int_equal(row[0].rtt_us, (7 * 20000 + 0) / 8);
	assert_int_equal(row[0].age_ms, 1000);
	assert_int_equal(row[0].idle_ms, 970);
	tcp(1, 2, A, 151, 2501, 0);
	tcp(1, 2, F | A, 151, 2501, 0);
	tcp(2, 1, A, 2501, 152, 10);
	expect_one(1, 2, EVENT_LIVE, "FIN_WAIT2");
	expect_bytes(0, 2010, 50);
	assert_int_equal(row[0].delta_in, 10);
	tcp(2, 1, F | A, 2511, 152, 0);
	tcp(1, 2, A, 152, 2512, 0);
	expect_one(1, 2, EVENT_CLOSE, "FIN_WAIT2");
	expect_packets(0, 4, 6);
	assert_int_equal(row[0].has & HAS(COL_ERROR), 0);
	snapshot(1);
	assert_int_equal(rows, 0);
	assert_int_equal(flows_lost(flows), 0);
}

static void
born_and_dead_in_one_interval_is_one_row(void **state)
{
	(void)state;
	handshake();
	tcp(1, 2, A, 101, 501, 7);
	tcp(2, 1, F | A, 501, 108, 5);
	tcp(1, 2, F | A, 108, 507, 0);
	tcp(2, 1, A, 507, 109, 0);
	expect_one(1, 2, EVENT_CLOSE, "LAST_ACK");
	expect_bytes(0, 5, 7);
}

static void
syn_states_of_both_ends(void **state)
{
	(void)state;
	options.is_local = even_is_local;
	reopen();
	tcp(1, 2, S, 100, 0, 0);
	expect_one(2, 1, EVENT_OPEN, NULL);
	tcp(2, 1, S | A, 500, 101, 0);
	expect_one(2, 1, EVENT_LIVE, "SYN_RECV");
	tcp(1, 2, A, 101, 501, 0);
	expect_one(2, 1, EVENT_LIVE, "ESTABLISHED");
	assert_true(row[0].has & HAS(COL_RTT_US));
}

static void
an_unanswered_syn_is_over_after_its_time(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		tcp(1, 2, S, 100, 0, 0);
		now += SECOND;
	}
	expect_one(1, 2, EVENT_OPEN, "SYN_SENT");
	assert_int_equal(row[0].retrans, 2);
	snapshot(237);
	assert_int_equal(row[0].event, EVENT_LIVE);
	expect_one(1, 2, EVENT_LIVE, "SYN_SENT");
	expect_one(1, 2, EVENT_CLOSE, "SYN_SENT");
	assert_int_equal(row[0].has & HAS(COL_ERROR), 0);
}

static void
a_refused_connect_says_so(void **state)
{
	(void)state;
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, R | A, 0, 101, 0);
	expect_one(1, 2, EVENT_CLOSE, "SYN_SENT");
	assert_string_equal(names_errno[row[0].error], "ECONNREFUSED");
	expect_packets(0, 1, 1);
}

static void
a_reset_is_an_error_of_who_gets_it(void **state)
{
	(void)state;
	handshake();
	tcp(2, 1, R, 501, 0, 30);
	tcp(1, 2, A, 101, 501, 10);
	tcp(2, 1, R, 501, 0, 0);
	expect_one(1, 2, EVENT_CLOSE, "ESTABLISHED");
	assert_string_equal(names_errno[row[0].error], "ECONNRESET");
	expect_bytes(0, 0, 10);
	expect_packets(0, 3, 3);
	now += SECOND;
	handshake();
	tcp(1, 2, R | A, 101, 501, 0);
	expect_one(1, 2, EVENT_CLOSE, "ESTABLISHED");
	assert_int_equal(row[0].has & HAS(COL_ERROR), 0);
}

static void
a_stale_reset_does_not_close(void **state)
{
	(void)state;
	handshake();
	tcp(2, 1, R, 501 + (1 << 22), 0, 0);
	tcp(2, 1, R, 501 - 70000, 0, 0);
	expect_one(1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_packets(0, 3, 2);
}

static void
a_half_open_peer_does_not_establish(void **state)
{
	(void)state;
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, A, 777777, 888888, 0); /* RFC 9293, figure 10 */
	expect_one(1, 2, EVENT_OPEN, "SYN_SENT");
	tcp(1, 2, R, 888888, 0, 0);
	expect_one(1, 2, EVENT_LIVE, "SYN_SENT");
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, S | A, 500, 101, 0);
	tcp(1, 2, A, 101, 501, 0);
	tcp(2, 1, A, 501, 101, 40);
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	expect_bytes(0, 40, 0);
}

static void
simultaneous_open(void **state)
{
	(void)state;
	options.is_local = even_is_local;
	reopen();
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, S, 500, 0, 0);
	expect_one(2, 1, EVENT_OPEN, "SYN_SENT");
	tcp(1, 2, S | A, 100, 501, 0);
	expect_one(2, 1, EVENT_LIVE, "SYN_SENT");
	tcp(2, 1, S | A, 500, 101, 0);
	expect_one(2, 1, EVENT_LIVE, "ESTABLISHED");
	tcp(2, 1, A, 501, 101, 10);
	expect_one(2, 1, EVENT_LIVE, "ESTABLISHED");
	expect_bytes(0, 0, 10);
	expect_packets(0, 2, 3);
}

static void
simultaneous_close(void **state)
{
	(void)state;
	handshake();
	tcp(1, 2, F | A, 101, 501, 0);
	tcp(2, 1, F | A, 501, 101, 0);
	expect_one(1, 2, EVENT_OPEN, "FIN_WAIT1");
	tcp(1, 2, A, 102, 502, 0);
	expect_one(1, 2, EVENT_LIVE, "CLOSING");
	tcp(2, 1, A, 502, 102, 0);
	expect_one(1, 2, EVENT_CLOSE, "CLOSING");
}

static void
half_closed_goes_on(void **state)
{
	(void)state;
	handshake();
	tcp(2, 1, F | A, 501, 101, 0);
	tcp(1, 2, A, 101, 502, 0);
	expect_one(1, 2, EVENT_OPEN, "CLOSE_WAIT");
	tcp(1, 2, A, 101, 502, 1000);
	tcp(2, 1, A, 502, 1101, 0);
	expect_one(1, 2, EVENT_LIVE, "CLOSE_WAIT");
	expect_bytes(0, 0, 1000);
	tcp(1, 2, F | A, 1101, 502, 0);
	expect_one(1, 2, EVENT_LIVE, "LAST_ACK");
	tcp(2, 1, A, 502, 1102, 0);
	expect_one(1, 2, EVENT_CLOSE, "LAST_ACK");
}

static void
fast_open_moves_data_in_the_handshake(void **state)
{
	(void)state;
	tcp(1, 2, S, 100, 0, 30);
	tcp(2, 1, S | A, 500, 131, 0);
	tcp(2, 1, A, 501, 131, 70);
	expect_one(1, 2, EVENT_OPEN, "SYN_SENT");
	tcp(1, 2, A, 131, 571, 0);
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	expect_bytes(0, 70, 30);
}

static void
a_server_may_answer_with_another_number(void **state)
{
	(void)state;
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, S | A, 500, 101, 0);
	tcp(1, 2, S, 100, 0, 0);
	tcp(2, 1, S | A, 90000, 101, 0);
	tcp(1, 2, A, 101, 90001, 10);
	tcp(2, 1, A, 90001, 111, 20);
	expect_one(1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_bytes(0, 20, 10);
	assert_int_equal(row[0].retrans, 1);
}

static void
ports_reused_are_another_connection(void **state)
{
	(void)state;
	handshake();
	tcp(1, 2, A, 101, 501, 10);
	snapshot(1);
	handshake();
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	tcp(1, 2, S, 70000, 0, 0);
	tcp(2, 1, S | A, 90000, 70001, 0);
	tcp(1, 2, A, 70001, 90001, 5);
	snapshot(1);
	assert_int_equal(rows, 2);
	expect_row(0, 1, 2, EVENT_CLOSE, "ESTABLISHED");
	expect_bytes(0, 0, 10);
	expect_row(1, 1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_bytes(1, 0, 5);
	assert_int_equal(flows_lost(flows), 0);
}

static void
late_packets_count_in_the_row_that_is_to_come(void **state)
{
	(void)state;
	handshake();
	tcp(1, 2, F | A, 101, 501, 0);
	tcp(2, 1, F | A, 501, 102, 0);
	tcp(1, 2, A, 102, 502, 0);
	tcp(2, 1, F | A, 501, 102, 0);
	tcp(1, 2, A, 102, 502, 0);
	expect_one(1, 2, EVENT_CLOSE, "FIN_WAIT2");
	expect_packets(0, 3, 5);
	/* After it, they are a flow of their own that does not stay. */
	tcp(1, 2, A, 102, 502, 0);
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	assert_int_equal(row[0].has & HAS(COL_AGE_MS), 0);
	snapshot(8);
	assert_int_equal(row[0].event, EVENT_LIVE);
	snapshot(2);
	assert_int_equal(row[0].event, EVENT_CLOSE);
	tcp(2, 1, R, 502, 0, 0);
	expect_one(2, 1, EVENT_CLOSE, NULL);
	snapshot(1);
	assert_int_equal(rows, 0);
}

static void
a_connect_tried_again_is_another_connection(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		tcp(1, 2, S, 100, 0, 0);
		tcp(2, 1, R | A, 0, 101, 0);
		/* Another interface sees them too. */
		iface = 1;
		tcp(1, 2, S, 100, 0, 0);
		tcp(2, 1, R | A, 0, 101, 0);
		iface = 0;
		now += SECOND / 2;
	}
	snapshot(1);
	assert_int_equal(rows, 3);
	for (i = 0; i < 3; i++) {
		expect_row((size_t)i, 1, 2, EVENT_CLOSE, "SYN_SENT");
		expect_packets((size_t)i, 1, 1);
	}
}

static void
too_late_packets_are_a_flow_of_their_own(void **state)
{
	(void)state;
	tcp(1, 2, S, 0, 0, 0);
	tcp(2, 1, S | A, 500, 1, 0);
	tcp(1, 2, R, 1, 0, 0);
	now += 15 * SECOND;
	tcp(1, 2, A, 1, 501, 109);
	tcp(2, 1, R, 501, 0, 0);
	snapshot(1);
	assert_int_equal(rows, 2);
	expect_row(0, 1, 2, EVENT_CLOSE, "SYN_SENT");
	expect_packets(0, 1, 2);
	expect_row(1, 1, 2, EVENT_CLOSE, "ESTABLISHED");
	expect_bytes(1, 0, 109);
}

static void
midstream_is_live_and_without_age(void **state)
{
	(void)state;
	tcp(1, 2, A, 7000, 9000, 100);
	tcp(2, 1, A, 9000, 7100, 0);
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	expect_bytes(0, 0, 100);
	assert_int_equal(row[0].has & HAS(COL_AGE_MS), 0);
	snapshot(100000);
	assert_int_equal(rows, 1);
	expect_row(0, 1, 2, EVENT_LIVE, "ESTABLISHED");
}

static void
the_capture_missed_what_was_acknowledged(void **state)
{
	(void)state;
	handshake();
	tcp(2, 1, A, 1501, 101, 1000);
	snapshot(1);
	expect_bytes(0, 1000, 0);
	tcp(1, 2, A, 101, 2501, 0);
	snapshot(1);
	expect_bytes(0, 2000, 0);
	assert_int_equal(row[0].delta_in, 1000);
	tcp(1, 2, A, 101, 5501, 0);
	snapshot(1);
	expect_bytes(0, 5000, 0);
}

static void
the_capture_missed_the_beginning(void **state)
{
	(void)state;
	tcp(1, 2, S, 100, 0, 0);
	tcp(1, 2, A, 101, 501, 0);
	tcp(2, 1, A, 601, 101, 10);
	tcp(1, 2, A, 101, 611, 0);
	expect_one(1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_bytes(0, 110, 0);
}

static void
an_acknowledgement_came_before_its_fin(void **state)
{
	(void)state;
	handshake();
	tcp(1, 2, A, 101, 501, 10);
	tcp(2, 1, A, 501, 112, 0);
	expect_one(1, 2, EVENT_OPEN, "ESTABLISHED");
	tcp(1, 2, F | A, 111, 501, 0);
	expect_one(1, 2, EVENT_LIVE, "FIN_WAIT2");
	expect_bytes(0, 0, 10);
	assert_int_equal(row[0].delta_out, 0);
	assert_int_equal(row[0].rate_out, 0);
}

static void
one_way_counts_what_it_sees(void **state)
{
	(void)state;
	options.is_local = even_is_local;
	reopen();
	tcp(2, 1, S | A, 500, 101, 0);
	tcp(2, 1, A, 501, 101, 100);
	tcp(2, 1, A, 601, 101, 100);
	tcp(2, 1, A, 801, 151, 100);
	expect_one(2, 1, EVENT_OPEN, "SYN_RECV");
	expect_bytes(0, 50, 300);
}

static void
a_copy_from_another_interface_does_not_count(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		iface = (uint32_t)i + 1;
		tcp(1, 2, S, 100, 0, 0);
	}
	for (i = 0; i < 2; i++) {
		iface = 2 - (uint32_t)i;
		tcp(2, 1, S | A, 500, 101, 0);
	}
	for (i = 0; i < 2; i++) {
		iface = (uint32_t)i + 1;
		tcp(1, 2, A, 101, 501, 10);
	}
	expect_one(1, 2, EVENT_OPEN, "ESTABLISHED");
	expect_packets(0, 1, 2);
	assert_int_equal(row[0].retrans, 0);
	assert_string_equal(row[0].iface, "if1");
	/* It moved to the other. */
	tcp(1, 2, A, 111, 501, 10);
	iface = 1;
	tcp(1, 2, A, 111, 501, 10);
	expect_one(1, 2, EVENT_LIVE, "ESTABLISHED");
	expect_packets(0, 1, 3);
	expect_bytes(0, 0, 20);
	assert_string_equal(row[0].iface, "if2");
}

static void
udp_copies_count_once_until_their_interface_is_silent(void **state)
{
	(void)state;
	now = 3000000000ull * 1000000; /* in milliseconds in the upper half of 32 bits */
	iface = 1;
	udp(1, 2, 10);
	iface = 2;
	udp(1, 2, 10);
	expect_one(1, 2, EVENT_OPEN, NULL);
	expect_packets(0, 0, 1);
	expect_bytes(0, 0, 10);
	now += 3 * SECOND;
	udp(2, 1, 5); /* keeps the flow */
	now += 3 * SECOND;
	udp(1, 2, 10);
	expect_one(1, 2, EVENT_LIVE, NULL);
	expect_packets(0, 1, 2);
	expect_bytes(0, 5, 20);
}

static void
udp_flows_end_in_silence(void **state)
{
	(void)state;
	udp(1, 2, 100);
	udp(2, 1, 300);
	expect_one(1, 2, EVENT_OPEN, NULL);
	expect_bytes(0, 300, 100);
	assert_int_equal(row[0].has & (HAS(COL_RETRANS) | HAS(COL_RTT_US)), 0);
	snapshot(4);
	assert_int_equal(row[0].event, EVENT_LIVE);
	snapshot(1);
	assert_int_equal(row[0].event, EVENT_CLOSE);
	udp(1, 2, 100);
	now += 6 * SECOND;
	udp(2, 1, 7);
	snapshot(1);
	assert_int_equal(rows, 2);
	expect_row(0, 1, 2, EVENT_CLOSE, NULL);
	expect_bytes(0, 0, 100);
	expect_row(1, 2, 1, EVENT_OPEN, NULL);
	expect_bytes(1, 0, 7);
}

static void
the_local_end_is_ours_or_the_header_s_or_the_originator(void **state)
{
	(void)state;
	udp(3, 1, 1);
	tcp(7, 5, S | A, 500, 101, 0);
	way = WAY_IN;
	udp(9, 11, 1);
	snapshot(1);
	expect_row(0, 3, 1, EVENT_OPEN, NULL);
	expect_row(1, 5, 7, EVENT_OPEN, "SYN_SENT");
	expect_row(2, 11, 9, EVENT_OPEN, NULL);
	options.is_local = even_is_local;
	reopen();
	udp(3, 2, 1);
	udp(6, 4, 1);
	snapshot(1);
	expect_row(0, 2, 3, EVENT_OPEN, NULL);
	expect_row(1, 6, 4, EVENT_OPEN, NULL);
	assert_int_equal(rows, 2);
}

/* Who owns what listens or connects on a port. */
static int
asked_owner(void *arg, const struct flow_ends *ends, struct flow_owner *who, int last)
{
	int *asked = arg;

	assert_int_equal(last, *asked == 2);
	if (++*asked == 2)
		return 0;
	who->has = HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_UID);
	who->pid = ends->lport;
	who->uid = 9;
	who->owner = OWNER_SCAN;
	snprintf(who->comm, sizeof(who->comm), "c%u", ends->lport);
	return 1;
}

static void
a_socket_connected_to_itself_is_one_row_with_all_in_both_columns(void **state)
{
	(void)state;
	options.is_local = even_is_local;
	options.both_ends = 1;
	reopen();
	tcp(2, 2, S, 100, 0, 0);
	tcp(2, 2, S | A, 100, 101, 0);
	tcp(2, 2, A, 101, 101, 50);
	tcp(2, 2, A, 151, 151, 0);
	snapshot(1);
	assert_int_equal(rows, 1);
	expect_row(0, 2, 2, EVENT_OPEN, "ESTABLISHED");
	expect_bytes(0, 50, 50);
	tcp(2, 2, F | A, 151, 151, 0);
	tcp(2, 2, A, 152, 152, 0);
	snapshot(1);
	assert_int_equal(rows, 1);
	expect_row(0, 2, 2, EVENT_CLOSE, "CLOSING");
	expect_bytes(0, 50, 50);
}

static void
both_ends_are_mirrored_each_with_its_owner(void **state)
{
	int asked;

	(void)state;
	asked = 0;
	options.is_local = even_is_local;
	options.both_ends = 1;
	options.owner = asked_owner;
	options.arg = &asked;
	reopen();
	tcp(4, 2, S, 100, 0, 0);
	assert_int_equal(asked, 2);
	now += 1000000;
	tcp(2, 4, S | A, 500, 101, 0);
	now += 2000000;
	tcp(4, 2, A, 101, 501, 10);
	tcp(2, 4, F | A, 501, 111, 20);
	tcp(4, 2, A, 111, 522, 0);
	snapshot(1);
	assert_int_equal(rows, 2);
	assert_int_equal(asked, 3);
	expect_row(0, 2, 4, EVENT_OPEN, "FIN_WAIT2");
	expect_row(1, 4, 2, EVENT_OPEN, "CLOSE_WAIT");
	expect_bytes(0, 10, 20);
	expect_bytes(1, 20, 10);
	assert_int_equal(row[0].packets_in, row[1].packets_out);
	assert_int_equal(row[0].rtt_us, 1750);
	assert_int_equal(row[1].rtt_us, 875);
	assert_int_equal(row[0].pid, 1002);
	assert_int_equal(row[1].pid, 1004);
	assert_string_equal(row[1].comm, "c1004");
	snapshot(1);
	assert_int_equal(asked, 3);
}

static void
pktap_tells_the_owner_of_the_near_end(void **state)
{
	(void)state;
	way = WAY_IN;
	pid = 42;
	udp(1, 2, 3);
	expect_one(2, 1, EVENT_OPEN, NULL);
	assert_int_equal(row[0].pid, 42);
	assert_string_equal(row[0].comm, "p42");
	assert_int_equal(row[0].owner, OWNER_HOOK);
	/* More than there is room for, but not at once. */
	for (pid = 1; pid < 70000; pid++)
		udp(1, 2, 3);
	pid = 70000;
	udp(1, 2, 3);
	snapshot(1);
	assert_int_equal(row[0].pid, 70000);
}

static void
the_oldest_idle_flow_makes_room(void **state)
{
	int i;

	(void)state;
	options.max_flows = 8;
	reopen();
	for (i = 1; i <= 8; i++)
		udp(i, 100, 1);
	now += SECOND;
	udp(1, 100, 1);
	udp(9, 100, 1);
	snapshot(1);
	assert_int_equal(rows, 9);
	assert_int_equal(flows_lost(flows), 1);
	expect_row(0, 2, 100, EVENT_CLOSE, NULL);
	expect_row(7, 1, 100, EVENT_OPEN, NULL);
	expect_row(8, 9, 100, EVENT_OPEN, NULL);
	for (i = 1; i <= 60; i++)
		udp(i, 200, 1);
	snapshot(1);
	assert_int_equal(rows, 10);
	assert_int_equal(flows_lost(flows), 60);
	assert_int_equal(flows_lost(flows), 0);
}

static void
packets_between_the_rows_of_a_snapshot(void **state)
{
	uint64_t sum;
	size_t i, n;

	(void)state;
	for (i = 1; i <= 6; i++)
		udp((int)i, 100, 10);
	snapshot(1);
	flows_begin(flows, now += SECOND);
	rows = flows_next(flows, now, row, 3);
	assert_int_equal(rows, 2);
	now += SECOND;
	udp(1, 100, 10);
	udp(3, 100, 10);
	udp(7, 100, 10);
	while ((n = flows_next(flows, now, row + rows, 3)) > 0)
		rows += n;
	assert_int_equal(rows, 6);
	for (i = 0, sum = 0; i < rows; i++)
		sum += row[i].delta_out;
	assert_int_equal(sum, 10);
	assert_int_equal(row[5].delta_out, 10);
	assert_int_equal(row[5].span_ns, 2 * SECOND);
	snapshot(1);
	assert_int_equal(rows, 7);
	for (i = 0, sum = 0; i < rows; i++)
		sum += row[i].delta_out;
	assert_int_equal(sum, 20);
	expect_row(6, 7, 100, EVENT_OPEN, NULL);
	assert_int_equal(row[0].span_ns, 2 * SECOND);
	assert_int_equal(row[2].span_ns, SECOND);
}

static void
the_seed_does_not_show(void **state)
{
	struct conn first[ROWS];
	int i, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		options.seed[0] = options.seed[1] = (uint64_t)round * 77777;
		now = 1000 * SECOND;
		reopen();
		for (i = 0; i < 40; i++)
			udp(i % 23, 100 + i % 7, 1);
		snapshot(1);
		if (round == 0)
			memcpy(first, row, sizeof(first));
	}
	assert_memory_equal(first, row, rows * sizeof(*row));
}

static void
marks_of_congestion_count_where_they_arrive(void **state)
{
	struct packet p;

	(void)state;
	udp(1, 2, 1);
	p = packet(2, 1, PROTO_UDP);
	p.ecn_ce = 1;
	flows_packet(flows, &p);
	snapshot(1);
	assert_int_equal(row[0].ecn_ce, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	    TEST(a_connection_from_birth_to_death),
	    TEST(born_and_dead_in_one_interval_is_one_row),
	    TEST(syn_states_of_both_ends),
	    TEST(an_unanswered_syn_is_over_after_its_time),
	    TEST(a_refused_connect_says_so),
	    TEST(a_reset_is_an_error_of_who_gets_it),
	    TEST(a_stale_reset_does_not_close),
	    TEST(a_half_open_peer_does_not_establish),
	    TEST(simultaneous_open),
	    TEST(simultaneous_close),
	    TEST(half_closed_goes_on),
	    TEST(fast_open_moves_data_in_the_handshake),
	    TEST(a_server_may_answer_with_another_number),
	    TEST(ports_reused_are_another_connection),
	    TEST(late_packets_count_in_the_row_that_is_to_come),
	    TEST(a_connect_tried_again_is_another_connection),
	    TEST(too_late_packets_are_a_flow_of_their_own),
	    TEST(midstream_is_live_and_without_age),
	    TEST(the_capture_missed_what_was_acknowledged),
	    TEST(the_capture_missed_the_beginning),
	    TEST(an_acknowledgement_came_before_its_fin),
	    TEST(one_way_counts_what_it_sees),
	    TEST(a_copy_from_another_interface_does_not_count),
	    TEST(udp_copies_count_once_until_their_interface_is_silent),
	    TEST(udp_flows_end_in_silence),
	    TEST(the_local_end_is_ours_or_the_header_s_or_the_originator),
	    TEST(a_socket_connected_to_itself_is_one_row_with_all_in_both_columns),
	    TEST(both_ends_are_mirrored_each_with_its_owner),
	    TEST(pktap_tells_the_owner_of_the_near_end),
	    TEST(the_oldest_idle_flow_makes_room),
	    TEST(packets_between_the_rows_of_a_snapshot),
	    TEST(the_seed_does_not_show),
	    TEST(marks_of_congestion_count_where_they_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
