/* ip.c - IP headers, with all that may stand between them and TCP or UDP. */
#include <string.h>

#include "ip.h"

/* Protocol numbers: https://www.iana.org/assignments/protocol-numbers */
enum {
	NEXT_HOP_BY_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AH = 51,
	NEXT_DESTINATION = 60,
	NEXT_MOBILITY = 135,
};

enum {
	EXTENSIONS = 16, /* headers between IPv6 and TCP; hosts may refuse 9 (RFC 8504) */
	DATAGRAM_MAX = 65535,
	CE = 3, /* RFC 3168 section 5 */
	OPTION_JUMBO = 0xc2,
};

/* RFC 4291 section 2.5.5.2 */
static void
map_v4(uint8_t dst[16], const uint8_t *v4)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(dst, mapped, sizeof(mapped));
	memcpy(dst + sizeof(mapped), v4, 4);
}

/* The cursor is behind the header that tells of the fragment. Returns 0 for nonsense. */
static int
set_fragment(
    struct ip *ip, const struct cursor *c, uint32_t id, unsigned offset, int more)
{
	ip->fragmented = 1;
	ip->fragment.id = id;
	ip->fragment.offset = offset;
	ip->fragment.bytes = c->wire;
	ip->fragment.next = ip->proto;
	ip->fragment.more = (uint8_t)more;
	/* Others begin at a multiple of 8, so what is before them must end there. */
	return !ip->big && c->wire != 0 && offset + c->wire <= DATAGRAM_MAX &&
	    (!more || c->wire % 8 == 0);
}

/* An extension header: next header, then its length without the first 8 bytes. */
static const uint8_t *
extension(struct cursor *c, struct ip *ip, uint32_t unit)
{
	const uint8_t *h;

	h = cursor_take(c, 8);
	if (h == NULL || cursor_take(c, h[1] * unit) == NULL)
		return NULL;
	ip->proto = h[0];
	return h;
}

/* RFC 791 section 3.1. A total length of 0: a packet that the network card will split. */
static int
open_v4(struct packet *out, struct cursor *c, struct ip *ip)
{
	const uint8_t *h;
	uint32_t header, total;
	unsigned piece;

	h = cursor_take(c, 20);
	if (h == NULL || h[0] >> 4 != 4)
		return 0;
	header = (h[0] & 15) * 4;
	total = be16(h + 2);
	ip->big = total == 0;
	if (header < 20 || (total < header && !ip->big))
		return 0;
	if (!ip->big)
		cursor_limit(c, total - 20);
	if (cursor_take(c, header - 20) == NULL)
		return 0;
	map_v4(out->src, h + 12);
	map_v4(out->dst, h + 16);
	out->ecn_ce = (h[1] & 3) == CE;
	ip->proto = h[9];
	piece = be16(h + 6);
	if ((piece & 0x3fff) != 0 &&
	    !set_fragment(ip, c, be16(h + 4), (piece & 0x1fff) * 8, piece >> 13 & 1))
		return 0;
	return ip->proto != NEXT_AH || ip->fragment.offset > 0 ||
	    extension(c, ip, 4) != NULL;
}

/* A jumbogram's length counts from the end of the IPv6 header: RFC 2675 section 2. */
static int
limit_jumbo(struct cursor *c, const struct ip *ip, const uint8_t *value, uint32_t taken)
{
	uint32_t length;

	length = be32(value);
	if (!ip->big || length <= DATAGRAM_MAX)
		return 0;
	cursor_limit(c, length - taken);
	return 1;
}

/* An option of one byte is padding, others tell their length: RFC 8200 section 4.2. */
static int
hop_by_hop(struct cursor *c, struct ip *ip)
{
	const uint8_t *h;
	uint32_t at, bytes;

	h = extension(c, ip, 8);
	if (h == NULL)
		return 0;
	bytes = 8 + h[1] * 8;
	for (at = 2; at < bytes; at += h[at] == 0 ? 1 : 2 + h[at + 1]) {
		if (h[at] == 0)
			continue;
		if (at + 2 > bytes || at + 2 + h[at + 1] > bytes)
			return 0;
		if (h[at] == OPTION_JUMBO)
			return h[at + 1] == 4 && limit_jumbo(c, ip, h + at + 2, bytes);
	}
	return 1;
}

/*
 * On its way the packet is addressed to the next stop; the connection is with the last
 * one (RFC 8200 section 8.1): the first of the list in segment routing (type 4, RFC
 * 8754), the last in types 0 and 2 (RFC 5095, RFC 6275).
 */
static int
routing(struct packet *out, struct cursor *c, struct ip *ip)
{
	const uint8_t *h;
	uint32_t stops;

	h = extension(c, ip, 8);
	if (h == NULL || ip->fragmented)
		return 0;
	stops = h[1] / 2;
	if (h[3] == 0)
		return 1;
	if (h[3] > stops || (h[2] != 0 && h[2] != 2 && h[2] != 4))
		return 0;
	memcpy(out->dst, h[2] == 4 ? h + 8 : h + 8 + (stops - 1) * 16, 16);
	return 1;
}

/* RFC 8200 section 4.5; whole with offset 0 and no more behind (RFC 6946). */
static int
fragment(struct cursor *c, struct ip *ip)
{
	const uint8_t *h;
	unsigned piece;

	h = cursor_take(c, 8);
	if (h == NULL || ip->fragmented)
		return 0;
	ip->proto = h[0];
	piece = be16(h + 2);
	return set_fragment(ip, c, be32(h + 4), piece & 0xfff8, piece & 1);
}

static int
extensions(struct packet *out, struct cursor *c, struct ip *ip)
{
	int i, known = 1;

	for (i = 0; known && i < EXTENSIONS && ip->fragment.offset == 0; i++) {
		switch (ip->proto) {
		case NEXT_HOP_BY_HOP:
			known = i == 0 && hop_by_hop(c, ip);
			break;
		case NEXT_ROUTING:
			known = routing(out, c, ip);
			break;
		case NEXT_FRAGMENT:
			known = fragment(c, ip);
			break;
		case NEXT_AH:
			known = extension(c, ip, 4) != NULL;
			break;
		case NEXT_DESTINATION:
		case NEXT_MOBILITY:
			known = extension(c, ip, 8) != NULL;
			break;
		default:
			return 1;
		}
	}
	return known && ip->fragment.offset > 0;
}

/* RFC 8200 section 3. Payload length 0: a jumbogram, or one that a card will split. */
static int
open_v6(struct packet *out, struct cursor *c, struct ip *ip)
{
	const uint8_t *h;
	uint32_t length;

	h = cursor_take(c, 40);
	if (h == NULL || h[0] >> 4 != 6)
		return 0;
	length = be16(h + 4);
	ip->big = length == 0;
	if (!ip->big)
		cursor_limit(c, length);
	memcpy(out->src, h + 8, 16);
	memcpy(out->dst, h + 24, 16);
	out->ecn_ce = (h[1] >> 4 & 3) == CE;
	ip->proto = h[6];
	return extensions(out, c, ip);
}

/* A later fragment may name an extension header that only the first one has. */
static int
may_be_ours(const struct ip *ip)
{
	return ip->proto == PROTO_TCP || ip->proto == PROTO_UDP ||
	    ip->proto == NEXT_DESTINATION || ip->proto == NEXT_AH;
}

int
ip_open(struct packet *out, struct cursor *c, struct ip *ip, int version)
{
	int known;

	ip->fragmented = 0;
	ip->fragment.offset = 0;
	ip->fragment.more = 0;
	switch (version) {
	case 4:
		known = open_v4(out, c, ip);
		break;
	case 6:
		known = open_v6(out, c, ip);
		break;
	default:
		return 0;
	}
	return known && may_be_ours(ip);
}
