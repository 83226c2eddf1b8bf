/* locals.h - which addresses are this side's: networks given, or those of this machine.
 */
#ifndef LOCALS_H
#define LOCALS_H

#include "addr.h"

enum { LOCALS_MAX = 1024 }; /* a machine with more has the others as remote ones */

struct locals {
	struct addr_net net[LOCALS_MAX];
	int n;
};

/* The addresses of all interfaces, and the whole network of a loopback one. 0 or -errno.
 */
int locals_of_machine(struct locals *l);

int locals_has(const struct locals *l, const uint8_t addr[16]);

#endif
