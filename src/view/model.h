/* model.h - what the screen shows: a snapshot, its order, its sums, where we are in it.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdint.h>

#include "order.h"
#include "snapshot.h"

/* Connections that closed in this snapshot are counted as closed only. */
struct counts {
	uint64_t tcp; /* without listening sockets */
	uint64_t udp;
	uint64_t listening;
	uint64_t opened;
	uint64_t closed;
};

struct model {
	struct snapshot *snap; /* not ours; NULL before the first */
	struct order order;    /* n = 0: as in the stream */
	struct counts counts;
	struct conn sum;      /* of rates and delta_retrans, where they are known */
	uint64_t time_ms;     /* of the snapshot, 0: not known */
	uint64_t interval_ms; /* from the snapshot before to this one; 0: not known */
	int incomplete;       /* rows are missing */
	char host[CONN_HOST]; /* as in the stream, not yet harmless; "": not known */
	int many_hosts;       /* there are others than host */
	int paused;
	int ended;         /* no more data will come */
	uint64_t silent_s; /* since the last data */
	int settled;       /* rows are in order, picked is found */
	size_t page;       /* rows on the screen */
	size_t top;        /* first of them */
	int has_picked;
	size_t picked;           /* selected row */
	struct conn picked_conn; /* as it was seen last: rows move, it is looked for */
};

/* Sorted by rate, nothing to show. */
void model_init(struct model *m);

/*
 * Show a complete snapshot; it is the caller's, is sorted in place and must stay.
 *
 * saw_end, gap_ms  as in struct feed
 */
void model_take(struct model *m, struct snapshot *s, int saw_end, uint64_t gap_ms);

/*
 * Before drawing: put rows in order, find the selected one, keep it on a screen of so
 * many rows of the table. Returns 0 or -ENOMEM.
 */
int model_settle(struct model *m, size_t page);

/* Do what a key (keys.h) means to the table. Returns whether it means anything. */
int model_key(struct model *m, int key);

/* Is the stream silent for longer than its interval explains? */
int model_is_stalled(const struct model *m);

/* Are two records the same connection: by cookie, else by its addresses and ports? */
int model_same(const struct conn *a, const struct conn *b);

#endif
