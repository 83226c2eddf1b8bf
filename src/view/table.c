/* table.c - the table of connections. */
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "table.h"
#include "width.h"

enum { ASKED = 5 }; /* a narrow screen keeps what somebody has asked for before ... */

/*
 * min is for narrow screens: with all of the default at min the table is 80 columns
 * wide, and remote and rate_in are 20. IPv4 with its port takes 21, IPv6 47. A column
 * that is not here is called as in the stream.
 */
struct spec {
	const char *title;
	const char *brief; /* title where the other does not fit */
	uint8_t keep;      /* what a narrow screen keeps, 1 first */
	uint8_t min;
	uint8_t want;
	uint8_t max;
};

static const struct spec specs[COLS] = {
    [COL_PROTO] = {"PROTO", "PROTO", 10, 5, 6, 6},
    [COL_LADDR] = {"LOCAL", "LOCAL", 6, 14, 21, 47},
    [COL_RADDR] = {"REMOTE", "REMOTE", 1, 13, 21, 47},
    [COL_ROWS] = {"CONNS", "CONNS", 2, 6, 7, 7},
    [COL_PID] = {"PID", "PID", 9, 7, 7, 7},
    [COL_COMM] = {"PROCESS", "PROCESS", 4, 8, 15, 24},
    [COL_STATE] = {"STATE", "STATE", 7, 6, 11, 12},
    [COL_RATE_IN] = {"RATE IN", "IN/s", 2, 5, 8, 9},
    [COL_RATE_OUT] = {"RATE OUT", "OUT/s", 3, 6, 9, 9},
    [COL_RTT_US] = {"RTT", "RTT", 8, 6, 7, 8},
    [COL_BYTES_IN] = {"BYTES IN", "IN", ASKED, 5, 9, 9},
    [COL_BYTES_OUT] = {"BYTES OUT", "OUT", ASKED, 5, 9, 9},
    [COL_PACKETS_IN] = {"PKTS IN", "PKTI", ASKED, 5, 8, 8},
    [COL_PACKETS_OUT] = {"PKTS OUT", "PKTO", ASKED, 5, 8, 8},
    [COL_RETRANS] = {"RETRANS", "RETR", ASKED, 5, 7, 8},
};

/* From the left. Time, event, ports and lost are shown elsewhere. */
static const uint8_t places[] = {COL_PROTO, COL_LADDR, COL_RADDR, COL_ROWS, COL_PID,
    COL_COMM, COL_STATE, COL_RATE_IN, COL_RATE_OUT, COL_RTT_US, COL_BYTES_IN,
    COL_BYTES_OUT, COL_PACKETS_IN, COL_PACKETS_OUT, COL_RETRANS, COL_AGE_MS, COL_IDLE_MS,
    COL_MIN_RTT_US, COL_RTTVAR_US, COL_DELTA_IN, COL_DELTA_OUT, COL_DELTA_RETRANS,
    COL_BYTES_RETRANS, COL_SENDQ, COL_RECVQ, COL_DROPS, COL_CWND, COL_SSTHRESH, COL_MSS,
    COL_CC, COL_PACING_RATE, COL_DELIVERY_RATE, COL_BUSY_MS, COL_RWND_LIMITED_MS,
    COL_SNDBUF_LIMITED_MS, COL_OOO, COL_ECN_CE, COL_ERROR, COL_OWNER, COL_UID, COL_NETNS,
    COL_CGROUP, COL_COOKIE, COL_IFACE, COL_HOST};

/* What room goes to before the others; where there is plenty, in reverse. */
static const uint8_t grow[] = {COL_RADDR, COL_LADDR, COL_STATE, COL_COMM};

const uint64_t table_default = HAS(COL_PROTO) | HAS(COL_LADDR) | HAS(COL_RADDR) |
    HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_STATE) | HAS(COL_RATE_IN) | HAS(COL_RATE_OUT) |
    HAS(COL_RTT_US);
const uint64_t table_more = HAS(COL_BYTES_IN) | HAS(COL_BYTES_OUT) | HAS(COL_PACKETS_IN) |
    HAS(COL_PACKETS_OUT) | HAS(COL_RETRANS);

enum { COOL = 1, WARM = 10000, HOT = 1000000 }; /* rates from there on, in bytes/s */

int
table_column(size_t i)
{
	return i < sizeof(places) ? places[i] : -1;
}

static struct spec
spec_of(int col)
{
	struct spec s = specs[col];
	size_t len;

	if (s.title != NULL)
		return s;
	len = strlen(columns[col].name) + 1;
	s.title = s.brief = columns[col].name;
	s.keep = ASKED;
	s.min = s.want = (uint8_t)(len > 7 ? len : 7);
	s.max = columns[col].type == TYPE_TEXT ? 24 : s.min;
	return s;
}

uint64_t
table_for_group(uint64_t chosen, enum group by)
{
	static const uint64_t own[GROUPS] = {
	    [GROUP_PROCESS] = HAS(COL_PID) | HAS(COL_COMM) | HAS(COL_ROWS),
	    [GROUP_REMOTE] = HAS(COL_RADDR) | HAS(COL_ROWS),
	    [GROUP_PORT] = HAS(COL_PROTO) | HAS(COL_LADDR) | HAS(COL_ROWS),
	};
	const uint64_t sums = table_more | HAS(COL_RATE_IN) | HAS(COL_RATE_OUT);

	return by == GROUP_NONE ? chosen : own[by] | (chosen & sums);
}

/* Give a column that is shown up to `room` more. Returns what is left. */
static size_t
widen(struct table *t, int col, size_t room, int to_max)
{
	const struct spec s = spec_of(col);
	size_t more = to_max ? s.max : s.want;

	if (t->width[col] == 0 || t->width[col] >= more)
		return room;
	more -= t->width[col];
	more = more < room ? more : room;
	t->width[col] = (uint8_t)(t->width[col] + more);
	return room - more;
}

void
table_init(struct table *t, size_t cols, uint64_t wanted)
{
	size_t i, need, room = cols;
	int keep, to_max, full = 0;

	memset(t, 0, sizeof(*t));
	/* The mark stands where the first column would need a blank before it. */
	for (keep = 1; keep <= 10; keep++) {
		for (i = 0; i < sizeof(places); i++) {
			need = spec_of(places[i]).min + 1u;
			if (spec_of(places[i]).keep != keep || !(wanted & HAS(places[i])))
				continue;
			full |= room < need;
			if (full)
				continue;
			t->width[places[i]] = (uint8_t)(need - 1);
			room -= need;
		}
	}
	for (to_max = 0; to_max <= 1; to_max++) {
		for (i = 0; i < sizeof(grow); i++)
			room = widen(
			    t, grow[to_max ? sizeof(grow) - 1 - i : i], room, to_max);
		for (i = 0; i < sizeof(places); i++)
			room = widen(t, places[i], room, to_max);
	}
}

/* Is this key of an order what the title of a column stands for? */
static int
is_key(int key, int col)
{
	return key == col || (key == COL_LPORT && col == COL_LADDR) ||
	    (key == COL_RPORT && col == COL_RADDR) ||
	    (key == ORDER_RATE && col == COL_RATE_IN);
}

/* The title with the mark of the order, in capitals, shortened where needed. */
static size_t
title(char *dst, int col, size_t width, const struct order *o)
{
	const struct spec s = spec_of(col);
	const char *mark = "", *text = s.title;
	size_t len, i;

	if (o->n > 0 && is_key(o->key[0].col, col))
		mark = o->key[0].desc ? "v" : "^";
	if (strlen(text) + strlen(mark) > width)
		text = s.brief;
	len = (size_t)snprintf(
	    dst, HUMAN_TEXT, "%.*s%s", (int)(width - strlen(mark)), text, mark);
	for (i = 0; text == columns[col].name && i < len - strlen(mark); i++)
		dst[i] =
		    (char)(dst[i] >= 'a' && dst[i] <= 'z' ? dst[i] - 'a' + 'A' : dst[i]);
	return len;
}

void
table_titles(const struct table *t, struct frame *f, size_t line, const struct order *o,
    int chosen)
{
	char text[HUMAN_TEXT], cell[HUMAN_VALUE];
	size_t at = 0, len, i;
	enum style style;
	int col, right;

	for (i = 0; i < sizeof(places); i++) {
		col = places[i];
		if (t->width[col] == 0)
			continue;
		right = columns[col].type == TYPE_UINT;
		style = col == chosen ? STYLE_BOLD : STYLE_REVERSE;
		len = title(text, col, t->width[col], o);
		len = width_fit(cell, text, len, t->width[col], right);
		at = frame_put(f, line, at, style, col == chosen ? ">" : " ", 1);
		at = frame_put(f, line, at, style, cell, len);
	}
	frame_fill(f, line, at, STYLE_REVERSE);
}

/* The value of a cell as text, "-" where it is not known. */
static size_t
value(char *dst, int col, size_t width, const struct conn *c, enum human_unit unit)
{
	const int is_rest = c->has & HAS(COL_EVENT) && c->event == EVENT_REST;
	size_t len;

	if (col == COL_LADDR || col == COL_RADDR)
		return human_end(dst, c, col == COL_RADDR, width);
	len = human_value(dst, c, col == COL_PROTO && is_rest ? COL_EVENT : col, unit);
	if (col == COL_STATE && len > width && c->state < NAMES_STATE)
		len =
		    (size_t)snprintf(dst, HUMAN_VALUE, "%s", names_state_brief[c->state]);
	if (len == 0)
		dst[len++] = '-';
	return len;
}

static enum style
heat(uint64_t rate)
{
	if (rate < COOL)
		return STYLE_COLD;
	if (rate < WARM)
		return STYLE_COOL;
	return rate < HOT ? STYLE_WARM : STYLE_HOT;
}

/* What the row is about counts more than how fast it is. */
static enum style
style_of(const struct conn *c, int col, enum style row)
{
	if (row != STYLE_NORMAL || (col != COL_RATE_IN && col != COL_RATE_OUT))
		return row;
	return c->has & HAS(col) ? heat(column_uint(c, col)) : row;
}

void
table_row(const struct table *t, struct frame *f, size_t line, const struct conn *c,
    enum human_unit unit, int picked)
{
	const int event = c->has & HAS(COL_EVENT) ? c->event : EVENT_LIVE;
	const int is_new = event == EVENT_OPEN, gone = event == EVENT_CLOSE;
	const char *mark = picked ? ">" : is_new ? "+" : gone ? "-" : " ";
	const enum style row = picked ? STYLE_REVERSE
	    : is_new                  ? STYLE_NEW
	    : gone                    ? STYLE_GONE
				      : STYLE_NORMAL;
	char text[HUMAN_VALUE], cell[2 * HUMAN_VALUE];
	size_t at = 0, len, i;
	int col;

	for (i = 0; i < sizeof(places); i++) {
		col = places[i];
		if (t->width[col] == 0)
			continue;
		len = value(text, col, t->width[col], c, unit);
		len = width_fit(
		    cell, text, len, t->width[col], columns[col].type == TYPE_UINT);
		at = frame_put(f, line, at, row, at == 0 ? mark : " ", 1);
		at = frame_put(f, line, at, style_of(c, col, row), cell, len);
	}
	if (picked)
		frame_fill(f, line, at, row);
}
