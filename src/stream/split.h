/* split.h - one line of CSV or TSV to its fields. */
#ifndef SPLIT_H
#define SPLIT_H

#include <stddef.h>

#include <csv.h>

#include "writer.h"

/* Takes field number `place` of a line, unquoted; value is valid in this call only. */
struct split_taker {
	void (*field)(void *data, int place, const char *value, size_t len);
	void *data;
};

struct split {
	enum format format;
	const char *why; /* what is wrong with a line, after -EBADMSG */
	/* Inside: */
	struct csv_parser csv;
	const struct split_taker *taker;
	int nfields;
	int nrows;
};

void split_init(struct split *s, enum format format);
void split_free(struct split *s);

/*
 * Hand each field of a line to a function, in order.
 *
 * line  without its newline, len > 0
 *
 * Returns the number of fields, -EBADMSG (bad quotes) or -ENOMEM.
 */
int split_line(
    struct split *s, const char *line, size_t len, const struct split_taker *taker);

/*
 * Find field number `place` of a line, quotes included.
 *
 * Returns its beginning and sets *flen, or NULL when the line is shorter.
 */
const char *split_field(
    enum format format, const char *line, size_t len, int place, size_t *flen);

#endif
