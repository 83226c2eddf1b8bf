/* model.c - what the screen shows. */
#include <errno.h>
#include <string.h>

#include "column.h"
#include "keys.h"
#include "model.h"

enum {
	STATE_LISTEN = 10, /* TCP_LISTEN of the kernel; netinet/tcp.h differs on macOS */
	STALL_MIN_S = 3,   /* a collector under load may well be a second late */
	STALL_FIRST_S = 5, /* while the interval is not known */
	STALL_INTERVALS = 3,
};

/* Keys that sort. The second column settles ties of the first. */
static const struct {
	int key;
	const char *by;
	const char *then;
} sorts[] = {
    {'r', "rate_in", NULL},
    {'R', "rate_out", NULL},
    {'T', "rate", NULL},
    {'p', "pid", NULL},
    {'n', "comm", NULL},
    {'s', "state", NULL},
    {'t', "rtt_us", NULL},
    {'a', "laddr", "lport"},
    {'A', "raddr", "rport"},
    {'P', "proto", NULL},
};

static void
count(struct counts *n, const struct conn *c)
{
	const int event = c->has & HAS(COL_EVENT) ? c->event : EVENT_LIVE;

	n->opened += event == EVENT_OPEN;
	n->closed += event == EVENT_CLOSE;
	if (event == EVENT_CLOSE || event == EVENT_REST || !(c->has & HAS(COL_PROTO)))
		return;
	if (c->proto == PROTO_UDP)
		n->udp++;
	else if (c->has & HAS(COL_STATE) && c->state == STATE_LISTEN)
		n->listening++;
	else
		n->tcp++;
}

static void
host_add(struct model *m, const struct conn *c)
{
	if (!(c->has & HAS(COL_HOST)))
		return;
	if (m->host[0] == '\0')
		memcpy(m->host, c->host, sizeof(m->host));
	else if (strcmp(m->host, c->host) != 0)
		m->many_hosts = 1;
}

void
model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	order_add(&m->order, "rate:desc");
}

void
model_take(struct model *m, struct snapshot *s, int saw_end, uint64_t gap_ms)
{
	const struct conn *end = &s->end.conn, *c;
	size_t i;

	m->snap = s;
	m->time_ms = snapshot_time(s);
	m->interval_ms = gap_ms;
	m->settled = 0;
	m->incomplete =
	    s->has_end ? end->has & HAS(COL_ROWS) && end->rows != s->n : saw_end;
	memset(&m->counts, 0, sizeof(m->counts));
	memset(&m->sum, 0, sizeof(m->sum));
	/* No rows move nothing; rows without rates tell nothing. */
	if (s->n == 0)
		m->sum.has = HAS(COL_RATE_IN) | HAS(COL_RATE_OUT);
	m->host[0] = '\0';
	m->many_hosts = 0;
	if (s->has_end)
		host_add(m, end);
	for (i = 0; i < s->n; i++) {
		c = &s->row[i].conn;
		count(&m->counts, c);
		column_add_uint(&m->sum, COL_RATE_IN, c);
		column_add_uint(&m->sum, COL_RATE_OUT, c);
		column_add_uint(&m->sum, COL_DELTA_RETRANS, c);
		host_add(m, c);
	}
}

int
model_same(const struct conn *a, const struct conn *b)
{
	const uint64_t need = HAS(COL_LADDR) | HAS(COL_LPORT) | HAS(COL_RADDR);
	const uint64_t both = a->has & b->has;

	if (both & HAS(COL_HOST) && strcmp(a->host, b->host) != 0)
		return 0;
	if (both & HAS(COL_COOKIE))
		return a->cookie == b->cookie;
	return (both & need) == need && a->proto == b->proto && a->lport == b->lport &&
	    a->rport == b->rport && memcmp(a->laddr, b->laddr, sizeof(a->laddr)) == 0 &&
	    memcmp(a->raddr, b->raddr, sizeof(a->raddr)) == 0;
}

static void
pick(struct model *m, size_t row)
{
	m->has_picked = m->snap != NULL && m->snap->n > 0;
	if (!m->has_picked)
		return;
	m->picked = row < m->snap->n ? row : m->snap->n - 1;
	m->picked_conn = m->snap->row[m->picked].conn;
}

/* Where the selected connection went; when it is gone the selection keeps its place. */
static void
find_picked(struct model *m)
{
	size_t i;

	for (i = 0; i < m->snap->n; i++)
		if (model_same(&m->snap->row[i].conn, &m->picked_conn))
			break;
	pick(m, i < m->snap->n ? i : m->picked);
}

int
model_settle(struct model *m, size_t page)
{
	const size_t n = m->snap != NULL ? m->snap->n : 0;

	if (!m->settled && n > 0) {
		if (m->order.n > 0 && snapshot_sort(m->snap, &m->order) < 0)
			return -ENOMEM;
		if (m->has_picked)
			find_picked(m);
	}
	m->settled = 1;
	m->page = page;
	if (!m->has_picked || n == 0) {
		m->top = 0;
		return 0;
	}
	if (page > 0 && m->top + page > n)
		m->top = n > page ? n - page : 0;
	if (m->picked < m->top || page == 0)
		m->top = m->picked;
	else if (m->picked >= m->top + page)
		m->top = m->picked - page + 1;
	return 0;
}

static int
sort_by(struct model *m, int key)
{
	struct order o = {.n = 0};
	size_t i;
	int k;

	for (i = 0; sorts[i].key != key; i++)
		if (i + 1 == sizeof(sorts) / sizeof(sorts[0]))
			return 0;
	order_add(&o, sorts[i].by);
	if (sorts[i].then != NULL)
		order_add(&o, sorts[i].then);
	if (m->order.n > 0 && m->order.key[0].col == o.key[0].col)
		for (k = 0; k < o.n; k++)
			o.key[k].desc = !m->order.key[0].desc;
	m->order = o;
	m->settled = 0;
	return 1;
}

/* Move the selection by whole rows; the first move by one selects the row at the top. */
static int
move(struct model *m, long rows)
{
	long at = 0;

	/* A key before this one may have sorted anew; drawing tells where memory lacks.
	 */
	(void)model_settle(m, m->page);
	if (m->has_picked)
		at = (long)m->picked + rows;
	else if (rows > 1)
		at = rows;
	pick(m, at > 0 ? (size_t)at : 0);
	return 1;
}

int
model_key(struct model *m, int key)
{
	switch (key) {
	case KEY_UP:
	case 'k':
		return move(m, -1);
	case KEY_DOWN:
	case 'j':
		return move(m, 1);
	case KEY_PGUP:
		return move(m, -(long)m->page);
	case KEY_PGDN:
		return move(m, (long)m->page);
	case KEY_HOME:
	case 'g':
		return move(m, -SNAPSHOT_ROWS);
	case KEY_END:
	case 'G':
		return move(m, SNAPSHOT_ROWS);
	case KEY_ESC:
		m->has_picked = 0;
		return 1;
	default:
		return sort_by(m, key);
	}
}

int
model_is_stalled(const struct model *m)
{
	uint64_t limit_s = STALL_INTERVALS * m->interval_ms / 1000;

	if (m->interval_ms == 0)
		limit_s = STALL_FIRST_S;
	else if (limit_s < STALL_MIN_S)
		limit_s = STALL_MIN_S;
	return !m->ended && m->silent_s > limit_s;
}
