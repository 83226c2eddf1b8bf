/* screen.h - the model as a frame of a given size. */
#ifndef SCREEN_H
#define SCREEN_H

#include "model.h"

enum { SCREEN_HEAD = 4 }; /* lines above the table: three of sums, the titles */

/*
 * Settle the model (model_settle) and draw it into a frame, which is blank and so large
 * as the screen is.
 *
 * Returns 0 or -ENOMEM.
 */
int screen_draw(struct model *m, struct frame *f);

#endif
