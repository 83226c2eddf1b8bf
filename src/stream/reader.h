/* reader.h - lines of CSV or TSV to records. */
#ifndef READER_H
#define READER_H

#include <stddef.h>

#include "conn.h"
#include "writer.h"

enum {
	READER_LINE = 65536, /* longest line; our own need less than 4 KiB */
	READER_FIELDS = 256, /* columns of a line, known and unknown */
};

/* One record. All of it is valid until the next call of reader_next or reader_fill. */
struct row {
	struct conn conn; /* columns that the stream does not have are unknown */
	const char *line; /* as read, without line end */
	size_t len;
};

struct reader;

/*
 * A reader of descriptor fd, which it does not close.
 *
 * Returns it (reader_close frees it) or NULL without memory.
 */
struct reader *reader_open(int fd);
void reader_close(struct reader *r);

/* From now on a header other than the first, or where there was none, is an error. */
void reader_one_header(struct reader *r);

/*
 * Read once from the descriptor; blocks when nothing is there (poll first).
 *
 * Returns bytes read, 0 at the end of file, or -errno.
 */
long reader_fill(struct reader *r);

/*
 * Take the next record out of what was read. The first line decides: names of columns
 * make it a header, else the default columns are assumed; a tab makes it TSV. A header
 * that comes again (logs put together) is followed. Unknown columns are passed over.
 * After the end of file a last line without line end counts as a line.
 *
 * Returns 1, 0 (more has to be read, or at the end nothing is left), -EBADMSG
 * (reader_error tells; the first line was no stream at all when reader_lines is 1) or
 * -ENOMEM.
 */
int reader_next(struct reader *r, struct row *row);

/* What was wrong, one line: "line 12: rate_in 'abc' is not a number". */
const char *reader_error(const struct reader *r);

/* Lines looked at so far. */
unsigned long long reader_lines(const struct reader *r);

/* The header as read, NULL where there is none; valid until the next header. */
const char *reader_header(const struct reader *r, size_t *len);

/* Format of the stream; known after the first record. */
enum format reader_format(const struct reader *r);

/* Place of a column among the fields of a line, or -1 where the stream has none. */
int reader_place(const struct reader *r, enum column col);

/* Which column field number `place` is, or -1 where it is none of ours. */
int reader_column(const struct reader *r, int place);

/*
 * Find field number `place` of a raw line, quotes included.
 *
 * Returns its beginning and sets *flen, or NULL when the line is shorter.
 */
const char *reader_field(
    const struct reader *r, const char *line, size_t len, int place, size_t *flen);

#endif
