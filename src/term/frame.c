/* frame.c - a picture of the screen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "width.h"

static const struct frame_cell blank = {" ", 1, STYLE_NORMAL};

int
frame_clear(struct frame *f, size_t cols, size_t rows)
{
	size_t n, i;
	void *p;

	cols = cols < FRAME_COLS_MAX ? cols : FRAME_COLS_MAX;
	n = cols * rows;
	if (n > f->cap) {
		p = realloc(f->cell, n * sizeof(*f->cell));
		if (p == NULL)
			return -ENOMEM;
		f->cell = p;
		f->cap = n;
	}
	f->cols = cols;
	f->rows = rows;
	for (i = 0; i < n; i++)
		f->cell[i] = blank;
	return 0;
}

void
frame_free(struct frame *f)
{
	free(f->cell);
	memset(f, 0, sizeof(*f));
}

/* What combines with the character before it; more than fits is left out. */
static void
combine(struct frame_cell *before, const char *text, size_t n)
{
	if (before->len == 0 || before->len + n > FRAME_GLYPH)
		return;
	memcpy(before->text + before->len, text, n);
	before->len = (uint8_t)(before->len + n);
}

size_t
frame_put(struct frame *f, size_t row, size_t col, enum style style, const char *text,
    size_t len)
{
	struct frame_cell *line = f->cell + row * f->cols, *last = NULL;
	size_t at, n, width;
	int shown;

	if (row >= f->rows)
		return col;
	for (at = 0; at < len; at += n) {
		n = width_next(text + at, len - at, &width, &shown);
		if (width == 0) {
			if (last != NULL)
				combine(last, text + at, n);
			continue;
		}
		if (col + width > f->cols)
			break;
		last = &line[col];
		/* Cells are compared byte by byte. */
		memset(last, 0, width * sizeof(*last));
		memcpy(last->text, shown ? text + at : "?", shown ? n : 1);
		last->len = (uint8_t)(shown ? n : 1);
		last->style = last[width - 1].style = (uint8_t)style;
		col += width;
	}
	return col;
}

void
frame_fill(struct frame *f, size_t row, size_t col, enum style style)
{
	for (; row < f->rows && col < f->cols; col++)
		frame_put(f, row, col, style, " ", 1);
}
