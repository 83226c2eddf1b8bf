/* handmade.h - snapshots made by hand, for the tests of the model. After cmocka.h. */
#ifndef HANDMADE_H
#define HANDMADE_H

#include <string.h>

#include "snapshot.h"

/* A connection that is told apart by its local port; rate_in is its place. */
static inline struct row
conn(uint64_t time_ms, uint16_t port, uint64_t rate)
{
	struct row r;

	memset(&r, 0, sizeof(r));
	r.conn.has = HAS(COL_TIME) | HAS(COL_EVENT) | HAS(COL_PROTO) | HAS(COL_LADDR) |
	    HAS(COL_LPORT) | HAS(COL_RADDR) | HAS(COL_RPORT) | HAS(COL_RATE_IN) |
	    HAS(COL_RATE_OUT);
	r.conn.time_ms = time_ms;
	r.conn.event = EVENT_LIVE;
	r.conn.proto = PROTO_TCP;
	r.conn.lport = port;
	r.conn.rate_in = rate;
	return r;
}

static inline struct row
end(uint64_t time_ms, uint64_t rows)
{
	struct row r;

	memset(&r, 0, sizeof(r));
	r.conn.has = HAS(COL_TIME) | HAS(COL_EVENT) | HAS(COL_ROWS) | HAS(COL_LOST);
	r.conn.time_ms = time_ms;
	r.conn.event = EVENT_END;
	r.conn.rows = rows;
	return r;
}

static inline void
add(struct snapshot *s, struct row r)
{
	assert_true(snapshot_add(s, &r) >= 0);
}

/* n connections with ports 1..n, the greater the faster. */
static inline void
fill(struct snapshot *s, uint64_t time_ms, uint16_t n)
{
	uint16_t i;

	snapshot_clear(s);
	for (i = 1; i <= n; i++)
		add(s, conn(time_ms, i, 100u * i));
	add(s, end(time_ms, n));
}

#endif
