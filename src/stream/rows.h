/* rows.h - rows of a snapshot chosen, grouped and put in order, without moving them. */
#ifndef ROWS_H
#define ROWS_H

#include "group.h"
#include "match.h"
#include "snapshot.h"

struct rows {
	/* What is wanted: */
	struct match match;
	enum group group;
	struct order order; /* n = 0: as in the stream */
	int frozen;         /* the order is that of last time, new rows come last */
	/* What came of it: */
	const struct snapshot *of; /* the rows are its rows */
	struct snapshot_item *item;
	size_t n;
	/* Inside: */
	size_t cap;
	struct snapshot groups;
	struct snapshot_item *kept; /* identity and place of each row last time */
	size_t nkept;
	size_t kept_cap;
};

void rows_free(struct rows *r);

/*
 * Choose, group and order the rows of a snapshot, which must stay.
 *
 * Returns 0 or -ENOMEM.
 */
int rows_make(struct rows *r, const struct snapshot *s);

/* The order was changed by hand: it counts once more, even when frozen. */
void rows_thaw(struct rows *r);

/* Record number i < n. */
const struct conn *rows_at(const struct rows *r, size_t i);

/* Number of the row of a connection, or n where there is none. */
size_t rows_find(const struct rows *r, const struct conn *c);

#endif
