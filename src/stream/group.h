/* group.h - connections that belong together as one record. */
#ifndef GROUP_H
#define GROUP_H

#include "snapshot.h"

enum group { GROUP_NONE, GROUP_PROCESS, GROUP_REMOTE, GROUP_PORT, GROUPS };

/*
 * Make a record of each process (pid), remote host or local port of a protocol. It knows
 * what its connections have in common by that, the sums of their rates, bytes and
 * segments, in `rows` how many of them there are (totals_is_connection), and has a
 * cookie of its own, the same in all snapshots.
 *
 * to    another snapshot, whose rows are forgotten
 * item  the n rows of s that take part
 *
 * Returns 0 or -ENOMEM.
 */
int group_make(struct snapshot *to, const struct snapshot *s,
    const struct snapshot_item *item, size_t n, enum group by);

#endif
