/* diag_table.h - TCP sockets from list to list: what came, moved and went in between. */
#ifndef DIAG_TABLE_H
#define DIAG_TABLE_H

#include <stdint.h>

#include "backlog.h"
#include "diag_end.h"
#include "flow.h"
#include "options.h"
#include "pool.h"

struct diag_table {
	struct pool pool;
	struct backlog closes; /* close rows that wait for their snapshot */
	const struct options *o;

	/* Who has the socket of this inode? As lookup_inode(). NULL: nobody can say. */
	int (*owner)(void *arg, uint32_t inode, uint32_t *since, struct flow_owner *who);
	void *arg;

	uint32_t netns;
	uint32_t epoch;    /* number of the list, 0: there was none */
	uint64_t begun_ns; /* when this list began, and the one before */
	uint64_t before_ns;
	uint64_t lost; /* sockets that found no room */
	int listens;   /* are there messages of sockets that cease to exist? */
};

/*
 * o      stays in use; max_flows sockets at most
 * seed   random, against strangers who choose their cookies; pool.h
 *
 * Returns 0 or -ENOMEM.
 */
int diag_table_init(
    struct diag_table *t, const struct options *o, const uint64_t seed[2]);
void diag_table_free(struct diag_table *t);

/*
 * Begin a list. What the first one has is older than the collector, and has no rows in
 * it.
 */
void diag_table_begin(struct diag_table *t, uint64_t now_ns);

/*
 * A socket that is in the list, or exists though the list passed it by.
 *
 * Returns 1 and fills the row where there is one, else 0.
 */
int diag_table_seen(
    struct diag_table *t, const struct diag_socket *s, uint64_t now_ns, struct conn *row);

/*
 * A socket that has ceased to exist; its close row goes to t->closes.
 *
 * lingers  does its short form exist?
 * listing  is a list under way? It may still have the socket, from a moment ago
 */
void diag_table_ended(
    struct diag_table *t, const struct diag_socket *s, int lingers, int listing);

/* A socket that was in earlier lists and is not in this one, now that it is over. */
struct diag_missing {
	uint32_t handle;
	uint8_t family;
	int ask; /* does it make sense to ask for it? */
	struct inet_diag_sockid id;
};

/* Returns 1, or 0: there is no further one. */
int diag_table_missing(struct diag_table *t, struct diag_missing *m);

/*
 * It does not exist. Its close row, with what was known last, goes to t->closes; but when
 * a message of its end is to be expected, it is waited for until the next list.
 *
 * last  there will be none
 */
void diag_table_gone(struct diag_table *t, const struct diag_missing *m, int last);

/* Close rows are due: set what depends on the interval. */
void diag_table_finish(
    const struct diag_table *t, struct conn *rows, size_t n, uint64_t now_ns);

/* Bytes of memory for each socket at most, with its share of the index. */
enum { DIAG_BYTES_MAX = 512 };

#endif
