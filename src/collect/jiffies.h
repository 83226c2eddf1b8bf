/* jiffies.h - find out how long a jiffy of the running kernel is. */
#ifndef JIFFIES_H
#define JIFFIES_H

#include <stdint.h>

/*
 * Jiffies per second, from the kernel's 64-bit jiffies and CLOCK_MONOTONIC read together.
 * Jiffies start at -300 * HZ as 32 bits (INITIAL_JIFFIES, include/linux/jiffies.h) and go
 * up with the clock, so that only one HZ fits both - but for some seconds around the time
 * when the machine is up 300 seconds, and all do.
 *
 * Returns one of the choices of kernel/Kconfig.hz, or 0: not clear, try again later.
 */
uint32_t jiffies_hz(uint64_t jiffies, uint64_t mono_ns);

#endif
