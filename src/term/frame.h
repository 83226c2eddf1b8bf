/* frame.h - a picture of the screen: cells of text with styles. */
#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

enum style {
	STYLE_NORMAL,
	STYLE_BOLD,
	STYLE_REVERSE,
	STYLE_COLD, /* rates: one hue, from dim to bright */
	STYLE_COOL,
	STYLE_WARM,
	STYLE_HOT,
	STYLE_NEW,
	STYLE_GONE,
	STYLES,
};

enum { FRAME_GLYPH = 13, FRAME_COLS_MAX = 1000 };

/* A wide character takes two cells, the second of which is empty. */
struct frame_cell {
	char text[FRAME_GLYPH]; /* one character and those that combine with it */
	uint8_t len;
	uint8_t style;
};

/* All zero is a frame without cells. */
struct frame {
	size_t cols;
	size_t rows;
	struct frame_cell *cell; /* row after row */
	size_t cap;
};

/*
 * Make it so large, all blank. Columns beyond FRAME_COLS_MAX are left out. Returns 0 or
 * -ENOMEM.
 */
int frame_clear(struct frame *f, size_t cols, size_t rows);
void frame_free(struct frame *f);

/*
 * Put text at a place; what is outside is cut off, and what must not reach a terminal
 * becomes '?'. Returns the column after it.
 */
size_t frame_put(struct frame *f, size_t row, size_t col, enum style style,
    const char *text, size_t len);

/* Blanks of a style from a place to the end of the row. */
void frame_fill(struct frame *f, size_t row, size_t col, enum style style);

#endif
