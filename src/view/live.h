/* live.h - the screen: data, keys and signals in one loop. */
#ifndef LIVE_H
#define LIVE_H

#include "view.h"

/*
 * Show the stream on the terminal until a key or a signal ends it. The terminal is left
 * alone until there is something to show, and is put back on return.
 */
void live_run(struct view *v);

#endif
