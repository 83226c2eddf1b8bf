/* test_packet.c - each header form that a captured packet may have, whole, cut and
 * spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"

enum { V4T, V4U, V6T, V6U }; /* what a sample ends in */

static const struct sample {
	const char *name;
	int linktype;
	int form;
	const char *hex;
	uint32_t behind; /* padding and trailers, bytes */
	uint32_t ifindex;
	uint8_t way;
	uint8_t ecn_ce;
	uint32_t pid;
} samples[] = {
    {"Ethernet", 1, V4T, ETH4 V4_TCP},
    {"Ethernet, UDP", 1, V4U, ETH4 V4_UDP},
    {"Ethernet, IPv6", 1, V6T, ETH6 V6_TCP},
    {"Ethernet, IPv6, UDP", 1, V6U, ETH6 V6_UDP},
    {"Ethernet padding", 1, V4U, ETH4 V4_UDP "0000 00000000 00000000 00", 11},
    {"802.1Q", 1, V4T, MACS "8100 0064 0800 " V4_TCP},
    {"802.1Q, IPv6", 1, V6U, MACS "8100 0064 86dd " V6_UDP},
    {"802.1ad", 1, V4T, MACS "88a8 0064 8100 0065 0800 " V4_TCP},
    {"Q-in-Q of old", 1, V4T, MACS "9100 0064 8100 0065 0800 " V4_TCP},
    {"three tags", 1, V4U, MACS "8100 0001 8100 0002 8100 0003 0800 " V4_UDP},
    {"MPLS", 1, V4T, MACS "8847 00010140 " V4_TCP},
    {"MPLS, IPv6", 1, V6T, MACS "8847 00010140 " V6_TCP},
    {"MPLS of upstream, three labels", 1, V4U,
	MACS "8848 00010040 00020040 00030140 " V4_UDP},
    {"tag, then MPLS", 1, V4T, MACS "8100 0064 8847 00010140 " V4_TCP},
    {"MPLS, Ethernet", 1, V4T, MACS "8847 00010140 " ETH4 V4_TCP},
    {"MPLS, control word, Ethernet", 1, V4T, MACS "8847 00010140 00000001 " ETH4 V4_TCP},
    {"MPLS, control word, Ethernet, tag", 1, V6T,
	MACS "8847 00010140 00000000 " MACS "8100 0001 86dd " V6_TCP},
    {"MPLS, Ethernet to a MAC address with zeros first", 1, V6U,
	MACS "8847 00010140 00000c000002 020000000001 86dd " V6_UDP},
    {"PPPoE", 1, V4T, MACS "8864 1100 0001 003b 0021 " V4_TCP},
    {"PPPoE, IPv6", 1, V6T, MACS "8864 1100 0001 004f 0057 " V6_TCP},
    {"PPPoE in Q-in-Q", 1, V4U,
	MACS "8100 0001 8100 0002 8864 1100 0001 0023 0021 " V4_UDP},
    {"PPPoE, protocol of one byte", 1, V4U, MACS "8864 1100 0001 0022 21 " V4_UDP},
    {"PPPoE, MPLS", 1, V4U, MACS "8864 1100 0001 0027 0281 00010140 " V4_UDP},
    {"PPPoE without Ethernet", 51, V4T, "1100 0001 003b 0021 " V4_TCP},
    {"PPP", 9, V4T, "0021 " V4_TCP},
    {"PPP, IPv6", 9, V6T, "0057 " V6_TCP},
    {"PPP like HDLC", 9, V4U, "ff03 0021 " V4_UDP},
    {"PPP like HDLC, MPLS", 9, V4U, "ff03 0281 00010140 " V4_UDP},
    {"cooked, in", 113, V4T, "0000 0001 0006 0200000000010000 0800 " V4_TCP, 0, 0,
	WAY_IN},
    {"cooked, broadcast", 113, V4U, "0001 0001 0006 0200000000010000 0800 " V4_UDP, 0, 0,
	WAY_IN},
    {"cooked, multicast", 113, V6U, "0002 0001 0006 0200000000010000 86dd " V6_UDP, 0, 0,
	WAY_IN},
    {"cooked, of others", 113, V4T, "0003 0001 0006 0200000000010000 0800 " V4_TCP, 0, 0,
	WAY_UNKNOWN},
    {"cooked, out", 113, V4T, "0004 0304 0006 0200000000010000 0800 " V4_TCP, 0, 0,
	WAY_OUT},
    {"cooked, tag", 113, V4T, "0004 0001 0006 0200000000010000 8100 0001 0800 " V4_TCP, 0,
	0, WAY_OUT},
    {"cooked 2, in", 276, V6T, "86dd 0000 00010007 0001 00 06 0200000000010000 " V6_TCP,
	0, 0x10007, WAY_IN},
    {"cooked 2, out", 276, V4U, "0800 0000 00000002 0001 04 06 0200000000010000 " V4_UDP,
	0, 2, WAY_OUT},
    {"raw", 101, V4T, V4_TCP},
    {"raw, IPv6", 101, V6T, V6_TCP},
    {"raw when live", 12, V6U, V6_UDP},
    {"IPv4", 228, V4T, V4_TCP},
    {"IPv6", 229, V6T, V6_TCP},
    {"loopback", 0, V4T, "02000000 " V4_TCP},
    {"loopback, other byte order", 0, V4T, "00000002 " V4_TCP},
    {"loopback, IPv6 of Linux", 0, V6T, "0a000000 " V6_TCP},
    {"loopback, IPv6 of NetBSD", 0, V6T, "18000000 " V6_TCP},
    {"loopback, IPv6 of FreeBSD", 0, V6T, "0000001c " V6_TCP},
    {"loopback, IPv6 of macOS", 0, V6U, "1e000000 " V6_UDP},
    {"loopback of OpenBSD", 108, V6T, "00000018 " V6_TCP},
    {"PKTAP", 258, V4T, CURL_EN0("01000000 ") ETH4 V4_TCP, 0, 0, WAY_OUT, 0, 300},
    {"PKTAP of old", 149, V6U, CURL_EN0("01000000 ") ETH6 V6_UDP, 0, 0, WAY_OUT, 0, 300},
    {"PKTAP, loopback", 258, V4T, CURL_EN0("00000000 ") "02000000 " V4_TCP, 0, 0, WAY_OUT,
	0, 300},
    {"PKTAP, raw", 258, V6T, CURL_EN0("0c000000 ") V6_TCP, 0, 0, WAY_OUT, 0, 300},
    {"PKTAP, second version", 258, V4U, PKTAP_V2("0100") ETH4 V4_UDP, 0, 0, WAY_IN, 0,
	300},
    {"IPv4 options", 1, V4T,
	ETH4 "4700 0041 0007 4000 4006 0000 " ADDR4 "94040000 01010101" TCP HELLO},
    {"IPv4, 60 bytes of header", 101, V4U,
	"4f00 0049 0007 0000 4011 0000 " ADDR4 ZERO16 ZERO16 ZERO4 ZERO4 UDP HELLO},
    {"IPv4, AH", 101, V4T,
	V4("0051", "4000",
	    "33") "0604 0000 00000001 00000001 " ZERO4 ZERO4 ZERO4 TCP HELLO},
    {"IPv4, total length 0", 1, V4T, ETH4 V4("0000", "4000", "06") TCP HELLO},
    {"IPv4, reserved bit", 1, V4T, ETH4 V4("0039", "8000", "06") TCP HELLO},
    {"IPv4, ECT(0)", 1, V4T, ETH4 "4502 0039 0007 4000 4006 0000 " ADDR4 TCP HELLO, 0, 0,
	0, 0},
    {"IPv4, CE", 1, V4T, ETH4 "45ff 0039 0007 4000 4006 0000 " ADDR4 TCP HELLO, 0, 0, 0,
	1},
    {"IPv6, CE", 1, V6T, ETH6 "6030 0000 0025 0640 " ADDR6 TCP HELLO, 0, 0, 0, 1},
    {"IPv6, class without CE", 1, V6T, ETH6 "6fcf ffff 0025 0640 " ADDR6 TCP HELLO},
    {"IPv6, hop by hop", 1, V6T, ETH6 V6("002d", "00") "0600 050200000100 " TCP HELLO},
    {"IPv6, hop by hop, padding of one byte", 1, V6T,
	ETH6 V6("002d", "00") "0600 050109 000000 " TCP HELLO},
    {"IPv6, destination", 1, V6U,
	ETH6 V6("001d", "3c") "1101 010c" ZERO4 ZERO4 ZERO4 UDP HELLO},
    {"IPv6, routing, at its end", 1, V6T,
	ETH6 V6("003d", "2b") "0602 0400 00000000 " ZERO16 TCP HELLO},
    {"IPv6, AH", 1, V6T,
	ETH6 V6("003d", "33") "0604 0000 00000001 00000001 " ZERO4 ZERO4 ZERO4 TCP HELLO},
    {"IPv6, mobility", 1, V6U, ETH6 V6("0015", "87") "1100 0000 00000000 " UDP HELLO},
    {"IPv6, a fragment that is whole", 1, V6T,
	ETH6 V6("002d", "2c") "0600 0000 00000009 " TCP HELLO},
    {"IPv6, four extensions", 1, V6T,
	ETH6 V6("0045", "00") "3c00 010400000000 2b00 010400000000 "
			      "2c00 0000 00000000 0600 0000 00000009 " TCP HELLO},
    {"IPv6, payload length 0", 1, V6T, ETH6 V6("0000", "06") TCP HELLO},
};

static int
has_ends(const struct packet *p, int v6)
{
	uint8_t *want;
	uint32_t n;
	int same;

	want = bytes_of(v6 ? ADDR6
			   : "00000000000000000000ffff 0a000001"
			     "00000000000000000000ffff 0a000002",
	    &n);
	same = memcmp(p->src, want, 16) == 0 && memcmp(p->dst, want + 16, 16) == 0;
	free(want);
	return same;
}

static void
want_sample(const struct packet *p, const struct sample *s)
{
	int tcp = s->form == V4T || s->form == V6T;

	WANT(has_ends(p, s->form == V6T || s->form == V6U), s->name);
	WANT(p->time_ns == 1, s->name);
	WANT(p->proto == (tcp ? PROTO_TCP : PROTO_UDP), s->name);
	WANT(p->sport == 40000, s->name);
	WANT(p->dport == (tcp ? 443 : 53), s->name);
	WANT(p->seq == (tcp ? 0x01020304 : 0), s->name);
	WANT(p->ack == (tcp ? 0x0a0b0c0d : 0), s->name);
	WANT(p->flags == (tcp ? 0x18 : 0), s->name);
	WANT(p->payload == 5, s->name);
	WANT(p->segments == 1, s->name);
	WANT(p->way == s->way, s->name);
	WANT(p->ifindex == s->ifindex, s->name);
	WANT(p->ecn_ce == s->ecn_ce, s->name);
	WANT(p->pid == s->pid, s->name);
	WANT(strcmp(p->comm, s->pid != 0 ? "curl" : "") == 0, s->name);
	WANT(s->pid == 0 || strcmp(p->iface, "en0") == 0, s->name);
	WANT(s->pid != 0 || (uint8_t)p->iface[0] == 0xee, s->name);
}

static void
every_form_of_headers_is_read(void **state)
{
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++) {
		const struct sample *s = &samples[i];

		WANT(packet_supports(s->linktype), s->name);
		WANT(decode_hex(&p, s->linktype, s->hex, 0) == PACKET_OK, s->name);
		want_sample(&p, s);
	}
}

/* Cut behind its headers a packet says the same; cut in front of their end, nothing. */
static void
cut_at_every_byte_it_says_all_or_nothing(void **state)
{
	uint32_t n, cut, needed;
	struct packet p;
	uint8_t *bytes, *some;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		int tcp = s->form == V4T || s->form == V6T;

		bytes = bytes_of(s->hex, &n);
		needed = n - s->behind - 5 - (tcp ? 12 : 0);
		for (cut = 0; cut <= n; cut++) {
			some = malloc(cut);
			if (some == NULL)
				fail();
			memcpy(some, bytes, cut);
			WANT((decode(&p, s->linktype, some, cut, n) == PACKET_OK) ==
				(cut >= needed),
			    s->name);
			if (cut >= needed)
				want_sample(&p, s);
			free(some);
		}
		free(bytes);
	}
}

/* Marsaglia's xorshift: the same each time. */
static uint32_t
roll(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static void
spoilt_packets_give_nothing_absurd(void **state)
{
	uint32_t n, cut, original, x = 2463534242;
	enum packet_result ret;
	struct packet p;
	uint8_t *bytes, *some;
	int round, k, linktype;
	size_t i;

	(void)state;
	fragments_init(&frags);
	for (i = 0; i < COUNT(samples); i++) {
		bytes = bytes_of(samples[i].hex, &n);
		for (round = 0; round < 3000; round++) {
			cut = roll(&x) % 4 == 0 ? roll(&x) % (n + 1) : n;
			original = roll(&x) % 4 == 0 ? n + roll(&x) % 70000 : n;
			some = malloc(cut);
			if (some == NULL)
				fail();
			memcpy(some, bytes, cut);
			for (k = (int)(roll(&x) % 4); k >= 0 && cut > 0; k--)
				some[roll(&x) % cut] = (uint8_t)roll(&x);
			linktype =
			    samples[roll(&x) % 8 == 0 ? roll(&x) % COUNT(samples) : i]
				.linktype;
			ret = decode(&p, linktype, some, cut, original);
			WANT(ret <= PACKET_HELD, samples[i].name);
			if (ret == PACKET_OK) {
				WANT(p.proto == PROTO_TCP || p.proto == PROTO_UDP,
				    samples[i].name);
				WANT(
				    p.segments <= 1 && p.way <= WAY_OUT, samples[i].name);
				WANT(p.payload <= original + 65535, samples[i].name);
				WANT(memchr(p.comm, 0, sizeof(p.comm)), samples[i].name);
			}
			free(some);
		}
		free(bytes);
	}
	fragments_init(&frags);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_of_headers_is_read),
	    cmocka_unit_test(cut_at_every_byte_it_says_all_or_nothing),
	    cmocka_unit_test(spoilt_packets_give_nothing_absurd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
