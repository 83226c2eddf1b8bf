/* pane.h - what lies over the table: help, choice of columns, details of a row. */
#ifndef PANE_H
#define PANE_H

#include "model.h"

/* Draw the pane of the mode from a line of the frame on to its end. */
void pane_draw(struct model *m, struct frame *f, size_t line);

#endif
