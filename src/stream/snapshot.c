/* snapshot.c - the rows of one snapshot, gathered from a stream. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot.h"

enum { FIRST_ROWS = 256, FIRST_LINES = 65536 };

void
snapshot_init(struct snapshot *s)
{
	memset(s, 0, sizeof(*s));
}

void
snapshot_free(struct snapshot *s)
{
	free(s->row);
	free(s->lines);
	snapshot_init(s);
}

void
snapshot_clear(struct snapshot *s)
{
	s->n = 0;
	s->lines_len = 0;
	s->has_end = 0;
}

uint64_t
snapshot_time(const struct snapshot *s)
{
	const struct conn *c = s->has_end ? &s->end.conn : &s->row[0].conn;

	if (!s->has_end && s->n == 0)
		return 0;
	return c->has & HAS(COL_TIME) ? c->time_ms : 0;
}

/* Room for `more` elements of `size` bytes; the capacity doubles. Returns 0 or -ENOMEM.
 */
static int
grow(void **mem, size_t *cap, size_t need, size_t size, size_t first)
{
	size_t n = *cap == 0 ? first : *cap;
	void *p;

	if (need <= *cap)
		return 0;
	while (n < need)
		n *= 2;
	p = realloc(*mem, n * size);
	if (p == NULL)
		return -ENOMEM;
	*mem = p;
	*cap = n;
	return 0;
}

static int
keep_line(struct snapshot *s, struct snapshot_row *to, const struct row *row)
{
	void *lines = s->lines;

	if (!s->keep_lines)
		return 0;
	if (grow(&lines, &s->lines_cap, s->lines_len + row->len, 1, FIRST_LINES) < 0)
		return -ENOMEM;
	s->lines = lines;
	to->line = s->lines_len;
	to->len = row->len;
	memcpy(s->lines + s->lines_len, row->line, row->len);
	s->lines_len += row->len;
	return 0;
}

/* Rows without a time, as a cut may leave them, are all of one snapshot. */
static int
other_time(const struct conn *a, const struct conn *b)
{
	if (((a->has ^ b->has) & HAS(COL_TIME)) != 0)
		return 1;
	return (a->has & HAS(COL_TIME)) != 0 && a->time_ms != b->time_ms;
}

int
snapshot_add(struct snapshot *s, const struct row *row)
{
	const struct conn *c = &row->conn;
	void *rows = s->row;

	if (s->has_end || (s->n > 0 && other_time(&s->row[0].conn, c)))
		return SNAPSHOT_NEXT;
	if ((c->has & HAS(COL_EVENT)) != 0 && c->event == EVENT_END) {
		if (keep_line(s, &s->end, row) < 0)
			return -ENOMEM;
		s->end.conn = *c;
		s->has_end = 1;
		return SNAPSHOT_DONE;
	}
	if (s->n == SNAPSHOT_ROWS)
		return -E2BIG;
	if (grow(&rows, &s->cap, s->n + 1, sizeof(s->row[0]), FIRST_ROWS) < 0)
		return -ENOMEM;
	s->row = rows;
	if (keep_line(s, &s->row[s->n], row) < 0)
		return -ENOMEM;
	s->row[s->n++].conn = *c;
	return SNAPSHOT_MORE;
}

struct sorter {
	const struct snapshot *s;
	const struct order *o;
};

static int
before_or_same(
    const struct sorter *x, const struct snapshot_item *a, const struct snapshot_item *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return order_compare(x->o, &x->s->row[a->row].conn, &x->s->row[b->row].conn) <= 0;
}

/* Merge a[0..n) and a[n..m), both in order, into to; the left wins ties. */
static void
merge(const struct sorter *x, struct snapshot_item *to, const struct snapshot_item *a,
    size_t n, size_t m)
{
	size_t i = 0, j = n, k;

	for (k = 0; k < m; k++) {
		if (j == m || (i < n && before_or_same(x, &a[i], &a[j])))
			to[k] = a[i++];
		else
			to[k] = a[j++];
	}
}

/* Bottom up, between the two halves of item. */
void
snapshot_order(
    const struct snapshot *s, const struct order *o, struct snapshot_item *item, size_t n)
{
	const struct sorter x = {s, o};
	struct snapshot_item *from = item, *to = item + n, *tmp;
	size_t width, lo, mid, hi;

	for (width = 1; width < n; width *= 2) {
		for (lo = 0; lo < n; lo = hi) {
			mid = lo + width < n ? lo + width : n;
			hi = mid + width < n ? mid + width : n;
			merge(&x, to + lo, from + lo, mid - lo, hi - lo);
		}
		tmp = from;
		from = to;
		to = tmp;
	}
	if (from != item)
		memcpy(item, from, n * sizeof(*item));
}

/* Move row item[i].row to place i for all i, following each cycle once. Uses item up. */
static void
permute(struct snapshot_row *row, struct snapshot_item *item, size_t n)
{
	struct snapshot_row first;
	uint32_t next;
	size_t i, at;

	for (i = 0; i < n; i++) {
		if (item[i].row == i)
			continue;
		first = row[i];
		for (at = i; item[at].row != i; at = next) {
			next = item[at].row;
			row[at] = row[next];
			item[at].row = (uint32_t)at;
		}
		row[at] = first;
		item[at].row = (uint32_t)at;
	}
}

/* Not qsort: it need not be stable, and it would move whole rows. */
int
snapshot_sort(struct snapshot *s, const struct order *o)
{
	struct snapshot_item *item;
	size_t i;

	if (s->n < 2)
		return 0;
	item = malloc(2 * s->n * sizeof(*item));
	if (item == NULL)
		return -ENOMEM;
	for (i = 0; i < s->n; i++) {
		item[i].rank = order_rank(o, &s->row[i].conn);
		item[i].row = (uint32_t)i;
	}
	snapshot_order(s, o, item, s->n);
	permute(s->row, item, s->n);
	free(item);
	return 0;
}
