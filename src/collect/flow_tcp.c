#include "flow_entry.h"

/*
 * Silence after which a half-open or a closing connection is over: RFC 5382, REQ-5, which
 * allows middleboxes the same. Established ones have no limit but max_flows.
 */
static const uint64_t TRANSITORY_NS = 240000000000ull;

/*
 * The same for one side of an unknown connection that sends nothing: what comes late to a
 * connection that is over and told. Also how long such packets count in one that waits to
 * be told. Linux' nf_conntrack_tcp_timeout_close.
 */
static const uint64_t STRAY_NS = 10000000000ull;

/* Errno numbers of Linux, whatever this is compiled on. */
enum { LINUX_EPIPE = 32, LINUX_ECONNRESET = 104, LINUX_ECONNREFUSED = 111 };

static uint32_t
microseconds(const struct packet *p)
{
	return (uint32_t)(p->time_ns / 1000);
}

/* A RST answers our SYN if it acknowledges it (RFC 9293, section 3.10.7.3). */
static int
answers_syn(const struct track *peer, const struct packet *p)
{
	return (p->flags & PACKET_ACK) != 0 && track_syn_waits(peer) &&
	    p->ack - peer->una - 1 < peer->nxt - peer->una;
}

static int
is_valid_rst(const struct flow *fl, int from, const struct packet *p)
{
	const struct track *own = &fl->end[from].track, *peer = &fl->end[!from].track;

	/* A stray one, that begins a flow of its own. */
	if (((own->gaps.flags | peer->gaps.flags) & TRACK_BASE) == 0)
		return 1;
	return track_takes_rst(own, p->seq) || answers_syn(peer, p);
}

int
flow_tcp_is_news(
    const struct flows *f, const struct flow *fl, int from, const struct packet *p)
{
	if ((p->flags & PACKET_RST) != 0)
		return (fl->flags & FLOW_OVER) == 0 && is_valid_rst(fl, from, p);
	return track_is_news(&fl->end[from].track, &f->holes, p) ||
	    ((p->flags & PACKET_ACK) != 0 &&
		track_acks_news(&fl->end[!from].track, p->ack));
}

int
flow_tcp_is_rebirth(
    const struct flow *fl, int from, const struct packet *p, int same_iface)
{
	const struct track *t = &fl->end[from].track;
	unsigned flags = t->gaps.flags;

	if ((p->flags & (PACKET_SYN | PACKET_RST)) != PACKET_SYN)
		return 0;
	/* Some try again with the same number when they were refused. */
	if ((flags & TRACK_SYN) != 0 && p->seq == t->isn)
		return (fl->flags & FLOW_OVER) != 0 && same_iface &&
		    (p->flags & PACKET_ACK) == 0;
	/* Of an open one it may be a new answer to the same SYN, or a lie. */
	if ((p->flags & PACKET_ACK) != 0)
		return (fl->flags & FLOW_OVER) != 0 && (flags & TRACK_SYN) != 0;
	/* A simultaneous open; a SYN that comes after what it began. */
	if ((flags & TRACK_BASE) == 0)
		return 0;
	return (flags & TRACK_SYN) != 0 || p->seq + 1 != t->una;
}

uint64_t
flow_tcp_patience(const struct flow *fl)
{
	const struct flow_end *e = fl->end;
	int i;

	if ((fl->flags & FLOW_OVER) != 0)
		return STRAY_NS;
	for (i = 0; i < 2; i++)
		if (fl->state[i] == STATE_SYN_SENT || fl->state[i] == STATE_SYN_RECV ||
		    (e[i].track.gaps.flags & TRACK_FIN) != 0)
			return TRANSITORY_NS;
	if ((fl->flags & FLOW_BORN) == 0 && e[0].track.bytes + e[1].track.bytes == 0 &&
	    (e[0].packets == 0 || e[1].packets == 0))
		return STRAY_NS;
	return UINT64_MAX;
}

/* --- states ------------------------------------------------------------------------ */

/* One that is half-open answers a SYN with old numbers, RFC 9293, figure 10. */
static int
is_strict(const struct flow *fl, int from)
{
	return track_syn_waits(&fl->end[!from].track) &&
	    (fl->end[from].track.gaps.flags & TRACK_SYN) == 0;
}

static void
on_rst(struct flows *f, struct flow *fl, int from, const struct packet *p)
{
	int to = !from;

	if ((fl->flags & FLOW_OVER) != 0 || !is_valid_rst(fl, from, p))
		return;
	if ((p->flags & PACKET_ACK) != 0)
		track_acked(&fl->end[to].track, &f->holes, p->ack, microseconds(p),
		    is_strict(fl, from));
	/* As the kernel's tcp_reset() tells the end that got it. */
	fl->error = LINUX_ECONNRESET;
	if (fl->state[to] == STATE_SYN_SENT)
		fl->error = LINUX_ECONNREFUSED;
	else if (fl->state[to] == STATE_CLOSE_WAIT)
		fl->error = LINUX_EPIPE;
	fl->flags |= FLOW_OVER | (to == 1 ? FLOW_RESET_1 : 0);
}

static void
on_syn(struct flow *fl, int from, int acks)
{
	uint8_t *mine = &fl->state[from], *other = &fl->state[!from];

	if (!acks) {
		if (*mine == 0)
			*mine = STATE_SYN_SENT;
		return;
	}
	if (*mine == 0 || *mine == STATE_SYN_SENT)
		*mine = STATE_SYN_RECV;
	/* Its SYN was not seen, but this is the answer. */
	if (*other == 0)
		*other = STATE_SYN_SENT;
}

/* Is the handshake over, now that `from` sent a segment which acknowledges something? */
static void
on_ack(struct flow *fl, int from, int is_syn)
{
	const struct track *own = &fl->end[from].track, *peer = &fl->end[!from].track;
	int i;

	/* See is_strict(). */
	if (track_syn_waits(peer))
		return;
	/* A SYN/ACK, or data of a server before the handshake is over (RFC 7413). */
	if (track_syn_waits(own) && (is_syn || fl->state[from] == STATE_SYN_RECV))
		return;
	/* The SYN/ACK of a simultaneous open is the last word; else the ACK of it. */
	if (is_syn && fl->state[!from] != STATE_SYN_RECV)
		return;
	for (i = 0; i < 2; i++)
		if (fl->state[i] == 0 || fl->state[i] == STATE_SYN_SENT ||
		    fl->state[i] == STATE_SYN_RECV)
			fl->state[i] = STATE_ESTABLISHED;
}

/* `from` acknowledged, perhaps the other end's FIN. */
static void
on_fin_acked(struct flow *fl, int from)
{
	uint8_t *mine = &fl->state[from], *other = &fl->state[!from];

	if (!track_fin_acked(&fl->end[!from].track))
		return;
	/* TIME_WAIT and CLOSE have no rows: the states stay what they were before. */
	if (track_fin_acked(&fl->end[from].track)) {
		fl->flags |= FLOW_OVER;
		return;
	}
	if (*other == STATE_FIN_WAIT1)
		*other = STATE_FIN_WAIT2;
	if (*mine == STATE_ESTABLISHED)
		*mine = STATE_CLOSE_WAIT;
	else if (*mine == STATE_FIN_WAIT1)
		*mine = STATE_CLOSING;
}

static void
on_fin(struct flow *fl, int from)
{
	uint8_t *mine = &fl->state[from];

	if (*mine == STATE_CLOSE_WAIT)
		*mine = STATE_LAST_ACK;
	else if (*mine == STATE_ESTABLISHED || *mine == STATE_SYN_RECV)
		*mine = STATE_FIN_WAIT1;
}

/* A server that forgot its SYN/ACK, such as one with SYN cookies, sends another. */
static void
forget_old_syn(struct flows *f, struct flow *fl, int from, const struct packet *p)
{
	struct track *t = &fl->end[from].track;

	if ((t->gaps.flags & TRACK_BASE) == 0 || p->seq == t->isn || p->seq + 1 == t->una)
		return;
	if (fl->state[from] == 0 || fl->state[from] == STATE_SYN_RECV)
		track_restart(t, &f->holes);
}

void
flow_tcp(struct flows *f, struct flow *fl, int from, const struct packet *p)
{
	struct track *own = &fl->end[from].track, *peer = &fl->end[!from].track;
	int acks, syn;

	if ((p->flags & PACKET_RST) != 0) {
		on_rst(f, fl, from, p);
		return;
	}
	syn = (p->flags & PACKET_SYN) != 0;
	acks = (p->flags & PACKET_ACK) != 0;
	if (acks) {
		track_acked(
		    peer, &f->holes, p->ack, microseconds(p), is_strict(fl, from));
		if ((fl->flags & FLOW_BORN) != 0)
			track_firm(peer);
	}
	if (syn && acks)
		forget_old_syn(f, fl, from, p);
	track_sent(own, &f->holes, p, microseconds(p));
	if ((fl->flags & FLOW_OVER) != 0)
		return;
	if (syn)
		on_syn(fl, from, acks);
	if (acks) {
		on_ack(fl, from, syn);
		on_fin_acked(fl, from);
	}
	if ((own->gaps.flags & TRACK_FIN) != 0) {
		on_fin(fl, from);
		/* Where its acknowledgement was captured first. */
		on_fin_acked(fl, !from);
	}
}
