/* test_stream.c - what is written is read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "give.h"
#include "reader.h"
#include "text.h"
#include "writer.h"

/* splitmix64: any seed will do, and a failure can be had again. */
static uint64_t seed;

static uint64_t
rnd(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* Nothing that could break a line or a terminal may come out. */
static void
assert_harmless(const struct writer *w)
{
	const char *p = w->buf, *end = w->buf + w->len;
	unsigned code;
	size_t n;

	for (; p < end; p += n) {
		n = text_utf8(p, (size_t)(end - p), &code);
		assert_int_not_equal(n, 0);
		if (code == '\n' || (code == '\t' && w->format == FORMAT_TSV))
			continue;
		assert_true(code >= 0x20);
		assert_false(code >= 0x7f && code <= 0x9f);
	}
}

/* What a reader can know of c: only the columns written, and zero elsewhere. */
static struct conn
seen_through(const struct column_list *list, const struct conn *c)
{
	struct conn out;
	uint16_t at, size;
	int i;

	memset(&out, 0, sizeof(out));
	for (i = 0; i < list->n; i++) {
		if ((c->has & HAS(list->col[i])) == 0)
			continue;
		at = columns[list->col[i]].offset;
		size = columns[list->col[i]].size;
		memcpy((char *)&out + at, (const char *)c + at, size);
		out.has |= HAS(list->col[i]);
	}
	return out;
}

/* Read all that is in the writer and compare it with c[0..n). */
static void
assert_comes_back(const struct writer *w, const struct conn *c, size_t n)
{
	int fd = give(w->buf, w->len), ret;
	struct reader *r = reader_open(fd);
	struct conn want;
	struct row row;
	size_t got = 0;

	assert_non_null(r);
	assert_harmless(w);
	for (;;) {
		ret = reader_next(r, &row);
		if (ret == 0) {
			assert_true(reader_fill(r) >= 0);
			ret = reader_next(r, &row);
		}
		if (ret < 0)
			print_error("%s\n", reader_error(r));
		assert_true(ret >= 0);
		if (ret == 0)
			break;
		assert_true(got < n);
		want = seen_through(&w->columns, &c[got++]);
		assert_memory_equal(&row.conn, &want, sizeof(want));
	}
	assert_int_equal(got, n);
	assert_int_equal(reader_format(r), w->format);
	reader_close(r);
	close(fd);
}

static void
random_text(char *dst, size_t size)
{
	static const char nasty[] = " \",\t\n\r\x1b\\x\x7f\x9b\xc2\x80\xe2\xff'\"\"  ,,";
	size_t i, len = 1 + rnd() % (size - 1);
	int kind = (int)(rnd() % 3);

	for (i = 0; i < len; i++) {
		if (kind == 0)
			dst[i] = (char)(1 + rnd() % 255);
		else if (kind == 1)
			dst[i] = nasty[rnd() % (sizeof(nasty) - 1)];
		else
			dst[i] = (char)('a' + rnd() % 26);
	}
}

static void
random_value(struct conn *c, enum column col)
{
	char *p = (char *)c + columns[col].offset;
	uint64_t v = rnd() >> rnd() % 64;
	int i;

	if (rnd() % 8 == 0)
		v = rnd() % 2 ? 0 : UINT64_MAX;
	switch (columns[col].type) {
	case TYPE_TEXT:
		random_text(p, columns[col].size);
		break;
	case TYPE_ADDR:
		for (i = 0; i < 16; i++)
			p[i] = (char)(rnd() % 3 ? 0 : rnd());
		if (rnd() % 2) {
			memset(p, 0, 10);
			memset(p + 10, 0xff, 2);
		}
		break;
	default:
		memcpy(p, &v, columns[col].size);
		break;
	}
	c->has |= HAS(col);
}

static struct conn
random_conn(void)
{
	unsigned density = (unsigned)(rnd() % 5);
	struct conn c;
	int col;

	memset(&c, 0, sizeof(c));
	for (col = 0; col < COLS; col++) {
		if (rnd() % 4 < density)
			random_value(&c, col);
	}
	return c;
}

/* At least two: an unknown value alone makes an empty line, which is no record. */
static struct column_list
random_columns(void)
{
	struct column_list list;
	uint8_t tmp;
	int i, j;

	for (i = 0; i < COLS; i++)
		list.col[i] = (uint8_t)i;
	for (i = COLS - 1; i > 0; i--) {
		j = (int)(rnd() % (unsigned)(i + 1));
		tmp = list.col[i];
		list.col[i] = list.col[j];
		list.col[j] = tmp;
	}
	list.n = (uint8_t)(2 + rnd() % (COLS - 1));
	return list;
}

static void
any_record_comes_back_the_same(void **state)
{
	enum { ROUNDS = 400, ROWS = 25 };
	struct conn c[ROWS];
	struct writer w;
	int round, i;

	(void)state;
	seed = getenv("SEED") != NULL ? strtoull(getenv("SEED"), NULL, 10)
				      : (uint64_t)time(NULL);
	print_message("SEED=%llu\n", (unsigned long long)seed);
	for (round = 0; round < ROUNDS; round++) {
		writer_init(&w);
		w.columns = random_columns();
		w.format = rnd() % 2 ? FORMAT_TSV : FORMAT_CSV;
		w.epoch = (int)(rnd() % 2);
		assert_int_equal(writer_header(&w), 0);
		for (i = 0; i < ROWS; i++) {
			c[i] = random_conn();
			assert_int_equal(writer_row(&w, &c[i]), 0);
		}
		assert_comes_back(&w, c, ROWS);
		writer_free(&w);
	}
}

/* Every byte at the beginning, in the middle, at the end and alone. */
static void
any_byte_anywhere_in_a_name_comes_back(void **state)
{
	static const char *const around[][2] = {
	    {"", ""}, {"", "ab"}, {"ab", ""}, {"a", "b"}};
	static struct conn c[255 * 4];
	struct writer w;
	size_t n = 0, i;
	int b, format;

	(void)state;
	for (b = 1; b < 256; b++) {
		for (i = 0; i < 4; i++, n++) {
			c[n].has = HAS(COL_TIME) | HAS(COL_COMM);
			c[n].time_ms = 1;
			snprintf(c[n].comm, sizeof(c[n].comm), "%s%c%s", around[i][0], b,
			    around[i][1]);
		}
	}
	for (format = FORMAT_CSV; format <= FORMAT_TSV; format++) {
		writer_init(&w);
		w.format = format;
		assert_int_equal(writer_header(&w), 0);
		for (i = 0; i < n; i++)
			assert_int_equal(writer_row(&w, &c[i]), 0);
		assert_comes_back(&w, c, n);
		writer_free(&w);
	}
}

/* The longest line there can be fits into what the reader takes. */
static void
longest_line_comes_back(void **state)
{
	struct writer w;
	struct conn c;
	int col;

	(void)state;
	memset(&c, 0xff, sizeof(c));
	memset(&c.span_ns, 0, sizeof(c.span_ns));
	for (col = 0; col < COLS; col++) {
		if (columns[col].type == TYPE_TEXT)
			((char *)&c)[columns[col].offset + columns[col].size - 1] = '\0';
	}
	writer_init(&w);
	w.columns.n = COLS;
	for (col = 0; col < COLS; col++)
		w.columns.col[col] = (uint8_t)col;
	assert_int_equal(writer_header(&w), 0);
	assert_int_equal(writer_row(&w, &c), 0);
	assert_true(w.len < READER_LINE);
	assert_comes_back(&w, &c, 1);
	writer_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_record_comes_back_the_same),
	    cmocka_unit_test(any_byte_anywhere_in_a_name_comes_back),
	    cmocka_unit_test(longest_line_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
