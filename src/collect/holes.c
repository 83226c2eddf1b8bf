#include <stdlib.h>
#include <string.h>

#include "holes.h"

/* Distance from b to a; they are never 2 GiB apart. */
static int32_t
after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

void
holes_init(struct holes *h, uint32_t max)
{
	memset(h, 0, sizeof(*h));
	h->max = max < HOLES_MAX ? max : HOLES_MAX;
	h->used = 1;
}

void
holes_free(struct holes *h)
{
	free(h->at);
	memset(h, 0, sizeof(*h));
}

static uint32_t
take(struct holes *h)
{
	struct hole *grown;
	uint32_t i, room;

	i = h->free;
	if (i != 0) {
		h->free = h->at[i].next;
		return i;
	}
	if (h->used > h->max)
		return 0;
	if (h->used >= h->room) {
		room = h->room == 0 ? 256 : 2 * h->room;
		grown = realloc(h->at, room * sizeof(*grown));
		if (grown == NULL)
			return 0;
		h->at = grown;
		h->room = room;
	}
	return h->used++;
}

/* A new hole behind `prev`, which is its list's, or the first one of an empty list. */
static struct hole *
insert(struct holes *h, struct hole_list *l, uint32_t prev)
{
	uint32_t i;

	i = l->n < HOLES_LIST_MAX ? take(h) : 0;
	if (i == 0)
		return NULL;
	if (l->n == 0)
		h->at[i].next = i;
	else {
		h->at[i].next = h->at[prev].next;
		h->at[prev].next = i;
	}
	if (prev == l->tail)
		l->tail = i;
	l->n++;
	return &h->at[i];
}

/* Take away the hole behind `prev`. */
static void
drop(struct holes *h, struct hole_list *l, uint32_t prev)
{
	uint32_t i;

	i = h->at[prev].next;
	h->at[prev].next = h->at[i].next;
	if (i == l->tail)
		l->tail = prev;
	h->at[i].next = h->free;
	h->free = i;
	if (--l->n == 0)
		l->tail = 0;
}

void
holes_append(struct holes *h, struct hole_list *l, uint32_t start, uint32_t end)
{
	struct hole *new;

	new = insert(h, l, l->tail);
	if (new != NULL) {
		new->start = start;
		new->end = end;
		new->missing = end - start;
	} else if (l->n > 0) {
		h->at[l->tail].end = end;
		h->at[l->tail].missing += end - start;
	} else {
		h->lost++;
	}
}

uint32_t
holes_first(const struct holes *h, const struct hole_list *l)
{
	return h->at[h->at[l->tail].next].start;
}

uint32_t
holes_pass(struct holes *h, struct hole_list *l, uint32_t to)
{
	struct hole *x;
	uint32_t n, passed;

	passed = 0;
	while (l->n > 0) {
		x = &h->at[h->at[l->tail].next];
		if (after(to, x->start) <= 0)
			break;
		if (after(to, x->end) < 0) {
			/* At most end - to of what is missing lies behind. */
			n = x->missing > x->end - to ? x->missing - (x->end - to) : 0;
			x->start = to;
			x->missing -= n;
			passed += n;
			break;
		}
		passed += x->missing;
		drop(h, l, l->tail);
	}
	return passed;
}

uint32_t
holes_clear(struct holes *h, struct hole_list *l)
{
	uint32_t missing;

	missing = 0;
	while (l->n > 0) {
		missing += h->at[h->at[l->tail].next].missing;
		drop(h, l, l->tail);
	}
	return missing;
}

/* [lo, hi) of the hole behind `prev` was seen. Returns whether the hole is gone. */
static int
cut(struct holes *h, struct hole_list *l, uint32_t prev, uint32_t lo, uint32_t hi)
{
	struct hole *x, *rest;
	uint32_t i;

	i = h->at[prev].next;
	x = &h->at[i];
	if (lo == x->start && hi == x->end) {
		drop(h, l, prev);
		return 1;
	}
	if (lo == x->start) {
		x->start = hi;
	} else if (hi == x->end) {
		x->end = lo;
	} else {
		rest = insert(h, l, i);
		x = &h->at[i]; /* the pool may have moved */
		if (rest == NULL) {
			x->missing -= hi - lo;
			return 0;
		}
		rest->start = hi;
		rest->end = x->end;
		rest->missing = rest->end - rest->start;
		x->end = lo;
	}
	x->missing = x->end - x->start;
	return 0;
}

uint32_t
holes_fill(struct holes *h, struct hole_list *l, uint32_t start, uint32_t end, int *vague)
{
	const struct hole *x;
	uint32_t filled, hi, i, left, lo, prev;

	filled = 0;
	prev = l->tail;
	for (left = l->n; left > 0; left--) {
		i = h->at[prev].next;
		x = &h->at[i];
		if (after(end, x->start) <= 0)
			break;
		if (after(start, x->end) >= 0) {
			prev = i;
			continue;
		}
		if (x->missing != x->end - x->start) {
			*vague = 1;
			prev = i;
			continue;
		}
		lo = after(start, x->start) > 0 ? start : x->start;
		hi = after(end, x->end) < 0 ? end : x->end;
		filled += hi - lo;
		if (!cut(h, l, prev, lo, hi))
			prev = i;
	}
	return filled;
}

int
holes_touch(
    const struct holes *h, const struct hole_list *l, uint32_t start, uint32_t end)
{
	const struct hole *x;
	uint32_t i, left;

	i = l->tail;
	for (left = l->n; left > 0; left--) {
		i = h->at[i].next;
		x = &h->at[i];
		if (after(end, x->start) > 0 && after(start, x->end) < 0)
			return 1;
	}
	return 0;
}
