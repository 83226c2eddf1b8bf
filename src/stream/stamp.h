/* stamp.h - points in time as text, to the millisecond, in UTC. */
#ifndef STAMP_H
#define STAMP_H

#include <stddef.h>
#include <stdint.h>

enum { STAMP_TEXT = 32 }; /* longest form: 2^64 ms in seconds, 21 bytes; RFC 3339: 24 */

/*
 * Write ms since 1970 as 2026-11-20T18:11:04.123Z; times after the year 9999, which
 * RFC 3339 cannot write, as stamp_epoch does.
 *
 * dst  has room for STAMP_TEXT bytes; no NUL is added
 *
 * Returns the length.
 */
size_t stamp_rfc3339(char *dst, uint64_t ms);

/* Write ms since 1970 as seconds with three decimals. Room and result as above. */
size_t stamp_epoch(char *dst, uint64_t ms);

/*
 * Read text[0..len) in either of these forms and no other.
 *
 * Returns 0 or -EINVAL; *ms is written on success only.
 */
int stamp_parse(uint64_t *ms, const char *text, size_t len);

#endif
