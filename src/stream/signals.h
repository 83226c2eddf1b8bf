/* signals.h - signals as numbers in a pipe, to be handled where nothing is half done. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stddef.h>

/*
 * Catch n signals from now on, but for those that are ignored: nohup and shells without
 * job control mean it. Once in a process.
 *
 * Returns a descriptor that is readable when signals wait, or -errno.
 */
int signals_open(const int *numbers, size_t n);

/* The next signal that came, 0 when none waits. */
int signals_next(void);

#endif
