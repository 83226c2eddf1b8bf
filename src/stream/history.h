/* history.h - the last snapshots of a stream, in bounded memory. */
#ifndef HISTORY_H
#define HISTORY_H

#include <stddef.h>

#include "snapshot.h"

enum {
	HISTORY_SNAPSHOTS = 16384, /* at most, however small: 4 hours of seconds */
	HISTORY_SUMS = 1024,       /* sums outlive their snapshots */
};

/* Sums of a snapshot, or rates of one connection in it. */
struct history_rates {
	uint64_t in;
	uint64_t out;
	int known;
};

/* A snapshot in the ring; places go on counting where the ring begins again. */
struct history_past {
	uint64_t at;
	uint64_t time_ms;
	uint64_t gap_ms; /* from the one before it */
	size_t n;        /* records, the `end` row included */
};

/* Snapshots are numbered from 0 on; first..next-1 can be had. */
struct history {
	uint64_t first;
	uint64_t next;
	/* Inside: */
	char *ring;
	size_t size;
	uint64_t head; /* where the next record goes */
	struct history_past *past;
	struct history_rates sums[HISTORY_SUMS];
};

/*
 * Keep as many snapshots as fit into size bytes, at least 64 KiB; memory is taken as it
 * is needed.
 *
 * Returns 0 or -ENOMEM.
 */
int history_init(struct history *h, size_t size);
void history_free(struct history *h);

/* Keep a complete snapshot; the oldest make room. One that is too large is not kept. */
void history_add(struct history *h, const struct snapshot *s, uint64_t gap_ms);

/* About a snapshot that can be had. */
const struct history_past *history_past(const struct history *h, uint64_t number);

/* Bring a snapshot back. Returns 0 or -ENOMEM. */
int history_get(const struct history *h, uint64_t number, struct snapshot *to);

/* Sums of a snapshot, also of one that is gone; known = 0 for what is too old. */
struct history_rates history_sums(const struct history *h, uint64_t number);

/*
 * Rates of a connection in the n snapshots up to and with `number`: to[n - 1] is the
 * latest; those it is not in are not known.
 */
void history_trace(const struct history *h, uint64_t number, const struct conn *c,
    struct history_rates *to, size_t n);

#endif
