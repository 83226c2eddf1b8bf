/* lookup.h - which process of this machine has an end of a connection seen in packets. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "flow.h"

struct lookup;

/* Looks through /proc once. Returns 0 or -errno. */
int lookup_open(struct lookup **out);
void lookup_close(struct lookup *l);

/*
 * Who has this end? A connection that its server has not accepted, or that is over, is
 * known to its listener only.
 *
 * last  there will be no better time to ask: then the listener's process will do
 *
 * Returns 1 when it is known, 0 when it is not, -1 when the next lookup_refresh may find
 * it.
 */
int lookup_find(
    struct lookup *l, const struct flow_ends *ends, struct flow_owner *who, int last);

/*
 * Who has the socket with this inode?
 *
 * since  0 when it is asked for the first time, else as this left it: after a scan that
 *        began later and did not find it, it is not looked for again
 *
 * Returns 1 when it is known, 0 when it cannot be, -1 when the next lookup_refresh may
 * find it.
 */
int lookup_inode(
    struct lookup *l, uint32_t inode, uint32_t *since, struct flow_owner *who);

/*
 * Look through /proc anew when sockets were asked for that came since the last time: for
 * 20 ms at most, and for a hundredth of the time.
 */
void lookup_refresh(struct lookup *l);

#endif
