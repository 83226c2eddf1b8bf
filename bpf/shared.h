/* shared.h - what the BPF programs and backend_bpf.c have to agree on besides the record.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>

#include "conn.h"

enum {
	/*
	 * Rows of the window. A walk step of this many rows keeps its CPU for about 8 ms,
	 * which bounds what we add to the latency of others on a kernel without
	 * preemption.
	 */
	WINDOW_ROWS = 16384,
	UDP_FLOWS = 65536,
	RING_BYTES = 4 << 20, /* 12,000 reports */
};

/* A close report is a record without the host, which the kernel does not know. */
#define REPORT_BYTES offsetof(struct conn, host)

/* What to leave out, decided in the kernel. Set before load. */
struct filter {
	uint32_t pid;      /* 0: any */
	uint32_t addr_set; /* is addr/mask to be compared? */
	uint32_t addr[4];  /* network order, IPv4 mapped */
	uint32_t mask[4];
	uint16_t port[2]; /* either end, lowest and highest */
	uint16_t lport[2];
	uint16_t rport[2];
	uint8_t no_tcp;
	uint8_t no_udp;
	uint8_t no_v4;
	uint8_t no_v6;
	uint8_t listen;  /* listeners too */
	uint8_t changed; /* only rows with traffic or an event */
	char comm[16];   /* "": any */
};

#endif
