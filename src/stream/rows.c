/* rows.c - rows of a snapshot chosen, grouped and put in order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ident.h"
#include "rows.h"

static const struct order by_rank = {.n = 0};

void
rows_free(struct rows *r)
{
	free(r->item);
	free(r->kept);
	snapshot_free(&r->groups);
	memset(r, 0, sizeof(*r));
}

const struct conn *
rows_at(const struct rows *r, size_t i)
{
	return &r->of->row[r->item[i].row].conn;
}

size_t
rows_find(const struct rows *r, const struct conn *c)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (ident_same(rows_at(r, i), c))
			break;
	return i;
}

void
rows_thaw(struct rows *r)
{
	r->nkept = 0;
}

/* Twice the room: snapshot_order sorts into the other half. Returns 0 or -ENOMEM. */
static int
reserve(struct snapshot_item **item, size_t *cap, size_t n)
{
	void *p;

	if (n <= *cap)
		return 0;
	p = realloc(*item, 4 * n * sizeof(**item));
	if (p == NULL)
		return -ENOMEM;
	*item = p;
	*cap = 2 * n;
	return 0;
}

/* Where a row was last time; new ones come after all of these. */
static uint64_t
place_before(const struct rows *r, const struct conn *c)
{
	const uint64_t hash = ident_hash(c);
	size_t lo = 0, hi = r->nkept, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (r->kept[mid].rank < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->nkept && r->kept[lo].rank == hash ? r->kept[lo].row : UINT64_MAX;
}

static int
keep_places(struct rows *r)
{
	size_t i;

	if (reserve(&r->kept, &r->kept_cap, r->n) < 0)
		return -ENOMEM;
	for (i = 0; i < r->n; i++) {
		r->kept[i].rank = ident_hash(rows_at(r, i));
		r->kept[i].row = (uint32_t)i;
	}
	snapshot_order(r->of, &by_rank, r->kept, r->n);
	r->nkept = r->n;
	return 0;
}

static int
put_in_order(struct rows *r)
{
	const int again = r->frozen && r->nkept > 0;
	size_t i;

	for (i = 0; i < r->n; i++)
		r->item[i].rank = again ? place_before(r, rows_at(r, i))
					: order_rank(&r->order, rows_at(r, i));
	if (again || r->order.n > 0)
		snapshot_order(r->of, again ? &by_rank : &r->order, r->item, r->n);
	return r->frozen ? keep_places(r) : 0;
}

int
rows_make(struct rows *r, const struct snapshot *s)
{
	size_t i;

	r->of = s;
	r->n = 0;
	if (reserve(&r->item, &r->cap, s->n) < 0)
		return -ENOMEM;
	for (i = 0; i < s->n; i++)
		if (match_conn(&r->match, &s->row[i].conn))
			r->item[r->n++].row = (uint32_t)i;
	if (r->group != GROUP_NONE) {
		if (group_make(&r->groups, s, r->item, r->n, r->group) < 0)
			return -ENOMEM;
		r->of = &r->groups;
		r->n = r->groups.n;
		for (i = 0; i < r->n; i++)
			r->item[i].row = (uint32_t)i;
	}
	return put_in_order(r);
}
