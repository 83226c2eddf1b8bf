/* snapshot.h - the rows of one snapshot, gathered from a stream. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stddef.h>

#include "order.h"
#include "reader.h"

enum {
	SNAPSHOT_ROWS = 4000000,   /* rows at most: bounds the memory of sort and view */
	SNAPSHOT_SILENCE_MS = 200, /* ends a snapshot on a pipe that has no `end` rows */
};

struct snapshot_row {
	struct conn conn;
	size_t line; /* offset in lines, when lines are kept */
	size_t len;
};

/* Rows without the `end` row, which is kept apart. */
struct snapshot {
	struct snapshot_row *row;
	size_t n;
	size_t cap;
	struct snapshot_row end;
	int has_end;
	int keep_lines; /* set by the caller after snapshot_init */
	char *lines;
	size_t lines_len;
	size_t lines_cap;
};

void snapshot_init(struct snapshot *s);
void snapshot_free(struct snapshot *s);

/* Forget the rows, keep the memory. */
void snapshot_clear(struct snapshot *s);

/* Time of its rows in ms since 1970, 0 where they tell none. */
uint64_t snapshot_time(const struct snapshot *s);

enum snapshot_state {
	SNAPSHOT_MORE, /* row taken, the snapshot goes on */
	SNAPSHOT_DONE, /* row taken, it was the `end` row */
	SNAPSHOT_NEXT, /* row has another time: not taken, this snapshot is over */
};

/* Offer a row. Returns enum snapshot_state, -ENOMEM or -E2BIG (SNAPSHOT_ROWS). */
int snapshot_add(struct snapshot *s, const struct row *row);

/* A row to be put in order; lower ranks come first. */
struct snapshot_item {
	uint64_t rank;
	uint32_t row;
};

/*
 * Put n rows in order without moving them: by rank, where that is the same as
 * order_compare says, and what that does not tell apart keeps its order.
 *
 * item  has room for 2 * n; the first n are in order then
 */
void snapshot_order(const struct snapshot *s, const struct order *o,
    struct snapshot_item *item, size_t n);

/*
 * Put the rows in order; rows that no key tells apart keep their order.
 *
 * Returns 0 or -ENOMEM.
 */
int snapshot_sort(struct snapshot *s, const struct order *o);

#endif
