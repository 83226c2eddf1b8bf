/* clock.h - time that only goes forward. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Milliseconds since some point in the past (CLOCK_MONOTONIC). */
int64_t clock_ms(void);

#endif
