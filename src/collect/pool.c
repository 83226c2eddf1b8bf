#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

enum {
	CHUNK_BITS = 8,
	CHUNK = 1 << CHUNK_BITS,
	BUCKETS_FIRST = 256,
};

void *
pool_at(const struct pool *t, uint32_t h)
{
	h--;
	return t->chunk[h >> CHUNK_BITS] + (h & (CHUNK - 1)) * t->entry_size;
}

static struct pool_link *
link_at(const struct pool *t, uint32_t h)
{
	return pool_at(t, h);
}

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

struct sip {
	uint64_t a, b, c, d;
};

static inline void
sip_round(struct sip *v)
{
	v->a += v->b;
	v->c += v->d;
	v->b = rotate(v->b, 13) ^ v->a;
	v->d = rotate(v->d, 16) ^ v->c;
	v->a = rotate(v->a, 32);
	v->c += v->b;
	v->a += v->d;
	v->b = rotate(v->b, 17) ^ v->c;
	v->d = rotate(v->d, 21) ^ v->a;
	v->c = rotate(v->c, 32);
}

static inline void
sip_word(struct sip *v, uint64_t word)
{
	v->d ^= word;
	sip_round(v);
	v->a ^= word;
}

/*
 * SipHash-1-3 (Aumasson, Bernstein): keys come from strangers' packets, and a hash that
 * only multiplies and shifts can be turned round even where its seed is secret. A
 * quarter of the rounds of 2-4, as in Rust and Linux (hsiphash), costs some 20 ns.
 */
static uint64_t
hash(const struct pool *t, const uint8_t *key)
{
	struct sip v;
	uint64_t word;
	size_t left;

	v.a = t->seed[0] ^ 0x736f6d6570736575;
	v.b = t->seed[1] ^ 0x646f72616e646f6d;
	v.c = t->seed[0] ^ 0x6c7967656e657261;
	v.d = t->seed[1] ^ 0x7465646279746573;
	for (left = t->key_size; left >= sizeof(word); left -= sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		key += sizeof(word);
		sip_word(&v, word);
	}
	word = 0;
	memcpy(&word, key, left);
	sip_word(&v, word ^ (uint64_t)t->key_size << 56);
	v.c ^= 0xff;
	sip_round(&v);
	sip_round(&v);
	sip_round(&v);
	return v.a ^ v.b ^ v.c ^ v.d;
}

/* As memcmp() says it, without the call: word by word, the last one overlapping. */
static int
is_key(const uint8_t *a, const uint8_t *b, size_t size)
{
	uint64_t x, y;
	size_t i;

	if (size < sizeof(x))
		return memcmp(a, b, size) == 0;
	for (i = 0; i < size; i += sizeof(x)) {
		if (i > size - sizeof(x))
			i = size - sizeof(x);
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return 0;
	}
	return 1;
}

static uint32_t *
bucket_of(const struct pool *t, const void *key)
{
	return &t->bucket[hash(t, key) & (t->buckets - 1)];
}

static uint8_t *
key_of(const struct pool *t, uint32_t h)
{
	return (uint8_t *)pool_at(t, h) + t->key_at;
}

int
pool_init(struct pool *t)
{
	t->chunk = NULL;
	t->chunks = t->chunk_room = t->used = t->free = t->cursor = 0;
	memset(t->order, 0, sizeof(t->order));
	t->buckets = BUCKETS_FIRST;
	t->bucket = calloc(t->buckets, sizeof(*t->bucket));
	return t->bucket == NULL ? -ENOMEM : 0;
}

void
pool_free(struct pool *t)
{
	uint32_t i;

	for (i = 0; i < t->chunks; i++)
		free(t->chunk[i]);
	free(t->chunk);
	free(t->bucket);
	t->chunk = NULL;
	t->bucket = NULL;
	t->chunks = 0;
}

/* --- order ------------------------------------------------------------------------- */

static void
append(struct pool *t, enum pool_list list, uint32_t h)
{
	struct pool_order *o = &t->order[list];

	link_at(t, h)->older = o->newest;
	link_at(t, h)->newer = 0;
	if (o->newest != 0)
		link_at(t, o->newest)->newer = h;
	else
		o->oldest = h;
	o->newest = h;
	o->n++;
}

static void
detach(struct pool *t, enum pool_list list, uint32_t h)
{
	struct pool_order *o = &t->order[list];
	struct pool_link *l = link_at(t, h);

	if (t->cursor == h)
		t->cursor = l->newer;
	if (l->older != 0)
		link_at(t, l->older)->newer = l->newer;
	else
		o->oldest = l->newer;
	if (l->newer != 0)
		link_at(t, l->newer)->older = l->older;
	else
		o->newest = l->older;
	o->n--;
}

uint32_t
pool_oldest(const struct pool *t, enum pool_list list)
{
	return t->order[list].oldest;
}

void
pool_touch(struct pool *t, uint32_t h)
{
	if (t->order[POOL_LIVE].newest == h)
		return;
	detach(t, POOL_LIVE, h);
	append(t, POOL_LIVE, h);
}

void
pool_walk(struct pool *t, enum pool_list list)
{
	t->cursor = t->order[list].oldest;
}

uint32_t
pool_step(struct pool *t)
{
	uint32_t h;

	h = t->cursor;
	if (h != 0)
		t->cursor = link_at(t, h)->newer;
	return h;
}

/* --- index ------------------------------------------------------------------------- */

uint32_t
pool_find(const struct pool *t, const void *key)
{
	uint32_t h;

	h = *bucket_of(t, key);
	while (h != 0 && !is_key(key_of(t, h), key, t->key_size))
		h = link_at(t, h)->next;
	return h;
}

/* Twice the buckets; without memory for them the chains just become longer. */
static void
index_grow(struct pool *t)
{
	uint32_t *old, *grown, *b;
	uint32_t h, i, n, next;

	n = t->buckets;
	grown = calloc((size_t)n * 2, sizeof(*grown));
	if (grown == NULL)
		return;
	old = t->bucket;
	t->bucket = grown;
	t->buckets = 2 * n;
	for (i = 0; i < n; i++) {
		for (h = old[i]; h != 0; h = next) {
			next = link_at(t, h)->next;
			b = bucket_of(t, key_of(t, h));
			link_at(t, h)->next = *b;
			*b = h;
		}
	}
	free(old);
}

static void
index_remove(struct pool *t, uint32_t h)
{
	uint32_t *at;

	at = bucket_of(t, key_of(t, h));
	while (*at != h)
		at = &link_at(t, *at)->next;
	*at = link_at(t, h)->next;
	link_at(t, h)->next = h;
}

/* --- entries ----------------------------------------------------------------------- */

static int
chunk_add(struct pool *t)
{
	uint8_t **grown, *chunk;
	uint32_t room;

	if (t->chunks == t->chunk_room) {
		room = t->chunk_room == 0 ? 16 : 2 * t->chunk_room;
		grown = realloc(t->chunk, room * sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		t->chunk = grown;
		t->chunk_room = room;
	}
	chunk = malloc(CHUNK * t->entry_size);
	if (chunk == NULL)
		return -ENOMEM;
	t->chunk[t->chunks++] = chunk;
	return 0;
}

/* An entry that nobody uses, or 0. */
static uint32_t
take(struct pool *t)
{
	uint32_t h;

	if (t->order[POOL_LIVE].n + t->order[POOL_RETIRED].n >= t->max)
		return 0;
	h = t->free;
	if (h != 0) {
		t->free = link_at(t, h)->next;
		return h;
	}
	if (t->used == t->chunks * CHUNK && chunk_add(t) < 0)
		return 0;
	return ++t->used;
}

uint32_t
pool_insert(struct pool *t, const void *key)
{
	uint32_t *b;
	uint32_t h;

	h = take(t);
	if (h == 0)
		return 0;
	if (t->order[POOL_LIVE].n >= t->buckets)
		index_grow(t);
	memset(pool_at(t, h), 0, t->entry_size);
	memcpy(key_of(t, h), key, t->key_size);
	b = bucket_of(t, key);
	link_at(t, h)->next = *b;
	*b = h;
	append(t, POOL_LIVE, h);
	return h;
}

void
pool_retire(struct pool *t, uint32_t h)
{
	index_remove(t, h);
	detach(t, POOL_LIVE, h);
	append(t, POOL_RETIRED, h);
}

void
pool_remove(struct pool *t, uint32_t h)
{
	if (link_at(t, h)->next == h) {
		detach(t, POOL_RETIRED, h);
	} else {
		index_remove(t, h);
		detach(t, POOL_LIVE, h);
	}
	link_at(t, h)->next = t->free;
	t->free = h;
}
