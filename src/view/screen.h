/* screen.h - the model as lines of text of a given size. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stddef.h>

#include "model.h"

enum attr { ATTR_NORMAL, ATTR_BOLD, ATTR_REVERSE };

/* A line to be seen: without line end and escape sequences. */
struct line {
	const char *text;
	size_t len;  /* bytes */
	size_t cols; /* columns it takes on the screen */
	enum attr attr;
};

enum {
	SCREEN_HEAD = 4,        /* lines above the table: three of sums, the titles */
	SCREEN_COLS_MAX = 1000, /* wider terminals are used in part */
};

/*
 * Settle the model (model_settle) and draw it line by line.
 *
 * cols, rows  of the screen; no line is wider than cols, nor are there more than rows
 * put         takes one line, which is valid in this call only
 *
 * Returns 0 or -ENOMEM; nothing is drawn then.
 */
int screen_draw(
    struct model *m, size_t cols, size_t rows, void (*put)(const struct line *line));

#endif
