/* layout.h - which field of a line is which column. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdint.h>

#include "conn.h"
#include "reader.h"

enum { LAYOUT_UNKNOWN = 255 }; /* in col: no column of ours */

struct layout {
	int n; /* fields of a line */
	uint8_t col[READER_FIELDS];
	int16_t place[COLS]; /* -1: the stream has no such column */
};

/* No fields. */
void layout_clear(struct layout *l);

/* Say that field number `place` is column col; of two fields with one name the first. */
void layout_set(struct layout *l, int place, int col);

/* The default columns in default order. */
void layout_default(struct layout *l);

#endif
