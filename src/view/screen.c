/* screen.c - the model as lines of text. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "column.h"
#include "screen.h"
#include "stamp.h"
#include "table.h"
#include "text.h"

enum {
	PARTS = 8,      /* of a line of the head, at most */
	PART_TEXT = 96, /* longest is a host name; longer ones are cut */
	GAP = 2,        /* blanks between parts */
};

struct screen {
	size_t cols;
	size_t rows; /* not yet drawn */
	void (*put)(const struct line *line);
};

/* A line of the head, of which a narrow screen drops the parts of the highest rank. */
struct head {
	struct {
		char text[PART_TEXT];
		int rank;
	} part[PARTS];
	int n;
};

/* Draw a line, cut to the screen; a reversed one goes all the way, others end in text. */
static void
put_line(struct screen *s, const char *text, size_t len, enum attr attr)
{
	char fit[TABLE_TEXT + SCREEN_COLS_MAX];
	struct line line = {fit, 0, s->cols, attr};

	if (s->rows == 0)
		return;
	s->rows--;
	line.len = cell_fit(fit, text, len, s->cols, 0);
	while (attr != ATTR_REVERSE && line.len > 0 && fit[line.len - 1] == ' ') {
		line.len--;
		line.cols--;
	}
	s->put(&line);
}

__attribute__((format(printf, 3, 4))) static void
add(struct head *h, int rank, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(h->part[h->n].text, PART_TEXT, format, ap);
	va_end(ap);
	h->part[h->n++].rank = rank;
}

/* Draw what fits: parts up to the highest rank that the screen has room for. */
static void
put_head(struct screen *s, const struct head *h, enum attr attr)
{
	char text[PARTS * (PART_TEXT + GAP)];
	int i, rank = PARTS;
	size_t len;

	do {
		len = 0;
		for (i = 0; i < h->n; i++) {
			if (h->part[i].rank > rank)
				continue;
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%*s%s",
			    len > 0 ? GAP : 0, "", h->part[i].text);
		}
	} while (rank-- > 0 && cell_width(text, len) > s->cols);
	put_line(s, text, len, attr);
}

/* Host, time, what the keys have set. */
static void
draw_who(struct screen *s, const struct model *m)
{
	const struct order_key *key = &m->order.key[0];
	char text[COLUMN_TEXT];
	struct head h = {.n = 0};
	size_t len;

	add(&h, 4, "tcptop");
	len = text_escape(text, m->host, strlen(m->host));
	if (m->many_hosts)
		add(&h, 2, "several hosts");
	else if (len > 0)
		add(&h, 2, "%.*s", (int)len, text);
	/* 2026-11-20T18:11:04.123Z: the day, the time to the second. */
	if (m->time_ms != 0 && stamp_rfc3339(text, m->time_ms) > 19)
		add(&h, 1, "%.10s %.8sZ", text, text + 11);
	if (m->paused)
		add(&h, 0, "[paused]");
	if (m->order.n > 0)
		add(&h, 3, "sort %s:%s",
		    key->col == ORDER_RATE ? "rate" : columns[key->col].name,
		    key->desc ? "desc" : "asc");
	put_head(s, &h, ATTR_NORMAL);
}

static void
draw_counts(struct screen *s, const struct model *m)
{
	const struct counts *n = &m->counts;
	struct head h = {.n = 0};

	add(&h, 0, "%llu tcp", (unsigned long long)n->tcp);
	add(&h, 1, "%llu udp", (unsigned long long)n->udp);
	add(&h, 5, "%llu listening", (unsigned long long)n->listening);
	add(&h, 2, "%llu opened", (unsigned long long)n->opened);
	add(&h, 3, "%llu closed", (unsigned long long)n->closed);
	if (m->sum.has & HAS(COL_DELTA_RETRANS) && m->interval_ms > 0)
		add(&h, 4, "%.1f retrans/s",
		    m->sum.delta_retrans * 1000.0 / (double)m->interval_ms);
	put_head(s, &h, ATTR_NORMAL);
}

/* Rates, and in bold what the reader of the screen must know before he trusts it. */
static void
draw_rates(struct screen *s, const struct model *m)
{
	const struct conn *sum = &m->sum, *end = NULL;
	char text[CELL_SHORT];
	struct head h = {.n = 0};
	int rates;

	if (m->snap != NULL && m->snap->has_end)
		end = &m->snap->end.conn;
	if (sum->has & HAS(COL_RATE_IN))
		add(&h, 2, "in %.*sB/s", (int)cell_count(text, sum->rate_in), text);
	if (sum->has & HAS(COL_RATE_OUT))
		add(&h, 3, "out %.*sB/s", (int)cell_count(text, sum->rate_out), text);
	rates = h.n;
	if (end != NULL && end->has & HAS(COL_LOST) && end->lost > 0)
		add(&h, 0, "%llu reports lost", (unsigned long long)end->lost);
	if (m->incomplete && end != NULL)
		add(&h, 1, "incomplete: %zu of %llu rows", m->snap->n,
		    (unsigned long long)end->rows);
	else if (m->incomplete)
		add(&h, 1, "incomplete: no end row");
	if (m->ended)
		add(&h, 0, "stream ended");
	else if (model_is_stalled(m))
		add(&h, 0, "no data for %llu s", (unsigned long long)m->silent_s);
	put_head(s, &h, h.n > rates ? ATTR_BOLD : ATTR_NORMAL);
}

int
screen_draw(
    struct model *m, size_t cols, size_t rows, void (*put)(const struct line *line))
{
	struct screen s = {cols, rows, put};
	char text[TABLE_TEXT];
	struct table t;
	size_t row, len;
	int picked;

	if (model_settle(m, rows > SCREEN_HEAD ? rows - SCREEN_HEAD : 0) < 0)
		return -ENOMEM;
	if (s.cols > SCREEN_COLS_MAX)
		s.cols = SCREEN_COLS_MAX;
	table_init(&t, s.cols);
	draw_who(&s, m);
	draw_counts(&s, m);
	draw_rates(&s, m);
	put_line(&s, text, table_row(&t, text, NULL, &m->order), ATTR_REVERSE);
	for (row = m->top; s.rows > 0 && m->snap != NULL && row < m->snap->n; row++) {
		len = table_row(&t, text, &m->snap->row[row].conn, &m->order);
		picked = m->has_picked && row == m->picked;
		if (picked)
			text[0] = '>';
		put_line(&s, text, len, picked ? ATTR_REVERSE : ATTR_NORMAL);
	}
	return 0;
}
