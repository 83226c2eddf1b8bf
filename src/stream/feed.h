/* feed.h - a stream as snapshot after snapshot: where each of them ends. */
#ifndef FEED_H
#define FEED_H

#include <stdint.h>

#include "reader.h"
#include "snapshot.h"

/*
 * One snapshot is gathered at a time. A complete one waits in `snap` until the first row
 * of the next overwrites it.
 */
struct feed {
	struct reader *reader;
	struct snapshot snap; /* complete, or gathered so far */
	int complete;
	int saw_end; /* the stream has `end` rows: silence means nothing */
	int eof;
	uint64_t time_ms; /* of the last complete one, 0: not known */
	uint64_t gap_ms;  /* to it from the one before it, 0: not known */
	/* Inside: */
	struct row row;
	int held;         /* row was taken from the reader, not yet into snap */
	int error;        /* what ended the feed */
	int64_t heard_ms; /* clock_ms when data came last */
};

/* Read from descriptor fd, which stays the caller's. Returns 0 or -ENOMEM. */
int feed_init(struct feed *f, int fd);
void feed_free(struct feed *f);

/* Read once; blocks when nothing is there. Sets eof at the end; feed_peek tells errors.
 */
void feed_fill(struct feed *f);

/*
 * Look for the next row, which feed_next will take; then the reader knows the header.
 *
 * Returns 1, 0 (more has to be read; with eof: nothing is left) or an error of reading
 * (reader.h), which ends the feed: it is returned again ever after.
 */
int feed_peek(struct feed *f);

/*
 * Take rows until a snapshot is complete.
 *
 * Returns 1 (it is), 0 as feed_peek, or an error of feed_peek or snapshot_add.
 */
int feed_next(struct feed *f);

/* What is wrong, for a message, after feed_peek or feed_next returned an error. */
const char *feed_why(const struct feed *f);

/*
 * Milliseconds until silence completes what was begun (then call feed_finish), -1 where
 * it does not: for poll(2).
 */
int feed_patience(const struct feed *f);

/* Silence counts from now on: while we slept it meant nothing. */
void feed_heard(struct feed *f);

/* What was begun is complete: the rest was silence. Returns 1, or 0 without any rows. */
int feed_finish(struct feed *f);

/* The complete snapshot is done with; its memory is used again by the next rows. */
void feed_drop(struct feed *f);

/* Swap the complete snapshot for another, which is forgotten. */
void feed_take(struct feed *f, struct snapshot *other);

/* Go on with the snapshot that another feed, whose stream is over, has begun. */
void feed_follow(struct feed *f, struct feed *before);

#endif
