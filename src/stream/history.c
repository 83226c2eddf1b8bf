/* history.c - the last snapshots of a stream: a ring of packed records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "history.h"
#include "ident.h"
#include "pack.h"

/* Before each packed record. Length 0: the ring goes on at its beginning. */
struct head {
	uint32_t len;
	uint32_t hash; /* of its identity: the others need not be unpacked */
};

enum {
	RECORD_MAX = sizeof(struct head) + PACK_MAX,
	RING_MIN = 65536, /* room for the largest record is lost at the end of the ring */
};

int
history_init(struct history *h, size_t size)
{
	memset(h, 0, sizeof(*h));
	h->size = size > RING_MIN ? size : RING_MIN;
	h->ring = malloc(h->size);
	h->past = calloc(HISTORY_SNAPSHOTS, sizeof(*h->past));
	if (h->ring != NULL && h->past != NULL)
		return 0;
	history_free(h);
	return -ENOMEM;
}

void
history_free(struct history *h)
{
	free(h->ring);
	free(h->past);
	memset(h, 0, sizeof(*h));
}

const struct history_past *
history_past(const struct history *h, uint64_t number)
{
	return &h->past[number % HISTORY_SNAPSHOTS];
}

/* Room for one record at head, which no record crosses the end of the ring for. */
static char *
make_room(struct history *h)
{
	const struct head jump = {0, 0};
	size_t left = h->size - h->head % h->size;

	if (left < RECORD_MAX + sizeof(jump)) {
		memcpy(h->ring + h->head % h->size, &jump, sizeof(jump));
		h->head += left;
	}
	while (h->first <= h->next &&
	    h->head + RECORD_MAX + sizeof(jump) - history_past(h, h->first)->at > h->size)
		h->first++;
	return h->ring + h->head % h->size;
}

static void
add_conn(struct history *h, const struct conn *c)
{
	char *to = make_room(h);
	struct head head;

	head.hash = (uint32_t)ident_hash(c);
	head.len = (uint32_t)pack_conn(to + sizeof(head), c);
	memcpy(to, &head, sizeof(head));
	h->head += sizeof(head) + head.len;
}

static void
add_rates(struct history_rates *r, const struct conn *c)
{
	if (c->has & HAS(COL_RATE_IN))
		r->in += c->rate_in;
	if (c->has & HAS(COL_RATE_OUT))
		r->out += c->rate_out;
	r->known |= (c->has & (HAS(COL_RATE_IN) | HAS(COL_RATE_OUT))) != 0;
}

void
history_add(struct history *h, const struct snapshot *s, uint64_t gap_ms)
{
	struct history_past *p = &h->past[h->next % HISTORY_SNAPSHOTS];
	struct history_rates *sum = &h->sums[h->next % HISTORY_SUMS];
	size_t i;

	if (h->next - h->first == HISTORY_SNAPSHOTS)
		h->first++;
	*p = (struct history_past){
	    h->head, snapshot_time(s), gap_ms, s->n + (size_t)s->has_end};
	*sum = (struct history_rates){0, 0, s->n == 0};
	/* Once first is beyond next this one has pushed itself out. */
	for (i = 0; i < s->n; i++) {
		add_rates(sum, &s->row[i].conn);
		if (h->first <= h->next)
			add_conn(h, &s->row[i].conn);
	}
	if (s->has_end && h->first <= h->next)
		add_conn(h, &s->end.conn);
	h->next++;
}

/* The next record from place *at on. */
static const char *
next_record(const struct history *h, uint64_t *at, struct head *head)
{
	const char *p = h->ring + *at % h->size;

	memcpy(head, p, sizeof(*head));
	if (head->len == 0) {
		*at += h->size - *at % h->size;
		p = h->ring;
		memcpy(head, p, sizeof(*head));
	}
	*at += sizeof(*head) + head->len;
	return p + sizeof(*head);
}

int
history_get(const struct history *h, uint64_t number, struct snapshot *to)
{
	const struct history_past *p = history_past(h, number);
	struct row row = {.len = 0};
	uint64_t at = p->at;
	struct head head;
	size_t i;

	snapshot_clear(to);
	for (i = 0; i < p->n; i++) {
		pack_undo(&row.conn, next_record(h, &at, &head));
		if (snapshot_add(to, &row) < 0)
			return -ENOMEM;
	}
	return 0;
}

struct history_rates
history_sums(const struct history *h, uint64_t number)
{
	const struct history_rates none = {0, 0, 0};

	if (number >= h->next || h->next - number > HISTORY_SUMS)
		return none;
	return h->sums[number % HISTORY_SUMS];
}

void
history_trace(const struct history *h, uint64_t number, const struct conn *c,
    struct history_rates *to, size_t n)
{
	const uint32_t hash = (uint32_t)ident_hash(c);
	const struct history_past *p;
	struct head head;
	struct conn other;
	const char *record;
	uint64_t at;
	size_t i;

	memset(to, 0, n * sizeof(*to));
	for (; n > 0 && number < h->next && number >= h->first; number--) {
		n--;
		p = history_past(h, number);
		at = p->at;
		for (i = 0; i < p->n && !to[n].known; i++) {
			record = next_record(h, &at, &head);
			if (head.hash != hash)
				continue;
			pack_undo(&other, record);
			if (ident_same(c, &other))
				add_rates(&to[n], &other);
		}
	}
}
