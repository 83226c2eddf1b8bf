/* inodes.h - which process has which socket open, from /proc. */
#ifndef INODES_H
#define INODES_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>

struct inode {
	uint32_t number;
	uint32_t pid;
};

enum { INODES_MAX = 4 << 20 }; /* sockets known at a time, 8 bytes each */

/* What the last scan found, and the one under way. */
struct inodes {
	struct inode *known; /* sorted */
	size_t n_known;
	struct inode *found;
	size_t n_found;
	size_t cap;
	DIR *proc; /* NULL: no scan is under way */
};

void inodes_init(struct inodes *s);
void inodes_free(struct inodes *s);

/*
 * Begin a scan of /proc, or go on with it, for about budget_ns: it ends between two
 * processes. Those of others are passed over without the rights to look.
 *
 * Returns 1 when it is complete and known, 0 when there is more to do, or -errno.
 */
int inodes_scan(struct inodes *s, uint64_t budget_ns);

int inodes_is_scanning(const struct inodes *s);

/* The lowest pid that had the socket open at the last complete scan, 0: none. */
uint32_t inodes_find(const struct inodes *s, uint32_t number);

/* The name of a process, "" when it is gone; proc_pid_comm(5). */
void inodes_comm(uint32_t pid, char *comm, size_t size);

#endif
