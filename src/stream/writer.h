/* writer.h - records to lines of CSV or TSV, in memory. */
#ifndef WRITER_H
#define WRITER_H

#include <stddef.h>

#include "column.h"
#include "conn.h"

enum format { FORMAT_CSV, FORMAT_TSV };

/* Lines not yet taken lie in buf[0..len). Set columns, format, epoch; leave the rest. */
struct writer {
	struct column_list columns;
	enum format format;
	int epoch; /* time as seconds with 3 decimals instead of RFC 3339 */
	char *buf;
	size_t len;
	size_t cap;
	uint64_t time_ms; /* the time in `time` as text, for all rows of a snapshot */
	char time[32];
	size_t time_len;
};

/* The default columns as CSV, nothing in the buffer. */
void writer_init(struct writer *w);

/* Free the buffer. */
void writer_free(struct writer *w);

/* Append the line of column names. Returns 0 or -ENOMEM. */
int writer_header(struct writer *w);

/* Append one record. Returns 0 or -ENOMEM; nothing is appended then. */
int writer_row(struct writer *w, const struct conn *c);

#endif
