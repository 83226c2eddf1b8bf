/* spark.h - rates over time as a line of bars. */
#ifndef SPARK_H
#define SPARK_H

#include "history.h"

/*
 * Write a bar for each rate: blocks (U+2581 .. U+2588), ASCII where the locale has none,
 * a blank where the rate is not known. The largest is as high as can be.
 *
 * dst  has room for 3 * n bytes
 * out  the rates out, else in
 *
 * Returns the length.
 */
size_t spark_line(char *dst, const struct history_rates *rates, size_t n, int out);

#endif
