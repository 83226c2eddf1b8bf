/* wanted.h - the command line's filters, for rows that no kernel has filtered. */
#ifndef WANTED_H
#define WANTED_H

#include "conn.h"
#include "options.h"

/* Is the row wanted? moved: it had traffic since the row before. */
int wanted_row(const struct options *o, const struct conn *c, int moved);

#endif
