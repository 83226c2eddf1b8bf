/* test_lengths.c - where a packet ends, where a connection does, and what is nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"

static void
what_makes_no_sense_is_skipped(void **state)
{
	static const struct {
		const char *name;
		int linktype;
		const char *hex;
	} t[] = {
	    {"nothing", 1, ""},
	    {"ARP", 1, MACS "0806 0001 0800 0604 0001 " ZERO16 ZERO4},
	    {"802.3 length", 1, MACS "0039 " V4_TCP},
	    {"IPv6 behind the type of IPv4", 1, ETH4 V6_TCP},
	    {"IPv4 behind the type of IPv6", 1, ETH6 V4_TCP},
	    {"IPv6 on an IPv4 link", 228, V6_TCP},
	    {"IPv4 on an IPv6 link", 229, V4_TCP},
	    {"raw, version 5", 101, "5500 0039 " ZERO16 TCP HELLO},
	    {"ICMP", 1, ETH4 V4("0039", "4000", "01") TCP HELLO},
	    {"ICMPv6", 1, ETH6 V6("0025", "3a") TCP HELLO},
	    {"IP in IP", 1, ETH4 V4("004d", "4000", "04") V4_TCP},
	    {"ESP", 1, ETH6 V6("0025", "32") TCP HELLO},
	    {"no next header", 1, ETH6 V6("0025", "3b") TCP HELLO},
	    {"IPv4 header of 16 bytes", 1,
		ETH4 "4400 0039 0007 4000 4006 0000 " ADDR4 TCP HELLO},
	    {"IPv4 shorter than its header", 1, ETH4 V4("0013", "4000", "06") TCP HELLO},
	    {"IPv4 shorter than its options", 1,
		ETH4 "4700 001b 0007 4000 4006 0000 " ADDR4
		     "94040000 01010101" TCP HELLO},
	    {"TCP longer than IP", 1, ETH4 V4("0033", "4000", "06") TCP HELLO},
	    {"TCP in 19 bytes", 1, ETH4 V4("0027", "4000", "06") TCP HELLO},
	    {"TCP in IPv6 of 19 bytes", 1, ETH6 V6("0013", "06") TCP HELLO},
	    {"TCP header of 16 bytes", 1,
		ETH4 V4("0039", "4000", "06") TCP_WITH("40", "18") ZERO16 "00"},
	    {"TCP header of 60 bytes in 37", 1,
		ETH4 V4("0039", "4000", "06") TCP_WITH("f0", "18") ZERO16 "00"},
	    {"UDP in 7 bytes", 1, ETH4 V4("001b", "0000", "11") UDP HELLO},
	    {"UDP of 7 bytes", 1,
		ETH4 V4("0021", "0000", "11") "9c40 0035 0007 0000 " HELLO},
	    {"UDP of 0 bytes", 1,
		ETH4 V4("0021", "0000", "11") "9c40 0035 0000 0000 " HELLO},
	    {"hop by hop after another", 1,
		ETH6 V6("0035", "3c") "0000 010400000000 0600 010400000000 " TCP HELLO},
	    {"hop by hop, option too long", 1,
		ETH6 V6("002d", "00") "0600 050500000100 " TCP HELLO},
	    {"hop by hop, last option too long", 1,
		ETH6 V6("002d", "00") "0600 010005030000 " TCP HELLO},
	    {"hop by hop, option without length", 1,
		ETH6 V6("002d", "00") "0600 010300000005 " TCP HELLO},
	    {"extension longer than the packet", 1,
		ETH6 V6("002d", "3c") "06ff 010400000000 " TCP HELLO},
	    {"routing to more stops than it lists", 1,
		ETH6 V6("003d", "2b") "0602 0402 00000000 " ZERO16 TCP HELLO},
	    {"routing of an unknown type, not at its end", 1,
		ETH6 V6("003d", "2b") "0602 0901 00000000 " ZERO16 TCP HELLO},
	    {"two fragment headers", 1,
		ETH6 V6("0035", "2c") "2c00 0000 00000009 0600 0000 00000009 " TCP HELLO},
	    {"routing in a fragment", 1,
		ETH6 V6("0045",
		    "2c") "2b00 0000 00000009 0602 0400 00000000 " ZERO16 TCP HELLO},
	    {"jumbo length and a payload length", 1,
		ETH6 V6("002d", "00") "0600 c20400010008 " TCP HELLO},
	    {"jumbo length that needs no jumbo", 1,
		ETH6 V6("0000", "00") "0600 c2040000002d " TCP HELLO},
	    {"jumbo length of 65535", 1,
		ETH6 V6("0000", "00") "0600 c2040000ffff " TCP HELLO},
	    {"jumbo length of 3 bytes", 1,
		ETH6 V6("0000", "00") "0600 c20301000800 " TCP HELLO},
	    {"MPLS without a last label", 1, MACS "8847 00010040 00010040"},
	    {"MPLS, associated channel", 1, MACS "8847 00010140 10000000 " V4_TCP},
	    {"MPLS, control word, no Ethernet", 1, MACS "8847 00010140 00000000 " V4_TCP},
	    {"MPLS, a frame with and without a control word", 1,
		MACS "8847 00010140 00000000 00000000 00000000 0800 4500 0800 " V4_TCP},
	    {"PPPoE discovery", 1, MACS "8863 1109 0000 0004 0101 0000 " V4_TCP},
	    {"PPPoE, code", 1, MACS "8864 11a7 0001 003b 0021 " V4_TCP},
	    {"PPPoE, version", 1, MACS "8864 2100 0001 003b 0021 " V4_TCP},
	    {"PPP, LCP", 9, "c021 " V4_TCP},
	    {"loopback, OSI", 0, "07000000 " V4_TCP},
	    {"loopback, IPv6 in IPv4", 0, "02000000 " V6_TCP},
	    {"cooked, 802.11", 113, "0000 0323 0006 0200000000010000 0800 " V4_TCP},
	    {"cooked 2, netlink", 276,
		"0800 0000 00000001 0338 00 06 0200000000010000 " V4_TCP},
	    {"PKTAP in PKTAP", 258,
		CURL_EN0("02010000 ") CURL_EN0("01000000 ") ETH4 V4_TCP},
	    {"PKTAP of a link type unknown", 258, CURL_EN0("69000000 ") ETH4 V4_TCP},
	    {"PKTAP without a packet", 258,
		PKTAP_HEAD("6c000000 ", "00000000 ", "01000000 ", "01000000 ") PKTAP_WHO(
		    "2c010000 ", COMM_NONE, "00000000 ", COMM_NONE) ETH4 V4_TCP},
	    {"PKTAP too short", 258,
		PKTAP_HEAD("6b000000 ", "01000000 ", "01000000 ", "01000000 ") PKTAP_WHO(
		    "2c010000 ", COMM_NONE, "00000000 ", COMM_NONE) ETH4 V4_TCP},
	    {"PKTAP too long", 258,
		PKTAP_HEAD("ff0f0000 ", "01000000 ", "01000000 ", "01000000 ") PKTAP_WHO(
		    "2c010000 ", COMM_NONE, "00000000 ", COMM_NONE) ETH4 V4_TCP},
	    {"link type unknown", 105, V4_TCP},
	    {"link type negative", -1, V4_TCP},
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		WANT(decode_hex(&p, t[i].linktype, t[i].hex, 0) == PACKET_SKIPPED,
		    t[i].name);
	assert_false(packet_supports(105));
	assert_false(packet_supports(-1));
	assert_false(packet_supports(14));
}

static void
nesting_has_an_end(void **state)
{
	char hex[2048] = MACS "8100 ";
	struct packet p;
	int i;

	(void)state;
	for (i = 0; i < 14; i++)
		strcat(hex, "0001 8100 ");
	strcat(hex, "0001 0800 " V4_TCP);
	assert_int_equal(decode_hex(&p, 1, hex, 0), PACKET_OK);

	strcpy(hex, MACS "8100 ");
	for (i = 0; i < 15; i++)
		strcat(hex, "0001 8100 ");
	strcat(hex, "0001 0800 " V4_TCP);
	assert_int_equal(decode_hex(&p, 1, hex, 0), PACKET_SKIPPED);
}

static void
extensions_have_an_end(void **state)
{
	char hex[2048];
	struct packet p;
	int i, n;

	(void)state;
	for (n = 15; n <= 16; n++) {
		strcpy(hex, V6("0100", "3c"));
		for (i = 1; i < n; i++)
			strcat(hex, "3c00 010400000000 ");
		strcat(hex, "0600 010400000000 " TCP HELLO);
		assert_int_equal(
		    decode_hex(&p, 101, hex, 0), n == 15 ? PACKET_OK : PACKET_SKIPPED);
	}
}

static void
payload_is_what_the_lengths_agree_on(void **state)
{
	static const struct {
		const char *name;
		const char *hex;
		uint32_t original;
		uint32_t payload;
	} t[] = {
	    {"of 1460 bytes 5 captured", ETH4 V4("05e8", "4000", "06") TCP HELLO, 1526,
		1460},
	    {"IPv6, of 1440 bytes none captured", ETH6 V6("05c0", "06") TCP, 1526, 1440},
	    {"acknowledgement in a padded frame",
		ETH4 V4("0028", "4000", "06") TCP_WITH("50", "10") "000000000000", 0, 0},
	    {"frame check sequence", ETH6 V6_UDP "deadbeef", 0, 5},
	    {"more than IP allows for", ETH4 V4("0036", "4000", "06") TCP HELLO, 0, 2},
	    {"IP claims more than was on the wire",
		ETH4 V4("ffff", "4000", "06") TCP HELLO, 0, 5},
	    {"IPv6 claims more than was on the wire", ETH6 V6("ffff", "11") UDP HELLO, 0,
		5},
	    {"captured more than the original", ETH4 V4_TCP, 1, 5},
	    {"UDP shorter than IP",
		ETH4 V4("0021", "0000", "11") "9c40 0035 000a 0000 " HELLO, 0, 2},
	    {"UDP of nothing", ETH4 V4("001c", "0000", "11") "9c40 0035 0008 0000 ", 0,
		0},
	    {"UDP longer than IP",
		ETH4 V4("0021", "0000", "11") "9c40 0035 00ff 0000 " HELLO, 0, 5},
	    {"PPPoE knows of padding, IP does not",
		MACS "8864 1100 0001 0037 0021 " V4("003f", "4000", "06") TCP
		"000000000000 00000000 00",
		0, 1},
	    {"IPv4 of 100000 bytes", ETH4 V4("0000", "4000", "06") TCP HELLO, 100066,
		100000},
	    {"IPv4, UDP split by the card",
		ETH4 V4("0000", "4000", "11") "9c40 0035 0000 0000 " HELLO, 100042,
		100000},
	    {"IPv6 of 100000 bytes", ETH6 V6("0000", "06") TCP HELLO, 100086, 100000},
	    {"IPv6, jumbogram, TCP", ETH6 V6("0000", "00") "0600 c204000186c8 " TCP HELLO,
		100094, 100000},
	    {"IPv6, jumbogram behind padding, UDP",
		ETH6 V6("0000", "00") "1101 0000 0100 c204000186b8 0100 0000 "
				      "9c40 0035 0000 0000 " HELLO,
		100078, 100000},
	    {"IPv6, jumbogram behind padding of one byte and an option",
		ETH6 V6("0000", "00") "0601 00 0502c204 c204000186d0 000000 " TCP HELLO,
		100110, 100000},
	    {"IPv6, jumbogram of 65536 bytes",
		ETH6 V6("0000", "00") "0600 c20400010000 " TCP HELLO, 70000, 65496},
	    {"IPv6, jumbogram, trailer",
		ETH6 V6("0000", "00") "0600 c204000186c8 " TCP HELLO, 100098, 100000},
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		WANT(decode_hex(&p, 1, t[i].hex, t[i].original) == PACKET_OK, t[i].name);
		if (p.payload != t[i].payload)
			fail_msg("%s: %u", t[i].name, p.payload);
	}
	/* Nothing sends more than Linux's 512 KB at once: the length is a lie. */
	assert_int_equal(decode_hex(&p, 1, ETH4 V4("0000", "4000", "06") TCP HELLO,
			     14 + 20 + 8 * 65535),
	    PACKET_OK);
	assert_int_equal(decode_hex(&p, 1, ETH4 V4("0000", "4000", "06") TCP HELLO,
			     14 + 21 + 8 * 65535),
	    PACKET_SKIPPED);
}

static void
routing_ends_at_the_last_stop(void **state)
{
#define STOP_1 "20010db8000000000000000000000011 "
#define STOP_2 "20010db8000000000000000000000022 "
	static const struct {
		const char *hex;
		uint8_t last;
	} t[] = {
	    {ETH6 V6("004d", "2b") "0604 0402 01000000 " STOP_1 STOP_2 TCP HELLO, 0x11},
	    {ETH6 V6("004d", "2b") "0604 0001 00000000 " STOP_1 STOP_2 TCP HELLO, 0x22},
	    {ETH6 V6("003d", "2b") "0602 0201 00000000 " STOP_1 TCP HELLO, 0x11},
	    {ETH6 V6("004d", "2b") "0604 0400 01000000 " STOP_1 STOP_2 TCP HELLO, 0x02},
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		assert_int_equal(decode_hex(&p, 1, t[i].hex, 0), PACKET_OK);
		assert_int_equal(p.dst[15], t[i].last);
		assert_int_equal(p.src[15], 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_makes_no_sense_is_skipped),
	    cmocka_unit_test(nesting_has_an_end),
	    cmocka_unit_test(extensions_have_an_end),
	    cmocka_unit_test(payload_is_what_the_lengths_agree_on),
	    cmocka_unit_test(routing_ends_at_the_last_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
