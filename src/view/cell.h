/* cell.h - values as short text, and text cut and padded to columns of the screen. */
#ifndef CELL_H
#define CELL_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"

enum {
	CELL_SHORT = 32,   /* longest text of a number with its unit */
	CELL_TEXT = 320,   /* longest text of a value: COLUMN_TEXT and some room */
	CELL_ELIDED = '~', /* stands for what is left out of the middle */
	CELL_CUT = '+',    /* stands for what is cut off at the end, as in top and ps */
};

/*
 * Write a number with 3 digits and a factor of 1000: "999", "1.23K", "45.6M", "789G".
 *
 * dst  has room for CELL_SHORT bytes
 *
 * Returns the length, as do all others here.
 */
size_t cell_count(char *dst, uint64_t v);

/* Write a time likewise: "180us", "12.3ms", "1.23s". */
size_t cell_micros(char *dst, uint32_t us);

/*
 * Write the local or remote end as address:port or [address]:port; where it needs more
 * than cols columns the address is elided in its middle, never the port. "-" if unknown.
 *
 * dst  has room for CELL_TEXT bytes
 */
size_t cell_end(char *dst, const struct conn *c, int remote, size_t cols);

/* Columns that text takes on the screen as cell_fit writes it. */
size_t cell_width(const char *text, size_t len);

/*
 * Write text in exactly `cols` columns, cut or padded with blanks, on the left side when
 * right is set. What is no UTF-8, no printable character of the locale, or changes the
 * direction of text becomes '?'.
 *
 * dst  has room for len + cols bytes
 */
size_t cell_fit(char *dst, const char *text, size_t len, size_t cols, int right);

#endif
