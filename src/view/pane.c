/* pane.c - what lies over the table. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "pane.h"
#include "spark.h"
#include "width.h"

enum {
	ITEM = 40,     /* columns of one item: two on a screen of 80 */
	WIDE = 64,     /* of one of the details: an IPv6 address in full */
	NAME = 22,     /* of these for the name: [x] sndbuf_limited_ms */
	KEY_NAME = 18, /* of a key: Tab, Left, Right */
	LABEL = 10,    /* before a line of bars */
	BARS = 300,    /* 5 minutes of seconds */
};

/* Item number i as name and text. Returns whether there is one. */
typedef int item_fn(const struct model *m, size_t i, char *name, char *text);

static int
help_item(const struct model *m, size_t i, char *name, char *text)
{
	const struct binding *b = command_help(i);

	(void)m;
	if (b == NULL)
		return 0;
	snprintf(name, HUMAN_VALUE, "%s", b->name);
	snprintf(text, HUMAN_VALUE, "%s", b->help);
	return 1;
}

/* Columns: those to choose from, or each that the row can have, and its value. */
static int
column_item(const struct model *m, size_t i, char *name, char *text)
{
	const struct conn *c = &m->picked;
	const int choose = m->mode == MODE_CHOOSE, grouped = m->rows.group != GROUP_NONE;
	const uint64_t has = grouped ? c->has & ~HAS(COL_COOKIE) : m->totals.has | c->has;
	int col = choose ? model_choice(m, i) : 0;
	char value[HUMAN_VALUE];
	size_t len = 0, vlen;

	while (!choose && col < COLS && (!(has & HAS(col)) || i-- > 0))
		col++;
	if (col < 0 || col == COLS)
		return 0;
	snprintf(name, HUMAN_VALUE, "%s%s",
	    !choose                     ? ""
		: m->columns & HAS(col) ? "[x] "
					: "[ ] ",
	    columns[col].name);
	if (m->list.chosen)
		len = column_format(text, c, col);
	vlen = human_value(value, c, col, m->unit);
	if (len == 0)
		text[len++] = '-';
	else if (len != vlen || memcmp(value, text, len) != 0)
		len +=
		    (size_t)snprintf(text + len, HUMAN_VALUE, "  %.*s", (int)vlen, value);
	text[len] = '\0';
	return 1;
}

/* The rates of the row in the last snapshots. Returns the next line. */
static size_t
draw_bars(const struct model *m, struct frame *f, size_t line)
{
	const size_t room = f->cols > LABEL ? f->cols - LABEL : 0;
	const size_t n = room < BARS ? room : BARS;
	struct history_rates rates[BARS];
	char text[3 * BARS];
	int out;

	history_trace(m->history, m->number, &m->picked, rates, n);
	for (out = 0; out <= 1; out++, line++) {
		frame_put(
		    f, line, 1, STYLE_NORMAL, out ? "rate out" : "rate in", out ? 8 : 7);
		frame_put(
		    f, line, LABEL, STYLE_NORMAL, text, spark_line(text, rates, n, out));
	}
	return line;
}

static void
draw_items(struct model *m, struct frame *f, size_t line, item_fn *item)
{
	const size_t page = f->rows > line ? f->rows - line : 0;
	const size_t width = m->mode == MODE_DETAILS ? WIDE : ITEM;
	const size_t name_width = m->mode == MODE_HELP ? KEY_NAME : NAME;
	size_t side = m->mode == MODE_CHOOSE ? 1 : f->cols / width, n = 0, i, y, x;
	char name[HUMAN_VALUE], text[2 * HUMAN_VALUE], fit[3 * HUMAN_VALUE];
	const struct list *l = &m->pane;
	enum style style;

	side = side > 0 ? side : 1;
	while (item(m, n, name, text))
		n++;
	list_settle(&m->pane, (n + side - 1) / side, page);
	for (i = 0; i < n; i++) {
		/* Down the first column, then down the second. */
		y = i % l->n;
		x = i / l->n * width;
		if (y < l->top || y >= l->top + page)
			continue;
		y -= l->top;
		item(m, i, name, text);
		style = l->chosen && i == l->at ? STYLE_REVERSE : STYLE_NORMAL;
		frame_put(f, line + y, x, style, style == STYLE_REVERSE ? ">" : " ", 1);
		frame_put(f, line + y, x + 1, style, fit,
		    width_fit(fit, name, strlen(name), name_width, 0));
		frame_put(f, line + y, x + 1 + name_width, style, fit,
		    width_fit(fit, text, strlen(text), width - name_width - 1, 0));
	}
}

void
pane_draw(struct model *m, struct frame *f, size_t line)
{
	static const char *const title[] = {
	    [MODE_CHOOSE] = "COLUMNS: Space shows or hides, Esc closes",
	    [MODE_DETAILS] = "DETAILS: Esc closes",
	    [MODE_HELP] = "HELP: Esc closes",
	};
	size_t at;

	at = frame_put(f, line, 1, STYLE_REVERSE, title[m->mode], strlen(title[m->mode]));
	if (m->mode == MODE_DETAILS && m->gone)
		at = frame_put(f, line, at, STYLE_REVERSE, " - not in this snapshot", 23);
	frame_put(f, line, 0, STYLE_REVERSE, " ", 1);
	frame_fill(f, line, at, STYLE_REVERSE);
	line++;
	if (m->mode == MODE_DETAILS && m->history != NULL)
		line = draw_bars(m, f, line);
	draw_items(m, f, line, m->mode == MODE_HELP ? help_item : column_item);
}
