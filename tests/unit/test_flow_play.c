/*
 * A player of TCP: two ends move a known stream each, over a network that loses,
 * doubles and reorders before and after the place of the capture, which misses some.
 * What the flow says must be exactly what was seen or acknowledged.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"

enum {
	GAMES = 4000,
	STREAM = 12000, /* bytes of each end at most */
	FLIGHT = 24,    /* segments on a wire at most */
	STEPS = 100000,
};

struct segment {
	uint32_t at; /* offset in the stream */
	uint32_t len;
	uint32_t ack; /* offset of the other's, FIN included */
	int fin;
};

struct wire {
	struct segment s[FLIGHT];
	int n;
};

struct player {
	uint32_t first; /* sequence number of offset 0 */
	uint32_t total;
	uint32_t una, nxt;         /* FIN included */
	uint8_t got[STREAM + 1];   /* of the other's stream */
	uint32_t rcv;              /* all before it was got */
	struct wire before, after; /* the capture */
	/* What the capture knows of this one's stream. */
	uint8_t seen[STREAM + 1];
	uint32_t acked, top;
	uint64_t packets, retrans;
	int fin_seen;
};

static struct player player[2];
static struct flows *flows;
static uint64_t now, random_state;
static int percent_lost, percent_missed, percent_doubled;

static uint32_t
dice(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % n;
}

static int
chance(int percent)
{
	return (int)dice(100) < percent;
}

static void
capture(int from, unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
	struct packet p;

	memset(&p, 0, sizeof(p));
	p.time_ns = now += 1000;
	p.proto = PROTO_TCP;
	p.segments = 1;
	p.src[15] = (uint8_t)(1 + from);
	p.dst[15] = (uint8_t)(2 - from);
	p.sport = p.dport = 7;
	p.flags = (uint8_t)flags;
	p.seq = seq;
	p.ack = ack;
	p.payload = len;
	flows_packet(flows, &p);
	player[from].packets++;
}

static void
put(struct wire *w, const struct segment *s)
{
	if (w->n < FLIGHT)
		w->s[w->n++] = *s;
}

/* Mostly in order. */
static int
take(struct wire *w, struct segment *s)
{
	int i;

	if (w->n == 0)
		return 0;
	i = chance(80) ? 0 : (int)dice((uint32_t)w->n);
	*s = w->s[i];
	memmove(&w->s[i], &w->s[i + 1], (size_t)(--w->n - i) * sizeof(*s));
	return 1;
}

/* New data, old data with other boundaries, or only an acknowledgement. */
static void
speak(struct player *me)
{
	struct segment s;
	uint32_t most;

	s.at = me->nxt;
	if (me->una < me->nxt && chance(me->nxt - me->una > 8000 ? 90 : 25))
		s.at = me->una + (chance(60) ? 0 : dice(me->nxt - me->una));
	if (s.at > me->total)
		s.at = me->total;
	most = me->total - s.at;
	if (most > 1460)
		most = 1460;
	s.len = chance(20) || most == 0 ? 0 : chance(5) ? 1 : 1 + dice(most);
	s.fin = s.at + s.len == me->total && chance(50);
	if (s.len == 0 && !s.fin)
		s.at = me->nxt; /* a bare acknowledgement */
	s.ack = me->rcv;
	if (s.at + s.len + (uint32_t)s.fin > me->nxt)
		me->nxt = s.at + s.len + (uint32_t)s.fin;
	put(&me->before, &s);
}

/* What the capture ought to make of a segment. */
static void
note(struct player *me, struct player *other, const struct segment *s)
{
	uint32_t i, new;
	int probe;

	if (s->ack > other->acked)
		other->acked = s->ack;
	if (other->acked > other->top)
		other->top = other->acked;
	new = s->fin && !me->fin_seen;
	for (i = s->at; i < s->at + s->len; i++) {
		new += !me->seen[i] && i >= me->acked;
		me->seen[i] = 1;
	}
	if (s->fin)
		me->fin_seen = 1;
	if (s->len + (uint32_t)s->fin > 0 && s->at + s->len + (uint32_t)s->fin > me->top)
		me->top = s->at + s->len + (uint32_t)s->fin;
	probe = s->len == 1 && !s->fin && s->at + 1 == me->top && me->acked == me->top;
	if (s->len + (uint32_t)s->fin > 0 && new == 0 && !probe)
		me->retrans++;
}

static void
pass_capture(struct player *me, struct player *other)
{
	struct segment s;

	if (!take(&me->before, &s) || chance(percent_lost))
		return;
	if (!chance(percent_missed)) {
		note(me, other, &s);
		capture(me == &player[1], PACKET_ACK | (s.fin ? PACKET_FIN : 0),
		    me->first + s.at, other->first + s.ack, s.len);
	}
	if (!chance(percent_lost))
		put(&me->after, &s);
	if (chance(percent_doubled))
		put(&me->before, &s);
}

static void
hear(struct player *me, struct player *other)
{
	struct segment s;

	if (!take(&other->after, &s))
		return;
	if (s.ack > me->una)
		me->una = s.ack;
	memset(me->got + s.at, 1, s.len + (uint32_t)s.fin);
	while (me->rcv <= other->total && me->got[me->rcv])
		me->rcv++;
}

static uint64_t
expected(const struct player *me)
{
	uint64_t n;
	uint32_t i;

	n = 0;
	for (i = 0; i < me->total; i++)
		n += me->seen[i] || i < me->acked;
	/* Nobody can tell an unseen FIN from a byte. */
	if (!me->fin_seen && me->acked > me->total)
		n++;
	return n;
}

/* The counters of one end; its connection may be over. */
static void
compare(const struct conn *row, uint64_t seed)
{
	if (row->bytes_out != expected(&player[0]) ||
	    row->bytes_in != expected(&player[1]) || row->retrans != player[0].retrans ||
	    row->packets_out != player[0].packets || row->packets_in != player[1].packets)
		fail_msg("game %llu: bytes %llu of %llu, %llu of %llu, again %u of %llu",
		    (unsigned long long)seed, (unsigned long long)row->bytes_out,
		    (unsigned long long)expected(&player[0]),
		    (unsigned long long)row->bytes_in,
		    (unsigned long long)expected(&player[1]), row->retrans,
		    (unsigned long long)player[0].retrans);
}

static int
all_is_said(void)
{
	return player[0].rcv > player[1].total && player[1].rcv > player[0].total &&
	    player[0].una > player[0].total && player[1].una > player[1].total;
}

/* Compare now and then. Returns whether the connection is over. */
static int
look(uint64_t seed)
{
	struct conn row[2];
	int over;

	flows_begin(flows, now);
	assert_int_equal(flows_next(flows, now, row, 2), 1);
	compare(row, seed);
	over = row[0].event == EVENT_CLOSE;
	assert_int_equal(flows_next(flows, now, row, 2), 0);
	return over;
}

static void
play(uint64_t seed)
{
	int i, step;

	random_state = seed * 2654435761u + 1;
	memset(player, 0, sizeof(player));
	percent_lost = (int)dice(20);
	percent_missed = chance(50) ? 0 : (int)dice(30);
	percent_doubled = (int)dice(10);
	for (i = 0; i < 2; i++) {
		player[i].first = chance(50) ? UINT32_MAX - dice(STREAM) : dice(1u << 31);
		player[i].total = chance(10) ? dice(3) : dice(STREAM);
	}
	capture(0, PACKET_SYN, player[0].first - 1, 0, 0);
	capture(1, PACKET_SYN | PACKET_ACK, player[1].first - 1, player[0].first, 0);
	for (step = 0; step < STEPS && !all_is_said(); step++) {
		i = (int)dice(2);
		switch (dice(3)) {
		case 0:
			speak(&player[i]);
			break;
		case 1:
			pass_capture(&player[i], &player[!i]);
			break;
		default:
			hear(&player[i], &player[!i]);
			break;
		}
		if (dice(200) == 0 && look(seed))
			return;
	}
	assert_true(all_is_said());
	look(seed);
}

static void
every_byte_counts_exactly_once(void **state)
{
	static const struct flows_options options = {.max_flows = 10};
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= GAMES; seed++) {
		now = 1000000000;
		assert_int_equal(flows_open(&flows, &options), 0);
		play(seed);
		assert_int_equal(flows_lost(flows), 0);
		flows_close(flows);
	}
}

/* Anything at all: numbers from a few places, all flags, time in leaps, back too. */
static void
send_nonsense(void)
{
	static const uint32_t near[] = {0, 100, 1u << 20, 1u << 30, 1u << 31, UINT32_MAX};
	struct packet p;

	memset(&p, 0, sizeof(p));
	now += chance(1) ? dice(2000000000) * 5ull : dice(1000000);
	p.time_ns = now - (chance(2) ? 3000000 : 0);
	p.proto = chance(90) ? PROTO_TCP : PROTO_UDP;
	p.segments = !chance(2);
	p.src[15] = (uint8_t)dice(6);
	p.dst[15] = (uint8_t)dice(6);
	p.flags = (uint8_t)(chance(80) ? PACKET_ACK : dice(256));
	p.seq = near[dice(6)] + dice(3000);
	p.ack = near[dice(6)] + dice(3000);
	p.payload = dice(chance(1) ? UINT32_MAX : 1500);
	flows_packet(flows, &p);
	/* Out and in at once where it goes to itself. */
	player[0].packets += p.src[15] == p.dst[15] ? 2 * p.segments : p.segments;
}

/* All rows; packets of those that are over, or with `last` of all. */
static uint64_t
packets_told(int last)
{
	struct conn row[4];
	uint64_t all;
	size_t i, n;

	all = 0;
	flows_begin(flows, now);
	while ((n = flows_next(flows, now, row, 4)) > 0) {
		for (i = 0; i < n; i++)
			if (last || row[i].event == EVENT_CLOSE)
				all += row[i].packets_in + row[i].packets_out;
		/* Those that come in between wait for the next. */
		if (!last && chance(50))
			send_nonsense();
	}
	return all;
}

static void
no_packet_is_lost_whatever_comes(void **state)
{
	static const struct flows_options options = {
	    .max_flows = 1000, .udp_timeout_ns = 5000000000};
	uint64_t seed, told;
	int i;

	(void)state;
	for (seed = 1; seed <= 100; seed++) {
		random_state = seed;
		now = 1000000000000;
		player[0].packets = 0;
		told = 0;
		assert_int_equal(flows_open(&flows, &options), 0);
		for (i = 0; i < 3000; i++) {
			send_nonsense();
			if (dice(100) == 0)
				told += packets_told(0);
		}
		told += packets_told(1);
		assert_int_equal(told, player[0].packets);
		assert_int_equal(flows_lost(flows), 0);
		flows_close(flows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte_counts_exactly_once),
	    cmocka_unit_test(no_packet_is_lost_whatever_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
