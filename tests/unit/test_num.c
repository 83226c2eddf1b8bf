/* test_num.c - numbers of options. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num.h"

static void
u64_refuses_anything_doubtful(void **state)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t v;
	} t[] = {
	    {"0", 0, 0},
	    {"99", 0, 99},
	    {"007", 0, 7},
	    {"100", -ERANGE, 0},
	    {"18446744073709551616", -ERANGE, 0},
	    {"", -EINVAL, 0},
	    {"-1", -EINVAL, 0},
	    {"+1", -EINVAL, 0},
	    {" 1", -EINVAL, 0},
	    {"1 ", -EINVAL, 0},
	    {"12x", -EINVAL, 0},
	    {"99999999999999999999x", -EINVAL, 0},
	    {"0x10", -EINVAL, 0},
	    {"1e3", -EINVAL, 0},
	};
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		v = 4711;
		assert_int_equal(num_u64(t[i].text, 0, 99, &v), t[i].ret);
		assert_int_equal(v, t[i].ret == 0 ? t[i].v : 4711);
	}
	assert_int_equal(num_u64("1", 2, 99, &v), -ERANGE);
	assert_int_equal(num_u64("18446744073709551615", 0, UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
}

static void
interval_takes_seconds_and_milliseconds(void **state)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t ns;
	} t[] = {
	    {"1", 0, 1000000000},
	    {"2s", 0, 2000000000},
	    {"0.5", 0, 500000000},
	    {"0.1", 0, 100000000},
	    {"1.25s", 0, 1250000000},
	    {"250ms", 0, 250000000},
	    {"10ms", 0, 10000000},
	    {"12.5ms", 0, 12500000},
	    {"0.010000001", 0, 10000001},
	    {"3600", 0, 3600000000000},
	    {"3600000ms", 0, 3600000000000},
	    {"3600.000000001", -ERANGE, 0},
	    {"3601", -ERANGE, 0},
	    {"9ms", -ERANGE, 0},
	    {"0", -ERANGE, 0},
	    {"99999999999999999999", -ERANGE, 0},
	    {"18446744073709ms", -ERANGE, 0},
	    {"", -EINVAL, 0},
	    {".5", -EINVAL, 0},
	    {"1.", -EINVAL, 0},
	    {"1.s", -EINVAL, 0},
	    {"1.5.5", -EINVAL, 0},
	    {"0.0000000001", -EINVAL, 0},
	    {"-1", -EINVAL, 0},
	    {" 1", -EINVAL, 0},
	    {"1 s", -EINVAL, 0},
	    {"1m", -EINVAL, 0},
	    {"1us", -EINVAL, 0},
	    {"1sms", -EINVAL, 0},
	    {"1e1", -EINVAL, 0},
	    {"s", -EINVAL, 0},
	};
	uint64_t ns;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ns = 4711;
		assert_int_equal(num_interval(t[i].text, &ns), t[i].ret);
		assert_int_equal(ns, t[i].ret == 0 ? t[i].ns : 4711);
	}
}

static void
ports_take_one_or_a_range(void **state)
{
	static const struct {
		const char *text;
		int ret;
		uint16_t lo;
		uint16_t hi;
	} t[] = {
	    {"443", 0, 443, 443},
	    {"0", 0, 0, 0},
	    {"0-65535", 0, 0, 65535},
	    {"8000-8080", 0, 8000, 8080},
	    {"80-80", 0, 80, 80},
	    {"65536", -ERANGE, 0, 0},
	    {"1-65536", -ERANGE, 0, 0},
	    {"81-80", -ERANGE, 0, 0},
	    {"99999999999999999999-1", -ERANGE, 0, 0},
	    {"", -EINVAL, 0, 0},
	    {"-80", -EINVAL, 0, 0},
	    {"80-", -EINVAL, 0, 0},
	    {"80--90", -EINVAL, 0, 0},
	    {"80-90-100", -EINVAL, 0, 0},
	    {"http", -EINVAL, 0, 0},
	    {"80 -90", -EINVAL, 0, 0},
	};
	uint16_t lo, hi;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		lo = hi = 7;
		assert_int_equal(num_ports(t[i].text, &lo, &hi), t[i].ret);
		assert_int_equal(lo, t[i].ret == 0 ? t[i].lo : 7);
		assert_int_equal(hi, t[i].ret == 0 ? t[i].hi : 7);
	}
}

static void
sizes_have_binary_units(void **state)
{
	static const struct {
		const char *text;
		int ret;
		uint64_t bytes;
	} table[] = {
	    {"0", 0, 0},
	    {"4096", 0, 4096},
	    {"64K", 0, 65536},
	    {"64M", 0, 64u << 20},
	    {"4G", 0, 1ull << 32},
	    {"5G", -ERANGE, 7},
	    {"99999999999999999999", -ERANGE, 7},
	    {"18446744073709551615G", -ERANGE, 7},
	    {"", -EINVAL, 7},
	    {"M", -EINVAL, 7},
	    {"-1", -EINVAL, 7},
	    {" 1", -EINVAL, 7},
	    {"1k", -EINVAL, 7},
	    {"1MB", -EINVAL, 7},
	    {"1.5M", -EINVAL, 7},
	};
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		v = 7;
		if (num_size(table[i].text, 1ull << 32, &v) != table[i].ret ||
		    v != table[i].bytes)
			fail_msg("'%s'", table[i].text);
	}
}

static void
factors_are_plain_decimals(void **state)
{
	static const char *const good[] = {"10", "0.5", "0.01", "10000", "1."};
	static const double values[] = {10, 0.5, 0.01, 10000, 1};
	static const char *const bad[] = {"", "-1", "+1", " 1", "inf", "nan", "0x10",
	    "1e3", "1.2.3", "max", ".5", "0", "0.001", "10001"};
	double v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(num_factor(good[i], &v), 0);
		assert_true(v > values[i] * 0.999 && v < values[i] * 1.001);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = 7;
		assert_true(num_factor(bad[i], &v) < 0);
		assert_true(v > 6.9 && v < 7.1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(u64_refuses_anything_doubtful),
	    cmocka_unit_test(interval_takes_seconds_and_milliseconds),
	    cmocka_unit_test(ports_take_one_or_a_range),
	    cmocka_unit_test(sizes_have_binary_units),
	    cmocka_unit_test(factors_are_plain_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
