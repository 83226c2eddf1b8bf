/*
 * link.c - the headers of a captured packet up to IP.
 *
 * Each header is a function that takes its bytes and returns the EtherType of what
 * follows, 0 where it cannot tell. The numbers are those of
 * https://www.tcpdump.org/linktypes.html.
 */
#include "link.h"
#include "pktap.h"

enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_DLT_RAW = 12, /* what live captures call raw IP, on Linux and macOS */
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_USER2 = 149, /* what macOS calls PKTAP */
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_PKTAP = 258,
	LINK_SLL2 = 276,
};

/* https://www.iana.org/assignments/ieee-802-numbers */
enum {
	TYPE_IPV4 = 0x0800,
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_UPSTREAM = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_QINQ = 0x88a8,
	TYPE_QINQ_OLD = 0x9100, /* before 802.1ad; never registered */
};

/* Tags, labels and headers in one packet: networks stack four or five at most. */
enum { LAYERS = 16 };

static unsigned
by_version(struct cursor *c)
{
	if (c->left == 0)
		return 0;
	if (c->at[0] >> 4 == 4)
		return TYPE_IPV4;
	return c->at[0] >> 4 == 6 ? TYPE_IPV6 : 0;
}

static unsigned
ethernet(struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 14);
	return h == NULL ? 0 : be16(h + 12);
}

static unsigned
vlan(struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 4);
	return h == NULL ? 0 : be16(h + 2);
}

/* Whether an Ethernet frame may begin here, judged by what it would carry. */
static int
frame_at(struct cursor c, uint32_t skip)
{
	unsigned type;

	if (cursor_take(&c, skip) == NULL)
		return 0;
	type = ethernet(&c);
	if (type == TYPE_IPV4 || type == TYPE_IPV6)
		return by_version(&c) == type;
	return type == TYPE_VLAN || type == TYPE_QINQ;
}

/*
 * Labels do not tell what they carry. A first nibble of 4 or 6 is IP (RFC 4928). A
 * pseudowire's Ethernet frame may come after a control word, which begins with 16 zero
 * bits (RFC 4448 section 4.6), or without: it is taken where only one of the two can be.
 */
static unsigned
below_labels(struct cursor *c)
{
	unsigned type;
	int plain, worded;

	type = by_version(c);
	if (type != 0)
		return type;
	plain = frame_at(*c, 0);
	worded = c->left >= 2 && be16(c->at) == 0 && frame_at(*c, 4);
	if (plain == worded)
		return 0;
	if (worded)
		cursor_take(c, 4);
	return ethernet(c);
}

/* One label, RFC 3032 section 2.1. */
static unsigned
mpls(struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 4);
	if (h == NULL)
		return 0;
	return (h[2] & 1) == 0 ? TYPE_MPLS : below_labels(c);
}

/*
 * RFC 1661 section 2; the two bytes of HDLC before it and the protocol number of one byte
 * are options of the link (RFC 1662 section 3.1, RFC 1661 section 6.5).
 */
static unsigned
ppp(struct cursor *c)
{
	const uint8_t *h;
	unsigned protocol;

	if (c->left >= 2 && be16(c->at) == 0xff03)
		cursor_take(c, 2);
	h = cursor_take(c, 1);
	if (h == NULL)
		return 0;
	protocol = h[0];
	if ((protocol & 1) == 0) {
		if (cursor_take(c, 1) == NULL)
			return 0;
		protocol = be16(h);
	}
	switch (protocol) {
	case 0x0021:
		return TYPE_IPV4;
	case 0x0057:
		return TYPE_IPV6;
	case 0x0281:
		return TYPE_MPLS;
	default:
		return 0;
	}
}

/*
 * A session's packet: version 1, type 1, code 0 (RFC 2516 section 4). Its length counts:
 * there are routers that take Ethernet padding into the length of the IP header.
 */
static unsigned
pppoe(struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 6);
	if (h == NULL || be16(h) != 0x1100)
		return 0;
	cursor_limit(c, be16(h + 4));
	return ppp(c);
}

/* The address family, in the byte order of the machine that captured. */
static unsigned
loopback(struct cursor *c)
{
	const uint8_t *h;
	uint32_t family;

	h = cursor_take(c, 4);
	if (h == NULL)
		return 0;
	family = le32(h) > 0xffff ? be32(h) : le32(h);
	switch (family) {
	case 2: /* AF_INET everywhere */
		return TYPE_IPV4;
	case 10: /* AF_INET6: Linux, NetBSD and OpenBSD, FreeBSD, macOS */
	case 24:
	case 28:
	case 30:
		return TYPE_IPV6;
	default:
		return 0;
	}
}

/* ARPHRD_ numbers (linux/if_arp.h) of links where the protocol is no EtherType. */
static unsigned
cooked_type(unsigned hardware, unsigned type)
{
	switch (hardware) {
	case 770: /* ARPHRD_FRAD */
	case 803: /* ARPHRD_IEEE80211_RADIOTAP */
	case 824: /* ARPHRD_NETLINK */
		return 0;
	default:
		return type;
	}
}

/* PACKET_HOST, _BROADCAST, _MULTICAST, _OTHERHOST, _OUTGOING: packet(7). */
static uint8_t
cooked_way(unsigned kind)
{
	if (kind == 4)
		return WAY_OUT;
	return kind < 3 ? WAY_IN : WAY_UNKNOWN;
}

static unsigned
cooked(struct packet *out, struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 16);
	if (h == NULL)
		return 0;
	out->way = cooked_way(be16(h));
	return cooked_type(be16(h + 2), be16(h + 14));
}

static unsigned
cooked_2(struct packet *out, struct cursor *c)
{
	const uint8_t *h;

	h = cursor_take(c, 20);
	if (h == NULL)
		return 0;
	out->ifindex = be32(h + 4);
	out->way = cooked_way(h[10]);
	return cooked_type(be16(h + 8), be16(h));
}

/* The first header, by link type; -1: there is no such link type, or PKTAP again. */
static int
first_header(struct packet *out, struct cursor *c, int linktype)
{
	switch (linktype) {
	case LINK_ETHERNET:
		return (int)ethernet(c);
	case LINK_NULL:
	case LINK_LOOP:
		return (int)loopback(c);
	case LINK_DLT_RAW:
	case LINK_RAW:
		return (int)by_version(c);
	case LINK_IPV4:
		return TYPE_IPV4;
	case LINK_IPV6:
		return TYPE_IPV6;
	case LINK_PPP:
		return (int)ppp(c);
	case LINK_PPP_ETHER:
		return (int)pppoe(c);
	case LINK_SLL:
		return (int)cooked(out, c);
	case LINK_SLL2:
		return (int)cooked_2(out, c);
	default:
		return -1;
	}
}

/* Take what lies between the first header and IP. */
static int
descend(struct cursor *c, unsigned type)
{
	int i;

	for (i = 0; i < LAYERS; i++) {
		switch (type) {
		case TYPE_IPV4:
			return 4;
		case TYPE_IPV6:
			return 6;
		case TYPE_VLAN:
		case TYPE_QINQ:
		case TYPE_QINQ_OLD:
			type = vlan(c);
			break;
		case TYPE_MPLS:
		case TYPE_MPLS_UPSTREAM:
			type = mpls(c);
			break;
		case TYPE_PPPOE:
			type = pppoe(c);
			break;
		default:
			return 0;
		}
	}
	return 0;
}

int
link_supported(int linktype)
{
	struct cursor none = {0};
	struct packet unused;

	return linktype == LINK_PKTAP || linktype == LINK_USER2 ||
	    first_header(&unused, &none, linktype) >= 0;
}

int
link_open(struct packet *out, struct cursor *c, int linktype)
{
	int type;

	out->way = WAY_UNKNOWN;
	out->pid = 0;
	out->comm[0] = '\0';
	if (linktype == LINK_PKTAP || linktype == LINK_USER2)
		linktype = pktap_open(out, c);
	type = first_header(out, c, linktype);
	return type <= 0 ? 0 : descend(c, (unsigned)type);
}
