#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inodes.h"
#include "lookup.h"
#include "sockdiag.h"

enum { SHARE = 100 }; /* looking through /proc takes one part in this of the time */

/* At a time: packets wait meanwhile. */
static const uint64_t SLICE_NS = 20000000;

struct lookup {
	struct inodes inodes;
	int fd;      /* of sock_diag */
	int unknown; /* a socket was asked for that the last scan had not found */
	uint64_t scanned_ns;
	uint64_t cost_ns; /* of the last scan, or of the one under way so far */
	uint32_t begun;   /* scans */
	uint32_t done;    /* the last complete one's number */
	uint32_t named;   /* process whose name was looked up last, 0: none */
	char name[CONN_COMM];
};

static uint64_t
clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Begin a scan or go on with it. Returns as inodes_scan. */
static int
scan(struct lookup *l)
{
	uint64_t begun;
	int ret;

	if (!inodes_is_scanning(&l->inodes)) {
		l->cost_ns = 0;
		l->begun++;
	}
	/* Our own time: others may have the CPU meanwhile. */
	begun = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	ret = inodes_scan(&l->inodes, SLICE_NS);
	l->cost_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begun;
	l->scanned_ns = clock_ns(CLOCK_MONOTONIC);
	if (ret == 1)
		l->done = l->begun;
	return ret;
}

int
lookup_open(struct lookup **out)
{
	struct lookup *l;
	int ret;

	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return -ENOMEM;
	inodes_init(&l->inodes);
	l->fd = sockdiag_open();
	ret = l->fd < 0 ? l->fd : 0;
	while (ret == 0)
		ret = scan(l);
	if (ret < 0) {
		lookup_close(l);
		return ret;
	}
	*out = l;
	return 0;
}

void
lookup_close(struct lookup *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	inodes_free(&l->inodes);
	free(l);
}

int
lookup_find(
    struct lookup *l, const struct flow_ends *ends, struct flow_owner *who, int last)
{
	struct sockdiag_socket s;

	if (sockdiag_find(l->fd, ends, &s) < 0 || (s.listens && !last))
		return 0;
	/* One in TIME_WAIT belongs to nobody any more. */
	if (s.inode == 0)
		return 0;
	who->pid = inodes_find(&l->inodes, s.inode);
	if (who->pid == 0) {
		l->unknown = 1;
		return -1;
	}
	inodes_comm(who->pid, who->comm, sizeof(who->comm));
	who->uid = s.uid;
	who->owner = s.listens ? OWNER_INHERITED : OWNER_SCAN;
	who->has = HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_UID);
	return 1;
}

int
lookup_inode(struct lookup *l, uint32_t inode, uint32_t *since, struct flow_owner *who)
{
	who->pid = inodes_find(&l->inodes, inode);
	if (who->pid == 0) {
		/* A scan under way may have passed it by. */
		if (*since == 0)
			*since = l->begun + 1;
		if (l->done >= *since)
			return 0;
		l->unknown = 1;
		return -1;
	}
	/* A process has many. */
	if (who->pid != l->named) {
		inodes_comm(who->pid, l->name, sizeof(l->name));
		l->named = who->pid;
	}
	memcpy(who->comm, l->name, sizeof(who->comm));
	who->owner = OWNER_SCAN;
	who->has = HAS(COL_PID) | HAS(COL_COMM);
	return 1;
}

void
lookup_refresh(struct lookup *l)
{
	l->named = 0;
	if (inodes_is_scanning(&l->inodes) ||
	    (l->unknown &&
		clock_ns(CLOCK_MONOTONIC) - l->scanned_ns >= SHARE * l->cost_ns)) {
		l->unknown = 0;
		scan(l);
	}
}
