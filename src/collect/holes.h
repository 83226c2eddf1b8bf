/* holes.h - what the capture has not seen of a stretch of sequence numbers. */
#ifndef HOLES_H
#define HOLES_H

#include <stdint.h>

/*
 * A list of holes in ascending order. At the bound of a list, or of all lists together,
 * holes are run into one: it still knows how much is missing, not any more where. An
 * acknowledgement then counts exactly what it should, only data that come late to such a
 * hole are not recognised and count when they are acknowledged.
 */
struct hole_list {
	uint32_t tail : 19; /* number of the last, whose next is the first; 0: none */
	uint32_t n : 6;
	uint32_t flags : 7; /* not ours: the rest of the word is the owner's */
};

enum {
	/* Every late segment looks at them in turn, so they also bound its time. */
	HOLES_LIST_MAX = 63,
	HOLES_MAX = (1 << 19) - 1, /* tail has 19 bits; 8 MB */
};

struct hole {
	uint32_t next;
	uint32_t start;
	uint32_t end;     /* not in it */
	uint32_t missing; /* less than end - start where several were run into one */
};

struct holes {
	struct hole *at; /* at[0] is not used */
	uint32_t room;
	uint32_t used;
	uint32_t free;
	uint32_t max;
	uint64_t lost; /* holes that found no room at all; their bytes never count */
};

/* max  holes of all lists at most, up to HOLES_MAX; memory grows as they are used */
void holes_init(struct holes *h, uint32_t max);
void holes_free(struct holes *h);

/* Add the hole [start, end) behind all others of the list. */
void holes_append(struct holes *h, struct hole_list *l, uint32_t start, uint32_t end);

/* Forget what lies before `to`. Returns how much of it was missing. */
uint32_t holes_pass(struct holes *h, struct hole_list *l, uint32_t to);

/*
 * Data [start, end) were seen. Returns how much of it was missing.
 *
 * vague  set to 1 where they touch a hole that does not know exactly
 */
uint32_t holes_fill(
    struct holes *h, struct hole_list *l, uint32_t start, uint32_t end, int *vague);

/* Is any of [start, end) in a hole? */
int holes_touch(
    const struct holes *h, const struct hole_list *l, uint32_t start, uint32_t end);

/* Start of the first hole; the list is not empty. */
uint32_t holes_first(const struct holes *h, const struct hole_list *l);

/* Forget them all. Returns how much was missing. */
uint32_t holes_clear(struct holes *h, struct hole_list *l);

#endif
