/* term.h - the terminal: keys in, frames out, everything put back afterwards. */
#ifndef TERM_H
#define TERM_H

#include <stddef.h>

#include "color.h"
#include "frame.h"

/* Put the terminal back if need be, say what is wrong and exit with status. */
__attribute__((noreturn, format(printf, 2, 3))) void term_die(
    int status, const char *format, ...);

/*
 * Open /dev/tty, change nothing there yet. When the terminal fails, here and below, that
 * is the end: term_die.
 *
 * color  COLOR_NONE: no bold and reverse text either
 *
 * Returns a descriptor of our own, non-blocking, to wait for: for reading keys; for
 * writing while term_is_busy.
 */
int term_open(enum color color);

/*
 * Take over: raw mode (signals from keys stay on: they are for the whole pipeline), the
 * alternate screen, no cursor. Again after SIGCONT, as the shell may have changed things.
 * From the first call on exit(3) puts everything back.
 *
 * Returns 1, or 0 when we are in the background and nothing was done.
 */
int term_start(void);

/* Put back what term_start changed; does not wait for a terminal that takes nothing. */
void term_stop(void);

/* Size of a terminal, 80x24 where it does not tell. */
void term_size(int fd, size_t *cols, size_t *rows);

/* Draw what is different from the frame before. Only when not busy. */
void term_draw(const struct frame *f);

/* Is a part of the frame still to be written? */
int term_is_busy(void);

/* Write as much of it as the terminal takes at once. */
void term_flush(void);

/* Read keys. Returns bytes, 0 when there are none now. */
size_t term_read(char *buf, size_t size);

#endif
