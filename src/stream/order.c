/* order.c - compare records by several columns. */
#include <errno.h>
#include <string.h>

#include "column.h"
#include "order.h"

#define HAS_RATE (HAS(COL_RATE_IN) | HAS(COL_RATE_OUT))

/* A column, ORDER_RATE, or -1. */
static int
key_column(const char *name, size_t len)
{
	if (len == 4 && memcmp(name, "rate", 4) == 0)
		return ORDER_RATE;
	return column_find(name, len);
}

int
order_add(struct order *o, const char *text)
{
	size_t len = strcspn(text, ":");
	int col, desc;

	col = key_column(text, len);
	if (col < 0)
		return -EINVAL;
	desc = col == ORDER_RATE || column_is_quantity(col);
	if (strcmp(text + len, ":asc") == 0)
		desc = 0;
	else if (strcmp(text + len, ":desc") == 0)
		desc = 1;
	else if (text[len] != '\0')
		return -EINVAL;
	if (o->n == ORDER_MAX)
		return -E2BIG;
	o->key[o->n].col = col;
	o->key[o->n].desc = desc;
	o->n++;
	return 0;
}

const char *
order_why(const char *text, int error)
{
	if (error == -E2BIG)
		return "more than 8 keys"; /* ORDER_MAX */
	if (key_column(text, strcspn(text, ":")) >= 0)
		return "the direction is neither :asc nor :desc";
	return "neither rate nor a column of tcptop(5)";
}

/* Of two unknown directions nothing is known, of one the other counts. */
static uint64_t
rate(const struct conn *c)
{
	uint64_t in, out;

	in = c->has & HAS(COL_RATE_IN) ? c->rate_in : 0;
	out = c->has & HAS(COL_RATE_OUT) ? c->rate_out : 0;
	return in > UINT64_MAX - out ? UINT64_MAX : in + out;
}

static int
compare_known(const struct conn *a, const struct conn *b, int col)
{
	uint64_t rate_a, rate_b;

	if (col != ORDER_RATE)
		return column_compare(a, b, col);
	rate_a = rate(a);
	rate_b = rate(b);
	return (rate_a > rate_b) - (rate_a < rate_b);
}

/* The columns that tell whether a key is known. */
static uint64_t
key_bits(const struct order_key *k)
{
	return k->col == ORDER_RATE ? HAS_RATE : HAS(k->col);
}

int
order_compare(const struct order *o, const struct conn *a, const struct conn *b)
{
	const struct order_key *k;
	int known_a, known_b, diff;

	for (k = o->key; k < o->key + o->n; k++) {
		known_a = (a->has & key_bits(k)) != 0;
		known_b = (b->has & key_bits(k)) != 0;
		if (known_a != known_b)
			return known_b - known_a;
		if (!known_a)
			continue;
		diff = compare_known(a, b, k->col);
		if (diff != 0)
			return k->desc ? -diff : diff;
	}
	return 0;
}

uint64_t
order_rank(const struct order *o, const struct conn *c)
{
	const struct order_key *k = o->key;
	uint64_t v;

	if (o->n == 0 || (k->col != ORDER_RATE && columns[k->col].type != TYPE_UINT))
		return 0;
	if ((c->has & key_bits(k)) == 0)
		return UINT64_MAX;
	v = k->col == ORDER_RATE ? rate(c) : column_uint(c, k->col);
	return k->desc ? ~v : v;
}
