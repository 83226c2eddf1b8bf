/* layout.c - which field of a line is which column. */
#include <string.h>

#include "layout.h"

void
layout_clear(struct layout *l)
{
	int i;

	l->n = 0;
	memset(l->col, LAYOUT_UNKNOWN, sizeof(l->col));
	for (i = 0; i < COLS; i++)
		l->place[i] = -1;
}

void
layout_set(struct layout *l, int place, int col)
{
	if (l->place[col] >= 0)
		return;
	l->place[col] = (int16_t)place;
	l->col[place] = (uint8_t)col;
}

void
layout_default(struct layout *l)
{
	layout_clear(l);
	for (l->n = 0; l->n < COLS_DEFAULT; l->n++)
		layout_set(l, l->n, l->n);
}
