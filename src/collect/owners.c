#include <stddef.h>
#include <string.h>

#include "owners.h"

struct owner_entry {
	struct pool_link link;
	uint32_t held;
	struct flow_owner who; /* the key */
};

struct iface_entry {
	struct pool_link link;
	struct iface_key key;
};

_Static_assert(sizeof(struct flow_owner) == 48, "a key without gaps");

int
owners_init(struct owners *o, const uint64_t seed[2])
{
	o->pool.entry_size = sizeof(struct owner_entry);
	o->pool.key_at = offsetof(struct owner_entry, who);
	o->pool.key_size = sizeof(struct flow_owner);
	o->pool.max = OWNERS_MAX;
	memcpy(o->pool.seed, seed, sizeof(o->pool.seed));
	return pool_init(&o->pool);
}

void
owners_free(struct owners *o)
{
	pool_free(&o->pool);
}

uint16_t
owners_get(struct owners *o, const struct flow_owner *who)
{
	struct owner_entry *e;
	uint32_t h;

	h = pool_find(&o->pool, who);
	if (h == 0)
		h = pool_insert(&o->pool, who);
	if (h == 0)
		return 0;
	e = pool_at(&o->pool, h);
	e->held++;
	return (uint16_t)h;
}

void
owners_put(struct owners *o, uint16_t number)
{
	struct owner_entry *e;

	if (number == 0)
		return;
	e = pool_at(&o->pool, number);
	if (--e->held == 0)
		pool_remove(&o->pool, number);
}

const struct flow_owner *
owners_at(const struct owners *o, uint16_t number)
{
	const struct owner_entry *e;

	e = pool_at(&o->pool, number);
	return &e->who;
}

int
ifaces_init(struct ifaces *i, const uint64_t seed[2])
{
	memset(&i->last_key, 0, sizeof(i->last_key));
	i->last = 0;
	i->pool.entry_size = sizeof(struct iface_entry);
	i->pool.key_at = offsetof(struct iface_entry, key);
	i->pool.key_size = sizeof(struct iface_key);
	i->pool.max = OWNERS_MAX;
	memcpy(i->pool.seed, seed, sizeof(i->pool.seed));
	return pool_init(&i->pool);
}

void
ifaces_free(struct ifaces *i)
{
	pool_free(&i->pool);
}

uint16_t
ifaces_get(struct ifaces *i, uint32_t ifindex, const char name[CONN_IFACE])
{
	struct iface_key key;
	uint32_t h;

	if (ifindex == i->last_key.ifindex &&
	    strncmp(name, i->last_key.name, CONN_IFACE - 1) == 0)
		return i->last;
	memset(&key, 0, sizeof(key));
	key.ifindex = ifindex;
	memcpy(key.name, name, strnlen(name, CONN_IFACE - 1));
	h = pool_find(&i->pool, &key);
	if (h == 0)
		h = pool_insert(&i->pool, &key);
	i->last_key = key;
	i->last = (uint16_t)h;
	return i->last;
}

const char *
ifaces_name(const struct ifaces *i, uint16_t number)
{
	const struct iface_entry *e;

	e = pool_at(&i->pool, number);
	return e->key.name;
}
