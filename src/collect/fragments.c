/* fragments.c - give the later fragments of a datagram the ports of its first one. */
#include <string.h>

#include "fragments.h"

/* As Linux waits: net.ipv4.ipfrag_time. RFC 791 says 15 s or more, RFC 8200 60 s. */
static const uint64_t life_ns = 30000000000;

enum { HELD_MAX = 65535 }; /* the longest datagram, RFC 791 */

enum state {
	GONE,
	WAITING, /* for its first fragment */
	KNOWN,   /* the first fragment was there */
};

void
fragments_init(struct fragments *f)
{
	memset(f, 0, sizeof(*f));
}

static void
lose(struct fragments *f, uint32_t fragments, uint32_t bytes)
{
	f->lost += fragments;
	f->lost_bytes += bytes;
}

static void
drop_oldest(struct fragments *f)
{
	struct datagram *d;

	d = &f->ring[f->tail++ % FRAGMENTS_MAX];
	if (d->state == WAITING)
		lose(f, d->held_fragments, d->held);
}

void
fragments_expire(struct fragments *f, uint64_t now_ns)
{
	uint64_t then_ns;

	while (f->tail != f->head) {
		then_ns = f->ring[f->tail % FRAGMENTS_MAX].time_ns;
		/* Times in a capture may go back a little. */
		if (now_ns <= then_ns || now_ns - then_ns <= life_ns)
			return;
		drop_oldest(f);
	}
}

/* RFC 791 section 3.2, RFC 8200 section 4.5; the newest first, it is the likeliest. */
static struct datagram *
find(struct fragments *f, const struct packet *p, const struct fragment *g)
{
	struct datagram *d;
	uint32_t i;

	for (i = f->head; i != f->tail; i--) {
		d = &f->ring[(i - 1) % FRAGMENTS_MAX];
		if (d->id == g->id && d->next == g->next && d->state != GONE &&
		    memcmp(d->src, p->src, sizeof(d->src)) == 0 &&
		    memcmp(d->dst, p->dst, sizeof(d->dst)) == 0)
			return d;
	}
	return NULL;
}

static struct datagram *
add(struct fragments *f, const struct packet *p, const struct fragment *g,
    enum state state)
{
	struct datagram *d;

	if (f->head - f->tail == FRAGMENTS_MAX)
		drop_oldest(f);
	d = &f->ring[f->head++ % FRAGMENTS_MAX];
	memset(d, 0, sizeof(*d));
	d->time_ns = p->time_ns;
	memcpy(d->src, p->src, sizeof(d->src));
	memcpy(d->dst, p->dst, sizeof(d->dst));
	d->id = g->id;
	d->next = g->next;
	d->state = state;
	return d;
}

void
fragments_first(struct fragments *f, struct packet *p, const struct fragment *g)
{
	struct datagram *d;
	uint32_t header, held = 0;
	int ended = 0;

	fragments_expire(f, p->time_ns);
	d = find(f, p, g);
	if (d != NULL && d->state == WAITING) {
		held = d->held;
		ended = d->ended;
	}
	if (d != NULL)
		d->state = GONE;
	d = add(f, p, g, KNOWN);
	header = g->bytes - p->payload;
	/* A SYN comes before the bytes, and has a number of its own. */
	d->seq = p->seq - header + ((p->flags & PACKET_SYN) != 0);
	d->ack = p->ack;
	d->sport = p->sport;
	d->dport = p->dport;
	d->proto = p->proto;
	d->flags = p->flags;
	p->payload += held;
	/* A FIN comes behind the bytes: it goes with the last ones. */
	if (!ended)
		p->flags &= ~PACKET_FIN;
}

static enum packet_result
hold(struct fragments *f, struct datagram *d, const struct fragment *g)
{
	if (d->held + g->bytes > HELD_MAX) {
		lose(f, 1, g->bytes);
		return PACKET_HELD;
	}
	d->held += g->bytes;
	d->held_fragments++;
	d->ended |= !g->more;
	return PACKET_HELD;
}

enum packet_result
fragments_later(struct fragments *f, struct packet *p, const struct fragment *g)
{
	struct datagram *d;

	fragments_expire(f, p->time_ns);
	d = find(f, p, g);
	if (d == NULL)
		d = add(f, p, g, WAITING);
	if (d->state == WAITING)
		return hold(f, d, g);
	p->sport = d->sport;
	p->dport = d->dport;
	p->seq = d->proto == PROTO_TCP ? d->seq + g->offset : 0;
	p->ack = d->ack;
	p->payload = g->bytes;
	p->segments = 0;
	p->proto = d->proto;
	p->flags = d->flags & (g->more ? PACKET_ACK : PACKET_ACK | PACKET_FIN);
	return PACKET_OK;
}
