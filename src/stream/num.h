/* num.h - turn option text into numbers, refusing anything doubtful. */
#ifndef NUM_H
#define NUM_H

#include <stdint.h>

/*
 * Read a decimal number lo..hi; signs, blanks and trailing text are refused.
 *
 * Returns 0, -EINVAL or -ERANGE; *out is written on success only.
 */
int num_u64(const char *text, uint64_t lo, uint64_t hi, uint64_t *out);

/*
 * Read an interval such as "2", "0.5" or "250ms"; a bare number is seconds, "s" and
 * "ms" are understood.
 *
 * text  NUL-terminated; leading blanks and signs are refused
 * ns    nanoseconds, 10 ms .. 1 h; written on success only
 *
 * Returns 0, -EINVAL (not a number, unknown unit) or -ERANGE.
 */
int num_interval(const char *text, uint64_t *ns);

/*
 * Read a size such as "4096", "512K", "64M" or "1G", K being 1024, at most hi bytes.
 *
 * Returns 0, -EINVAL or -ERANGE; *bytes is written on success only.
 */
int num_size(const char *text, uint64_t hi, uint64_t *bytes);

/* Read a factor such as "10" or "0.5", 0.01 .. 10000. Returns and writes as above. */
int num_factor(const char *text, double *factor);

/*
 * Read "N" or "N-M", both 0..65535, N <= M; written on success only.
 *
 * Returns 0, -EINVAL or -ERANGE.
 */
int num_ports(const char *text, uint16_t *lo, uint16_t *hi);

#endif
