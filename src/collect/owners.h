/* owners.h - owners and interfaces by small numbers, equal ones kept once. */
#ifndef OWNERS_H
#define OWNERS_H

#include <stdint.h>

#include "flow.h"
#include "pool.h"

/* More processes than this with connections at once, or interfaces: unknown, 0. */
enum { OWNERS_MAX = 65535 };

struct owners {
	struct pool pool;
};

struct iface_key {
	uint32_t ifindex; /* 0: not known */
	char name[CONN_IFACE];
};

struct ifaces {
	struct pool pool;
	struct iface_key last_key; /* most packets come by the same as the one before */
	uint16_t last;
};

int owners_init(struct owners *o, const uint64_t seed[2]); /* 0 or -ENOMEM */
void owners_free(struct owners *o);

/* Its number, held until as many owners_put(); 0 where there is no room. */
uint16_t owners_get(struct owners *o, const struct flow_owner *who);
void owners_put(struct owners *o, uint16_t number); /* 0 is put in vain */

const struct flow_owner *owners_at(const struct owners *o, uint16_t number);

int ifaces_init(struct ifaces *i, const uint64_t seed[2]); /* 0 or -ENOMEM */
void ifaces_free(struct ifaces *i);

/* The number of an interface, 0 for the unknown one. It is never forgotten. */
uint16_t ifaces_get(struct ifaces *i, uint32_t ifindex, const char name[CONN_IFACE]);

const char *ifaces_name(const struct ifaces *i, uint16_t number);

#endif
