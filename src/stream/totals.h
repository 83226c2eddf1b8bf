/* totals.h - what a snapshot amounts to. */
#ifndef TOTALS_H
#define TOTALS_H

#include "snapshot.h"

/* Connections that closed in this snapshot are counted as closed only. */
struct totals {
	uint64_t tcp; /* without listening sockets */
	uint64_t udp;
	uint64_t listening;
	uint64_t opened;
	uint64_t closed;
	struct conn sum;      /* of rates and delta_retrans, where they are known */
	uint64_t has;         /* columns that any row knows */
	int incomplete;       /* rows are missing */
	char host[CONN_HOST]; /* as in the stream, not yet harmless; "": not known */
	int many_hosts;       /* there are others than host */
};

/*
 * Count a complete snapshot.
 *
 * saw_end  the stream has `end` rows: without one this snapshot is incomplete
 */
void totals_take(struct totals *t, const struct snapshot *s, int saw_end);

/* Is this a connection that lasts: neither closed nor a listening socket nor a sum? */
int totals_is_connection(const struct conn *c);

#endif
