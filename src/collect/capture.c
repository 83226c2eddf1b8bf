#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "capture.h"
#include "flow.h"
#include "fragments.h"
#include "locals.h"
#include "wanted.h"
#ifdef __linux__
#include "lookup.h"
#endif

enum { ROWS = 256 }; /* of one step */

_Static_assert(IF_NAMESIZE == CONN_IFACE, "names of interfaces");

/* Addresses come and go; looking is cheap, but not for each packet. */
static const uint64_t LOCALS_AGE_NS = 5000000000;

struct capture {
	const struct options *o;
	struct flows *flows;
	struct fragments fragments;
	struct locals locals;
#ifdef __linux__
	struct lookup *lookup; /* NULL: not live */
#endif
	int live;
	uint32_t ifindex;        /* of the last packet */
	char iface[IF_NAMESIZE]; /* and its name */
	uint64_t locals_ns;      /* when the addresses were looked at */
	uint64_t time_ns;        /* of the last packet */
	uint64_t now_ns;         /* of the snapshot */
	uint64_t packets;
	uint64_t skipped;
	uint64_t lost_told; /* of fragments.lost */
	struct conn row[ROWS];
};

static int
is_local(void *arg, const uint8_t addr[16])
{
	const struct capture *c = arg;

	return locals_has(&c->locals, addr);
}

#ifdef __linux__
static int
find_owner(void *arg, const struct flow_ends *ends, struct flow_owner *who, int last)
{
	const struct capture *c = arg;

	return lookup_find(c->lookup, ends, who, last);
}
#endif

/* Seeds need not be secret from root, only from those who send packets. */
static void
set_seed(uint64_t seed[2])
{
	struct timespec t;

	if (getentropy(seed, 2 * sizeof(seed[0])) == 0)
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	seed[0] = (uint64_t)t.tv_nsec << 20 ^ (uint64_t)getpid();
	seed[1] = (uint64_t)t.tv_sec;
}

static int
set_locals(struct capture *c)
{
	if (c->o->n_locals == 0)
		return c->live ? locals_of_machine(&c->locals) : 0;
	c->locals.n = c->o->n_locals;
	memcpy(c->locals.net, c->o->locals,
	    (size_t)c->o->n_locals * sizeof(c->locals.net[0]));
	return 0;
}

static int
start(struct capture *c, uint64_t now_ns)
{
	struct flows_options f;
	int ret;

	memset(&f, 0, sizeof(f));
	f.max_flows = c->o->max_flows;
	f.udp_timeout_ns = c->o->udp_timeout_ns;
	f.both_ends = c->live && c->o->n_locals == 0;
	f.start_ns = now_ns;
	f.is_local = is_local;
	f.arg = c;
	set_seed(f.seed);
	ret = set_locals(c);
#ifdef __linux__
	if (ret == 0 && c->live) {
		ret = lookup_open(&c->lookup);
		f.owner = find_owner;
	}
#endif
	if (ret == 0)
		ret = flows_open(&c->flows, &f);
	return ret;
}

int
capture_open(struct capture **out, const struct options *o, uint64_t now_ns)
{
	struct capture *c;
	int ret;

	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -ENOMEM;
	c->o = o;
	c->live = now_ns != 0;
	fragments_init(&c->fragments);
	ret = start(c, now_ns);
	if (ret < 0) {
		capture_close(c);
		return ret;
	}
	*out = c;
	return 0;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
#ifdef __linux__
	lookup_close(c->lookup);
#endif
	if (c->flows != NULL)
		flows_close(c->flows);
	free(c);
}

/* "any" is no interface, its packets know theirs by number. */
static void
name_interface(struct capture *c, struct packet *p)
{
	if (p->ifindex != c->ifindex) {
		c->ifindex = p->ifindex;
		if (if_indextoname(p->ifindex, c->iface) == NULL)
			c->iface[0] = '\0';
	}
	memcpy(p->iface, c->iface, sizeof(p->iface));
}

void
capture_packet(struct capture *c, int linktype, struct packet *p, const uint8_t *data,
    uint32_t captured, uint32_t original)
{
	enum packet_result result;

	c->packets++;
	/* Several interfaces, or a clock that was set: time does not go back here. */
	if (p->time_ns < c->time_ns)
		p->time_ns = c->time_ns;
	c->time_ns = p->time_ns;
	result = packet_decode(p, &c->fragments, linktype, data, captured, original);
	if (c->live && p->ifindex != 0)
		name_interface(c, p);
	switch (result) {
	case PACKET_OK:
		if (p->proto == PROTO_TCP ? c->o->tcp : c->o->udp)
			flows_packet(c->flows, p);
		break;
	case PACKET_SKIPPED:
		c->skipped++;
		break;
	case PACKET_HELD:
		break;
	}
}

uint64_t
capture_time_ns(const struct capture *c)
{
	return c->time_ns;
}

int
capture_begin(struct capture *c, uint64_t now_ns, int last)
{
	if (now_ns > c->time_ns)
		c->time_ns = now_ns;
	c->now_ns = c->time_ns;
	fragments_expire(&c->fragments, last ? UINT64_MAX : c->now_ns);
	if (c->live && c->now_ns - c->locals_ns >= LOCALS_AGE_NS) {
		set_locals(c);
		c->locals_ns = c->now_ns;
	}
#ifdef __linux__
	if (c->lookup != NULL)
		lookup_refresh(c->lookup);
#endif
	flows_begin(c->flows, c->now_ns);
	return 0;
}

/* Did the row's connection move since the row before? */
static int
has_moved(const struct conn *row)
{
	return row->delta_in != 0 || row->delta_out != 0 || row->idle_ms == 0 ||
	    row->idle_ms * 1000000 < row->span_ns;
}

int
capture_step(struct capture *c, struct conn **rows)
{
	size_t i, n;
	int kept;

	n = flows_next(c->flows, c->now_ns, c->row, ROWS);
	if (n == 0)
		return SNAPSHOT_OVER;
	kept = 0;
	for (i = 0; i < n; i++)
		if (wanted_row(c->o, &c->row[i], has_moved(&c->row[i]))) {
			if (kept != (int)i)
				c->row[kept] = c->row[i];
			kept++;
		}
	*rows = c->row;
	return kept;
}

uint64_t
capture_lost(struct capture *c)
{
	uint64_t n;

	n = c->fragments.lost - c->lost_told;
	c->lost_told = c->fragments.lost;
	return flows_lost(c->flows) + n;
}

uint64_t
capture_packets(const struct capture *c)
{
	return c->packets;
}

uint64_t
capture_skipped(const struct capture *c)
{
	return c->skipped;
}
