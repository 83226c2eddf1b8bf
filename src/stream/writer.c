/* writer.c - records to lines of CSV or TSV, in memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stamp.h"
#include "writer.h"

enum {
	FIRST_CAP = 65536,
	FIELD_MAX = COLUMN_TEXT + 3, /* with two quotes and a delimiter */
};

void
writer_init(struct writer *w)
{
	memset(w, 0, sizeof(*w));
	column_list_default(&w->columns);
}

void
writer_free(struct writer *w)
{
	free(w->buf);
	w->buf = NULL;
	w->len = w->cap = 0;
}

/* Room for one line of any content, the newline included. */
static int
make_room(struct writer *w)
{
	size_t need = (size_t)w->columns.n * FIELD_MAX + 1, cap = w->cap;
	char *buf;

	if (w->cap - w->len >= need)
		return 0;
	if (cap == 0)
		cap = FIRST_CAP;
	while (cap - w->len < need) {
		if (cap > SIZE_MAX / 2)
			return -ENOMEM;
		cap *= 2;
	}
	buf = realloc(w->buf, cap);
	if (buf == NULL)
		return -ENOMEM;
	w->buf = buf;
	w->cap = cap;
	return 0;
}

static char
delimiter(const struct writer *w)
{
	return w->format == FORMAT_TSV ? '\t' : ',';
}

int
writer_header(struct writer *w)
{
	const char *name;
	size_t len;
	int i;

	if (make_room(w) < 0)
		return -ENOMEM;
	for (i = 0; i < w->columns.n; i++) {
		name = columns[w->columns.col[i]].name;
		len = strlen(name);
		memcpy(w->buf + w->len, name, len);
		w->len += len;
		w->buf[w->len++] = delimiter(w);
	}
	w->buf[w->len - 1] = '\n';
	return 0;
}

/*
 * Quote the field of *len bytes at p where RFC 4180 asks for it; outer blanks too,
 * which many readers take away. A quote is one byte for each byte of its source, a
 * doubled one two: still within COLUMN_TEXT.
 */
static size_t
quote(char *p, size_t len)
{
	size_t i, quotes = 0;
	int comma = 0;
	char *out;

	for (i = 0; i < len; i++) {
		quotes += p[i] == '"';
		comma |= p[i] == ',';
	}
	if (quotes == 0 && !comma && (len == 0 || (p[0] != ' ' && p[len - 1] != ' ')))
		return len;
	out = p + len + quotes + 2;
	*--out = '"';
	for (i = len; i > 0; i--) {
		*--out = p[i - 1];
		if (p[i - 1] == '"')
			*--out = '"';
	}
	*--out = '"';
	return len + quotes + 2;
}

/* All rows of a snapshot have one time: its text is made once. */
static size_t
put_time(struct writer *w, char *p, uint64_t ms)
{
	if (w->time_len == 0 || w->time_ms != ms) {
		w->time_ms = ms;
		w->time_len =
		    w->epoch ? stamp_epoch(w->time, ms) : stamp_rfc3339(w->time, ms);
	}
	memcpy(p, w->time, w->time_len);
	return w->time_len;
}

int
writer_row(struct writer *w, const struct conn *c)
{
	char *p, delim = delimiter(w);
	enum column col;
	size_t len;
	int i;

	if (make_room(w) < 0)
		return -ENOMEM;
	p = w->buf + w->len;
	for (i = 0; i < w->columns.n; i++) {
		col = w->columns.col[i];
		if ((c->has & HAS(col)) != 0) {
			if (col == COL_TIME)
				len = put_time(w, p, c->time_ms);
			else
				len = column_format(p, c, col);
			if (columns[col].type == TYPE_TEXT && w->format == FORMAT_CSV)
				len = quote(p, len);
			p += len;
		}
		*p++ = delim;
	}
	p[-1] = '\n';
	w->len = (size_t)(p - w->buf);
	return 0;
}
