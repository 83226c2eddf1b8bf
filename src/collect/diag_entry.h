/* diag_entry.h - what we keep of one TCP socket from list to list. */
#ifndef DIAG_ENTRY_H
#define DIAG_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "diag_end.h"
#include "pool.h"

/* What we still expect of a socket. */
enum diag_stage {
	STAGE_LIVE,
	STAGE_MISSING, /* was not in the last list; a message of its end may come */
	STAGE_TOLD,    /* has its close row; its process keeps the dead socket */
	STAGE_ENDED,   /* has ceased to exist; a list under way may still have it */
};

/* A row without the host, which is the same for all. */
enum { DIAG_ROW_BYTES = offsetof(struct conn, host) };

struct diag_entry {
	struct pool_link link;
	uint32_t epoch; /* number of the last list that it was looked for in */
	uint64_t cookie;
	uint64_t born_ns;  /* 0: older than the collector, or not known */
	uint64_t told_ns;  /* when its last row was made, 0: none yet */
	uint64_t bytes_in; /* as that row told */
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t packets_out;
	uint32_t retrans;
	uint32_t told_epoch; /* the list of that row, 0: none yet */
	uint32_t segs_in;    /* as the kernel has them */
	uint32_t segs_out;
	uint32_t since; /* of lookup_inode() */
	uint32_t ifindex;
	uint32_t listed; /* number of the last list that had it */
	struct diag_past past;
	uint8_t family;
	uint8_t stage;
	_Alignas(8) uint8_t row[DIAG_ROW_BYTES]; /* as of the last list, 64 bits wide */
};

/* What is known of the socket, differences and times not. Its host is not there. */
struct conn *diag_entry_row(struct diag_entry *e);

/* Take in what the kernel says now; nothing goes back. As diag_fill(). */
void diag_entry_take(
    struct diag_entry *e, const struct diag_socket *s, uint8_t state, unsigned fin);

/* Has the socket begun another connection? Then its counters began anew. */
int diag_entry_is_reborn(struct diag_entry *e, const struct diag_socket *s);

/* Its id as the kernel has it in messages. */
void diag_entry_id(struct diag_entry *e, struct inet_diag_sockid *id);

/*
 * Make a row, with the differences to the one before. Of what is over time it has the
 * beginnings, for diag_entry_times().
 */
void diag_entry_tell(struct diag_entry *e, struct conn *row);

/* Write down that a row told this. Returns whether anything moved since the one before.
 */
int diag_entry_turn(struct diag_entry *e, uint32_t epoch, uint64_t now_ns);

/* Rates and age; before_ns: when the interval began. Once for each row. */
void diag_entry_times(struct conn *row, uint64_t before_ns, uint64_t now_ns);

#endif
