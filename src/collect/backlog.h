/* backlog.h - close reports that wait for their snapshot, oldest first. */
#ifndef BACKLOG_H
#define BACKLOG_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"

/* `rows` of a report is the number of the snapshot in which its connection last had a
 * row. */
struct backlog {
	struct conn *report;
	size_t n;
	size_t cap;
	size_t max;
	size_t next;      /* first that this snapshot has not looked at */
	size_t kept;      /* at the front: held back for the next snapshot */
	uint64_t dropped; /* reports that found it full, since the beginning */
};

/* max  reports at most; memory grows up to that many records and stays */
void backlog_init(struct backlog *b, size_t max);
void backlog_free(struct backlog *b);

/* Take a copy of a record's first len bytes; counts it as dropped where there is no room.
 */
void backlog_add(struct backlog *b, const void *report, size_t len);

/* Begin to give out the reports of a snapshot. */
void backlog_begin(struct backlog *b);

/*
 * Give out the next run of reports, at most `most` of them; they may be written to until
 * the next call. One whose connection has a row in snapshot `held` already waits for the
 * next snapshot (0: none waits).
 *
 * Returns their number; 0 ends the snapshot, and what was given out is forgotten.
 */
size_t backlog_take(struct backlog *b, uint64_t held, size_t most, struct conn **reports);

#endif
