#include <string.h>

#include "diag_entry.h"
#include "diag_table.h"
#include "wanted.h"

_Static_assert(sizeof(struct diag_entry) + POOL_INDEX_BYTES <= DIAG_BYTES_MAX,
    "DIAG_BYTES_MAX is too small");
_Static_assert(sizeof(struct diag_entry) % 8 == 0, "pool.h wants a multiple of 8");

int
diag_table_init(struct diag_table *t, const struct options *o, const uint64_t seed[2])
{
	memset(t, 0, sizeof(*t));
	t->o = o;
	backlog_init(&t->closes, o->backlog);
	t->pool.entry_size = sizeof(struct diag_entry);
	t->pool.key_at = offsetof(struct diag_entry, cookie);
	t->pool.key_size = sizeof(uint64_t);
	t->pool.max = o->max_flows;
	memcpy(t->pool.seed, seed, sizeof(t->pool.seed));
	return pool_init(&t->pool);
}

void
diag_table_free(struct diag_table *t)
{
	pool_free(&t->pool);
	backlog_free(&t->closes);
}

void
diag_table_begin(struct diag_table *t, uint64_t now_ns)
{
	t->epoch++;
	t->before_ns = t->begun_ns;
	t->begun_ns = now_ns;
}

/* --- living ones --- */

static void
learn_owner(const struct diag_table *t, struct diag_entry *e, uint32_t inode)
{
	struct conn *row = diag_entry_row(e);
	struct flow_owner who;

	/* It was accepted, or its process has gone and left it to the kernel. */
	if (inode != 0 && inode != e->past.inode)
		e->since = 0;
	if (inode == 0 || t->owner == NULL || (row->has & HAS(COL_PID)) != 0)
		return;
	memset(&who, 0, sizeof(who));
	if (t->owner(t->arg, inode, &e->since, &who) != 1)
		return;
	row->pid = who.pid;
	row->owner = who.owner;
	memcpy(row->comm, who.comm, sizeof(row->comm));
	row->has |= who.has;
}

/* The row of an entry that was just taken in. Returns whether it is wanted. */
static int
make_row(struct diag_table *t, struct diag_entry *e, uint64_t now_ns, struct conn *row)
{
	int moved;

	diag_entry_tell(e, row);
	row->event = e->born_ns != 0 && e->told_epoch == 0 ? EVENT_OPEN : EVENT_LIVE;
	/* Whoever it may belong to some day, its first row has all since its birth. */
	if (!wanted_row(t->o, row, 1))
		return 0;
	diag_entry_times(row, t->before_ns, now_ns);
	moved = diag_entry_turn(e, t->epoch, now_ns);
	return !t->o->changed || moved || row->event != EVENT_LIVE;
}

/* --- ends --- */

/* The close row, from the row that we keep; it waits for its snapshot. */
static void
tell_close(struct diag_table *t, struct diag_entry *e)
{
	struct conn row;

	diag_entry_tell(e, &row);
	row.event = EVENT_CLOSE;
	row.rows = e->told_epoch;
	if (wanted_row(t->o, &row, 1))
		backlog_add(&t->closes, &row, DIAG_ROW_BYTES);
}

/* Anything that could be a connection? One that was never connected, or was undone
 * (tcp_disconnect()), has lost its peer and its counters. */
static int
tells_of_connection(const struct diag_socket *s)
{
	return s->id.idiag_dport != 0 && s->info_len > 0 &&
	    (s->info.tcpi_segs_out != 0 || s->info.tcpi_segs_in != 0);
}

static struct diag_entry *
insert(struct diag_table *t, uint64_t cookie, uint64_t born_ns)
{
	struct diag_entry *e;
	uint32_t h;

	h = pool_insert(&t->pool, &cookie);
	if (h == 0) {
		t->lost++;
		return NULL;
	}
	e = pool_at(&t->pool, h);
	e->born_ns = born_ns;
	e->past.active = -1;
	diag_entry_row(e)->netns = t->netns;
	diag_entry_row(e)->has = HAS(COL_NETNS) | HAS(COL_OWNER);
	return e;
}

/* The entry for a further connection of the same socket; the one before is told of. */
static struct diag_entry *
begin_again(struct diag_table *t, uint32_t h, uint64_t now_ns)
{
	struct diag_entry *e = pool_at(&t->pool, h);
	uint64_t cookie = e->cookie;

	if (e->stage <= STAGE_MISSING)
		tell_close(t, e);
	pool_remove(&t->pool, h);
	return insert(t, cookie, now_ns);
}

/* The entry of a socket in the list, made if it is new. NULL: it is not to be told of. */
static struct diag_entry *
entry_of(struct diag_table *t, const struct diag_socket *s, uint64_t now_ns)
{
	struct diag_entry *e;
	uint32_t h;

	h = pool_find(&t->pool, &s->cookie);
	if (h == 0)
		return insert(t, s->cookie, t->epoch > 1 ? now_ns : 0);
	e = pool_at(&t->pool, h);
	/* Between two datagrams of a list a socket may move to where it comes again. */
	if (e->stage == STAGE_ENDED || e->listed == t->epoch)
		return NULL;
	if (e->stage == STAGE_TOLD || diag_entry_is_reborn(e, s))
		return begin_again(t, h, now_ns);
	pool_touch(&t->pool, h);
	return e;
}

int
diag_table_seen(
    struct diag_table *t, const struct diag_socket *s, uint64_t now_ns, struct conn *row)
{
	struct diag_entry *e;

	if (!diag_is_full(s) || (s->state == DIAG_LISTEN && !t->o->listen))
		return 0;
	e = entry_of(t, s, now_ns);
	if (e == NULL)
		return 0;
	e->epoch = e->listed = t->epoch;
	e->stage = STAGE_LIVE;
	e->family = s->family;
	e->ifindex = s->id.idiag_if;
	diag_entry_take(e, s, s->state, diag_fin(s));
	learn_owner(t, e, s->inode);
	diag_remember(&e->past, s);
	if (t->epoch > 1)
		return make_row(t, e, now_ns, row);
	/* What is older than us has its counters behind it. */
	diag_entry_turn(e, 0, now_ns);
	return 0;
}

void
diag_table_ended(
    struct diag_table *t, const struct diag_socket *s, int lingers, int listing)
{
	struct diag_end end;
	struct diag_entry *e;
	uint32_t h;

	h = pool_find(&t->pool, &s->cookie);
	e = h != 0 ? pool_at(&t->pool, h) : NULL;
	if (e != NULL && e->stage == STAGE_TOLD) {
		e->stage = STAGE_ENDED;
		return;
	}
	if (tells_of_connection(s)) {
		if (e == NULL)
			e = insert(t, s->cookie, 0);
		else if (diag_entry_is_reborn(e, s))
			e = begin_again(t, h, 0);
		if (e == NULL)
			return;
		end = diag_judge(s, &e->past, lingers);
		diag_entry_take(e, s, end.state, end.fin);
	}
	if (e == NULL)
		return;
	tell_close(t, e);
	e->stage = STAGE_ENDED;
	if (!listing)
		pool_remove(&t->pool, pool_find(&t->pool, &s->cookie));
}

int
diag_table_missing(struct diag_table *t, struct diag_missing *m)
{
	struct diag_entry *e;
	uint32_t h;

	for (;;) {
		/* Those in this list were touched, so the others are the oldest. */
		h = pool_oldest(&t->pool, POOL_LIVE);
		if (h == 0)
			return 0;
		e = pool_at(&t->pool, h);
		if (e->epoch == t->epoch)
			return 0;
		if (e->stage == STAGE_ENDED) {
			pool_remove(&t->pool, h);
			continue;
		}
		e->epoch = t->epoch;
		pool_touch(&t->pool, h);
		if (e->stage != STAGE_TOLD)
			break;
	}
	m->handle = h;
	m->family = e->family;
	/* A question for a listener finds any of those that share its port. */
	m->ask = diag_entry_row(e)->state != DIAG_LISTEN;
	diag_entry_id(e, &m->id);
	return 1;
}

void
diag_table_gone(struct diag_table *t, const struct diag_missing *m, int last)
{
	struct diag_entry *e = pool_at(&t->pool, m->handle);

	if (!last && e->stage == STAGE_LIVE && (t->listens || !m->ask)) {
		e->stage = STAGE_MISSING;
		return;
	}
	tell_close(t, e);
	e->stage = STAGE_TOLD;
	if (!t->listens)
		pool_remove(&t->pool, m->handle);
}

void
diag_table_finish(
    const struct diag_table *t, struct conn *rows, size_t n, uint64_t now_ns)
{
	size_t i;

	for (i = 0; i < n; i++)
		diag_entry_times(&rows[i], t->before_ns, now_ns);
}
