/* bpf_load.h - the BPF programs from load to close, shared with backend_bpf.c only. */
#ifndef BPF_LOAD_H
#define BPF_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include <bpf/libbpf.h>

#include "backlog.h"
#include "options.h"
#include "shared.h"
#include "tcptop.skel.h"

/*
 * What a snapshot visits: TCP sockets; further peers of UDP sockets, where those of dead
 * sockets close before their ends are another's; UDP sockets; those with further peers.
 */
enum walk { WALK_TCP, WALK_PEERS, WALK_UDP, WALK_HOSTS, WALKS };

/* The programs, attached. */
struct programs {
	struct tcptop_bpf *skel;
	struct bpf_link *walk[WALKS]; /* NULL: not wanted */
	struct bpf_link *files;
	struct bpf_link *netns;
	struct ring_buffer *ring;
	struct backlog backlog; /* what came through the ring */
	struct conn *window;    /* WINDOW_ROWS rows shared with the kernel */
	uint64_t scanned_ns;    /* end of the last scan for owners, and what it took */
	uint64_t scan_cost_ns;
};

/*
 * Load and attach the programs, hooks first, and take in all sockets that are open. p is
 * zeroed by the caller and closed by programs_close, whatever is returned.
 *
 * why  on error: what failed and what to do; on success: empty, or a warning
 *
 * Returns 0, -EPERM (rights are missing) or as bpf_fail().
 */
int programs_open(struct programs *p, const struct options *o, char *why, size_t len);
void programs_close(struct programs *p);

/* Learn the owners of all sockets with a file. Returns 0 or -errno. */
int programs_scan(struct programs *p);

/* Transitions of TCP sockets that no hook saw, since the beginning. */
uint64_t programs_misses(const struct programs *p);

/* CLOCK_MONOTONIC of the kernel, whatever time namespace we are in */
uint64_t programs_clock_ns(void);

#endif
