/* reader.c - lines of CSV or TSV to records. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "column.h"
#include "layout.h"
#include "reader.h"
#include "split.h"
#include "text.h"

enum {
	BUFFER = 4 * READER_LINE, /* fewer, larger reads */
	SHOWN = 40,               /* of a wrong value in a message */
};

struct reader {
	int fd;
	int eof;
	int skipping; /* the rest of a line that is too long */
	int one_header;
	int started; /* the first line was taken: layout and format are known */
	char *buf;
	size_t begin; /* of what is not yet taken */
	size_t end;
	size_t seen; /* bytes after begin that hold no newline */
	unsigned long long lines;
	struct split split;
	struct layout layout;
	char *header;
	size_t header_len;
	/* While a line is split: */
	struct conn *conn;   /* where its values go */
	struct layout names; /* what it is if it is a header */
	int is_header;
	char why[256]; /* first wrong field */
	char error[400];
};

struct reader *
reader_open(int fd)
{
	struct reader *r;

	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	r->fd = fd;
	split_init(&r->split, FORMAT_CSV);
	r->buf = malloc(BUFFER);
	if (r->buf == NULL) {
		reader_close(r);
		return NULL;
	}
	return r;
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	split_free(&r->split);
	free(r->header);
	free(r->buf);
	free(r);
}

void
reader_one_header(struct reader *r)
{
	r->one_header = 1;
}

long
reader_fill(struct reader *r)
{
	ssize_t n;

	if (r->eof)
		return 0;
	if (r->begin > 0) {
		memmove(r->buf, r->buf + r->begin, r->end - r->begin);
		r->end -= r->begin;
		r->begin = 0;
	}
	/* The caller has not taken the lines that are here. */
	if (r->end == BUFFER)
		return -ENOBUFS;
	n = read(r->fd, r->buf + r->end, BUFFER - r->end);
	if (n < 0)
		return -errno;
	if (n == 0)
		r->eof = 1;
	r->end += (size_t)n;
	return n;
}

/* Say what is wrong with this line. Returns -EBADMSG. */
static int __attribute__((format(printf, 2, 3)))
complain(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	int n;

	n = snprintf(r->error, sizeof(r->error), "line %llu: %s", r->lines,
	    r->started ? "" : "not a tcptop stream: no header, and ");
	va_start(ap, fmt);
	vsnprintf(r->error + n, sizeof(r->error) - (size_t)n, fmt, ap);
	va_end(ap);
	return -EBADMSG;
}

/* The value as it may be shown on a terminal, character by character up to SHOWN bytes.
 */
static void
show_value(char *dst, const char *value, size_t len)
{
	size_t i, n, used = 0;
	unsigned code;

	for (i = 0; i < len && used < SHOWN; i += n) {
		n = text_utf8(value + i, len - i, &code);
		if (n == 0)
			n = 1;
		used += text_escape(dst + used, value + i, n);
	}
	memcpy(dst + used, i < len ? "..." : "", i < len ? 4 : 1);
}

static void
explain_field(struct reader *r, enum column col, const char *value, size_t len)
{
	static const char *const what[] = {
	    [TYPE_UINT] = "is not a number",
	    [TYPE_TIME] = "is not a time",
	    [TYPE_NAME] = "is not a known name",
	    [TYPE_ERRNO] = "is not a known name",
	    [TYPE_ADDR] = "is not an address",
	    [TYPE_TEXT] = "", /* none is wrong */
	};
	const char *say = what[columns[col].type];
	char shown[SHOWN + 4 * 4 + 4];
	size_t i;

	for (i = 0; i < len && value[i] >= '0' && value[i] <= '9'; i++)
		;
	if (columns[col].type == TYPE_UINT && i == len)
		say = "is too large";
	show_value(shown, value, len);
	snprintf(r->why, sizeof(r->why), "%s '%s' %s", columns[col].name, shown, say);
}

static void
on_value(void *data, int place, const char *value, size_t len)
{
	struct reader *r = data;
	enum column col;

	if (place >= r->layout.n || r->layout.col[place] == LAYOUT_UNKNOWN)
		return;
	col = r->layout.col[place];
	if (column_parse(r->conn, col, value, len) < 0 && r->why[0] == '\0')
		explain_field(r, col, value, len);
}

static void
on_name(void *data, int place, const char *name, size_t len)
{
	struct reader *r = data;
	size_t i;
	int col;

	for (i = 0; i < len; i++) {
		if ((name[i] < 'a' || name[i] > 'z') &&
		    (name[i] < '0' || name[i] > '9') && name[i] != '_')
			r->is_header = 0;
	}
	if (len == 0 || place >= READER_FIELDS)
		r->is_header = 0;
	if (!r->is_header)
		return;
	r->names.n = place + 1;
	col = column_find(name, len);
	if (col >= 0)
		layout_set(&r->names, place, col);
}

/* Returns 1, -EBADMSG or -ENOMEM. */
static int
take_record(struct reader *r, struct row *row)
{
	struct split_taker taker = {on_value, r};
	int n;

	memset(&row->conn, 0, sizeof(row->conn));
	r->conn = &row->conn;
	r->why[0] = '\0';
	n = split_line(&r->split, row->line, row->len, &taker);
	if (n == -EBADMSG)
		return complain(r, "%s", r->split.why);
	if (n < 0)
		return n;
	if (n != r->layout.n)
		return complain(r, "%d field%s where the %s has %d", n, n == 1 ? "" : "s",
		    r->header != NULL ? "header" : "default", r->layout.n);
	if (r->why[0] != '\0')
		return complain(r, "%s", r->why);
	return 1;
}

/*
 * Returns 1 when the line is a header, which is followed then, 0 when not, -EBADMSG
 * (it is not the first) or -ENOMEM.
 */
static int
take_header(struct reader *r, const char *line, size_t len)
{
	struct split_taker taker = {on_name, r};
	int i, known = 0, ret;
	char *copy;

	layout_clear(&r->names);
	r->is_header = 1;
	ret = split_line(&r->split, line, len, &taker);
	if (ret == -ENOMEM)
		return ret;
	for (i = 0; i < COLS; i++)
		known |= r->names.place[i] >= 0;
	if (ret < 0 || !r->is_header || !known)
		return 0;
	if (r->started && r->one_header &&
	    (r->header_len != len || memcmp(r->header, line, len) != 0))
		return complain(r, "header differs from the first");
	copy = realloc(r->header, len);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, line, len);
	r->header = copy;
	r->header_len = len;
	r->layout = r->names;
	return 1;
}

/* A line with neither tab nor comma is of either format. */
static enum format
guess_format(const struct reader *r, const char *line, size_t len)
{
	if (memchr(line, '\t', len) != NULL)
		return FORMAT_TSV;
	if (memchr(line, ',', len) != NULL)
		return FORMAT_CSV;
	return r->split.format;
}

/*
 * A line that reads as a record is one, even if it reads as a header too: a process may
 * call itself "time". Returns 1 for a record, 0 for a header, or an error.
 */
static int
take_line(struct reader *r, struct row *row)
{
	enum format format = r->split.format;
	char error[sizeof(r->error)];
	int ret;

	if (r->started) {
		ret = take_record(r, row);
		if (ret != -EBADMSG)
			return ret;
		memcpy(error, r->error, sizeof(error));
	}
	r->split.format = guess_format(r, row->line, row->len);
	ret = take_header(r, row->line, row->len);
	if (ret != 0) {
		r->started |= ret > 0;
		return ret > 0 ? 0 : ret;
	}
	if (!r->started) {
		layout_default(&r->layout);
		ret = take_record(r, row);
		r->started = ret > 0;
		return ret;
	}
	r->split.format = format;
	memcpy(r->error, error, sizeof(error));
	return -EBADMSG;
}

/*
 * Cut the next line out of the buffer. Returns 1, 0 (none is complete) or -EBADMSG (too
 * long: it is passed over).
 */
static int
next_line(struct reader *r, struct row *row)
{
	const char *from = r->buf + r->begin;
	size_t have = r->end - r->begin, len;
	const char *newline;
	int skipped;

	newline = memchr(from + r->seen, '\n', have - r->seen);
	len = newline != NULL ? (size_t)(newline - from) : have;
	if (newline == NULL && len <= READER_LINE && (!r->eof || len == 0)) {
		r->seen = have;
		return 0;
	}
	r->seen = 0;
	r->begin += len + (newline != NULL);
	skipped = r->skipping;
	r->skipping = newline == NULL && !r->eof;
	if (skipped)
		return next_line(r, row);
	r->lines++;
	if (len > READER_LINE)
		return complain(r, "longer than %d bytes", READER_LINE);
	if (len > 0 && from[len - 1] == '\r')
		len--;
	row->line = from;
	row->len = len;
	return 1;
}

int
reader_next(struct reader *r, struct row *row)
{
	int ret;

	for (;;) {
		ret = next_line(r, row);
		if (ret <= 0)
			return ret;
		if (row->len == 0)
			continue;
		ret = take_line(r, row);
		if (ret != 0)
			return ret;
	}
}

const char *
reader_error(const struct reader *r)
{
	return r->error;
}

unsigned long long
reader_lines(const struct reader *r)
{
	return r->lines;
}

const char *
reader_header(const struct reader *r, size_t *len)
{
	*len = r->header_len;
	return r->header;
}

enum format
reader_format(const struct reader *r)
{
	return r->split.format;
}

int
reader_place(const struct reader *r, enum column col)
{
	return r->started ? r->layout.place[col] : -1;
}

int
reader_column(const struct reader *r, int place)
{
	int col = r->layout.col[place];

	return col != LAYOUT_UNKNOWN ? col : -1;
}

const char *
reader_field(
    const struct reader *r, const char *line, size_t len, int place, size_t *flen)
{
	return split_field(r->split.format, line, len, place, flen);
}
