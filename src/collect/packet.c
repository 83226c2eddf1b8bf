/* packet.c - what a captured packet says, read from its bytes alone. */
#include "cursor.h"
#include "fragments.h"
#include "ip.h"
#include "link.h"
#include "packet.h"

/* GSO_MAX_SIZE of Linux: the largest packet before the network card splits it. */
enum { BIG_MAX = 8 * 65535 };

/* RFC 9293 section 3.1. The options need not have been captured. */
static int
open_tcp(struct packet *out, struct cursor *c)
{
	const uint8_t *h;
	uint32_t header, segment;

	segment = c->wire;
	h = cursor_take(c, 20);
	if (h == NULL)
		return 0;
	header = (h[12] >> 4) * 4;
	if (header < 20 || header > segment)
		return 0;
	out->seq = be32(h + 4);
	out->ack = be32(h + 8);
	out->flags = h[13];
	out->sport = (uint16_t)be16(h);
	out->dport = (uint16_t)be16(h + 2);
	out->payload = segment - header;
	return 1;
}

/* RFC 768: what IP carries beyond the length is padding. 0 in jumbograms: RFC 2675. */
static int
open_udp(struct packet *out, struct cursor *c, const struct ip *ip)
{
	const uint8_t *h;
	uint32_t length, carried;

	carried = c->wire;
	h = cursor_take(c, 8);
	if (h == NULL)
		return 0;
	length = be16(h + 4);
	if (length == 0 && ip->big)
		length = carried;
	if (length < 8)
		return 0;
	out->seq = 0;
	out->ack = 0;
	out->flags = 0;
	out->sport = (uint16_t)be16(h);
	out->dport = (uint16_t)be16(h + 2);
	out->payload = (length < carried ? length : carried) - 8;
	return 1;
}

static int
open_transport(struct packet *out, struct cursor *c, const struct ip *ip)
{
	out->segments = 1;
	out->proto = ip->proto;
	if (ip->big && c->wire > BIG_MAX)
		return 0;
	switch (ip->proto) {
	case PROTO_TCP:
		return open_tcp(out, c);
	case PROTO_UDP:
		return open_udp(out, c, ip);
	default:
		return 0;
	}
}

int
packet_supports(int linktype)
{
	return link_supported(linktype);
}

enum packet_result
packet_decode(struct packet *out, struct fragments *frags, int linktype,
    const uint8_t *data, uint32_t captured, uint32_t original)
{
	struct cursor c;
	struct ip ip;

	c.at = data;
	c.left = captured;
	c.wire = original > captured ? original : captured;
	if (!ip_open(out, &c, &ip, link_open(out, &c, linktype)))
		return PACKET_SKIPPED;
	if (ip.fragment.offset > 0)
		return fragments_later(frags, out, &ip.fragment);
	if (!open_transport(out, &c, &ip))
		return PACKET_SKIPPED;
	if (ip.fragment.more)
		fragments_first(frags, out, &ip.fragment);
	return PACKET_OK;
}
