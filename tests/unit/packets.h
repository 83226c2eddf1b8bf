/* packets.h - packets in hexadecimal, put together from headers. */
#ifndef PACKETS_H
#define PACKETS_H

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fragments.h"
#include "packet.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define WANT(fact, name)                                         \
	do {                                                     \
		if (!(fact))                                     \
			fail_msg("%s: not so: %s", name, #fact); \
	} while (0)

/* Each sample is from port 40000 and carries "hello"; TCP with 12 bytes of options. */
#define HELLO "68656c6c6f "
#define TCP_WITH(offset, flags) \
	"9c40 01bb 01020304 0a0b0c0d " offset flags " 0400 0000 0000 "
#define TCP TCP_WITH("80", "18") "0101080a 00000001 00000002 "
#define UDP "9c40 0035 000d 0000 "

/* 10.0.0.1 to 10.0.0.2, 2001:db8::1 to 2001:db8::2 */
#define ADDR4 "0a000001 0a000002 "
#define ADDR6 "20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define V4(total, piece, proto) "4500 " total " 0007 " piece " 40" proto " 0000 " ADDR4
#define V6(length, next) "60000000 " length " " next "40 " ADDR6
#define V4_TCP V4("0039", "4000", "06") TCP HELLO
#define V4_UDP V4("0021", "0000", "11") UDP HELLO
#define V6_TCP V6("0025", "06") TCP HELLO
#define V6_UDP V6("000d", "11") UDP HELLO

#define MACS "020000000002 020000000001 "
#define ETH4 MACS "0800 "
#define ETH6 MACS "86dd "

/* PKTAP, first and second version, of interface en0. */
#define ZERO4 "00000000 "
#define ZERO16 ZERO4 ZERO4 ZERO4 ZERO4
#define COMM_NONE ZERO16 "00 "
#define COMM_CURL "6375726c" ZERO4 ZERO4 ZERO4 "00 "
#define COMM_FULL "61616161 61616161 61616161 61616161 61 " /* a NUL is not certain */
#define PKTAP_HEAD(length, next, dlt, flags) \
	length next dlt "656e3000" ZERO16 ZERO4 flags "02000000 0e000000 00000000 "
#define PKTAP_WHO(pid, comm, epid, ecomm) \
	pid comm "ee 0000 00000000 0600 0000 " epid ecomm "ee 0000 "
#define PKTAP(dlt, flags, pid, comm, epid, ecomm) \
	PKTAP_HEAD("6c000000 ", "01000000 ", dlt, flags) PKTAP_WHO(pid, comm, epid, ecomm)
#define CURL_EN0(dlt) \
	PKTAP(dlt, "02000000 ", "2c010000 ", COMM_CURL, "ffffffff ", COMM_NONE)
#define PKTAP_V2(dlt)                                                              \
	"31 00 00 28 2c 00 " dlt "0e00 0000 0600 0600 02000000 00000000 00000000 " \
	"2c010000 ffffffff 01000800 656e3000 6375726c00 "

/* Bytes in heap storage of just their number: the sanitizer sees a read beyond. */
static inline uint8_t *
bytes_of(const char *hex, uint32_t *length)
{
	uint32_t n = 0;
	uint8_t *bytes;
	const char *p;
	unsigned v;

	for (p = hex; *p != '\0'; p++)
		n += isxdigit((unsigned char)*p) != 0;
	bytes = malloc(n / 2);
	*length = n / 2;
	for (p = hex, n = 0; *p != '\0' && bytes != NULL; p++) {
		if (!isxdigit((unsigned char)*p))
			continue;
		v = (unsigned)(isdigit((unsigned char)*p) ? *p - '0'
							  : (*p | 32) - 'a' + 10);
		bytes[n / 2] = (uint8_t)(n % 2 == 0 ? v << 4 : bytes[n / 2] | v);
		n++;
	}
	if (bytes == NULL || n % 2 != 0) {
		fprintf(stderr, "no whole bytes: %s\n", hex);
		abort();
	}
	return bytes;
}

static struct fragments frags;

/* A packet of which nothing is what it should become. */
static inline enum packet_result
decode(struct packet *p, int linktype, const uint8_t *bytes, uint32_t captured,
    uint32_t original)
{
	memset(p, 0xee, sizeof(*p));
	p->time_ns = 1;
	p->ifindex = 0;
	return packet_decode(p, &frags, linktype, bytes, captured, original);
}

static inline enum packet_result
decode_hex(struct packet *p, int linktype, const char *hex, uint32_t original)
{
	enum packet_result ret;
	uint8_t *bytes;
	uint32_t n;

	bytes = bytes_of(hex, &n);
	ret = decode(p, linktype, bytes, n, original == 0 ? n : original);
	free(bytes);
	return ret;
}

#endif
