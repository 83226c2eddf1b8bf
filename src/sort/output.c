/* output.c - write a snapshot in order, its first rows only where that is asked for. */
#include <string.h>

#include "column.h"
#include "output.h"
#include "text.h"

/*
 * What has a sum over connections. Not the estimates of each (rtt_us, cwnd,
 * delivery_rate, pacing_rate) and not its times.
 */
static const enum column sums[] = {COL_BYTES_IN, COL_BYTES_OUT, COL_PACKETS_IN,
    COL_PACKETS_OUT, COL_RATE_IN, COL_RATE_OUT, COL_RETRANS, COL_SENDQ, COL_RECVQ,
    COL_DELTA_IN, COL_DELTA_OUT, COL_DELTA_RETRANS, COL_BYTES_RETRANS, COL_DROPS, COL_OOO,
    COL_ECN_CE};

/* The rows that are not written. */
struct rest {
	struct conn sum;
	const struct snapshot_row *like; /* one of them, NULL: none */
};

/* What is new in a line. */
struct made {
	const struct conn *conn;
	uint64_t cols; /* HAS() of the columns that come from conn */
	int keep;
};

static const char *
field(const struct output *o, const struct snapshot *s, const struct snapshot_row *r,
    int place, size_t *len)
{
	return reader_field(o->reader, s->lines + r->line, r->len, place, len);
}

/* A line as it came, but for its time where another is set. */
static void
put_line(const struct output *o, const struct snapshot *s, const struct snapshot_row *r)
{
	const char *line = s->lines + r->line, *own;
	size_t len = r->len, own_len, before;

	if (o->time != NULL) {
		own = field(o, s, r, reader_place(o->reader, COL_TIME), &own_len);
		before = (size_t)(own - line);
		fwrite(line, 1, before, o->to);
		fwrite(o->time, 1, o->time_len, o->to);
		line += before + own_len;
		len -= before + own_len;
	}
	fwrite(line, 1, len, o->to);
	putc('\n', o->to);
}

/*
 * Write line r with new values in it, which are no texts. The time is that of r and,
 * where keep is set, so are the other fields; else they are empty.
 */
static void
put_made(const struct output *o, const struct snapshot *s, const struct snapshot_row *r,
    const struct made *m)
{
	const char delim = reader_format(o->reader) == FORMAT_TSV ? '\t' : ',';
	char text[COLUMN_TEXT];
	int place, col;
	const char *value;
	size_t len;

	for (place = 0; (value = field(o, s, r, place, &len)) != NULL; place++) {
		col = reader_column(o->reader, place);
		if (place > 0)
			putc(delim, o->to);
		if (col == COL_TIME && o->time != NULL) {
			value = o->time;
			len = o->time_len;
		} else if (col >= 0 && (m->cols & m->conn->has & HAS(col)) != 0) {
			value = text;
			len = column_format(text, m->conn, col);
		} else if (col != COL_TIME && !m->keep) {
			len = 0;
		}
		fwrite(value, 1, len, o->to);
	}
	putc('\n', o->to);
}

static void
fold(struct rest *rest, const struct snapshot_row *r)
{
	size_t i;

	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		column_add_uint(&rest->sum, sums[i], &r->conn);
	rest->like = r;
}

static int
is_rest(const struct snapshot_row *r)
{
	return (r->conn.has & HAS(COL_EVENT)) != 0 && r->conn.event == EVENT_REST;
}

/*
 * Write the first rows, those that stand for others after the others, and fold what is
 * left. Returns how many were written.
 */
static uint64_t
put_rows(const struct output *o, const struct snapshot *s)
{
	struct rest rest;
	struct made made = {&rest.sum, UINT64_MAX, 0};
	uint64_t written = 0;
	const struct snapshot_row *r, *end = s->row + s->n;
	int pass;

	memset(&rest, 0, sizeof(rest));
	for (pass = 0; pass < 2; pass++) {
		for (r = s->row; r < end; r++) {
			if (is_rest(r) != pass)
				continue;
			if (written < o->limit && !(pass == 1 && o->fold)) {
				put_line(o, s, r);
				written++;
			} else if (o->fold) {
				fold(&rest, r);
			}
		}
	}
	if (rest.like != NULL) {
		rest.sum.has |= HAS(COL_EVENT);
		rest.sum.event = EVENT_REST;
		put_made(o, s, rest.like, &made);
		written++;
	}
	return written;
}

int
output_snapshot(struct output *o, struct snapshot *s)
{
	struct made made = {
	    &s->end.conn, HAS(COL_ROWS) | HAS(COL_LOST) | HAS(COL_CPU_US), 1};
	uint64_t written;
	int ret;

	ret = snapshot_sort(s, &o->order);
	if (ret < 0)
		return ret;
	written = put_rows(o, s);
	if (s->has_end) {
		column_set_uint(&s->end.conn, COL_ROWS, written);
		put_made(o, s, &s->end, &made);
	}
	return 0;
}
