#include <stddef.h>

#include "jiffies.h"

/* Seconds: the right choice is nearer than this, every wrong one farther by as much. */
static const double SLACK_S = 2;

uint32_t
jiffies_hz(uint64_t jiffies, uint64_t mono_ns)
{
	static const uint32_t choices[] = {100, 250, 300, 1000};
	double off, best, second;
	uint32_t hz;
	size_t i;

	hz = 0;
	best = second = 1e9;
	for (i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		off = (double)jiffies - (uint32_t)(-300 * (int)choices[i]);
		off = off / choices[i] - (double)mono_ns / 1e9;
		off = off < 0 ? -off : off;
		if (off < best) {
			second = best;
			best = off;
			hz = choices[i];
		} else if (off < second) {
			second = off;
		}
	}
	return best < SLACK_S && second > 2 * SLACK_S ? hz : 0;
}
