/* spark.c - rates over time as a line of bars. */
#include <wchar.h>

#include "spark.h"

enum { FULL = 8 };

/* The lowest block also stands for nothing: a line without a floor is hard to read. */
static size_t
bar(char *dst, unsigned eighths)
{
	if (wcwidth(0x2588) != 1) {
		dst[0] = "_.:-=+*#%"[eighths];
		return 1;
	}
	dst[0] = '\xe2';
	dst[1] = '\x96';
	dst[2] = (char)(0x80 + (eighths > 0 ? eighths : 1));
	return 3;
}

size_t
spark_line(char *dst, const struct history_rates *rates, size_t n, int out)
{
	uint64_t max = 1, v;
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		v = out ? rates[i].out : rates[i].in;
		max = v > max ? v : max;
	}
	for (i = 0; i < n; i++) {
		v = out ? rates[i].out : rates[i].in;
		if (rates[i].known)
			len += bar(
			    dst + len, (unsigned)((double)v / (double)max * FULL + 0.5));
		else
			dst[len++] = ' ';
	}
	return len;
}
