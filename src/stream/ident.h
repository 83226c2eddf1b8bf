/* ident.h - which records are the same connection. */
#ifndef IDENT_H
#define IDENT_H

#include <stddef.h>

#include "conn.h"

/*
 * Are two records the same connection: by host and cookie, else by protocol, addresses
 * and ports? Without either nothing is the same.
 */
int ident_same(const struct conn *a, const struct conn *b);

/* A number that records of the same connection share, and hardly any others. */
uint64_t ident_hash(const struct conn *c);

/* Mix len bytes into such a number. */
uint64_t ident_mix(uint64_t hash, const void *bytes, size_t len);

#endif
