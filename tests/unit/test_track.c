#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "track.h"

static struct holes holes;
static struct track t;
static uint32_t clock_us;

static int
fresh(void **state)
{
	(void)state;
	holes_free(&holes);
	holes_init(&holes, 10000);
	memset(&t, 0, sizeof(t));
	clock_us = 1000;
	return 0;
}

static void
sent(uint32_t seq, uint32_t len, unsigned flags)
{
	struct packet p;

	memset(&p, 0, sizeof(p));
	p.seq = seq;
	p.payload = len;
	p.flags = (uint8_t)flags;
	p.segments = 1;
	track_sent(&t, &holes, &p, clock_us);
}

static void
acked(uint32_t ack)
{
	track_acked(&t, &holes, ack, clock_us, 0);
}

/* A connection whose first payload byte has this number. */
static void
established(uint32_t first)
{
	sent(first - 1, 0, PACKET_SYN);
	acked(first);
}

static void
syn_and_fin_are_no_payload(void **state)
{
	(void)state;
	established(100);
	sent(100, 10, PACKET_FIN);
	assert_int_equal(t.bytes, 10);
	assert_false(track_fin_acked(&t));
	acked(111);
	assert_true(track_fin_acked(&t));
	assert_int_equal(t.bytes, 10);
}

static void
syn_carries_data(void **state)
{
	(void)state;
	sent(99, 20, PACKET_SYN);
	assert_int_equal(t.bytes, 20);
	assert_true(track_syn_waits(&t));
	acked(120);
	sent(120, 5, 0);
	assert_int_equal(t.bytes, 25);
	assert_int_equal(t.retrans, 0);
}

static void
syn_data_the_server_refused_is_sent_again(void **state)
{
	(void)state;
	sent(99, 20, PACKET_SYN);
	acked(100);
	sent(100, 20, 0);
	assert_int_equal(t.bytes, 20);
	assert_int_equal(t.retrans, 1);
	assert_int_equal(t.bytes_retrans, 20);
}

static void
numbers_wrap_round(void **state)
{
	uint32_t seq;
	int i;

	(void)state;
	seq = UINT32_MAX - 1500;
	established(seq);
	for (i = 0; i < 10; i++) {
		sent(seq + 1000, 1000, 0);
		sent(seq, 1000, 0);
		seq += 2000;
		acked(seq);
	}
	assert_int_equal(t.bytes, 20000);
	assert_int_equal(t.ooo, 10);
	assert_int_equal(t.retrans, 0);
}

static void
more_than_4_gib_count(void **state)
{
	uint32_t seq;
	int i;

	(void)state;
	seq = 7;
	established(seq);
	for (i = 0; i < 10000; i++) {
		sent(seq, 1 << 20, 0);
		seq += 1 << 20;
		if (i % 100 == 0)
			acked(seq);
	}
	assert_int_equal(t.bytes, 10000ull << 20);
}

static void
a_late_segment_is_no_retransmission(void **state)
{
	(void)state;
	established(100);
	sent(200, 100, 0);
	assert_int_equal(t.bytes, 100);
	sent(100, 100, 0);
	assert_int_equal(t.bytes, 200);
	assert_int_equal(t.retrans, 0);
	assert_int_equal(t.bytes_retrans, 0);
	assert_int_equal(t.ooo, 1);
	assert_int_equal(t.gaps.n, 0);
}

static void
overlap_counts_once(void **state)
{
	(void)state;
	established(100);
	sent(100, 100, 0);
	sent(150, 100, 0); /* half of it is new */
	assert_int_equal(t.bytes, 150);
	assert_int_equal(t.retrans, 0);
	assert_int_equal(t.bytes_retrans, 50);
	sent(300, 100, 0);
	sent(220, 200, 0); /* over the hole [250, 300) and beyond both ends */
	assert_int_equal(t.bytes, 320);
	assert_int_equal(t.gaps.n, 0);
	sent(100, 320, 0);
	assert_int_equal(t.bytes, 320);
	assert_int_equal(t.retrans, 1);
}

static void
a_hole_is_filled_from_its_middle(void **state)
{
	(void)state;
	established(100);
	sent(400, 100, 0);
	sent(200, 100, 0);
	assert_int_equal(t.gaps.n, 2);
	assert_int_equal(t.bytes, 200);
	sent(100, 300, 0);
	assert_int_equal(t.gaps.n, 0);
	assert_int_equal(t.bytes, 400);
}

static void
loss_counts_when_it_is_acknowledged(void **state)
{
	(void)state;
	established(100);
	sent(300, 100, 0);
	assert_int_equal(t.bytes, 100);
	acked(150);
	assert_int_equal(t.bytes, 150);
	acked(400);
	assert_int_equal(t.bytes, 300);
	sent(600, 100, 0);
	assert_int_equal(t.bytes, 400);
	acked(400);
	assert_int_equal(t.bytes, 400);
}

static void
acknowledgements_alone_count(void **state)
{
	(void)state;
	acked(5000);
	acked(6000);
	acked(8000);
	assert_int_equal(t.bytes, 3000);
	sent(9000, 100, 0);
	assert_int_equal(t.bytes, 3100);
	acked(9100);
	assert_int_equal(t.bytes, 4100);
}

static void
what_was_in_flight_at_the_start_does_not_count(void **state)
{
	(void)state;
	acked(5000);
	sent(9000, 100, 0);
	acked(9100);
	assert_int_equal(t.bytes, 100);
}

static void
data_below_the_base_do_not_count(void **state)
{
	(void)state;
	sent(5000, 100, 0);
	sent(4000, 1000, 0);
	acked(5100);
	assert_int_equal(t.bytes, 100);
	assert_int_equal(t.retrans, 1);
}

static void
keep_alives_are_nothing(void **state)
{
	int i;

	(void)state;
	established(100);
	sent(100, 50, 0);
	acked(150);
	for (i = 0; i < 3; i++) {
		sent(149, i % 2, 0);
		acked(150);
	}
	assert_int_equal(t.bytes, 50);
	assert_int_equal(t.retrans, 0);
	sent(150, 10, 0);
	assert_int_equal(t.bytes, 60);
}

static void
a_first_keep_alive_makes_no_byte(void **state)
{
	(void)state;
	sent(149, 0, PACKET_ACK);
	acked(150);
	sent(149, 0, PACKET_ACK);
	acked(150);
	assert_int_equal(t.bytes, 0);
}

/* BSD and Windows send the first byte that has no room, Linux none at all. */
static void
zero_window_probes_count_once(void **state)
{
	(void)state;
	established(100);
	sent(100, 50, 0);
	acked(150);
	sent(149, 0, 0);
	assert_int_equal(t.bytes, 50);
	sent(150, 1, 0);
	acked(150);
	assert_int_equal(t.bytes, 51);
	sent(150, 1000, 0);
	acked(1150);
	assert_int_equal(t.bytes, 1050);
	assert_int_equal(t.retrans, 0);
}

static void
one_byte_lost_is_a_retransmission(void **state)
{
	(void)state;
	established(100);
	sent(100, 1, 0);
	sent(100, 1, 0);
	assert_int_equal(t.bytes, 1);
	assert_int_equal(t.retrans, 1);
}

static void
syn_and_fin_are_sent_again(void **state)
{
	(void)state;
	sent(99, 0, PACKET_SYN);
	sent(99, 0, PACKET_SYN);
	acked(100);
	assert_int_equal(t.retrans, 1);
	sent(100, 0, PACKET_FIN);
	sent(100, 0, PACKET_FIN);
	assert_int_equal(t.retrans, 2);
	assert_int_equal(t.bytes, 0);
}

static void
nothing_follows_a_fin(void **state)
{
	(void)state;
	established(100);
	sent(100, 10, PACKET_FIN);
	sent(111, 1000, 0);
	acked(1111);
	assert_int_equal(t.bytes, 10);
}

static void
a_fin_after_its_acknowledgement_is_no_byte(void **state)
{
	(void)state;
	established(100);
	sent(100, 10, 0);
	acked(111);
	sent(110, 0, PACKET_FIN);
	assert_int_equal(t.bytes, 10);
	assert_int_equal(t.retrans, 0);
	assert_true(track_fin_acked(&t));
}

static void
one_lying_acknowledgement_is_not_believed(void **state)
{
	uint32_t far;

	(void)state;
	established(100);
	sent(100, 10, 0);
	for (far = 1u << 21; far != 0; far <<= 1) {
		acked(110 + far);
		assert_int_equal(t.bytes, 10);
	}
	acked(110);
	sent(110, 10, 0);
	acked(120);
	assert_int_equal(t.bytes, 20);
}

static void
two_acknowledgements_after_much_loss_are_believed(void **state)
{
	(void)state;
	established(100);
	acked(100 + 50000000);
	assert_int_equal(t.bytes, 0);
	acked(100 + 50001000);
	assert_int_equal(t.bytes, 50001000);
}

static void
a_lying_segment_does_not_stop_the_count(void **state)
{
	uint64_t lies;
	uint32_t far, ooo;

	(void)state;
	established(100);
	for (far = 1u << 21; far != 0; far <<= 1)
		sent(100 + far, 10, PACKET_FIN);
	lies = t.bytes;
	ooo = t.ooo;
	assert_in_range(lies, 0, 110);
	sent(100, 10, 0);
	acked(110);
	sent(110, 10, 0);
	sent(110, 10, 0);
	assert_int_equal(t.bytes, lies + 20);
	assert_int_equal(t.retrans, 1);
	assert_int_equal(t.ooo, ooo);
}

static void
a_lying_fin_is_disproved(void **state)
{
	uint32_t i;

	(void)state;
	established(100);
	sent(100 + (3 << 20), 10, PACKET_FIN);
	for (i = 0; i < 50; i++) {
		sent(100 + i * 100000, 100000, 0);
		acked(100 + (i + 1) * 100000);
	}
	assert_int_equal(t.bytes, 5000000);
	assert_int_equal(t.gaps.flags & TRACK_FIN, 0);
}

/* As in captures of which somebody kept a few packets. */
static void
the_capture_looked_away_for_gigabytes(void **state)
{
	uint32_t seq;
	int i;

	(void)state;
	seq = 100;
	established(seq);
	for (i = 0; i < 3; i++) {
		seq += 1900000000;
		acked(seq);
		sent(seq, 1000, 0);
		seq += 1900000000;
		sent(seq, 1000, 0);
		sent(seq + 1000, 1000, 0);
		acked(seq + 1000);
	}
	seq += 700000000;
	sent(seq, 1000, PACKET_FIN);
	acked(seq);
	acked(seq + 1001);
	assert_int_equal(t.bytes, 6 * 1900000000ull + 700000000 + 1000);
	assert_true(track_fin_acked(&t));
}

/* A first packet with a random number must not hide what follows. */
static void
two_segments_find_their_place_again(void **state)
{
	(void)state;
	sent(5, 10, 0);
	sent(5 + 0x70000000u, 100, 0);
	assert_int_equal(t.bytes, 10);
	sent(5 + 0x70000000u + 100, 100, 0);
	assert_int_equal(t.bytes, 110);
	acked(5 + 0x70000000u + 200);
	sent(5 + 0x70000000u + 200, 100, 0);
	assert_int_equal(t.bytes, 210);
}

static void
many_holes_are_exact_once_acknowledged(void **state)
{
	uint32_t i, seq;

	(void)state;
	seq = UINT32_MAX - 100000;
	established(seq);
	for (i = 0; i < 1000; i++) {
		sent(seq + 10, 90, 0);
		seq += 100;
	}
	assert_int_equal(t.gaps.n, HOLES_LIST_MAX);
	assert_int_equal(t.bytes, 90000);
	sent(seq - 190, 90, 0); /* somewhere in the last of them, it cannot tell */
	assert_int_equal(t.bytes, 90000);
	assert_int_equal(t.retrans, 0);
	for (i = 999; i > 0; i -= 37)
		acked(seq - 100 * i);
	acked(seq - 5);
	assert_int_equal(t.bytes, 100000);
	acked(seq);
	assert_int_equal(t.bytes, 100000);
	assert_int_equal(t.gaps.n, 0);
}

static void
a_full_pool_of_holes_says_so(void **state)
{
	uint32_t i;

	(void)state;
	holes_free(&holes);
	holes_init(&holes, 1);
	established(100);
	for (i = 0; i < 5; i++)
		sent(200 + 200 * i, 100, 0);
	sent(130, 20, 0); /* would cut a hole into two; not known, counts later */
	acked(1100);
	assert_int_equal(t.bytes, 1000);
	assert_int_equal(holes.lost, 0);
	sent(1200, 10, 0);
	memset(&t, 0, sizeof(t));
	established(100);
	sent(200, 100, 0);
	assert_int_equal(t.bytes, 100);
	assert_int_equal(holes.lost, 1);
}

static void
a_hole_that_cannot_be_divided_still_adds_up(void **state)
{
	(void)state;
	holes_free(&holes);
	holes_init(&holes, 1);
	established(100);
	sent(200, 100, 0);
	sent(130, 20, 0);
	assert_int_equal(t.bytes, 120);
	acked(300);
	assert_int_equal(t.bytes, 200);
}

/* Without acknowledgements, until the numbers of a hole come again. */
static void
old_holes_are_forgotten(void **state)
{
	uint64_t bytes;
	uint32_t seq;

	(void)state;
	sent(0, 1000, 0);
	sent(2000, 1000, 0);
	seq = 3000;
	do {
		sent(seq, 1u << 20, 0);
		seq += 1u << 20;
	} while (seq != 3000);
	bytes = t.bytes;
	sent(1000, 1000, 0);
	assert_int_equal(t.bytes, bytes);
	assert_int_equal(t.retrans, 1);
}

/* One way of a connection, with loss, through all numbers more than twice. */
static void
one_way_captures_stay_within_bounds(void **state)
{
	uint32_t i, seq;

	(void)state;
	seq = 1;
	for (i = 0; i < 10000; i++) {
		sent(seq, 900000, 0);
		seq += 1000000;
		assert_true(t.gaps.n <= HOLES_LIST_MAX);
	}
	assert_int_equal(t.bytes, 10000ull * 900000);
	assert_int_equal(t.retrans, 0);
	assert_int_equal(t.ooo, 0);
}

static void
handshake_is_the_first_sample(void **state)
{
	(void)state;
	sent(99, 0, PACKET_SYN);
	clock_us += 800;
	acked(100);
	assert_int_equal(t.srtt / 8, 800);
	assert_int_equal(t.rttvar / 4, 400);
	sent(100, 10, 0);
	clock_us += 1600;
	acked(110);
	assert_int_equal(t.srtt / 8, 900);
	assert_int_equal(t.rttvar / 4, 500);
	assert_int_equal(t.min_rtt_us, 800);
}

static void
what_was_sent_again_is_no_sample(void **state)
{
	(void)state;
	sent(99, 0, PACKET_SYN);
	sent(99, 0, PACKET_SYN);
	clock_us += 10;
	acked(100);
	assert_int_equal(t.srtt, 0);
	sent(100, 10, 0);
	sent(110, 10, 0);
	sent(100, 10, 0);
	acked(120);
	assert_int_equal(t.srtt, 0);
	clock_us = UINT32_MAX - 5;
	sent(120, 10, 0);
	clock_us += 50; /* wraps */
	acked(125);
	assert_int_equal(t.srtt, 0);
	acked(130);
	assert_int_equal(t.srtt / 8, 50);
}

static void
time_that_goes_back_is_no_sample(void **state)
{
	(void)state;
	sent(99, 0, PACKET_SYN);
	clock_us -= 10;
	acked(100);
	assert_int_equal(t.srtt, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(syn_and_fin_are_no_payload, fresh),
	    cmocka_unit_test_setup(syn_carries_data, fresh),
	    cmocka_unit_test_setup(syn_data_the_server_refused_is_sent_again, fresh),
	    cmocka_unit_test_setup(numbers_wrap_round, fresh),
	    cmocka_unit_test_setup(more_than_4_gib_count, fresh),
	    cmocka_unit_test_setup(a_late_segment_is_no_retransmission, fresh),
	    cmocka_unit_test_setup(overlap_counts_once, fresh),
	    cmocka_unit_test_setup(a_hole_is_filled_from_its_middle, fresh),
	    cmocka_unit_test_setup(loss_counts_when_it_is_acknowledged, fresh),
	    cmocka_unit_test_setup(acknowledgements_alone_count, fresh),
	    cmocka_unit_test_setup(what_was_in_flight_at_the_start_does_not_count, fresh),
	    cmocka_unit_test_setup(data_below_the_base_do_not_count, fresh),
	    cmocka_unit_test_setup(keep_alives_are_nothing, fresh),
	    cmocka_unit_test_setup(a_first_keep_alive_makes_no_byte, fresh),
	    cmocka_unit_test_setup(zero_window_probes_count_once, fresh),
	    cmocka_unit_test_setup(one_byte_lost_is_a_retransmission, fresh),
	    cmocka_unit_test_setup(syn_and_fin_are_sent_again, fresh),
	    cmocka_unit_test_setup(nothing_follows_a_fin, fresh),
	    cmocka_unit_test_setup(a_fin_after_its_acknowledgement_is_no_byte, fresh),
	    cmocka_unit_test_setup(one_lying_acknowledgement_is_not_believed, fresh),
	    cmocka_unit_test_setup(
		two_acknowledgements_after_much_loss_are_believed, fresh),
	    cmocka_unit_test_setup(a_lying_segment_does_not_stop_the_count, fresh),
	    cmocka_unit_test_setup(a_lying_fin_is_disproved, fresh),
	    cmocka_unit_test_setup(the_capture_looked_away_for_gigabytes, fresh),
	    cmocka_unit_test_setup(two_segments_find_their_place_again, fresh),
	    cmocka_unit_test_setup(many_holes_are_exact_once_acknowledged, fresh),
	    cmocka_unit_test_setup(a_full_pool_of_holes_says_so, fresh),
	    cmocka_unit_test_setup(a_hole_that_cannot_be_divided_still_adds_up, fresh),
	    cmocka_unit_test_setup(old_holes_are_forgotten, fresh),
	    cmocka_unit_test_setup(one_way_captures_stay_within_bounds, fresh),
	    cmocka_unit_test_setup(handshake_is_the_first_sample, fresh),
	    cmocka_unit_test_setup(what_was_sent_again_is_no_sample, fresh),
	    cmocka_unit_test_setup(time_that_goes_back_is_no_sample, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
