/* totals.c - what a snapshot amounts to. */
#include <string.h>

#include "column.h"
#include "totals.h"

enum { STATE_LISTEN = 10 }; /* TCP_LISTEN of the kernel; netinet/tcp.h differs on macOS */

static int
event_of(const struct conn *c)
{
	return c->has & HAS(COL_EVENT) ? c->event : EVENT_LIVE;
}

static int
is_listening(const struct conn *c)
{
	return c->has & HAS(COL_STATE) && c->state == STATE_LISTEN;
}

int
totals_is_connection(const struct conn *c)
{
	const int event = event_of(c);

	return event != EVENT_CLOSE && event != EVENT_REST && !is_listening(c);
}

static void
count(struct totals *t, const struct conn *c)
{
	const int event = event_of(c);

	t->opened += event == EVENT_OPEN;
	t->closed += event == EVENT_CLOSE;
	if (event == EVENT_CLOSE || event == EVENT_REST || !(c->has & HAS(COL_PROTO)))
		return;
	if (c->proto == PROTO_UDP)
		t->udp++;
	else if (is_listening(c))
		t->listening++;
	else
		t->tcp++;
}

static void
host_add(struct totals *t, const struct conn *c)
{
	if (!(c->has & HAS(COL_HOST)))
		return;
	if (t->host[0] == '\0')
		memcpy(t->host, c->host, sizeof(t->host));
	else if (strcmp(t->host, c->host) != 0)
		t->many_hosts = 1;
}

void
totals_take(struct totals *t, const struct snapshot *s, int saw_end)
{
	const struct conn *end = &s->end.conn, *c;
	size_t i;

	memset(t, 0, sizeof(*t));
	t->incomplete =
	    s->has_end ? end->has & HAS(COL_ROWS) && end->rows != s->n : saw_end;
	/* No rows move nothing; rows without rates tell nothing. */
	if (s->n == 0)
		t->sum.has = HAS(COL_RATE_IN) | HAS(COL_RATE_OUT);
	if (s->has_end)
		host_add(t, end);
	for (i = 0; i < s->n; i++) {
		c = &s->row[i].conn;
		t->has |= c->has;
		count(t, c);
		column_add_uint(&t->sum, COL_RATE_IN, c);
		column_add_uint(&t->sum, COL_RATE_OUT, c);
		column_add_uint(&t->sum, COL_DELTA_RETRANS, c);
		host_add(t, c);
	}
}
