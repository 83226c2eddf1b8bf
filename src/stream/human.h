/* human.h - values as people read them: three digits and a prefix, short addresses. */
#ifndef HUMAN_H
#define HUMAN_H

#include <stddef.h>

#include "column.h"

enum {
	HUMAN_TEXT = 32, /* room for any number with its unit */
	HUMAN_VALUE = COLUMN_TEXT + HUMAN_TEXT,
	HUMAN_ELIDED = '~', /* stands for what is left out of the middle */
};

/* What bytes are counted in. IEC prefixes are powers of 1024. */
enum human_unit { HUMAN_BYTES, HUMAN_BITS, HUMAN_IEC_BYTES, HUMAN_IEC_BITS, HUMAN_UNITS };

/* Write a number: "999", "1.23K", "45.6M", "789G". Returns the length, as all here. */
size_t human_count(char *dst, uint64_t v);

/* Write so many bytes, as bits where the unit says so; the unit itself is left out. */
size_t human_bytes(char *dst, uint64_t bytes, enum human_unit unit);

/* The same with its unit: "1.23KB", "9.84Kb", "1.20KiB", "9.61Kib". */
size_t human_bytes_unit(char *dst, uint64_t bytes, enum human_unit unit);

/* Write a time: "180us", "12.3ms", "1.23s". */
size_t human_micros(char *dst, uint64_t us);

/*
 * Write a column: quantities with their prefix, anything else in full; "" where it is
 * not known.
 *
 * dst  has room for HUMAN_VALUE bytes
 */
size_t human_value(
    char *dst, const struct conn *c, enum column col, enum human_unit unit);

/*
 * Write the local or remote end as address:port or [address]:port; where it needs more
 * than cols columns the address is elided in its middle, never the port. "*:port" where
 * only the port is known, "-" where nothing is.
 *
 * dst  has room for HUMAN_VALUE bytes
 */
size_t human_end(char *dst, const struct conn *c, int remote, size_t cols);

#endif
