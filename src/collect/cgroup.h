/* cgroup.h - where the cgroup2 hierarchy is mounted. */
#ifndef CGROUP_H
#define CGROUP_H

/*
 * Open the root of the cgroup2 hierarchy, wherever it is mounted (/sys/fs/cgroup, or
 * /sys/fs/cgroup/unified beside version 1).
 *
 * Returns a descriptor, the caller's, or -errno; -ENOENT: it is not mounted.
 */
int cgroup_open_root(void);

/*
 * Are we in a cgroup namespace, as in a container? What looks like the root is a branch
 * then.
 */
int cgroup_is_namespaced(void);

#endif
