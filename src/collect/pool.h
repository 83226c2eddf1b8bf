/* pool.h - a bounded pool of entries by key, in the order of their last use. */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>
#include <stdint.h>

/*
 * Entries are the caller's structs. They lie in chunks that are made as they are needed
 * and never move; a handle (1..; 0 is none) is their number. Walks follow the order of
 * use or of retirement, so what comes out never depends on the hash or its seed.
 */

/* First member of every entry; nobody else's. */
struct pool_link {
	uint32_t next; /* in the index, or among the free; its own number: in neither */
	uint32_t older;
	uint32_t newer;
};

/* In use: what pool_find() finds. Retired: waiting to be walked over and removed. */
enum pool_list { POOL_LIVE, POOL_RETIRED, POOL_LISTS };

struct pool_order {
	uint32_t oldest;
	uint32_t newest;
	uint32_t n;
};

struct pool {
	uint8_t **chunk;
	uint32_t *bucket;
	struct pool_order order[POOL_LISTS];
	size_t entry_size;
	size_t key_at; /* offset of the key in an entry */
	size_t key_size;
	uint64_t seed[2];
	uint32_t buckets; /* a power of two */
	uint32_t chunks;
	uint32_t chunk_room;
	uint32_t used;   /* entries that were ever in use */
	uint32_t free;   /* first of a chain */
	uint32_t max;    /* live and retired ones */
	uint32_t cursor; /* of the walk: the next one */
};

/* The caller sets entry_size (a multiple of 8), key_at, key_size, max (1..2^32 - 512),
 * and seed: a random one keeps strangers from choosing keys that fall together. Returns 0
 * or -ENOMEM. */
int pool_init(struct pool *t);
void pool_free(struct pool *t);

/* Bytes of the index for each entry at most: it doubles when there are as many. */
enum { POOL_INDEX_BYTES = 2 * sizeof(uint32_t) };

/* The live entry with this key, or 0. */
uint32_t pool_find(const struct pool *t, const void *key);

/* A new live entry, newest, zero but for its key, which no live entry may have. 0: full,
 * or no memory. */
uint32_t pool_insert(struct pool *t, const void *key);

/* The entry of a handle. */
void *pool_at(const struct pool *t, uint32_t h);

/* Make a live entry the newest. */
void pool_touch(struct pool *t, uint32_t h);

/* Take a live entry out of the index and put it behind the retired ones; its key is
 * free for another. */
void pool_retire(struct pool *t, uint32_t h);

void pool_remove(struct pool *t, uint32_t h);

/* The entry that was not touched, or is retired, for the longest time; 0: none. */
uint32_t pool_oldest(const struct pool *t, enum pool_list list);

/*
 * Walk over a list from the oldest to the newest; there is one walk at a time. Between
 * two steps anything may change: entries that are touched or new come (again) at the end.
 */
void pool_walk(struct pool *t, enum pool_list list);
uint32_t pool_step(struct pool *t); /* 0: over */

#endif
