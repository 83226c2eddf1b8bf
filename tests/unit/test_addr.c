/* test_addr.c - addresses as text. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "addr.h"

static void
format_follows_rfc_5952(void **state)
{
	static const char *const t[][2] = {
	    {"10.0.0.5", "10.0.0.5"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"::ffff:192.0.2.1", "192.0.2.1"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"1::", "1::"},
	    {"2001:0DB8::0001", "2001:db8::1"},
	    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    {"0:1:1:1:1:1:1:1", "0:1:1:1:1:1:1:1"},
	    {"1:1:1:1:1:1:1:0", "1:1:1:1:1:1:1:0"},
	    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	    {"1:0:0:2:3:4:0:0", "1::2:3:4:0:0"},
	    {"fe80:0:0:0:a:b:c:d", "fe80::a:b:c:d"},
	    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
	    {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
	    {"::1.2.3.4", "::102:304"},
	    {"::fffe:1.2.3.4", "::fffe:102:304"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};
	char text[ADDR_TEXT];
	uint8_t addr[16];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(addr_parse(addr, t[i][0], strlen(t[i][0])), 0);
		n = addr_format(text, addr);
		assert_int_equal(n, strlen(t[i][1]));
		assert_memory_equal(text, t[i][1], n);
	}
}

/* Groups of zero are what goes wrong: take all 256 patterns of them. */
static void
format_comes_back_with_zeros_anywhere(void **state)
{
	uint8_t addr[16], back[16];
	char text[ADDR_TEXT];
	unsigned bits;
	int i;

	(void)state;
	for (bits = 0; bits < 256; bits++) {
		memset(addr, 0, sizeof(addr));
		for (i = 0; i < 8; i++)
			addr[2 * i + 1] = bits >> i & 1;
		assert_int_equal(addr_parse(back, text, addr_format(text, addr)), 0);
		assert_memory_equal(addr, back, 16);
	}
}

static void
parse_refuses_what_is_no_address(void **state)
{
	static const char *const t[] = {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256",
	    "1.2.3.04", "1..2.3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.", "a.b.c.d",
	    "1.2.3.99999999999", ":", ":::", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9",
	    "g::", "12345::", "fe80::1%eth0", "::1 ", "[::1]",
	    "1:2:3:4:5:6:7:8:1:2:3:4:5:6:7:8:1:2:3:4:5:6:7:8:9"};
	uint8_t addr[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(addr_parse(addr, t[i], strlen(t[i])), -EINVAL);
	assert_int_equal(addr_parse(addr, "::1\0x", 5), -EINVAL);
	assert_int_equal(addr_parse(addr, "1.2.3.4\0", 8), -EINVAL);
	assert_int_equal(addr_parse(addr, "1.2.3.45", 7), 0);
	assert_int_equal(addr[15], 4);
}

static void
cidr_masks_the_address(void **state)
{
	static const struct {
		const char *text;
		const char *addr;
		int prefix;
	} t[] = {
	    {"10.1.2.3/8", "10.0.0.0", 104},
	    {"10.1.2.3", "10.1.2.3", 128},
	    {"10.1.2.3/32", "10.1.2.3", 128},
	    {"10.1.2.255/25", "10.1.2.128", 121},
	    {"1.2.3.4/0", "0.0.0.0", 96},
	    {"febf::1/10", "fe80::", 10},
	    {"::1", "::1", 128},
	    {"::1/0", "::", 0},
	    {"ffff::/3", "e000::", 3},
	};
	struct addr_net net;
	uint8_t want[16];
	size_t i;
	int bit;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(addr_parse_net(&net, t[i].text), 0);
		assert_int_equal(addr_parse(want, t[i].addr, strlen(t[i].addr)), 0);
		assert_memory_equal(net.addr, want, 16);
		assert_true(addr_in(want, &net));
		for (bit = 0; bit < 128; bit++)
			assert_int_equal(
			    net.mask[bit / 8] >> (7 - bit % 8) & 1, bit < t[i].prefix);
	}
	assert_int_equal(addr_parse_net(&net, "10.0.0.0/33"), -ERANGE);
	assert_int_equal(addr_parse_net(&net, "fe80::/129"), -ERANGE);
	assert_int_equal(addr_parse_net(&net, "10.0.0.0/"), -EINVAL);
	assert_int_equal(addr_parse_net(&net, "10.0.0.0/x"), -EINVAL);
	assert_int_equal(addr_parse_net(&net, "10.0.0/8"), -EINVAL);
	assert_int_equal(addr_parse_net(&net, "/8"), -EINVAL);
}

static void
an_address_is_in_its_network_only(void **state)
{
	static const struct {
		const char *net;
		const char *addr;
		int in;
	} t[] = {
	    {"10.0.0.0/8", "10.255.0.1", 1},
	    {"10.0.0.0/8", "11.0.0.1", 0},
	    {"0.0.0.0/0", "1.2.3.4", 1},
	    {"0.0.0.0/0", "::1", 0},
	    {"fe80::/10", "febf::1", 1},
	    {"fe80::/10", "fec0::1", 0},
	};
	struct addr_net net;
	uint8_t addr[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(addr_parse_net(&net, t[i].net), 0);
		assert_int_equal(addr_parse(addr, t[i].addr, strlen(t[i].addr)), 0);
		assert_int_equal(addr_in(addr, &net), t[i].in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(format_follows_rfc_5952),
	    cmocka_unit_test(format_comes_back_with_zeros_anywhere),
	    cmocka_unit_test(parse_refuses_what_is_no_address),
	    cmocka_unit_test(cidr_masks_the_address),
	    cmocka_unit_test(an_address_is_in_its_network_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
