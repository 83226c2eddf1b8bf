#include "track.h"

/*
 * No sample is taken beyond two maximum segment lifetimes (RFC 9293, section 3.4.2):
 * after that an acknowledgement is not the answer to what was sent.
 */
enum { RTT_MAX_US = 240000000 };

/* A segment, in numbers from its SYN to behind its FIN. */
struct stretch {
	uint32_t start;
	uint32_t end;
	uint32_t data; /* of them payload */
	int syn;
	int fin;
};

static int32_t
after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

int
track_syn_waits(const struct track *t)
{
	return (t->gaps.flags & TRACK_SYN) != 0 && t->una == t->isn;
}

int
track_fin_acked(const struct track *t)
{
	return (t->gaps.flags & TRACK_FIN) != 0 && t->una == t->nxt;
}

void
track_free(struct track *t, struct holes *holes)
{
	holes_clear(holes, &t->gaps);
}

static void
rebase(struct track *t, struct holes *holes, uint32_t seq)
{
	holes_clear(holes, &t->gaps);
	t->una = t->nxt = seq;
	t->timed_us = 0;
	t->gaps.flags |= TRACK_BASE;
}

void
track_restart(struct track *t, struct holes *holes)
{
	holes_clear(holes, &t->gaps);
	t->timed_us = 0;
	t->gaps.flags = 0;
}

void
track_firm(struct track *t)
{
	t->gaps.flags |= TRACK_FIRM;
}

static struct stretch
stretch_of(const struct packet *p)
{
	struct stretch s;

	s.syn = (p->flags & PACKET_SYN) != 0;
	s.fin = (p->flags & PACKET_FIN) != 0;
	s.data = p->payload;
	s.start = p->seq;
	s.end = s.start + (uint32_t)s.syn + s.data + (uint32_t)s.fin;
	return s;
}

/* --- what one packet says ---------------------------------------------------------- */

/* Was a number near this one claimed before? Else it is now. by: 0 or TRACK_CLAIM_ACK */
static int
claimed_before(struct track *t, uint32_t seq, unsigned by)
{
	int32_t d;

	d = after(seq, t->claim);
	if (t->claim != 0 && d <= TRACK_LEAP && d >= -TRACK_LEAP)
		return 1;
	t->claim = seq;
	t->gaps.flags &= ~(unsigned)TRACK_CLAIM_ACK;
	t->gaps.flags |= by;
	return 0;
}

/* Watched from its SYN, both ways: its numbers are certain, and only go forward. */
static int
is_certain(const struct track *t)
{
	return (t->gaps.flags & TRACK_SYN) != 0 && (t->gaps.flags & TRACK_ACKED) != 0;
}

/* Does a FIN forbid what lies behind nxt? */
static int
fin_stands(struct track *t)
{
	if ((t->gaps.flags & TRACK_FIN) == 0)
		return 0;
	if ((t->gaps.flags & TRACK_FIN_LEAPT) == 0 || t->una == t->nxt)
		return 1;
	/* A lie. Its number is that of a byte. */
	t->gaps.flags &= ~(unsigned)(TRACK_FIN | TRACK_FIN_LEAPT);
	t->bytes++;
	return 0;
}

/*
 * Do numbers that leave a hole end beyond all windows, or begin before them? Windows
 * begin at una, but that stays behind where nothing is acknowledged. Before the handshake
 * is over little is plausible.
 */
static int
is_absurd(const struct track *t, uint32_t seq, uint32_t end)
{
	int32_t d;

	d = after(seq, t->nxt);
	if (track_syn_waits(t))
		return d > TRACK_LEAP || d < -TRACK_LEAP;
	if (d <= 0)
		return after(seq, t->una) < -TRACK_WINDOW;
	if ((t->gaps.flags & TRACK_ACKED) != 0)
		return end - t->una > TRACK_WINDOW;
	return d > TRACK_WINDOW;
}

int
track_takes_rst(const struct track *t, uint32_t seq)
{
	return (t->gaps.flags & TRACK_BASE) != 0 && after(seq, t->una) >= -1 &&
	    after(seq, t->nxt) <= (track_syn_waits(t) ? 0 : TRACK_LEAP);
}

int
track_is_news(const struct track *t, const struct holes *holes, const struct packet *p)
{
	struct stretch s;

	s = stretch_of(p);
	if ((t->gaps.flags & TRACK_BASE) == 0)
		return 1;
	if (s.start == s.end)
		return 0;
	return after(s.end, t->nxt) > 0 || holes_touch(holes, &t->gaps, s.start, s.end);
}

int
track_acks_news(const struct track *t, uint32_t ack)
{
	return (t->gaps.flags & TRACK_BASE) == 0 || after(ack, t->una) > 0;
}

/* --- round trip time --------------------------------------------------------------- */

static void
rtt_begin(struct track *t, uint32_t us)
{
	t->timed_seq = t->nxt;
	t->timed_us = us != 0 ? us : 1;
}

/* RFC 6298, section 2; alpha 1/8 and beta 1/4 are in the scales. */
static void
rtt_sample(struct track *t, uint32_t us)
{
	uint32_t off;

	/* The clock went backwards, or the answer is to something else. */
	if (us > RTT_MAX_US)
		return;
	us = us > 0 ? us : 1;
	if (t->min_rtt_us == 0 || us < t->min_rtt_us)
		t->min_rtt_us = us;
	if (t->srtt == 0) {
		t->srtt = us * 8;
		t->rttvar = us * 2;
		return;
	}
	off = us > t->srtt / 8 ? us - t->srtt / 8 : t->srtt / 8 - us;
	t->rttvar += off - t->rttvar / 4;
	t->srtt += us - t->srtt / 8;
}

/* --- segments ---------------------------------------------------------------------- */

/*
 * Where nothing is acknowledged (one way of a connection was captured), what is a window
 * behind can arrive no more: its holes are forgotten and never count.
 */
static void
advance(struct track *t, struct holes *holes, uint32_t nxt)
{
	t->nxt = nxt;
	if (nxt - t->una <= TRACK_WINDOW)
		return;
	t->una = nxt - TRACK_WINDOW;
	holes_pass(holes, &t->gaps, t->una);
}

/* All before `ack`, which is ahead of what was seen, was moved. */
static void
leap(struct track *t, struct holes *holes, uint32_t ack)
{
	t->bytes += holes_clear(holes, &t->gaps) + (uint64_t)(ack - t->nxt);
	t->una = t->nxt = ack;
}

/* A segment where none can be: is everything elsewhere now? */
static int
find_again(struct track *t, struct holes *holes, const struct stretch *s)
{
	if (!claimed_before(t, s->end, 0))
		return 0;
	if ((t->gaps.flags & TRACK_CLAIM_ACK) != 0 && is_certain(t) &&
	    after(t->claim, t->nxt) > 0) {
		leap(t, holes, t->claim);
	} else if (is_certain(t)) {
		return 0;
	} else {
		rebase(t, holes, s->start);
		/* Whatever has begun or ended there, it was not this. */
		t->gaps.flags &= ~(unsigned)(TRACK_SYN | TRACK_FIN | TRACK_FIN_LEAPT);
	}
	t->claim = 0;
	return 1;
}

/*
 * Find the place of a segment. Returns 0 where it has none: it contradicts what is
 * known, and counts as a packet only.
 */
static int
place(struct track *t, struct holes *holes, const struct stretch *s)
{
	if ((t->gaps.flags & TRACK_BASE) == 0)
		rebase(t, holes, s->start);
	if (s->syn && (t->gaps.flags & TRACK_SYN) == 0) {
		/* An acknowledgement may have told the number behind it before. */
		if (s->start != t->nxt && s->start + 1 != t->una)
			return 0;
		t->isn = s->start;
		t->gaps.flags |= TRACK_SYN | TRACK_FIRM;
	}
	if (s->syn && s->start != t->isn)
		return 0;
	if (s->start == s->end)
		return 0;
	/* What acknowledgements told before the first data is where older data were. */
	if ((t->gaps.flags & TRACK_FIRM) == 0 && t->bytes == 0 &&
	    after(s->start, t->nxt) > 0)
		rebase(t, holes, s->start);
	t->gaps.flags |= TRACK_FIRM;
	if (is_absurd(t, s->start, s->end) && !find_again(t, holes, s))
		return 0;
	return after(s->end, t->nxt) <= 0 || !fin_stands(t);
}

/* Numbers of the segment that are new; all before them is seen then. */
static uint32_t
take_in(struct track *t, struct holes *holes, const struct stretch *s, int *vague)
{
	uint32_t new, nxt;

	new = 0;
	nxt = t->nxt;
	if (after(s->start, nxt) < 0)
		new = holes_fill(holes, &t->gaps, s->start,
		    after(s->end, nxt) < 0 ? s->end : nxt, vague);
	if (after(s->end, nxt) > 0) {
		if (after(s->start, nxt) > 0) {
			holes_append(holes, &t->gaps, nxt, s->start);
			nxt = s->start;
		}
		new += s->end - nxt;
		advance(t, holes, s->end);
	}
	return new;
}

/*
 * A byte that was acknowledged, sent again alone while there is nothing else to say, asks
 * whether the peer lives or has room again (RFC 9293, sections 3.8.4 and 3.8.6.1). Other
 * such probes have no byte at all. What was not acknowledged may be lost, so it is sent
 * again; without any acknowledgement in sight one cannot tell.
 */
static int
is_probe(const struct track *t, const struct stretch *s)
{
	return s->data == 1 && !s->syn && !s->fin && s->end == t->nxt &&
	    (t->una == t->nxt || (t->gaps.flags & TRACK_ACKED) == 0);
}

/* The segment brought nothing, or something late: Karn's rule, and the counters. */
static void
sent_again(struct track *t, const struct stretch *s, uint32_t new_data, int counts)
{
	if (after(t->timed_seq, s->start) > 0)
		t->timed_us = 0;
	t->bytes_retrans += s->data - new_data;
	if (counts)
		t->retrans++;
}

void
track_sent(struct track *t, struct holes *holes, const struct packet *p, uint32_t us)
{
	uint32_t new, nxt, expected;
	struct stretch s;
	int first, vague;

	s = stretch_of(p);
	first = (t->gaps.flags & (TRACK_SYN | TRACK_BASE)) == TRACK_BASE && s.syn;
	if (!place(t, holes, &s))
		return;
	vague = 0;
	nxt = t->nxt;
	expected = t->gaps.n > 0 ? holes_first(holes, &t->gaps) : nxt;
	new = take_in(t, holes, &s, &vague);
	if (new > 0 && s.syn && s.start == nxt)
		new --;
	if (s.fin && (t->gaps.flags & TRACK_FIN) == 0 && s.end == t->nxt) {
		t->gaps.flags |= TRACK_FIN;
		if (after(s.start, nxt) > TRACK_LEAP)
			t->gaps.flags |= TRACK_FIN_LEAPT;
		/* Its acknowledgement came first, and it was taken for a byte. */
		if (s.end == nxt)
			t->bytes -= t->bytes > 0;
		else
			new --;
		first = 1;
	}
	t->bytes += new;
	if (new > 0 && (t->gaps.flags & TRACK_ACKED) != 0 && after(s.start, expected) > 0)
		t->ooo++;
	if (after(s.start, nxt) < 0 && !vague && !first && !is_probe(t, &s))
		sent_again(
		    t, &s, new < s.data ? new : s.data, new == 0 && p->segments > 0);
	if (t->timed_us == 0 && s.start == nxt && t->nxt != nxt)
		rtt_begin(t, us);
}

void
track_acked(struct track *t, struct holes *holes, uint32_t ack, uint32_t us, int strict)
{
	int32_t ahead;

	if ((t->gaps.flags & TRACK_BASE) == 0) {
		rebase(t, holes, ack);
		return;
	}
	ahead = after(ack, t->nxt);
	if (ahead > (strict ? 0 : TRACK_LEAP) || is_absurd(t, ack, ack)) {
		if (!claimed_before(t, ack, TRACK_CLAIM_ACK))
			return;
		t->claim = 0;
		if (is_absurd(t, ack, ack) && (ahead < 0 || !is_certain(t))) {
			rebase(t, holes, ack);
			return;
		}
	}
	if (ahead > 0) {
		if (fin_stands(t))
			return;
		/* A first byte that nobody saw was most likely that of a keep-alive. */
		if (ahead == 1 && t->bytes == 0 && (t->gaps.flags & TRACK_FIRM) == 0)
			rebase(t, holes, ack);
		else
			leap(t, holes, ack);
	} else if (after(ack, t->una) > 0) {
		t->bytes += holes_pass(holes, &t->gaps, ack);
		t->una = ack;
	}
	t->gaps.flags |= TRACK_ACKED;
	if (t->timed_us != 0 && after(ack, t->timed_seq) >= 0) {
		rtt_sample(t, us - t->timed_us);
		t->timed_us = 0;
	}
}
