/* backend.h - what a source of connections offers to the main loop. */
#ifndef BACKEND_H
#define BACKEND_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "options.h"

/* Each source defines its own. */
struct source;

struct backend {
	const char *name;
	unsigned rights; /* enum right: to be kept while running */

	/*
	 * Open the source and take in what is there already. On error `why` says in one
	 * line what failed and what to do.
	 *
	 * Returns 0, -EPERM (rights are missing), -EOPNOTSUPP (the kernel cannot),
	 * -EACCES (it may not, whatever our rights) or another -errno.
	 */
	int (*open)(struct source **out, const struct options *o, char *why, size_t len);

	/*
	 * Descriptors to poll for POLLIN, then call drain; at most SOURCE_FDS. NULL: it
	 * has its own time and is drained whenever nothing else is to be done.
	 *
	 * Returns how many were written to p.
	 */
	int (*fds)(const struct source *s, struct pollfd *p);

	/*
	 * Take in what has come. Does not block, unless the source has its own time: then
	 * until a signal.
	 *
	 * Returns enum drained, or -errno: what there is may still be told.
	 */
	int (*drain)(struct source *s);

	/*
	 * Begin a snapshot. last: there will be no other, hold nothing back.
	 *
	 * time_ms  since 1970, the clock's; a source with its own time corrects it
	 *
	 * Returns 0 or -errno.
	 */
	int (*begin)(struct source *s, int last, uint64_t *time_ms);

	/*
	 * Make the next rows of the snapshot: all columns but time and host. They are
	 * valid, and may be written to, until the next call of any of these.
	 *
	 * Returns their number, SNAPSHOT_OVER, or -errno. 0 is a number like any other.
	 */
	int (*step)(struct source *s, struct conn **rows);

	/* Reports lost since the last call. */
	uint64_t (*lost)(struct source *s);

	/*
	 * At the end, what is to be said of the whole, in one line; "": nothing. After
	 * -errno of drain that is what went wrong. NULL: never anything.
	 */
	const char *(*remark)(struct source *s);

	/* Accepts NULL and half-open sources. */
	void (*close)(struct source *s);
};

enum { SNAPSHOT_OVER = -1000000 }; /* no errno */

enum { SOURCE_FDS = 16 };

enum drained {
	DRAINED,
	DRAINED_DUE,  /* by the source's own time a snapshot is due; now it waits for that
		       */
	DRAINED_OVER, /* nothing will come any more */
};

extern const struct backend backend_bpf;
extern const struct backend backend_diag;     /* what any user may ask the kernel */
extern const struct backend backend_pcap;     /* interfaces */
extern const struct backend backend_savefile; /* a file, in its own time */

#endif
