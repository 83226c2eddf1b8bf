/* test_pktap.c - the process and the interface that macOS names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"

static void
pktap_names_the_holder_of_the_socket(void **state)
{
#define FROM(flags, pid, comm, epid, ecomm) \
	PKTAP("01000000 ", flags, pid, comm, epid, ecomm) ETH4 V4_TCP
	static const struct {
		const char *hex;
		uint8_t way;
		uint32_t pid;
		const char *comm;
	} t[] = {
	    {FROM("01000000 ", "2c010000 ", COMM_CURL, "05000000 ", COMM_FULL), WAY_IN,
		300, "curl"},
	    {FROM("02000000 ", "ffffffff ", COMM_CURL, "05000000 ", COMM_FULL), WAY_OUT,
		5, "aaaaaaaaaaaaaaaaa"},
	    {FROM("00000000 ", "00000000 ", COMM_CURL, "05000000 ", COMM_NONE),
		WAY_UNKNOWN, 5, ""},
	    {FROM("03000000 ", "00000000 ", COMM_CURL, "00000000 ", COMM_FULL),
		WAY_UNKNOWN, 0, ""},
	    {FROM("01000000 ", "ffffffff ", COMM_CURL, "ffffffff ", COMM_FULL), WAY_IN, 0,
		""},
	};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		assert_int_equal(decode_hex(&p, 258, t[i].hex, 0), PACKET_OK);
		assert_int_equal(p.way, t[i].way);
		assert_int_equal(p.pid, t[i].pid);
		assert_string_equal(p.comm, t[i].comm);
		assert_string_equal(p.iface, "en0");
	}
}

/* Offsets of texts in the second version lead anywhere; they end with the header. */
static void
pktap_texts_stay_in_the_header(void **state)
{
	static const char *const t[] = {
	    "2a 00 00 28 29 00 0100 0e00 0000 0600 0600 " ZERO4 ZERO4 ZERO4
	    "2c010000 ffffffff 01000800 656e " ETH4 V4_UDP,
	    "2a 00 00 ff ff ff 0100 0e00 0000 0600 0600 " ZERO4 ZERO4 ZERO4
	    "2c010000 ffffffff 01000800 656e " ETH4 V4_UDP,
	    "28 00 00 28 28 28 0100 0e00 0000 0600 0600 " ZERO4 ZERO4 ZERO4
	    "2c010000 ffffffff 01000800 " ETH4 V4_UDP,
	};
	static const char *const iface[] = {"en", "", ""}, *const comm[] = {"n", "", ""};
	struct packet p;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		assert_int_equal(decode_hex(&p, 258, t[i], 0), PACKET_OK);
		assert_string_equal(p.iface, iface[i]);
		assert_string_equal(p.comm, comm[i]);
	}
	assert_int_equal(
	    decode_hex(&p, 258,
		"27 00 00 28 28 28 0100 0e00 0000 0600 0600 " ZERO4 ZERO4 ZERO4
		"2c010000 ffffffff 01000800 " ETH4 V4_UDP,
		0),
	    PACKET_SKIPPED);
}

/* The kernel ends its texts with a NUL; a file need not. */
static void
pktap_texts_stay_in_their_fields(void **state)
{
#define B8 "62626262 62626262 "
	struct packet p;

	(void)state;
	assert_int_equal(decode_hex(&p, 258,
			     "6c000000 01000000 01000000 " B8 B8 B8
			     "01000000 02000000 0e000000 00000000 " PKTAP_WHO("2c010000 ",
				 COMM_FULL, "00000000 ", COMM_FULL) ETH4 V4_UDP,
			     0),
	    PACKET_OK);
	assert_string_equal(p.iface, "bbbbbbbbbbbbbbb");
	assert_string_equal(p.comm, "aaaaaaaaaaaaaaaaa");
	assert_int_equal(p.pid, 300);
	assert_int_equal(p.way, WAY_IN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pktap_names_the_holder_of_the_socket),
	    cmocka_unit_test(pktap_texts_stay_in_the_header),
	    cmocka_unit_test(pktap_texts_stay_in_their_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
