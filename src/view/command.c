/* command.c - what keys do. */
#include "command.h"
#include "keys.h"
#include "order.h"

enum { ALL = 1 << 24 }; /* rows: more than there are */

/* The one table of keys; the help shows it in this order. */
static const struct binding bindings[] = {
    {KEY_UP, 'k', COMMAND_MOVE, -1, "Up k, Down j", "select a row"},
    {KEY_DOWN, 'j', COMMAND_MOVE, 1, NULL, NULL},
    {KEY_PGUP, 0, COMMAND_PAGE, -1, "PgUp, PgDn", "a screenful up, down"},
    {KEY_PGDN, 0, COMMAND_PAGE, 1, NULL, NULL},
    {KEY_HOME, 'g', COMMAND_MOVE, -ALL, "Home g, End G", "first, last row"},
    {KEY_END, 'G', COMMAND_MOVE, ALL, NULL, NULL},
    {'i', 0, COMMAND_DETAILS, 0, "i, Enter", "all about the row"},
    {KEY_ENTER, '\n', COMMAND_ENTER, 0, NULL, NULL},
    {'/', 0, COMMAND_FILTER, 0, "/", "filter; !word: not"},
    {KEY_ESC, 0, COMMAND_ESC, 0, "Esc", "close; clear filter"},
    {'v', 0, COMMAND_GROUP, 0, "v", "group connections"},
    {'o', 0, COMMAND_FREEZE, 0, "o", "freeze the order"},
    {'u', 0, COMMAND_UNIT, 0, "u", "units: bytes, bits"},
    {'c', 0, COMMAND_MORE, 0, "c", "bytes, packets too"},
    {'f', 0, COMMAND_CHOOSE, 0, "f", "choose columns"},
    {' ', 0, COMMAND_PAUSE, 0, "Space", "pause, go on"},
    {'[', 0, COMMAND_STEP, -1, "[, ]", "older, newer snapshot"},
    {']', 0, COMMAND_STEP, 1, NULL, NULL},
    {'{', 0, COMMAND_STEP, -10, "{, }", "by ten snapshots"},
    {'}', 0, COMMAND_STEP, 10, NULL, NULL},
    {'<', 0, COMMAND_SPEED, -1, "<, >", "replay slower, faster"},
    {'>', 0, COMMAND_SPEED, 1, NULL, NULL},
    {'r', 0, COMMAND_SORT, COL_RATE_IN, "r", "sort by rate in"},
    {'R', 0, COMMAND_SORT, COL_RATE_OUT, "R", "sort by rate out"},
    {'T', 0, COMMAND_SORT, ORDER_RATE, "T", "sort by both rates"},
    {'p', 0, COMMAND_SORT, COL_PID, "p", "sort by process id"},
    {'n', 0, COMMAND_SORT, COL_COMM, "n", "sort by process name"},
    {'s', 0, COMMAND_SORT, COL_STATE, "s", "sort by state"},
    {'t', 0, COMMAND_SORT, COL_RTT_US, "t", "sort by round trip"},
    {'a', 0, COMMAND_SORT, COL_LADDR, "a", "sort by local end"},
    {'A', 0, COMMAND_SORT, COL_RADDR, "A", "sort by remote end"},
    {'P', 0, COMMAND_SORT, COL_PROTO, "P", "sort by protocol"},
    {KEY_TAB, KEY_RIGHT, COMMAND_TITLE, 1, "Tab, Left, Right", "titles: Enter sorts"},
    {KEY_BACKTAB, KEY_LEFT, COMMAND_TITLE, -1, NULL, NULL},
    {'?', 0, COMMAND_HELP, 0, "?", "this help"},
    {KEY_CTRL_L, 0, COMMAND_REDRAW, 0, "Ctrl-L", "draw anew"},
    {KEY_CTRL_Z, 0, COMMAND_SUSPEND, 0, "Ctrl-Z", "suspend; fg goes on"},
    {'q', KEY_CTRL_C, COMMAND_QUIT, 0, "q, Ctrl-C", "quit"},
    {KEY_NONE, 0, COMMAND_NONE, 0, NULL, NULL},
};

enum { BINDINGS = sizeof(bindings) / sizeof(bindings[0]) };

const struct binding *
command_of(int key)
{
	size_t i;

	for (i = 0; i < BINDINGS - 1; i++)
		if (key != 0 && (bindings[i].key == key || bindings[i].other == key))
			break;
	return &bindings[i];
}

const struct binding *
command_help(size_t i)
{
	const struct binding *b;

	for (b = bindings; b < bindings + BINDINGS; b++)
		if (b->help != NULL && i-- == 0)
			return b;
	return NULL;
}
