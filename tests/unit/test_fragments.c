/* test_fragments.c - the pieces of a datagram find the ports of its first one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"

#define SECOND UINT64_C(1000000000)

/*
 * A UDP datagram of 2000 bytes in three pieces: of its IP payload of 2008 bytes, 800, 800
 * and 408. Only headers are captured. SYN, ACK and FIN of the TCP one are wanted apart.
 */
enum { FIRST, MIDDLE, LAST };
static const char *const udp4[] = {
    V4("0334", "2000", "11") "9c40 0035 07d8 0000 ",
    V4("0334", "2064", "11"),
    V4("01ac", "00c8", "11"),
};
static const char *const udp6[] = {
    V6("0328", "2c") "1100 0001 00000007 9c40 0035 07d8 0000 ",
    V6("0328", "2c") "1100 0321 00000007 ",
    V6("01a0", "2c") "1100 0640 00000007 ",
};
/* The same with destination options, of which the later pieces know only the number. */
static const char *const udp6_options[] = {
    V6("0328", "2c") "3c00 0001 00000007 1100 010400000000 9c40 0035 07d0 0000 ",
    V6("0328", "2c") "3c00 0321 00000007 ",
    V6("01a0", "2c") "3c00 0640 00000007 ",
};
static const char *const tcp4[] = {
    V4("0334", "2000", "06") TCP_WITH("80", "19") "0101080a 00000001 00000002 ",
    V4("0334", "2064", "06"),
    V4("01ac", "00c8", "06"),
};
static const char *const tcp4_syn = V4("0334", "2000", "06") TCP_WITH("50", "02");

/* As of a packet longer than what was captured; src[15] and the IPv4 id can be changed.
 */
static enum packet_result
give(struct packet *p, const char *hex, uint64_t time_ns, unsigned id)
{
	enum packet_result ret;
	uint8_t *bytes;
	uint32_t n;

	bytes = bytes_of(hex, &n);
	if (id != 0) {
		bytes[4] = (uint8_t)(id >> 8);
		bytes[5] = (uint8_t)id;
	}
	memset(p, 0xee, sizeof(*p));
	p->time_ns = time_ns;
	ret = packet_decode(p, &frags, 101, bytes, n, 900);
	free(bytes);
	return ret;
}

static void
want(const struct packet *p, uint32_t payload, uint16_t segments)
{
	assert_int_equal(p->payload, payload);
	assert_int_equal(p->segments, segments);
	assert_int_equal(p->sport, 40000);
	assert_int_equal(p->dport, p->proto == PROTO_TCP ? 443 : 53);
	assert_int_equal(p->src[15], 1);
	assert_int_equal(p->dst[15], 2);
	assert_int_equal(p->pid, 0);
	assert_int_equal(p->ecn_ce, 0);
}

static int
empty(void **state)
{
	(void)state;
	fragments_init(&frags);
	return 0;
}

static void
later_fragments_have_the_ports_of_the_first(void **state)
{
	static const char *const *const t[] = {udp4, udp6, udp6_options};
	static const uint32_t first[] = {792, 792, 784};
	struct packet p;
	size_t i;

	for (i = 0; i < 3; i++) {
		empty(state);
		assert_int_equal(give(&p, t[i][FIRST], 0, 0), PACKET_OK);
		want(&p, first[i], 1);
		assert_int_equal(give(&p, t[i][MIDDLE], 1, 0), PACKET_OK);
		want(&p, 800, 0);
		assert_int_equal(p.proto, PROTO_UDP);
		assert_int_equal(p.seq, 0);
		assert_int_equal(p.ack, 0);
		assert_int_equal(p.flags, 0);
		assert_int_equal(give(&p, t[i][LAST], 2, 0), PACKET_OK);
		want(&p, 408, 0);
	}
	assert_int_equal(frags.lost, 0);
}

/* Whatever the order, the payloads make up the datagram's 2000 bytes and one segment. */
static void
in_any_order_the_sum_is_the_datagram(void **state)
{
	static const int order[][3] = {
	    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	uint32_t payload, segments;
	enum packet_result ret;
	struct packet p;
	int i, k, seen;

	for (i = 0; i < 6; i++) {
		empty(state);
		payload = segments = 0;
		for (k = seen = 0; k < 3; k++) {
			ret = give(&p, udp4[order[i][k]], 0, 0);
			seen |= order[i][k] == FIRST;
			assert_int_equal(ret, seen ? PACKET_OK : PACKET_HELD);
			payload += ret == PACKET_OK ? p.payload : 0;
			segments += ret == PACKET_OK ? p.segments : 0;
		}
		assert_int_equal(payload, 2000);
		assert_int_equal(segments, 1);
		fragments_expire(&frags, UINT64_MAX);
		assert_int_equal(frags.lost, 0);
		assert_int_equal(frags.lost_bytes, 0);
	}
}

static void
tcp_fragments_go_on_in_sequence(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, tcp4[FIRST], 0, 0), PACKET_OK);
	want(&p, 768, 1);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.flags, PACKET_ACK | 8);
	assert_int_equal(give(&p, tcp4[MIDDLE], 0, 0), PACKET_OK);
	want(&p, 800, 0);
	assert_int_equal(p.proto, PROTO_TCP);
	assert_int_equal(p.seq, 0x01020304 + 768);
	assert_int_equal(p.ack, 0x0a0b0c0d);
	assert_int_equal(p.flags, PACKET_ACK);
	assert_int_equal(give(&p, tcp4[LAST], 0, 0), PACKET_OK);
	want(&p, 408, 0);
	assert_int_equal(p.seq, 0x01020304 + 768 + 800);
	assert_int_equal(p.flags, PACKET_ACK | PACKET_FIN);
}

static void
syn_takes_a_sequence_number_once(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, tcp4_syn, 0, 0), PACKET_OK);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.flags, PACKET_SYN);
	assert_int_equal(p.payload, 780);
	assert_int_equal(give(&p, tcp4[MIDDLE], 0, 0), PACKET_OK);
	assert_int_equal(p.seq, 0x01020304 + 1 + 780);
	assert_int_equal(p.flags, 0);
}

static void
fin_goes_with_the_last_fragment_also_if_held(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, tcp4[LAST], 0, 0), PACKET_HELD);
	assert_int_equal(give(&p, tcp4[MIDDLE], 0, 0), PACKET_HELD);
	assert_int_equal(give(&p, tcp4[FIRST], 0, 0), PACKET_OK);
	want(&p, 768 + 800 + 408, 1);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.flags, PACKET_ACK | 8 | PACKET_FIN);
}

static void
another_datagram_has_its_own_ports(void **state)
{
	static const char *const other[] = {
	    V4("0334", "2064", "06"),
	    "4500 0334 0007 2064 4011 0000 0a000001 0a000003 ",
	    "4500 0334 0007 2064 4011 0000 0a000004 0a000002 ",
	    "4500 0334 0008 2064 4011 0000 0a000001 0a000002 ",
	};
	struct packet p;
	size_t i;

	(void)state;
	assert_int_equal(give(&p, udp4[FIRST], 0, 0), PACKET_OK);
	for (i = 0; i < COUNT(other); i++)
		assert_int_equal(give(&p, other[i], 0, 0), PACKET_HELD);
	assert_int_equal(give(&p, udp6[FIRST], 0, 0), PACKET_OK);
	assert_int_equal(
	    give(&p, V6("0328", "2c") "1100 0321 00000008 ", 0, 0), PACKET_HELD);
	fragments_expire(&frags, UINT64_MAX);
	assert_int_equal(frags.lost, 5);
	assert_int_equal(frags.lost_bytes, 4000);
}

static void
duplicates_count_as_often_as_captured(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, udp4[LAST], 0, 0), PACKET_HELD);
	assert_int_equal(give(&p, udp4[FIRST], 0, 0), PACKET_OK);
	want(&p, 792 + 408, 1);
	assert_int_equal(give(&p, udp4[FIRST], 0, 0), PACKET_OK);
	want(&p, 792, 1);
	assert_int_equal(give(&p, udp4[MIDDLE], 0, 0), PACKET_OK);
	want(&p, 800, 0);
	assert_int_equal(give(&p, udp4[MIDDLE], 0, 0), PACKET_OK);
	want(&p, 800, 0);
	fragments_expire(&frags, UINT64_MAX);
	assert_int_equal(frags.lost, 0);
}

static void
after_30_seconds_the_first_is_forgotten(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, udp4[FIRST], SECOND, 0), PACKET_OK);
	assert_int_equal(give(&p, udp4[MIDDLE], 31 * SECOND, 0), PACKET_OK);
	assert_int_equal(give(&p, udp4[MIDDLE], 0, 0), PACKET_OK);
	assert_int_equal(give(&p, udp4[LAST], 31 * SECOND + 1, 0), PACKET_HELD);
	assert_int_equal(frags.lost, 0);
}

static void
after_30_seconds_what_was_held_is_lost(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, udp4[MIDDLE], SECOND, 0), PACKET_HELD);
	assert_int_equal(give(&p, udp4[LAST], 2 * SECOND, 0), PACKET_HELD);
	fragments_expire(&frags, 31 * SECOND);
	assert_int_equal(frags.lost, 0);
	fragments_expire(&frags, 31 * SECOND + 1);
	assert_int_equal(frags.lost, 2);
	assert_int_equal(frags.lost_bytes, 1208);
	assert_int_equal(give(&p, udp4[FIRST], 31 * SECOND + 1, 0), PACKET_OK);
	want(&p, 792, 1);

	/* A packet's time does the same. */
	assert_int_equal(give(&p, udp4[LAST], 100 * SECOND, 0), PACKET_HELD);
	assert_int_equal(give(&p, udp4[FIRST], 130 * SECOND + 1, 0), PACKET_OK);
	want(&p, 792, 1);
	assert_int_equal(frags.lost, 3);
	assert_int_equal(frags.lost_bytes, 1616);
}

static void
when_full_the_oldest_goes_and_is_counted(void **state)
{
	struct packet p;
	unsigned id;

	(void)state;
	assert_int_equal(give(&p, udp4[LAST], 0, 1), PACKET_HELD);
	assert_int_equal(give(&p, udp4[FIRST], 0, 2), PACKET_OK);
	for (id = 3; id <= FRAGMENTS_MAX; id++)
		assert_int_equal(give(&p, udp4[LAST], id, id), PACKET_HELD);
	assert_int_equal(frags.lost, 0);
	assert_int_equal(give(&p, udp4[LAST], 1000, 1000), PACKET_HELD);
	assert_int_equal(frags.lost, 1);
	assert_int_equal(frags.lost_bytes, 408);

	/* The next oldest had told all it held; the third one is still there. */
	assert_int_equal(give(&p, udp4[MIDDLE], 1000, 2), PACKET_OK);
	assert_int_equal(give(&p, udp4[LAST], 1000, 1001), PACKET_HELD);
	assert_int_equal(frags.lost, 1);
	assert_int_equal(give(&p, udp4[MIDDLE], 1000, 2), PACKET_HELD);
	assert_int_equal(frags.lost, 2);
	assert_int_equal(give(&p, udp4[FIRST], 1000, 4), PACKET_OK);
	assert_int_equal(p.payload, 792 + 408);

	fragments_expire(&frags, UINT64_MAX);
	assert_int_equal(frags.lost, 2 + (FRAGMENTS_MAX - 4) + 3);
}

/* A flood of one fragment cannot make a datagram of more than 64 KB. */
static void
what_exceeds_a_datagram_is_lost(void **state)
{
	struct packet p;
	int i;

	(void)state;
	for (i = 0; i < 81; i++)
		assert_int_equal(give(&p, udp4[MIDDLE], 0, 0), PACKET_HELD);
	assert_int_equal(frags.lost, 0);
	for (i = 0; i < 70000; i++)
		assert_int_equal(give(&p, udp4[MIDDLE], 0, 0), PACKET_HELD);
	assert_int_equal(frags.lost, 70000);
	assert_int_equal(frags.lost_bytes, 70000 * 800);
	assert_int_equal(give(&p, udp4[FIRST], 0, 0), PACKET_OK);
	want(&p, 792 + 81 * 800, 1);
}

static void
fragments_that_make_no_sense_are_skipped(void **state)
{
	static const char *const t[] = {
	    V4("0014", "0064", "11"), /* empty */
	    V4("0333", "2064", "11"), /* not a multiple of 8, others behind */
	    V4("0334", "1fff", "11"), /* beyond 64 KB */
	    V4("0000", "0064", "11"),
	    V4("001c", "2000", "06") TCP_WITH("50", "10"), /* RFC 1858: 8 bytes of TCP */
	    V4("0024", "2000", "06") TCP_WITH("50", "10"),
	    V4("0334", "2064", "01"),
	    V6("0000", "2c") "1100 0321 00000007 ",
	    V6("0327", "2c") "1100 0321 00000007 ",
	    V6("0328", "2c") "3a00 0321 00000007 ",
	    V6("0010", "2c") "0600 0001 00000007 9c40 01bb 01020304 ",
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		if (give(&p, t[i], 0, 0) != PACKET_SKIPPED)
			fail_msg("%s", t[i]);
	fragments_expire(&frags, UINT64_MAX);
	assert_int_equal(frags.lost, 0);
}

static void
a_datagram_ends_with_64_kilobytes(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, V4("001b", "1fff", "11"), 0, 0), PACKET_HELD);
	assert_int_equal(give(&p, V4("001c", "1fff", "11"), 0, 0), PACKET_SKIPPED);
}

static void
whole_datagrams_stay_out_of_the_table(void **state)
{
	static const char *const t[] = {
	    V4("0034", "0000", "06") TCP_WITH("80", "11"),
	    V4("0034", "4000", "06") TCP_WITH("80", "11"),
	    V6("0020", "06") TCP_WITH("80", "11"),
	    V6("0028", "2c") "0600 0000 00000007 " TCP_WITH("80", "11"),
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		assert_int_equal(give(&p, t[i], 0, 0), PACKET_OK);
		want(&p, 0, 1);
		assert_int_equal(p.flags, PACKET_ACK | PACKET_FIN);
	}
	assert_int_equal(frags.head, 0);
}

static void
congestion_is_of_each_fragment(void **state)
{
	struct packet p;

	(void)state;
	assert_int_equal(give(&p, udp4[FIRST], 0, 0), PACKET_OK);
	assert_int_equal(p.ecn_ce, 0);
	assert_int_equal(
	    give(&p, "4503 0334 0007 2064 4011 0000 " ADDR4, 0, 0), PACKET_OK);
	assert_int_equal(p.ecn_ce, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(later_fragments_have_the_ports_of_the_first, empty),
	    cmocka_unit_test_setup(in_any_order_the_sum_is_the_datagram, empty),
	    cmocka_unit_test_setup(tcp_fragments_go_on_in_sequence, empty),
	    cmocka_unit_test_setup(syn_takes_a_sequence_number_once, empty),
	    cmocka_unit_test_setup(fin_goes_with_the_last_fragment_also_if_held, empty),
	    cmocka_unit_test_setup(another_datagram_has_its_own_ports, empty),
	    cmocka_unit_test_setup(duplicates_count_as_often_as_captured, empty),
	    cmocka_unit_test_setup(after_30_seconds_the_first_is_forgotten, empty),
	    cmocka_unit_test_setup(after_30_seconds_what_was_held_is_lost, empty),
	    cmocka_unit_test_setup(when_full_the_oldest_goes_and_is_counted, empty),
	    cmocka_unit_test_setup(what_exceeds_a_datagram_is_lost, empty),
	    cmocka_unit_test_setup(fragments_that_make_no_sense_are_skipped, empty),
	    cmocka_unit_test_setup(a_datagram_ends_with_64_kilobytes, empty),
	    cmocka_unit_test_setup(whole_datagrams_stay_out_of_the_table, empty),
	    cmocka_unit_test_setup(congestion_is_of_each_fragment, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
