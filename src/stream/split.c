/* split.c - one line of CSV or TSV to its fields. */
#include <errno.h>
#include <string.h>

#include "split.h"

/* libcsv would drop blanks around a field, and take a CR for a line end. */
static int
no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static int
is_newline(unsigned char c)
{
	return c == '\n';
}

static void
parser_init(struct csv_parser *csv)
{
	csv_init(csv, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(csv, no_blank);
	csv_set_term_func(csv, is_newline);
}

void
split_init(struct split *s, enum format format)
{
	memset(s, 0, sizeof(*s));
	s->format = format;
	parser_init(&s->csv);
}

void
split_free(struct split *s)
{
	csv_free(&s->csv);
}

static void
on_field(void *value, size_t len, void *data)
{
	struct split *s = data;

	s->taker->field(s->taker->data, s->nfields++, value, len);
}

static void
on_row(int c, void *data)
{
	struct split *s = data;

	(void)c;
	s->nrows++;
}

/* Nearly all lines have no quote; this is several times faster than any parser. */
static int
split_plain(
    const struct split *s, const char *line, size_t len, const struct split_taker *taker)
{
	char delim = s->format == FORMAT_TSV ? '\t' : ',';
	const char *end = line + len, *next;
	int n = 0;

	for (;;) {
		next = memchr(line, delim, (size_t)(end - line));
		if (next == NULL)
			break;
		taker->field(taker->data, n++, line, (size_t)(next - line));
		line = next + 1;
	}
	taker->field(taker->data, n++, line, (size_t)(end - line));
	return n;
}

int
split_line(struct split *s, const char *line, size_t len, const struct split_taker *taker)
{
	size_t done;
	int ret = -EBADMSG;

	if (s->format == FORMAT_TSV || memchr(line, '"', len) == NULL)
		return split_plain(s, line, len, taker);
	s->taker = taker;
	s->nfields = 0;
	s->nrows = 0;
	done = csv_parse(&s->csv, line, len, on_field, on_row, s);
	if (done == len)
		done += csv_parse(&s->csv, "\n", 1, on_field, on_row, s);
	if (done == len + 1 && s->nrows == 1)
		return s->nfields;
	if (done == len + 1)
		s->why = "a quote is not closed on its line";
	else if (csv_error(&s->csv) == CSV_EPARSE)
		s->why = "a quote in the middle of a field";
	else
		ret = -ENOMEM;
	/* A parser left in a quoted field would take the next line for its rest. */
	csv_free(&s->csv);
	parser_init(&s->csv);
	return ret;
}

const char *
split_field(enum format format, const char *line, size_t len, int place, size_t *flen)
{
	const char *p = line, *end = line + len, *field = line;
	char delim = format == FORMAT_TSV ? '\t' : ',';
	int quoted = 0;

	for (; p < end; p++) {
		if (*p == '"' && format == FORMAT_CSV) {
			quoted = !quoted;
		} else if (*p == delim && !quoted) {
			if (place-- == 0)
				break;
			field = p + 1;
		}
	}
	if (p == end && place != 0)
		return NULL;
	*flen = (size_t)(p - field);
	return field;
}
