/* model.c - what the screen shows. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "column.h"
#include "command.h"
#include "ident.h"
#include "keys.h"
#include "model.h"

enum {
	STALL_MIN_S = 3,   /* a collector under load may well be a second late */
	STALL_FIRST_S = 5, /* while the interval is not known */
	STALL_INTERVALS = 3,
};

/* Of a replay; beyond: as fast as can be. */
static const double slowest = 1.0 / 16, fastest = 1024;

void
model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	order_add(&m->rows.order, "rate:desc");
	m->columns = table_default;
	m->title = -1;
}

void
model_free(struct model *m)
{
	rows_free(&m->rows);
}

void
model_take(struct model *m, const struct snapshot *s, int saw_end, uint64_t gap_ms)
{
	m->snap = s;
	m->time_ms = snapshot_time(s);
	m->interval_ms = gap_ms;
	m->settled = 0;
	totals_take(&m->totals, s, saw_end);
}

/* The choice was moved: from now on it stays with what is there. */
static void
pick(struct model *m)
{
	m->gone = 0;
	if (m->list.chosen)
		m->picked = *rows_at(&m->rows, m->list.at);
}

/* Where the selected connection went; when it is gone the selection keeps its place. */
static void
find_picked(struct model *m)
{
	const size_t row = rows_find(&m->rows, &m->picked);

	m->gone = row == m->rows.n;
	if (!m->gone)
		m->list.at = row;
	list_settle(&m->list, m->rows.n, m->list.page);
	/* Details are of one connection, not of whatever stands in its place. */
	if (!m->gone || m->mode != MODE_DETAILS)
		pick(m);
}

int
model_settle(struct model *m, size_t page)
{
	if (!m->settled && m->snap != NULL) {
		if (rows_make(&m->rows, m->snap) < 0)
			return -ENOMEM;
		if (m->list.chosen)
			find_picked(m);
	}
	m->settled = 1;
	list_settle(&m->list, m->rows.n, page);
	if (!m->list.chosen)
		m->list.top = 0;
	return 0;
}

/* What rows there are or their order was changed by hand. */
static int
remake(struct model *m)
{
	rows_thaw(&m->rows);
	m->settled = 0;
	return 1;
}

static int
sort_by(struct model *m, int col)
{
	struct order o = {.n = 0}, *now = &m->rows.order;
	int i;

	order_add(&o, col == ORDER_RATE ? "rate" : columns[col].name);
	if (col == COL_LADDR || col == COL_RADDR)
		order_add(&o, columns[col + 1].name); /* its port */
	for (i = 0; now->n > 0 && now->key[0].col == col && i < o.n; i++)
		o.key[i].desc = !now->key[0].desc;
	*now = o;
	return remake(m);
}

/* From the title chosen to the next one on the screen, round the ends. */
static int
move_title(struct model *m, int by)
{
	int shown[COLS], n = 0, at = by > 0 ? -1 : 0, col;
	size_t i;

	for (i = 0; (col = table_column(i)) >= 0; i++) {
		if (m->table.width[col] == 0)
			continue;
		if (col == m->title)
			at = n;
		shown[n++] = col;
	}
	m->title = n > 0 ? shown[(at + by + n) % n] : -1;
	return 1;
}

int
model_choice(const struct model *m, size_t i)
{
	size_t at;
	int col;

	for (at = 0; (col = table_column(at)) >= 0; at++)
		if ((m->totals.has | table_default) & HAS(col) && i-- == 0)
			return col;
	return -1;
}

static int
open_mode(struct model *m, enum mode mode)
{
	m->mode = m->mode == mode ? MODE_TABLE : mode;
	memset(&m->pane, 0, sizeof(m->pane));
	m->pane.chosen = mode == MODE_CHOOSE;
	return 1;
}

static int
move(struct model *m, long by)
{
	if (m->mode == MODE_CHOOSE) {
		list_move(&m->pane, by);
	} else if (m->mode == MODE_HELP || m->mode == MODE_DETAILS) {
		list_scroll(&m->pane, by);
	} else {
		list_move(&m->list, by);
		list_settle(&m->list, m->rows.n, m->list.page);
		pick(m);
	}
	return 1;
}

/* The filter as it is now. */
static int
filter(struct model *m)
{
	match_parse(&m->rows.match, m->filter);
	m->settled = 0;
	return 1;
}

static int
details(struct model *m)
{
	if (!m->list.chosen)
		move(m, 1);
	return m->list.chosen ? open_mode(m, MODE_DETAILS) : 1;
}

static int
enter(struct model *m)
{
	const int col = model_choice(m, m->pane.at);

	if (m->mode == MODE_CHOOSE && col >= 0)
		m->columns ^= HAS(col);
	else if (m->mode != MODE_TABLE)
		return open_mode(m, MODE_TABLE);
	else
		return m->title >= 0 ? sort_by(m, m->title) : details(m);
	return 1;
}

/* One thing at a time, the one on top first. */
static int
escape(struct model *m)
{
	if (m->mode != MODE_TABLE)
		return open_mode(m, MODE_TABLE);
	if (m->title >= 0) {
		m->title = -1;
	} else if (m->filter[0] != '\0') {
		m->filter[0] = '\0';
		filter(m);
	} else {
		m->list.chosen = 0;
	}
	return 1;
}

/* A key while the filter is typed. Returns whether it belongs to that. */
static int
type(struct model *m, int key)
{
	size_t len = strlen(m->filter);

	if (key == KEY_BACKSPACE) {
		while (len > 0 && (m->filter[--len] & 0xc0) == 0x80)
			;
	} else if (key >= ' ' && key < KEY_NONE && len + 1 < sizeof(m->filter)) {
		m->filter[len++] = (char)key;
	} else if (key == KEY_ESC) {
		len = 0;
		m->mode = MODE_TABLE;
	} else if (key < ' ' || key >= KEY_NONE) {
		return 0;
	}
	m->filter[len] = '\0';
	return filter(m);
}

static int
group(struct model *m)
{
	m->rows.group = (m->rows.group + 1) % GROUPS;
	m->list.chosen = 0;
	m->mode = MODE_TABLE;
	return remake(m);
}

/* Only a replay has a speed. */
static int
change_speed(struct model *m, int by)
{
	if (by > 0 && m->speed > 0)
		m->speed = m->speed >= fastest ? INFINITY : m->speed * 2;
	else if (isinf(m->speed))
		m->speed = fastest;
	else if (m->speed > slowest)
		m->speed /= 2;
	return 1;
}

int
model_key(struct model *m, int key)
{
	const struct binding *b = command_of(key);

	/* A key before this one may have changed the rows; drawing tells where memory
	 * lacks. */
	(void)model_settle(m, m->list.page);
	if (m->mode == MODE_FILTER && type(m, key))
		return 1;
	switch (b->command) {
	case COMMAND_SORT:
		return sort_by(m, b->arg);
	case COMMAND_MOVE:
		return move(m, b->arg);
	case COMMAND_PAGE:
		return move(m,
		    b->arg * (long)(m->mode > MODE_FILTER ? m->pane.page : m->list.page));
	case COMMAND_TITLE:
		return move_title(m, b->arg);
	case COMMAND_ENTER:
		return enter(m);
	case COMMAND_ESC:
		return escape(m);
	case COMMAND_QUIT: /* ends what lies over the table */
		return m->mode != MODE_TABLE ? open_mode(m, MODE_TABLE) : 0;
	case COMMAND_PAUSE: /* ticks a column */
		return m->mode == MODE_CHOOSE ? enter(m) : 0;
	case COMMAND_FILTER:
		return open_mode(m, MODE_FILTER);
	case COMMAND_SPEED:
		return change_speed(m, b->arg);
	case COMMAND_FREEZE:
		m->rows.frozen = !m->rows.frozen;
		return remake(m);
	case COMMAND_GROUP:
		return group(m);
	case COMMAND_UNIT:
		m->unit = (m->unit + 1) % HUMAN_UNITS;
		return 1;
	case COMMAND_MORE:
		m->columns = m->columns & table_more ? m->columns & ~table_more
						     : m->columns | table_more;
		return 1;
	case COMMAND_CHOOSE:
		return open_mode(m, MODE_CHOOSE);
	case COMMAND_DETAILS:
		return m->mode == MODE_DETAILS ? escape(m) : details(m);
	case COMMAND_HELP:
		return open_mode(m, MODE_HELP);
	default:
		return 0;
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
