/* num.c - turn option text into numbers, refusing anything doubtful. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL

/* Shorter intervals cost more than they tell; longer ones are surely a mistake. */
#define INTERVAL_MIN_NS (10 * NS_PER_MS)
#define INTERVAL_MAX_NS (3600 * NS_PER_S)

/* Digits from text up to *end, which must follow at least one of them. */
static int
digits_u64(const char *text, const char **end, uint64_t *out)
{
	unsigned long long v;
	char *e;

	/* strtoull would accept a sign and wrap it round. */
	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(text, &e, 10);
	*end = e;
	*out = v;
	return errno == ERANGE ? -ERANGE : 0;
}

int
num_u64(const char *text, uint64_t lo, uint64_t hi, uint64_t *out)
{
	const char *end;
	uint64_t v;
	int ret;

	ret = digits_u64(text, &end, &v);
	if (ret == -EINVAL || *end != '\0')
		return -EINVAL;
	if (ret < 0 || v < lo || v > hi)
		return -ERANGE;
	*out = v;
	return 0;
}

/* ".25" with a unit of 1 s is 250,000,000 ns; digits finer than 1 ns are refused. */
static int
fraction_ns(const char **text, uint64_t unit_ns, uint64_t *ns)
{
	const char *p = *text;
	uint64_t scale = unit_ns;

	if (!isdigit((unsigned char)p[1]))
		return -EINVAL;
	for (p++; isdigit((unsigned char)*p); p++) {
		scale /= 10;
		if (scale == 0)
			return -EINVAL;
		*ns += (uint64_t)(*p - '0') * scale;
	}
	*text = p;
	return 0;
}

/* The unit stands behind the fraction, whose worth depends on it. */
static uint64_t
unit_of(const char *text)
{
	text += strspn(text, ".0123456789");
	if (text[0] == '\0' || strcmp(text, "s") == 0)
		return NS_PER_S;
	if (strcmp(text, "ms") == 0)
		return NS_PER_MS;
	return 0;
}

int
num_interval(const char *text, uint64_t *ns)
{
	const char *end;
	uint64_t whole, unit_ns, v;
	int ret;

	ret = digits_u64(text, &end, &whole);
	if (ret == -EINVAL)
		return ret;
	unit_ns = unit_of(end);
	if (unit_ns == 0)
		return -EINVAL;
	v = 0;
	if (*end == '.' && fraction_ns(&end, unit_ns, &v) < 0)
		return -EINVAL;
	if (*end != '\0' && isalpha((unsigned char)*end) == 0)
		return -EINVAL;
	if (ret < 0 || whole > INTERVAL_MAX_NS / unit_ns)
		return -ERANGE;
	v += whole * unit_ns;
	if (v < INTERVAL_MIN_NS || v > INTERVAL_MAX_NS)
		return -ERANGE;
	*ns = v;
	return 0;
}

int
num_size(const char *text, uint64_t hi, uint64_t *bytes)
{
	static const char units[] = "KMG";
	const char *end, *unit;
	int ret, shift = 0;
	uint64_t v;

	ret = digits_u64(text, &end, &v);
	if (ret == -EINVAL)
		return ret;
	unit = *end != '\0' ? strchr(units, *end) : NULL;
	if (unit != NULL) {
		shift = 10 * (int)(unit - units + 1);
		end++;
	}
	if (*end != '\0')
		return -EINVAL;
	if (ret < 0 || v > hi >> shift)
		return -ERANGE;
	*bytes = v << shift;
	return 0;
}

int
num_factor(const char *text, double *factor)
{
	double v;
	char *end;

	/* strtod would take signs, blanks, hexadecimal numbers, infinities. */
	if (!isdigit((unsigned char)text[0]) || text[strspn(text, ".0123456789")] != '\0')
		return -EINVAL;
	v = strtod(text, &end);
	if (*end != '\0')
		return -EINVAL;
	if (v < 0.01 || v > 10000)
		return -ERANGE;
	*factor = v;
	return 0;
}

int
num_ports(const char *text, uint16_t *lo, uint16_t *hi)
{
	const char *end;
	uint64_t from, to;
	int ret, ret2 = 0;

	ret = digits_u64(text, &end, &from);
	if (ret == -EINVAL)
		return -EINVAL;
	to = from;
	if (*end == '-')
		ret2 = digits_u64(end + 1, &end, &to);
	if (ret2 == -EINVAL || *end != '\0')
		return -EINVAL;
	if (ret < 0 || ret2 < 0 || from > to || to > UINT16_MAX)
		return -ERANGE;
	*lo = (uint16_t)from;
	*hi = (uint16_t)to;
	return 0;
}
