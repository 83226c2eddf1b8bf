/* screen.c - the model as a frame. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pane.h"
#include "screen.h"
#include "spark.h"
#include "stamp.h"
#include "text.h"
#include "width.h"

enum {
	PARTS = 12,      /* of a line of the head, at most */
	PART_TEXT = 320, /* longest is a host name, escaped */
	GAP = 2,         /* blanks between parts */
	SPARK_MIN = 8,   /* narrower ones tell nothing */
	SPARK_MAX = 60,
};

/* A line of the head, of which a narrow screen drops the parts of the highest rank. */
struct head {
	struct {
		char text[PART_TEXT];
		int rank;
		enum style style;
	} part[PARTS];
	int n;
};

static const char *const group_name[GROUPS] = {
    "", "process", "remote host", "local port"};

__attribute__((format(printf, 4, 5))) static void
add(struct head *h, int rank, enum style style, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(h->part[h->n].text, PART_TEXT, format, ap);
	va_end(ap);
	h->part[h->n].style = style;
	h->part[h->n++].rank = rank;
}

/* Columns of the parts up to a rank. */
static size_t
head_width(const struct head *h, int rank)
{
	size_t width = 0;
	int i;

	for (i = 0; i < h->n; i++)
		if (h->part[i].rank <= rank)
			width += (width > 0 ? GAP : 0) +
			    width_of(h->part[i].text, strlen(h->part[i].text));
	return width;
}

/* Draw what fits: parts up to the highest rank that the screen has room for. */
static void
put_head(struct frame *f, size_t line, const struct head *h)
{
	int i, rank = PARTS;
	size_t at = 0;

	while (rank > 0 && head_width(h, rank) > f->cols)
		rank--;
	for (i = 0; i < h->n; i++) {
		if (h->part[i].rank > rank)
			continue;
		at = frame_put(f, line, at > 0 ? at + GAP : 0, h->part[i].style,
		    h->part[i].text, strlen(h->part[i].text));
	}
}

/* Where in a recorded stream we are. */
static void
add_place(struct head *h, const struct model *m)
{
	const struct history *past = m->history;
	char text[STAMP_TEXT];

	if (m->paused)
		add(h, 0, STYLE_BOLD, "[paused]");
	if (m->paused && past->first < past->next) {
		stamp_rfc3339(text, history_past(past, past->first)->time_ms);
		add(h, 4, STYLE_NORMAL, "%llu back, history from %.8sZ",
		    (unsigned long long)(past->next - 1 - m->number), text + 11);
	}
	if (m->speed > 0 && isinf(m->speed))
		add(h, 3, STYLE_NORMAL, "replay max");
	else if (m->speed > 0)
		add(h, 3, STYLE_NORMAL, "replay x%g", m->speed);
}

/* Host, time, what the keys have set. */
static void
draw_who(struct frame *f, const struct model *m)
{
	const struct order_key *key = &m->rows.order.key[0];
	/* Nobody wants to see timers tremble. */
	const uint64_t shown_ms = (m->interval_ms + 5) / 10 * 10;
	char text[4 * CONN_HOST];
	struct head h = {.n = 0};
	size_t len;

	add(&h, 7, STYLE_BOLD, "tcptop");
	len = text_escape(text, m->totals.host, strlen(m->totals.host));
	if (m->totals.many_hosts)
		add(&h, 2, STYLE_NORMAL, "several hosts");
	else if (len > 0)
		add(&h, 2, STYLE_NORMAL, "%.*s", (int)len, text);
	/* 2026-11-20T18:11:04.123Z: the day, the time to the second. */
	if (m->time_ms != 0 && stamp_rfc3339(text, m->time_ms) > 19)
		add(&h, 1, STYLE_NORMAL, "%.10s %.8sZ", text, text + 11);
	if (m->interval_ms > 0)
		add(&h, 6, STYLE_NORMAL, "every %gs", (double)shown_ms / 1000);
	if (m->history != NULL)
		add_place(&h, m);
	if (m->mode == MODE_FILTER || m->filter[0] != '\0')
		add(&h, 0, STYLE_BOLD, "/%s%s", m->filter,
		    m->mode == MODE_FILTER ? "_" : "");
	if (m->rows.group != GROUP_NONE)
		add(&h, 2, STYLE_BOLD, "by %s", group_name[m->rows.group]);
	if (m->rows.order.n > 0)
		add(&h, 5, STYLE_NORMAL, "sort %s:%s",
		    key->col == ORDER_RATE ? "rate" : columns[key->col].name,
		    key->desc ? "desc" : "asc");
	if (m->rows.frozen)
		add(&h, 1, STYLE_BOLD, "[frozen]");
	if (m->history != NULL)
		add(&h, 8, STYLE_NORMAL, "? help");
	put_head(f, 0, &h);
}

static void
draw_counts(struct frame *f, const struct model *m)
{
	const struct totals *n = &m->totals;
	const struct list *l = &m->list;
	struct head h = {.n = 0};

	add(&h, 0, STYLE_NORMAL, "%llu tcp", (unsigned long long)n->tcp);
	add(&h, 1, STYLE_NORMAL, "%llu udp", (unsigned long long)n->udp);
	add(&h, 5, STYLE_NORMAL, "%llu listening", (unsigned long long)n->listening);
	add(&h, 2, STYLE_NORMAL, "%llu opened", (unsigned long long)n->opened);
	add(&h, 3, STYLE_NORMAL, "%llu closed", (unsigned long long)n->closed);
	if (n->sum.has & HAS(COL_DELTA_RETRANS) && m->interval_ms > 0)
		add(&h, 4, STYLE_NORMAL, "%.1f retrans/s",
		    n->sum.delta_retrans * 1000.0 / (double)m->interval_ms);
	if (m->history != NULL && l->n > 0)
		add(&h, 6, STYLE_NORMAL, "rows %zu-%zu of %zu", l->top + 1,
		    l->top + l->page < l->n ? l->top + l->page : l->n, l->n);
	put_head(f, 1, &h);
}

/* A rate of all, and how it was in the last minutes where there is room. */
static void
add_rate(struct head *h, const struct model *m, int out, size_t bars)
{
	struct history_rates rates[SPARK_MAX];
	char text[HUMAN_TEXT], line[3 * SPARK_MAX] = "";
	uint64_t first = m->number + 1 - bars;
	size_t len = 0, i;

	for (i = 0; i < bars; i++)
		rates[i] = history_sums(m->history, first + i);
	if (bars > 0)
		len = spark_line(line, rates, bars, out);
	human_bytes_unit(
	    text, out ? m->totals.sum.rate_out : m->totals.sum.rate_in, m->unit);
	add(h, 2 + out, STYLE_NORMAL, "%s %s/s%s%.*s", out ? "out" : "in", text,
	    len > 0 ? " " : "", (int)len, line);
}

/* What the reader of the screen must know before he trusts it. */
static void
add_warnings(struct head *h, const struct model *m)
{
	const struct conn *end = NULL;

	if (m->snap != NULL && m->snap->has_end)
		end = &m->snap->end.conn;
	if (end != NULL && end->has & HAS(COL_LOST) && end->lost > 0)
		add(h, 0, STYLE_BOLD, "%llu reports lost", (unsigned long long)end->lost);
	if (m->totals.incomplete && end != NULL)
		add(h, 1, STYLE_BOLD, "incomplete: %zu of %llu rows", m->snap->n,
		    (unsigned long long)end->rows);
	else if (m->totals.incomplete)
		add(h, 1, STYLE_BOLD, "incomplete: no end row");
	if (m->ended)
		add(h, 0, STYLE_BOLD, "stream ended");
	else if (model_is_stalled(m))
		add(h, 0, STYLE_BOLD, "no data for %llu s",
		    (unsigned long long)m->silent_s);
}

static void
draw_rates(struct frame *f, const struct model *m)
{
	size_t bars = 0, used;
	struct head h;
	int out, again;

	/* Without bars first: they get the room that is left. */
	for (again = 0; again <= 1; again++) {
		h.n = 0;
		for (out = 0; out <= 1; out++)
			if (m->totals.sum.has & HAS(out ? COL_RATE_OUT : COL_RATE_IN))
				add_rate(&h, m, out, bars);
		add_warnings(&h, m);
		used = head_width(&h, PARTS) + GAP;
		if (m->history == NULL || f->cols < used + 2 * SPARK_MIN)
			break;
		bars =
		    (f->cols - used) / 2 < SPARK_MAX ? (f->cols - used) / 2 : SPARK_MAX;
		if (bars > m->number + 1)
			bars = (size_t)m->number + 1;
	}
	put_head(f, 2, &h);
}

int
screen_draw(struct model *m, struct frame *f)
{
	const size_t page = f->rows > SCREEN_HEAD ? f->rows - SCREEN_HEAD : 0;
	const struct list *l = &m->list;
	size_t row;

	if (model_settle(m, page) < 0)
		return -ENOMEM;
	table_init(&m->table, f->cols, table_for_group(m->columns, m->rows.group));
	draw_who(f, m);
	draw_counts(f, m);
	draw_rates(f, m);
	if (m->mode > MODE_FILTER) {
		pane_draw(m, f, SCREEN_HEAD - 1);
		return 0;
	}
	table_titles(&m->table, f, SCREEN_HEAD - 1, &m->rows.order, m->title);
	for (row = l->top; row < l->n && row < l->top + page; row++)
		table_row(&m->table, f, SCREEN_HEAD + row - l->top,
		    rows_at(&m->rows, row), m->unit, l->chosen && row == l->at);
	return 0;
}
