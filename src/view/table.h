/* table.h - the table of connections: which columns, how wide, what stands in them. */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "order.h"

enum {
	TABLE_COLS = 9,
	TABLE_TEXT = 4096, /* bytes of the longest line: all columns wide, escaped */
};

struct table {
	uint16_t width[TABLE_COLS]; /* on the screen, 0: left out */
};

/*
 * Share out the columns of a screen: narrow ones shorten columns, then leave out the
 * least needed, wide ones give room to addresses and process names.
 */
void table_init(struct table *t, size_t cols);

/*
 * Write the row of a connection, which begins with '+' where it was opened, '-' closed;
 * or where c is NULL the titles, the first key of the order marked: v downwards, ^
 * upwards.
 *
 * dst  has room for TABLE_TEXT bytes; no more columns than table_init got are written
 *
 * Returns the length.
 */
size_t table_row(
    const struct table *t, char *dst, const struct conn *c, const struct order *o);

#endif
