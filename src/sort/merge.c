/* merge.c - the snapshots of several inputs to one. */
#include <string.h>

#include "column.h"
#include "merge.h"

enum { GAP_MS = 1000 }; /* where it is not known: the collector's own default interval */

static struct feed *
earliest_of(const struct inputs *ins)
{
	struct feed *feed, *first = NULL;
	int i;

	for (i = 0; i < ins->n; i++) {
		feed = input_ready(&ins->input[i]);
		if (feed != NULL && (first == NULL || feed->time_ms < first->time_ms))
			first = feed;
	}
	return first;
}

/* Offer a row of an input, under another time. */
static int
add_row(struct snapshot *out, const struct snapshot *from, const struct snapshot_row *r,
    uint64_t time_ms)
{
	struct row row;
	int ret;

	row.conn = r->conn;
	row.conn.time_ms = time_ms;
	row.line = from->lines + r->line;
	row.len = r->len;
	ret = snapshot_add(out, &row);
	return ret < 0 ? ret : 0;
}

/* Add an input's rows; of its `end` row only what has a sum. */
static int
add_input(struct snapshot *out, const struct snapshot *s, uint64_t time_ms,
    struct snapshot_row *end)
{
	size_t i;
	int ret;

	for (i = 0; i < s->n; i++) {
		ret = add_row(out, s, &s->row[i], time_ms);
		if (ret < 0)
			return ret;
	}
	if (s->has_end) {
		column_add_uint(&end->conn, COL_LOST, &s->end.conn);
		column_add_uint(&end->conn, COL_CPU_US, &s->end.conn);
	}
	return 0;
}

int
merge_snapshots(
    struct inputs *ins, struct snapshot *out, const char **time, size_t *time_len)
{
	struct feed *feed, *first = earliest_of(ins);
	const struct snapshot *ending = NULL, *s = &first->snap;
	const struct snapshot_row *timed = s->n > 0 ? &s->row[0] : &s->end;
	const uint64_t gap_ms = first->gap_ms > 0 ? first->gap_ms : GAP_MS;
	struct snapshot_row end;
	int ret, i;

	memset(&end, 0, sizeof(end));
	snapshot_clear(out);
	*time = reader_field(ins->reader, s->lines + timed->line, timed->len,
	    reader_place(ins->reader, COL_TIME), time_len);
	for (i = 0; i < ins->n; i++) {
		feed = input_ready(&ins->input[i]);
		if (feed == NULL || (feed->time_ms - first->time_ms) * 2 > gap_ms)
			continue;
		ret = add_input(out, &feed->snap, first->time_ms, &end);
		if (ret < 0)
			return ret;
		if (feed->snap.has_end && ending == NULL)
			ending = &feed->snap;
		feed_drop(feed);
	}
	if (ending == NULL)
		return 0;
	/* Dropped, but its memory is as it was. */
	end.line = ending->end.line;
	end.len = ending->end.len;
	end.conn.has |= HAS(COL_TIME) | HAS(COL_EVENT);
	end.conn.event = EVENT_END;
	return add_row(out, ending, &end, first->time_ms);
}
