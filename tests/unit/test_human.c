/* test_human.c - values as people read them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "human.h"
#include "spark.h"

static void
assert_text(const char *dst, size_t len, const char *wanted)
{
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(dst, wanted, len);
}

static void
numbers_have_three_digits(void **state)
{
	static const struct {
		uint64_t v;
		const char *text;
	} table[] = {
	    {0, "0"},
	    {999, "999"},
	    {1000, "1.00K"},
	    {1234, "1.23K"},
	    {1235, "1.24K"},
	    {9994, "9.99K"},
	    {9995, "10.0K"},
	    {99949, "99.9K"},
	    {99950, "100K"},
	    {999499, "999K"},
	    {999500, "1.00M"},
	    {1000000, "1.00M"},
	    {123456789, "123M"},
	    {999999999999ull, "1.00T"},
	    {UINT64_MAX, "18.4E"},
	};
	char dst[HUMAN_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_text(dst, human_count(dst, table[i].v), table[i].text);
}

static void
round_trips_are_us_or_ms(void **state)
{
	static const struct {
		uint32_t us;
		const char *text;
	} table[] = {
	    {0, "0us"},
	    {999, "999us"},
	    {1000, "1.00ms"},
	    {12345, "12.3ms"},
	    {999499, "999ms"},
	    {999500, "1.00s"},
	    {1234567, "1.23s"},
	    {99949999, "99.9s"},
	    {100000000, "100s"},
	    {UINT32_MAX, "4295s"},
	};
	char dst[HUMAN_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_text(dst, human_micros(dst, table[i].us), table[i].text);
}

static void
the_port_is_never_elided(void **state)
{
	char dst[HUMAN_VALUE];
	struct conn c;
	size_t cols, len;

	(void)state;
	memset(&c, 0, sizeof(c));
	c.has = HAS(COL_RADDR) | HAS(COL_RPORT);
	memset(c.raddr, 0xfe, sizeof(c.raddr));
	c.rport = 65535;
	for (cols = 9; cols < 60; cols++) {
		len = human_end(dst, &c, 1, cols);
		assert_true(len <= cols);
		assert_int_equal(dst[0], '[');
		assert_memory_equal(dst + len - 7, "]:65535", 7);
	}
	assert_text(dst, human_end(dst, &c, 1, 100),
	    "[fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe]:65535");
	assert_text(dst, human_end(dst, &c, 0, 100), "-");
	c.has = HAS(COL_RPORT);
	assert_text(dst, human_end(dst, &c, 1, 100), "*:65535");
	c.has = HAS(COL_RADDR);
	assert_text(
	    dst, human_end(dst, &c, 1, 100), "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe");
}

static void
bytes_have_four_units(void **state)
{
	static const struct {
		uint64_t v;
		enum human_unit unit;
		const char *text;
	} table[] = {
	    {1230, HUMAN_BYTES, "1.23KB"},
	    {1230, HUMAN_BITS, "9.84Kb"},
	    {1230, HUMAN_IEC_BYTES, "1.20KiB"},
	    {1230, HUMAN_IEC_BITS, "9.61Kib"},
	    {12, HUMAN_IEC_BYTES, "12B"},
	    {12, HUMAN_BITS, "96b"},
	    {UINT64_MAX, HUMAN_BITS, "148Eb"},
	};
	char dst[HUMAN_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_text(
		    dst, human_bytes_unit(dst, table[i].v, table[i].unit), table[i].text);
}

static void
columns_are_written_by_their_unit(void **state)
{
	static const struct {
		enum column col;
		uint64_t v;
		const char *text;
	} table[] = {
	    {COL_PID, 1234567, "1234567"},
	    {COL_BYTES_IN, 1234567, "1.23M"},
	    {COL_RATE_OUT, 1234, "1.23K"},
	    {COL_RTT_US, 1234, "1.23ms"},
	    {COL_AGE_MS, 1234, "1.23s"},
	    {COL_RETRANS, 1234, "1.23K"},
	    {COL_PROTO, PROTO_UDP, "udp"},
	};
	char dst[HUMAN_VALUE];
	struct conn c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		memset(&c, 0, sizeof(c));
		assert_text(dst, human_value(dst, &c, table[i].col, HUMAN_BYTES), "");
		column_set_uint(&c, table[i].col, table[i].v);
		assert_text(
		    dst, human_value(dst, &c, table[i].col, HUMAN_BYTES), table[i].text);
	}
}

static void
bars_are_blocks_or_ascii(void **state)
{
	static const struct history_rates rates[] = {
	    {0, 9, 0}, {0, 8, 1}, {4, 0, 1}, {8, 1, 1}};
	char dst[3 * 4];

	(void)state;
	assert_text(dst, spark_line(dst, rates, 4, 0), " \u2581\u2584\u2588");
	setlocale(LC_CTYPE, "C");
	assert_text(dst, spark_line(dst, rates, 4, 0), " _=%");
	setlocale(LC_CTYPE, "C.UTF-8");
	assert_text(dst, spark_line(dst, NULL, 0, 1), "");
}

static int
setup(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_have_three_digits),
	    cmocka_unit_test(round_trips_are_us_or_ms),
	    cmocka_unit_test(the_port_is_never_elided),
	    cmocka_unit_test(bytes_have_four_units),
	    cmocka_unit_test(columns_are_written_by_their_unit),
	    cmocka_unit_test(bars_are_blocks_or_ascii),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
