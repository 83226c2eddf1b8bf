/* test_stamp.c - points in time as text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "stamp.h"

/* Day by day through four centuries and over their leap years, against the C library. */
static void
rfc3339_agrees_with_gmtime(void **state)
{
	char want[40], date[32], text[STAMP_TEXT];
	uint64_t ms, back;
	struct tm tm;
	time_t t;
	size_t n;
	int day;

	(void)state;
	for (day = 0; day < 500 * 366; day++) {
		t = (time_t)day * 86400 + day % 86400;
		ms = (uint64_t)t * 1000 + (unsigned)day % 1000;
		gmtime_r(&t, &tm);
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
		snprintf(want, sizeof(want), "%s.%03dZ", date, day % 1000);
		n = stamp_rfc3339(text, ms);
		assert_int_equal(n, strlen(want));
		assert_memory_equal(text, want, n);
		assert_int_equal(stamp_parse(&back, text, n), 0);
		assert_true(back == ms);
	}
}

static void
both_forms_come_back_at_the_extremes(void **state)
{
	static const struct {
		uint64_t ms;
		const char *rfc;
		const char *epoch;
	} t[] = {
	    {0, "1970-01-01T00:00:00.000Z", "0.000"},
	    {1795198264123, "2026-11-20T18:11:04.123Z", "1795198264.123"},
	    {253402300799999, "9999-12-31T23:59:59.999Z", "253402300799.999"},
	    {253402300800000, "253402300800.000", "253402300800.000"},
	    {UINT64_MAX, "18446744073709551.615", "18446744073709551.615"},
	};
	char text[STAMP_TEXT];
	uint64_t back;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = stamp_rfc3339(text, t[i].ms);
		assert_int_equal(n, strlen(t[i].rfc));
		assert_memory_equal(text, t[i].rfc, n);
		assert_int_equal(stamp_parse(&back, text, n), 0);
		assert_true(back == t[i].ms);
		n = stamp_epoch(text, t[i].ms);
		assert_int_equal(n, strlen(t[i].epoch));
		assert_memory_equal(text, t[i].epoch, n);
		assert_int_equal(stamp_parse(&back, text, n), 0);
		assert_true(back == t[i].ms);
	}
}

static void
parse_refuses_what_is_no_time(void **state)
{
	static const char *const t[] = {"", "0", "1.5", ".123", "1763662264",
	    "1763662264.12", "1763662264.1234", "-1.000", " 1.000",
	    "18446744073709551.616", "99999999999999999999999999999.000", "2026-11-20",
	    "2026-11-20T18:11:04Z", "2026-11-20 18:11:04.123Z",
	    "2026-11-20T18:11:04.123+", "2026-13-20T18:11:04.123Z",
	    "2026-00-20T18:11:04.123Z", "2026-02-29T18:11:04.123Z",
	    "2100-02-29T18:11:04.123Z", "2026-04-31T18:11:04.123Z",
	    "2026-11-00T18:11:04.123Z", "2026-11-20T24:11:04.123Z",
	    "2026-11-20T18:60:04.123Z", "2026-11-20T18:11:60.123Z",
	    "1969-12-31T23:59:59.999Z", "2026-11-20T18:11:04.1x3Z",
	    "2026/11-20T18:11:04.123Z"};
	uint64_t ms = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(stamp_parse(&ms, t[i], strlen(t[i])), -EINVAL);
	assert_int_equal(ms, 7);
	assert_int_equal(stamp_parse(&ms, "2024-02-29T00:00:00.000Z", 24), 0);
	assert_int_equal(stamp_parse(&ms, "2000-02-29T00:00:00.000Z", 24), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc3339_agrees_with_gmtime),
	    cmocka_unit_test(both_forms_come_back_at_the_extremes),
	    cmocka_unit_test(parse_refuses_what_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
