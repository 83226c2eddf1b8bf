/* column.h - the one table of columns: what each is called and where it lies. */
#ifndef COLUMN_H
#define COLUMN_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"

enum column_type {
	TYPE_UINT, /* unsigned, 1, 2, 4 or 8 bytes wide by `size` */
	TYPE_TIME, /* milliseconds since 1970, RFC 3339 or seconds with 3 decimals */
	TYPE_NAME, /* a small number with a name in `names`; else written as the number */
	TYPE_ERRNO, /* the same with an errno number of Linux */
	TYPE_ADDR,  /* 16 bytes, IPv4 mapped */
	TYPE_TEXT,  /* `size` bytes with the NUL, from strangers */
};

struct column_info {
	const char *name;
	const char *unit; /* "" where there is none */
	enum column_type type;
	uint16_t offset; /* in struct conn */
	uint16_t size;
	const char *const
	    *names; /* TYPE_NAME, TYPE_ERRNO: by number, NULL where there is none */
	uint8_t nnames;
};

extern const struct column_info columns[COLS];

/* Longest text of one field as column_format writes it: every byte of a text as \xNN. */
enum { COLUMN_TEXT = 4 * CONN_HOST };

/* A choice of columns in order. */
struct column_list {
	uint8_t col[COLS];
	uint8_t n;
};

/* Number of the column called name[0..len), or -1. */
int column_find(const char *name, size_t len);

/* The default columns in default order. */
void column_list_default(struct column_list *list);

/*
 * Read a choice such as "time,pid" (just these), "+cookie,uid" (the default and
 * these) or "all". A column may stand in a list once.
 *
 * bad, badlen  on error: the name in text that is wrong, for the message
 *
 * Returns 0, -EINVAL (unknown or empty name) or -EEXIST (named twice).
 */
int column_list_parse(
    struct column_list *list, const char *text, const char **bad, size_t *badlen);

/*
 * Write the value of a known column as text, without quotes and without a NUL;
 * texts of strangers come out safe (text.h). TYPE_TIME is written as RFC 3339.
 *
 * dst  has room for COLUMN_TEXT bytes
 *
 * Returns the length. An unknown column (its bit is not set) is empty: 0.
 */
size_t column_format(char *dst, const struct conn *c, enum column col);

/*
 * Read a field as column_format writes it (both forms of time) and set the bit of
 * its column; an empty field clears it. A text that is longer than its column is cut,
 * not within a UTF-8 character, and one with a NUL (\x00) in it ends there.
 *
 * Returns 0 or -EINVAL (never for a text); c is unchanged then.
 */
int column_parse(struct conn *c, enum column col, const char *field, size_t len);

/*
 * Compare two records by one column: numbers as numbers, addresses as addresses
 * (IPv4 before IPv6), names and texts as text. Unknown values are not handled here.
 *
 * Returns < 0, 0, > 0.
 */
int column_compare(const struct conn *a, const struct conn *b, enum column col);

/* Is the column a quantity, of which people want the largest first? */
int column_is_quantity(enum column col);

/* Value of a TYPE_UINT column, known or not. */
uint64_t column_uint(const struct conn *c, enum column col);

/* Set a TYPE_UINT column, mark it known; a value too large for its width saturates. */
void column_set_uint(struct conn *c, enum column col, uint64_t v);

/*
 * Add the TYPE_UINT column of another record; the sum saturates. Where one of the two
 * is unknown the other is the sum.
 */
void column_add_uint(struct conn *c, enum column col, const struct conn *other);

#endif
