/* options.h - the command line of tcptop-collect. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#include "addr.h"
#include "conn.h"
#include "writer.h"

enum {
	EXIT_FAILED = 1, /* failed while running */
	EXIT_USAGE = 2,
	EXIT_RIGHTS = 77, /* EX_NOPERM of sysexits.h */

	OPTIONS_LIST = 16, /* interfaces, local networks */
};

struct ports {
	uint16_t lo;
	uint16_t hi; /* 0..65535: any */
};

struct options {
	const char *backend; /* its name: auto, bpf, pcap, diag */
	uint64_t interval_ns;
	uint64_t count; /* snapshots, 0: no end */
	enum format format;
	struct column_list columns;
	int header;
	int epoch;
	int tcp;
	int udp;
	int v4;
	int v6;
	int listen;
	int changed;
	struct ports port; /* either end */
	struct ports lport;
	struct ports rport;
	uint32_t pid;     /* 0: any */
	const char *comm; /* NULL: any */
	int addr_set;
	struct addr_net addr; /* either end */
	char host[CONN_HOST];
	uint32_t ring_bytes; /* 0: the backend's own choice */
	uint64_t udp_timeout_ns;
	uint32_t udp_flows; /* peers of UDP sockets besides the first of each */
	uint32_t backlog;   /* closed connections kept between snapshots */
	const char *interfaces[OPTIONS_LIST];
	int n_interfaces;
	const char *read_file;   /* a capture, "-": standard input, NULL: none */
	const char *pcap_filter; /* pcap-filter(7), NULL: all */
	struct addr_net locals[OPTIONS_LIST];
	int n_locals;
	uint32_t max_flows; /* connections kept by us, not by the kernel, at a time */
};

/*
 * Read the command line. Does not return on -h and -V (exit 0) and on a wrong one (one
 * line on stderr, EXIT_USAGE).
 */
void options_parse(struct options *o, int argc, char **argv);

#endif
