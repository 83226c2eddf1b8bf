/* width.h - text in columns of a terminal, with nothing in it that harms one. */
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>

enum { WIDTH_CUT = '+' }; /* stands for what is cut off at the end, as in top and ps */

/*
 * The first character of text[0..len), len > 0. What is no UTF-8, no printable character
 * of the locale, or changes the direction of text takes one column and must not be shown.
 *
 * width  columns it takes, 0 .. 2
 *
 * Returns its bytes.
 */
size_t width_next(const char *text, size_t len, size_t *width, int *shown);

/* Columns that text takes as width_fit writes it. */
size_t width_of(const char *text, size_t len);

/*
 * Write text in exactly `cols` columns, cut or padded with blanks, on the left side when
 * right is set. What must not be shown becomes '?'.
 *
 * dst  has room for len + cols bytes
 *
 * Returns the length.
 */
size_t width_fit(char *dst, const char *text, size_t len, size_t cols, int right);

#endif
