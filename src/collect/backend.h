/* backend.h - what a source of connections offers to the main loop. */
#ifndef BACKEND_H
#define BACKEND_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "options.h"

/* Each source defines its own. */
struct source;

struct backend {
	const char *name;

	/*
	 * Open the source and take in what is there already. On error `why` says in one
	 * line what failed and what to do.
	 *
	 * Returns 0, -EPERM (rights are missing) or another -errno.
	 */
	int (*open)(struct source **out, const struct options *o, char *why, size_t len);

	/* Descriptor to poll for POLLIN, then call drain. */
	int (*fd)(const struct source *s);

	/* Take reports out of the kernel; never blocks. */
	void (*drain)(struct source *s);

	/*
	 * Begin a snapshot. last: there will be no other, hold nothing back. 0 or -errno.
	 */
	int (*begin)(struct source *s, int last);

	/*
	 * Make the next rows of the snapshot: all columns but time and host. They are
	 * valid, and may be written to, until the next call of any of these.
	 *
	 * Returns their number, SNAPSHOT_OVER, or -errno. 0 is a number like any other.
	 */
	int (*step)(struct source *s, struct conn **rows);

	/* Reports lost since the last call. */
	uint64_t (*lost)(struct source *s);

	/* Accepts NULL and half-open sources. */
	void (*close)(struct source *s);
};

enum { SNAPSHOT_OVER = -1000000 }; /* no errno */

extern const struct backend backend_bpf;

#endif
