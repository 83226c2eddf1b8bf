#include <string.h>

#include "flow_entry.h"

/* Where a capture ends just after a snapshot, the bytes of microseconds are no rate. */
static const uint64_t RATE_SPAN_NS = 1000000;

static const uint64_t LOW_48 = (1ull << 48) - 1;

void
flows_begin(struct flows *f, uint64_t now_ns)
{
	f->before_ns = f->begun_ns;
	f->begun_ns = now_ns;
	f->snapshot = ++f->stretch;
	f->stretch_ns[f->stretch % STRETCHES] = now_ns;
	f->disturbed = 0;
	f->phase = PHASE_RETIRED;
	pool_walk(&f->pool, POOL_RETIRED);
}

/* Did it have its row in this snapshot, or was it born since it began? */
static int
is_told(const struct flows *f, const struct flow *fl)
{
	return (uint16_t)(fl->stretch - f->snapshot) <=
	    (uint16_t)(f->stretch - f->snapshot);
}

/* The next flow of the walk that has no row yet, or 0. */
static uint32_t
next_flow(struct flows *f)
{
	uint32_t h;

	for (;;) {
		h = pool_step(&f->pool);
		if (h != 0) {
			if (!is_told(f, pool_at(&f->pool, h)))
				return h;
		} else if (f->phase == PHASE_RETIRED) {
			f->phase = PHASE_LIVE;
			pool_walk(&f->pool, POOL_LIVE);
		} else if (f->phase == PHASE_LIVE) {
			/* Those that another took the place of in the meantime. */
			f->phase = PHASE_RETIRED_SINCE;
			pool_walk(&f->pool, POOL_RETIRED);
		} else {
			f->phase = PHASE_OVER;
			return 0;
		}
	}
}

static uint64_t
to_ms(uint64_t from_ns, uint64_t until_ns)
{
	return until_ns > from_ns ? (until_ns - from_ns) / 1000000 : 0;
}

static uint64_t
per_second(uint64_t n, uint64_t span_ns)
{
	return (uint64_t)((unsigned __int128)n * 1000000000 / span_ns);
}

/* Bytes since the row before; none where a byte turned out to be a FIN. */
static uint64_t
fresh(const struct flow_end *e)
{
	uint64_t n;

	n = (e->track.bytes - e->told) & LOW_48;
	return n <= LOW_48 / 2 ? n : 0;
}

static void
fill_ends(struct conn *c, const struct flow *fl, int local)
{
	struct flow_ends ends;

	flow_ends(&ends, fl, local);
	memcpy(c->laddr, ends.laddr, sizeof(c->laddr));
	memcpy(c->raddr, ends.raddr, sizeof(c->raddr));
	c->lport = ends.lport;
	c->rport = ends.rport;
	c->proto = ends.proto;
	c->has |= HAS(COL_PROTO) | HAS(COL_LADDR) | HAS(COL_LPORT) | HAS(COL_RADDR) |
	    HAS(COL_RPORT);
}

static void
fill_counts(struct conn *c, const struct flow_end *out, const struct flow_end *in)
{
	c->bytes_in = in->track.bytes;
	c->bytes_out = out->track.bytes;
	c->packets_in = in->packets;
	c->packets_out = out->packets;
	c->delta_in = fresh(in);
	c->delta_out = fresh(out);
	c->ecn_ce = in->ecn_ce;
	c->has |= HAS(COL_BYTES_IN) | HAS(COL_BYTES_OUT) | HAS(COL_PACKETS_IN) |
	    HAS(COL_PACKETS_OUT) | HAS(COL_DELTA_IN) | HAS(COL_DELTA_OUT) |
	    HAS(COL_ECN_CE);
	if (c->span_ns < RATE_SPAN_NS)
		return;
	c->rate_in = per_second(c->delta_in, c->span_ns);
	c->rate_out = per_second(c->delta_out, c->span_ns);
	c->has |= HAS(COL_RATE_IN) | HAS(COL_RATE_OUT);
}

static void
fill_tcp(struct conn *c, const struct flow *fl, int local)
{
	const struct flow_end *out = &fl->end[local], *in = &fl->end[!local];

	c->retrans = out->track.retrans;
	c->delta_retrans = out->track.retrans - out->retrans_told;
	c->bytes_retrans = out->track.bytes_retrans;
	c->ooo = in->track.ooo;
	c->has |= HAS(COL_RETRANS) | HAS(COL_DELTA_RETRANS) | HAS(COL_BYTES_RETRANS) |
	    HAS(COL_OOO);
	c->state = fl->state[local];
	if (c->state != 0)
		c->has |= HAS(COL_STATE);
	if (out->track.srtt != 0) {
		c->rtt_us = out->track.srtt / 8;
		c->rttvar_us = out->track.rttvar / 4;
		c->min_rtt_us = out->track.min_rtt_us;
		c->has |= HAS(COL_RTT_US) | HAS(COL_RTTVAR_US) | HAS(COL_MIN_RTT_US);
	}
	if (fl->error != 0 && ((fl->flags & FLOW_RESET_1) != 0) == local) {
		c->error = fl->error;
		c->has |= HAS(COL_ERROR);
	}
}

static void
fill_names(const struct flows *f, struct conn *c, const struct flow_end *out,
    const struct flow_end *in)
{
	const struct flow_owner *who;
	uint16_t iface;

	iface = (uint16_t)(out->iface != 0 ? out->iface : in->iface);
	if (iface != 0) {
		memcpy(c->iface, ifaces_name(&f->ifaces, iface), sizeof(c->iface));
		if (c->iface[0] != '\0')
			c->has |= HAS(COL_IFACE);
	}
	c->owner = OWNER_NONE;
	c->has |= HAS(COL_OWNER);
	if (out->owner == 0)
		return;
	who = owners_at(&f->owners, (uint16_t)out->owner);
	c->pid = who->pid;
	c->uid = who->uid;
	c->netns = who->netns;
	c->owner = who->owner;
	memcpy(c->comm, who->comm, sizeof(c->comm));
	c->comm[sizeof(c->comm) - 1] = '\0';
	c->has |=
	    who->has & (HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_UID) | HAS(COL_NETNS));
}

static void
fill(const struct flows *f, struct conn *c, const struct flow *fl, int local,
    uint64_t now_ns)
{
	uint64_t since_ns;

	memset(c, 0, sizeof(*c));
	c->has = HAS(COL_EVENT) | HAS(COL_IDLE_MS);
	c->event = EVENT_LIVE;
	if (flow_is_over(f, fl, now_ns))
		c->event = EVENT_CLOSE;
	else if ((fl->flags & (FLOW_BORN | FLOW_TOLD)) == FLOW_BORN)
		c->event = EVENT_OPEN;
	since_ns = f->before_ns;
	if ((fl->flags & FLOW_TOLD) != 0)
		since_ns = f->stretch_ns[fl->stretch % STRETCHES];
	c->span_ns = now_ns > since_ns ? now_ns - since_ns : 1;
	c->idle_ms = to_ms(fl->last_ns, now_ns);
	if ((fl->flags & FLOW_BORN) != 0) {
		c->age_ms = to_ms(fl->born_ns, now_ns);
		c->has |= HAS(COL_AGE_MS);
	}
	fill_ends(c, fl, local);
	fill_counts(c, &fl->end[local], &fl->end[!local]);
	fill_names(f, c, &fl->end[local], &fl->end[!local]);
	if (c->proto == PROTO_TCP)
		fill_tcp(c, fl, local);
}

/* Write down what was told; it is forgotten when that was its end. */
static void
turn(struct flows *f, uint32_t h, int over)
{
	struct flow *fl;
	int i;

	if (over) {
		flow_free(f, h);
		return;
	}
	fl = pool_at(&f->pool, h);
	fl->flags |= FLOW_TOLD;
	fl->stretch = f->stretch;
	for (i = 0; i < 2; i++) {
		fl->end[i].told = fl->end[i].track.bytes & LOW_48;
		fl->end[i].retrans_told = fl->end[i].track.retrans;
	}
}

size_t
flows_next(struct flows *f, uint64_t now_ns, struct conn *rows, size_t n)
{
	struct flow *fl;
	size_t made;
	uint32_t h;
	int i;

	if (f->disturbed) {
		f->disturbed = 0;
		f->stretch_ns[++f->stretch % STRETCHES] = now_ns;
	}
	made = 0;
	while (f->phase != PHASE_OVER && made + 2 <= n) {
		h = next_flow(f);
		if (h == 0)
			break;
		fl = pool_at(&f->pool, h);
		if ((fl->flags & FLOW_ASK_AGAIN) != 0)
			flow_ask_owners(f, fl, 1);
		for (i = 0; i < 2; i++)
			if (flow_shows(fl, i))
				fill(f, &rows[made++], fl, i, now_ns);
		turn(f, h, rows[made - 1].event == EVENT_CLOSE);
	}
	return made;
}
