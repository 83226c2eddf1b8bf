/* table.h - the table of connections: which columns, how wide, what stands in them. */
#ifndef TABLE_H
#define TABLE_H

#include "frame.h"
#include "group.h"
#include "human.h"
#include "order.h"

/* COL_LADDR and COL_RADDR stand for an end: address and port. */
struct table {
	uint8_t width[COLS]; /* on the screen, 0: left out */
};

/* HAS() of the columns that are shown unless somebody says otherwise, and of more. */
extern const uint64_t table_default;
extern const uint64_t table_more;

/* Columns from the left to the right: the one at place i, or -1 after the last. */
int table_column(size_t i);

/* Of the columns chosen those that make sense for groups, and what they are about. */
uint64_t table_for_group(uint64_t chosen, enum group by);

/*
 * Share out the columns of a screen: narrow ones shorten columns, then leave out the
 * least needed, wide ones give room to addresses and process names.
 *
 * wanted  HAS() of each column
 */
void table_init(struct table *t, size_t cols, uint64_t wanted);

/*
 * Draw the titles in a line of a frame, the first key of the order marked: v downwards,
 * ^ upwards.
 *
 * chosen  '>' stands before the title of this column; -1: none
 */
void table_titles(const struct table *t, struct frame *f, size_t line,
    const struct order *o, int chosen);

/*
 * Draw a record in a line of a frame. It begins with '>' where it is picked, else with
 * '+' where it was opened, '-' closed.
 */
void table_row(const struct table *t, struct frame *f, size_t line, const struct conn *c,
    enum human_unit unit, int picked);

#endif
