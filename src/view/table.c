/* table.c - the table of connections. */
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "column.h"
#include "table.h"

enum { PROTO, LOCAL, REMOTE, PID, PROCESS, STATE, RATE_IN, RATE_OUT, RTT };

/*
 * min is for narrow screens: with all at min the table is 80 columns wide, and remote
 * and rate_in are 20. IPv4 with its port takes 21, IPv6 47.
 */
static const struct {
	const char *title;
	const char *brief; /* title where the other does not fit */
	int key;           /* what it is sorted by ... */
	int also;          /* ... or by this */
	uint16_t min;
	uint16_t want;
	uint16_t max;
	int right;
} spec[TABLE_COLS] = {
    [PROTO] = {"PROTO", "PROTO", COL_PROTO, COL_PROTO, 5, 6, 6, 0},
    [LOCAL] = {"LOCAL", "LOCAL", COL_LADDR, COL_LPORT, 14, 21, 47, 0},
    [REMOTE] = {"REMOTE", "REMOTE", COL_RADDR, COL_RPORT, 13, 21, 47, 0},
    [PID] = {"PID", "PID", COL_PID, COL_PID, 7, 7, 7, 1},
    [PROCESS] = {"PROCESS", "PROCESS", COL_COMM, COL_COMM, 8, 15, 24, 0},
    [STATE] = {"STATE", "STATE", COL_STATE, COL_STATE, 6, 11, 12, 0},
    [RATE_IN] = {"RATE IN", "IN/s", COL_RATE_IN, ORDER_RATE, 5, 8, 9, 1},
    [RATE_OUT] = {"RATE OUT", "OUT/s", COL_RATE_OUT, ORDER_RATE, 6, 9, 9, 1},
    [RTT] = {"RTT", "RTT", COL_RTT_US, COL_RTT_US, 6, 7, 8, 1},
};

/* What a narrow screen keeps, most needed first. */
static const uint8_t keep[TABLE_COLS] = {
    REMOTE, RATE_IN, RATE_OUT, PROCESS, LOCAL, STATE, RTT, PID, PROTO};

/* What room goes to: all get what they want, then what they can use. */
static const uint8_t grow[TABLE_COLS] = {
    REMOTE, LOCAL, STATE, PROCESS, RATE_IN, RATE_OUT, RTT, PROTO, PID};

/* States of the kernel by number for a column of 6. */
static const char *const brief_state[] = {"", "ESTAB", "SYNSNT", "SYNRCV", "FINW1",
    "FINW2", "TIMEW", "CLOSE", "CLOSEW", "LASTAK", "LISTEN", "CLOSNG", "NEWSYN"};

enum { BRIEF_STATES = sizeof(brief_state) / sizeof(brief_state[0]) };

/* Give columns up to `room` more, from the first in `grow` on. Returns what is left. */
static size_t
widen(struct table *t, size_t room, int to_max)
{
	size_t i, more;
	int c;

	for (i = 0; i < TABLE_COLS; i++) {
		c = grow[i];
		if (t->width[c] == 0)
			continue;
		more = (to_max ? spec[c].max : spec[c].want) - t->width[c];
		if (more > room)
			more = room;
		t->width[c] += (uint16_t)more;
		room -= more;
	}
	return room;
}

void
table_init(struct table *t, size_t cols)
{
	size_t i, room = cols;
	int c;

	memset(t, 0, sizeof(*t));
	/* The mark stands where the first column would need a blank before it. */
	for (i = 0; i < TABLE_COLS; i++) {
		c = keep[i];
		if (room < spec[c].min + 1u)
			break;
		t->width[c] = spec[c].min;
		room -= spec[c].min + 1u;
	}
	room = widen(t, room, 0);
	widen(t, room, 1);
}

/* The title with the mark of the order, shortened where needed. */
static size_t
title(char *dst, int c, size_t width, const struct order *o)
{
	const struct order_key *key = &o->key[0];
	const char *mark = "", *text = spec[c].title;

	if (o->n > 0 && (key->col == spec[c].key || key->col == spec[c].also))
		mark = key->desc ? "v" : "^";
	if (strlen(text) + strlen(mark) > width)
		text = spec[c].brief;
	return (size_t)snprintf(
	    dst, CELL_TEXT, "%.*s%s", (int)(width - strlen(mark)), text, mark);
}

/* The value of a cell as text, "-" where it is not known. */
static size_t
value(char *dst, int c, size_t width, const struct conn *conn)
{
	const int known = (conn->has & HAS(spec[c].key)) != 0;
	size_t len;

	if (c == LOCAL || c == REMOTE)
		return cell_end(dst, conn, c == REMOTE, width);
	if (c == RATE_IN && known)
		return cell_count(dst, conn->rate_in);
	if (c == RATE_OUT && known)
		return cell_count(dst, conn->rate_out);
	if (c == RTT && known)
		return cell_micros(dst, conn->rtt_us);
	if (c == PROTO && conn->has & HAS(COL_EVENT) && conn->event == EVENT_REST)
		len = column_format(dst, conn, COL_EVENT);
	else
		len = column_format(dst, conn, (enum column)spec[c].key);
	if (c == STATE && len > width && conn->state < BRIEF_STATES) {
		len = strlen(brief_state[conn->state]);
		memcpy(dst, brief_state[conn->state], len);
	}
	if (len == 0)
		dst[len++] = '-';
	return len;
}

size_t
table_row(const struct table *t, char *dst, const struct conn *c, const struct order *o)
{
	char text[CELL_TEXT];
	size_t len = 0, n;
	int i;

	for (i = 0; i < TABLE_COLS; i++) {
		if (t->width[i] == 0)
			continue;
		dst[len++] = ' ';
		n = c != NULL ? value(text, i, t->width[i], c)
			      : title(text, i, t->width[i], o);
		len += cell_fit(dst + len, text, n, t->width[i], spec[i].right);
	}
	if (len > 0 && c != NULL && c->has & HAS(COL_EVENT)) {
		if (c->event == EVENT_OPEN)
			dst[0] = '+';
		else if (c->event == EVENT_CLOSE)
			dst[0] = '-';
	}
	return len;
}
