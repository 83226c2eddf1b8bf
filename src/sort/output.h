/* output.h - write a snapshot in order, its first rows only where that is asked for. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdint.h>
#include <stdio.h>

#include "order.h"
#include "reader.h"
#include "snapshot.h"

struct output {
	FILE *to;
	struct order order;
	uint64_t limit;              /* rows of a snapshot */
	int fold;                    /* the rows beyond limit into one `rest` row */
	const struct reader *reader; /* knows the layout of lines */
	const char *time; /* for all rows of the snapshot; NULL leaves each its own */
	size_t time_len;
};

/*
 * Write a snapshot, which has its lines, and sort it for that. Rows that are `rest`
 * themselves come last. Errors of writing stay in o->to.
 *
 * Returns 0 or -ENOMEM.
 */
int output_snapshot(struct output *o, struct snapshot *s);

#endif
