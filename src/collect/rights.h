/* rights.h - which rights we have, and how we give them up. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stddef.h>

/*
 * Are the capabilities that BPF tracing needs in force (CAP_BPF and CAP_PERFMON, or
 * CAP_SYS_ADMIN)?
 *
 * why  on error: one line for the user
 *
 * Returns 0 or -EPERM.
 */
int rights_check(char *why, size_t len);

/* Is CAP_NET_ADMIN in force, which hooks on packets need? */
int rights_net_admin(void);

/* What a source may need after start-up. */
enum right {
	RIGHT_PROCESSES = 1, /* to see which files the processes of others have open */
	RIGHT_BPF = 2,       /* to use what is open; kept where the kernel demands it */
};

/*
 * Give up everything but `keep` (enum right): root becomes nobody, no other capability
 * stays, and none can come back. What is open stays usable.
 *
 * Returns 0 or -errno.
 */
int rights_drop(unsigned keep);

#endif
