/* command.h - what keys do. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

enum command {
	COMMAND_NONE,
	COMMAND_QUIT,
	COMMAND_REDRAW,
	COMMAND_SUSPEND,
	COMMAND_PAUSE,
	COMMAND_STEP,  /* arg snapshots */
	COMMAND_SPEED, /* arg > 0: faster */
	COMMAND_SORT,  /* arg: enum column or ORDER_RATE */
	COMMAND_MOVE,  /* arg rows */
	COMMAND_PAGE,  /* arg screenfuls */
	COMMAND_TITLE, /* arg titles to the right */
	COMMAND_ENTER,
	COMMAND_ESC,
	COMMAND_FILTER,
	COMMAND_FREEZE,
	COMMAND_GROUP,
	COMMAND_UNIT,
	COMMAND_MORE,
	COMMAND_CHOOSE,
	COMMAND_DETAILS,
	COMMAND_HELP,
};

/* What a key does. */
struct binding {
	int key;
	int other; /* does the same; 0: none */
	enum command command;
	int arg;
	const char *name; /* for the help */
	const char *help; /* NULL: it is told with another */
};

/* What a key does: COMMAND_NONE where it does nothing. */
const struct binding *command_of(int key);

/* The i-th binding that the help tells, NULL after the last. */
const struct binding *command_help(size_t i);

#endif
