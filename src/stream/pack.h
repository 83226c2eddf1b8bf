/* pack.h - records in few bytes, to keep many of them in memory. */
#ifndef PACK_H
#define PACK_H

#include <stddef.h>

#include "conn.h"

enum { PACK_MAX = 1024 }; /* bytes of the largest record: 51 columns of 10, the texts */

/*
 * Pack the known columns of a record. dst has room for PACK_MAX bytes. Returns the
 * length.
 */
size_t pack_conn(char *dst, const struct conn *c);

/* Make the record of what pack_conn has written; columns not known are zero. */
void pack_undo(struct conn *c, const char *src);

#endif
