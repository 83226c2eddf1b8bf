/* stamp.c - points in time as text. */
#include <errno.h>
#include <string.h>

#include "stamp.h"
#include "text.h"

#define MS_PER_DAY 86400000ULL
#define YEAR_10000_MS 253402300800000ULL

enum { RFC3339_LEN = 24 }; /* 2026-11-20T18:11:04.123Z */

struct date {
	unsigned year;
	unsigned month; /* 1..12 */
	unsigned day;   /* 1..31 */
};

/*
 * Days since 1970 to a date and back, for 1970 and later: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", civil_from_days and days_from_civil.
 * Years begin in March there, so that the leap day is the last; an era is 400 years,
 * 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01. gmtime_r and timegm
 * would do the same, slower, and timegm is not everywhere.
 */
static struct date
date_of(uint64_t days)
{
	uint64_t z = days + 719468, era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	struct date d;

	d.day = doy - (153 * mp + 2) / 5 + 1;
	d.month = mp < 10 ? mp + 3 : mp - 9;
	d.year = (unsigned)(yoe + era * 400) + (d.month <= 2);
	return d;
}

static uint64_t
days_of(struct date d)
{
	unsigned y = d.year - (d.month <= 2), era = y / 400;
	unsigned yoe = y - era * 400;
	unsigned doy =
	    (153 * (d.month > 2 ? d.month - 3 : d.month + 9) + 2) / 5 + d.day - 1;
	unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (uint64_t)era * 146097 + doe - 719468;
}

/* Exactly n digits, zeros in front. */
static void
put_digits(char *dst, unsigned v, int n)
{
	while (n > 0) {
		dst[--n] = (char)('0' + v % 10);
		v /= 10;
	}
}

size_t
stamp_rfc3339(char *dst, uint64_t ms)
{
	unsigned in_day;
	struct date d;

	if (ms >= YEAR_10000_MS)
		return stamp_epoch(dst, ms);
	d = date_of(ms / MS_PER_DAY);
	in_day = (unsigned)(ms % MS_PER_DAY);
	memcpy(dst, "0000-00-00T00:00:00.000Z", RFC3339_LEN);
	put_digits(dst, d.year, 4);
	put_digits(dst + 5, d.month, 2);
	put_digits(dst + 8, d.day, 2);
	put_digits(dst + 11, in_day / 3600000, 2);
	put_digits(dst + 14, in_day / 60000 % 60, 2);
	put_digits(dst + 17, in_day / 1000 % 60, 2);
	put_digits(dst + 20, in_day % 1000, 3);
	return RFC3339_LEN;
}

size_t
stamp_epoch(char *dst, uint64_t ms)
{
	size_t n;

	n = text_u64(dst, ms / 1000);
	dst[n++] = '.';
	put_digits(dst + n, (unsigned)(ms % 1000), 3);
	return n + 3;
}

/* n digits, or -1. */
static int
get_digits(const char *text, int n)
{
	int i, v = 0;

	for (i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = v * 10 + (text[i] - '0');
	}
	return v;
}

static unsigned
days_in_month(unsigned year, unsigned month)
{
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

static int
parse_rfc3339(uint64_t *ms, const char *t)
{
	int year = get_digits(t, 4), month = get_digits(t + 5, 2);
	int day = get_digits(t + 8, 2), hour = get_digits(t + 11, 2);
	int min = get_digits(t + 14, 2), sec = get_digits(t + 17, 2);
	int milli = get_digits(t + 20, 3);
	struct date d;

	if (t[4] != '-' || t[7] != '-' || t[10] != 'T' || t[13] != ':' || t[16] != ':' ||
	    t[19] != '.' || t[23] != 'Z')
		return -EINVAL;
	/* A leap second cannot come: the system's clock has none. */
	if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
	    min < 0 || min > 59 || sec < 0 || sec > 59 || milli < 0)
		return -EINVAL;
	d.year = (unsigned)year;
	d.month = (unsigned)month;
	d.day = (unsigned)day;
	if (d.day > days_in_month(d.year, d.month))
		return -EINVAL;
	*ms = days_of(d) * MS_PER_DAY +
	    (uint64_t)(((hour * 60 + min) * 60 + sec) * 1000 + milli);
	return 0;
}

int
stamp_parse(uint64_t *ms, const char *text, size_t len)
{
	uint64_t v = 0;
	unsigned digit;
	size_t i;

	if (len == RFC3339_LEN && text[RFC3339_LEN - 1] == 'Z')
		return parse_rfc3339(ms, text);
	if (len < 5 || len > STAMP_TEXT || text[len - 4] != '.')
		return -EINVAL;
	for (i = 0; i < len; i++) {
		if (i == len - 4)
			continue;
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		digit = (unsigned)(text[i] - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return -EINVAL;
		v = v * 10 + digit;
	}
	*ms = v;
	return 0;
}
