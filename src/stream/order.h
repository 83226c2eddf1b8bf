/* order.h - compare records by several columns. */
#ifndef ORDER_H
#define ORDER_H

#include "conn.h"

enum {
	ORDER_MAX = 8,     /* keys; more than anybody has asked for */
	ORDER_RATE = COLS, /* key beyond the columns: rate_in + rate_out */
};

struct order_key {
	int col; /* enum column or ORDER_RATE */
	int desc;
};

struct order {
	struct order_key key[ORDER_MAX];
	int n;
};

/*
 * Add a key such as "rtt_us", "pid:asc" or "rate:desc". Without a direction quantities
 * go down (the largest first), everything else goes up.
 *
 * Returns 0, -EINVAL (unknown column or direction) or -E2BIG.
 */
int order_add(struct order *o, const char *text);

/* What is wrong with the text that order_add refused, for a message. */
const char *order_why(const char *text, int error);

/*
 * Compare two records by all keys. Unknown values come last in either direction.
 *
 * Returns < 0 when a comes first, > 0 when b does, 0 when no key tells them apart.
 */
int order_compare(const struct order *o, const struct conn *a, const struct conn *b);

/*
 * The first key of a record as a number, so that most comparisons need not touch the
 * records: where the ranks of two differ the lower comes first, as order_compare would
 * say; where they are equal order_compare decides.
 */
uint64_t order_rank(const struct order *o, const struct conn *c);

#endif
