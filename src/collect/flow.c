#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow_entry.h"

/*
 * Flows that were ended by another one with their ports, or to make room, wait for their
 * close row beyond max_flows: one for each so many, so memory stays bounded.
 */
enum { WAITING_SHARE = 8 };

/*
 * Who was idle for longest need not be known to the packet: a flow moves to the end of
 * the order at most once in 2^27 ns (an eighth of a second), which spares its neighbours.
 */
enum { TOUCH_BITS = 27 };

static int
pools_init(struct flows *f)
{
	const struct flows_options *o = &f->o;
	uint64_t max;
	int ret;

	max = (uint64_t)o->max_flows + o->max_flows / WAITING_SHARE + 1;
	f->pool.entry_size = sizeof(struct flow);
	f->pool.key_at = offsetof(struct flow, key);
	f->pool.key_size = sizeof(struct flow_key);
	f->pool.max = max < UINT32_MAX / 2 ? (uint32_t)max : UINT32_MAX / 2;
	memcpy(f->pool.seed, o->seed, sizeof(f->pool.seed));
	/* Few flows have holes at a time, few of them more than one. */
	holes_init(
	    &f->holes, o->max_flows < HOLES_MAX / 2 ? 1024 + o->max_flows : HOLES_MAX);
	ret = pool_init(&f->pool);
	if (ret == 0)
		ret = owners_init(&f->owners, o->seed);
	if (ret == 0)
		ret = ifaces_init(&f->ifaces, o->seed);
	return ret;
}

int
flows_open(struct flows **out, const struct flows_options *o)
{
	struct flows *f;
	int ret;

	if (o->max_flows == 0)
		return -EINVAL;
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->o = *o;
	f->begun_ns = o->start_ns;
	ret = pools_init(f);
	if (ret < 0) {
		flows_close(f);
		return ret;
	}
	*out = f;
	return 0;
}

void
flows_close(struct flows *f)
{
	if (f == NULL)
		return;
	pool_free(&f->pool);
	holes_free(&f->holes);
	owners_free(&f->owners);
	ifaces_free(&f->ifaces);
	free(f);
}

uint64_t
flows_lost(struct flows *f)
{
	uint64_t n;

	n = f->lost + f->holes.lost - f->holes_lost;
	f->lost = 0;
	f->holes_lost = f->holes.lost;
	return n;
}

/* --- ends -------------------------------------------------------------------------- */

/* The key of a packet's flow. Returns the number of the end that sent it. */
static int
key_of(struct flow_key *k, const struct packet *p)
{
	int d, from;

	d = memcmp(p->src, p->dst, sizeof(p->src));
	from = d != 0 ? d > 0 : p->sport > p->dport;
	memcpy(k->addr[from], p->src, sizeof(p->src));
	memcpy(k->addr[!from], p->dst, sizeof(p->dst));
	k->port[from][0] = (uint8_t)(p->sport >> 8);
	k->port[from][1] = (uint8_t)p->sport;
	k->port[!from][0] = (uint8_t)(p->dport >> 8);
	k->port[!from][1] = (uint8_t)p->dport;
	k->proto = p->proto;
	return from;
}

void
flow_ends(struct flow_ends *ends, const struct flow *fl, int local)
{
	const struct flow_key *k = &fl->key;

	memcpy(ends->laddr, k->addr[local], sizeof(ends->laddr));
	memcpy(ends->raddr, k->addr[!local], sizeof(ends->raddr));
	ends->lport = (uint16_t)(k->port[local][0] << 8 | k->port[local][1]);
	ends->rport = (uint16_t)(k->port[!local][0] << 8 | k->port[!local][1]);
	ends->proto = k->proto;
}

int
flow_shows(const struct flow *fl, int end)
{
	return (fl->flags & FLOW_BOTH) != 0 || ((fl->flags & FLOW_LOCAL_1) != 0) == end;
}

static int
is_to_itself(const struct flow_key *k)
{
	return memcmp(k->addr[0], k->addr[1], sizeof(k->addr[0])) == 0 &&
	    memcmp(k->port[0], k->port[1], sizeof(k->port[0])) == 0;
}

/*
 * The one end whose address is ours; else the one that the link header says was here;
 * else the originator: who sent the SYN, got the SYN/ACK, or was the first to send.
 */
static void
choose_local(const struct flows *f, struct flow *fl, int from, const struct packet *p)
{
	int local, ours[2];

	ours[0] = ours[1] = 0;
	if (f->o.is_local != NULL) {
		ours[0] = f->o.is_local(f->o.arg, fl->key.addr[0]) != 0;
		ours[1] = f->o.is_local(f->o.arg, fl->key.addr[1]) != 0;
	}
	local = from;
	if (ours[0] != ours[1])
		local = ours[1];
	else if (!ours[0] && p->way != WAY_UNKNOWN)
		local = p->way == WAY_OUT ? from : !from;
	else if (p->proto == PROTO_TCP &&
	    (p->flags & (PACKET_SYN | PACKET_ACK)) == (PACKET_SYN | PACKET_ACK))
		local = !from;
	if (local == 1)
		fl->flags |= FLOW_LOCAL_1;
	if (is_to_itself(&fl->key))
		fl->flags |= FLOW_SELF;
	else if (ours[0] && ours[1] && f->o.both_ends)
		fl->flags |= FLOW_BOTH;
}

/* --- birth and death --------------------------------------------------------------- */

void
flow_free(struct flows *f, uint32_t h)
{
	struct flow *fl;
	int i;

	fl = pool_at(&f->pool, h);
	for (i = 0; i < 2; i++) {
		track_free(&fl->end[i].track, &f->holes);
		owners_put(&f->owners, (uint16_t)fl->end[i].owner);
	}
	pool_remove(&f->pool, h);
}

static uint64_t
patience(const struct flows *f, const struct flow *fl)
{
	return fl->key.proto == PROTO_TCP ? flow_tcp_patience(fl) : f->o.udp_timeout_ns;
}

static int
is_silent(const struct flows *f, const struct flow *fl, uint64_t now_ns)
{
	return now_ns > fl->last_ns && now_ns - fl->last_ns > patience(f, fl);
}

int
flow_is_over(const struct flows *f, const struct flow *fl, uint64_t now_ns)
{
	return (fl->flags & FLOW_OVER) != 0 || is_silent(f, fl, now_ns);
}

/* It is over, and its ports are free for another flow; its close row will come. */
static void
retire(struct flows *f, uint32_t h)
{
	struct flow *fl;

	fl = pool_at(&f->pool, h);
	fl->flags |= FLOW_OVER;
	pool_retire(&f->pool, h);
}

static void
lose(struct flows *f, struct flow *fl)
{
	if ((fl->flags & FLOW_LOST) == 0)
		f->lost++;
	fl->flags |= FLOW_LOST;
}

/* The flow that was idle for the longest time goes first. */
static void
make_room(struct flows *f)
{
	struct pool *t = &f->pool;
	struct flow *fl;
	uint32_t h;

	if (t->order[POOL_LIVE].n >= f->o.max_flows) {
		h = pool_oldest(t, POOL_LIVE);
		fl = pool_at(t, h);
		if ((fl->flags & FLOW_OVER) == 0)
			lose(f, fl);
		retire(f, h);
	}
	if (t->order[POOL_LIVE].n + t->order[POOL_RETIRED].n >= t->max) {
		h = pool_oldest(t, POOL_RETIRED);
		lose(f, pool_at(t, h));
		flow_free(f, h);
	}
}

static uint32_t
birth(struct flows *f, const struct flow_key *k, int from, const struct packet *p)
{
	struct flow *fl;
	uint32_t h;

	make_room(f);
	h = pool_insert(&f->pool, k);
	if (h == 0) {
		f->lost++;
		return 0;
	}
	fl = pool_at(&f->pool, h);
	fl->born_ns = fl->last_ns = p->time_ns;
	/* Not in the snapshot that is under way: an older flow may have a row to come. */
	fl->stretch = f->stretch;
	if (p->proto == PROTO_UDP || (p->flags & PACKET_SYN) != 0)
		fl->flags |= FLOW_BORN;
	choose_local(f, fl, from, p);
	flow_ask_owners(f, fl, 0);
	return h;
}

/* The flow that a packet belongs to, or 0. What comes late still counts in one that is
 * over, for a while. */
static uint32_t
flow_of(struct flows *f, const struct flow_key *k, int from, const struct packet *p,
    uint16_t iface)
{
	const struct flow *fl;
	uint32_t h;

	h = pool_find(&f->pool, k);
	if (h == 0)
		return birth(f, k, from, p);
	fl = pool_at(&f->pool, h);
	if (is_silent(f, fl, p->time_ns) ||
	    (p->proto == PROTO_TCP &&
		flow_tcp_is_rebirth(fl, from, p, iface == fl->end[from].iface))) {
		retire(f, h);
		return birth(f, k, from, p);
	}
	return h;
}

/* --- packets ----------------------------------------------------------------------- */

static void
flow_udp(struct flow *fl, int from, const struct packet *p)
{
	struct track *t = &fl->end[from].track;

	t->bytes += p->payload;
	t->seen_ms = (uint32_t)(p->time_ns / 1000000);
}

/*
 * Another interface may have seen the same packet, so a direction is counted where it was
 * first seen. It has moved where something new comes on the other, or of UDP where
 * nothing has come on its own for as long as a flow lasts.
 */
static int
is_copy(const struct flows *f, const struct flow *fl, int from, const struct packet *p)
{
	uint32_t silent_ms;

	if (p->proto == PROTO_TCP)
		return !flow_tcp_is_news(f, fl, from, p);
	silent_ms = (uint32_t)(p->time_ns / 1000000) - fl->end[from].track.seen_ms;
	/* The upper half: time went backwards. */
	return silent_ms > INT32_MAX || silent_ms * 1000000ull <= f->o.udp_timeout_ns;
}

static void
count(struct flows *f, struct flow *fl, int from, const struct packet *p, uint16_t iface)
{
	struct flow_end *e = &fl->end[from];

	if (e->packets != 0 && iface != e->iface && is_copy(f, fl, from, p))
		return;
	e->iface = iface;
	e->packets += p->segments;
	e->ecn_ce += p->ecn_ce != 0;
	if (p->pid != 0)
		flow_learn_owner(f, fl, from, p);
	if (p->proto == PROTO_TCP)
		flow_tcp(f, fl, from, p);
	else
		flow_udp(fl, from, p);
}

void
flows_packet(struct flows *f, const struct packet *p)
{
	struct flow_key k;
	struct flow *fl;
	uint32_t h;
	uint16_t iface;
	int from;

	if (f->begun_ns == 0)
		f->begun_ns = p->time_ns;
	f->disturbed = 1;
	from = key_of(&k, p);
	iface = ifaces_get(&f->ifaces, p->ifindex, p->iface);
	h = flow_of(f, &k, from, p, iface);
	if (h == 0)
		return;
	fl = pool_at(&f->pool, h);
	if (p->time_ns >> TOUCH_BITS != fl->last_ns >> TOUCH_BITS)
		pool_touch(&f->pool, h);
	count(f, fl, from, p, iface);
	/* What a socket sends to itself, it receives as well. */
	if ((fl->flags & FLOW_SELF) != 0)
		count(f, fl, !from, p, iface);
	if (p->time_ns > fl->last_ns)
		fl->last_ns = p->time_ns;
}
