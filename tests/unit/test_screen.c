/*
 * test_screen.c - frames as text. tests/data/frame-*.txt are what view.csv looks like;
 * TCPTOP_REFRESH=1 build/unit/test_screen writes them anew, for `git diff` to judge.
 * Run in the root of the source tree.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cell.h"
#include "feed.h"
#include "keys.h"
#include "model.h"
#include "screen.h"
#include "table.h"

enum { EXPECTED = 262144 };

/* The sample: two snapshots, the second with all that is hard to draw. */
static struct feed feed;
static struct model model;
static struct snapshot shown;
static char expected[EXPECTED];
static char actual[EXPECTED];

/* The lines drawn last. */
enum { LINES = 200 };

static struct line drawn[LINES];
static size_t ndrawn;
static char text[EXPECTED];
static size_t text_len;

static int
setup(void **state)
{
	int fd, ret;

	(void)state;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return -1;
	fd = open("tests/data/view.csv", O_RDONLY);
	if (fd < 0 || feed_init(&feed, fd) < 0)
		return -1;
	snapshot_init(&shown);
	model_init(&model);
	do {
		feed_fill(&feed);
		while ((ret = feed_next(&feed)) > 0) {
			feed_take(&feed, &shown);
			model_take(&model, &shown, feed.saw_end, feed.gap_ms);
		}
	} while (ret == 0 && !feed.eof);
	close(fd);
	return ret;
}

static int
teardown(void **state)
{
	(void)state;
	feed_free(&feed);
	snapshot_free(&shown);
	return 0;
}

static void
keep(const struct line *line)
{
	assert_true(ndrawn < LINES && text_len + line->len <= EXPECTED);
	memcpy(text + text_len, line->text, line->len);
	drawn[ndrawn] = *line;
	drawn[ndrawn++].text = text + text_len;
	text_len += line->len;
}

static void
draw(size_t cols, size_t rows)
{
	ndrawn = text_len = 0;
	assert_int_equal(screen_draw(&model, cols, rows, keep), 0);
}

/* One line each, edges and attributes made visible. */
static void
frame_text(void)
{
	static const char attr[] = {' ', 'B', 'R'};
	size_t i, at;
	int n;

	at = 0;
	for (i = 0; i < ndrawn; i++) {
		n = snprintf(actual + at, EXPECTED - at, "%c|%.*s|\n",
		    attr[drawn[i].attr], (int)drawn[i].len, drawn[i].text);
		assert_in_range(n, 1, EXPECTED - at - 1);
		at += (size_t)n;
	}
}

static void
compare(const char *name)
{
	char path[128];
	FILE *f;
	size_t n;

	frame_text();
	snprintf(path, sizeof(path), "tests/data/frame-%s.txt", name);
	if (getenv("TCPTOP_REFRESH") != NULL) {
		f = fopen(path, "w");
		assert_non_null(f);
		assert_true(fputs(actual, f) >= 0);
		assert_int_equal(fclose(f), 0);
		return;
	}
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	n = fread(expected, 1, EXPECTED - 1, f);
	expected[n] = '\0';
	fclose(f);
	assert_string_equal(actual, expected);
}

static void
frames_look_as_before(void **state)
{
	static const struct {
		const char *name;
		size_t cols;
		size_t rows;
	} sizes[] = {
	    {"20x5", 20, 5},
	    {"80x24", 80, 24},
	    {"200x50", 200, 50},
	    {"400x100", 400, 100},
	};
	size_t i;

	(void)state;
	model.paused = 0;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		draw(sizes[i].cols, sizes[i].rows);
		compare(sizes[i].name);
	}
}

static void
a_selected_row_is_reversed_and_marked(void **state)
{
	(void)state;
	draw(80, 10);
	assert_true(model_key(&model, 'p'));
	assert_true(model_key(&model, KEY_PGDN));
	model.paused = 1;
	model.ended = 1;
	draw(80, 10);
	compare("selected-80x10");
	model_key(&model, KEY_ESC);
	model_key(&model, 'T');
	model.paused = 0;
	model.ended = 0;
}

static void
no_size_is_overrun_and_no_control_byte_drawn(void **state)
{
	static const size_t rows[] = {0, 1, 3, 4, 5, 6, 24, 100};
	const struct line *line;
	size_t cols, i, k, b;

	(void)state;
	for (cols = 0; cols <= 420; cols++) {
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			draw(cols, rows[i]);
			assert_true(ndrawn <= rows[i]);
			for (k = 0; k < ndrawn; k++) {
				line = &drawn[k];
				assert_true(line->cols <= cols);
				assert_int_equal(
				    line->cols, cell_width(line->text, line->len));
				for (b = 0; b < line->len; b++)
					assert_in_range(
					    (unsigned char)line->text[b], 0x20, 0xff);
			}
		}
	}
}

/* The last column stands on the right: where a row ends tells whether it is bent. */
static void
all_rows_end_in_the_same_column(void **state)
{
	size_t cols, k;

	(void)state;
	for (cols = 80; cols <= 400; cols++) {
		draw(cols, 100);
		assert_int_equal(ndrawn, SCREEN_HEAD + shown.n);
		for (k = SCREEN_HEAD; k < ndrawn; k++)
			assert_int_equal(drawn[k].cols, drawn[SCREEN_HEAD].cols);
	}
}

/* A wider screen never shows less, and two columns are enough to be of use. */
static void
columns_go_and_come_one_by_one(void **state)
{
	struct table t;
	size_t cols, i, n, before, sum;

	(void)state;
	before = 0;
	for (cols = 0; cols <= 400; cols++) {
		table_init(&t, cols);
		n = 0;
		sum = 0;
		for (i = 0; i < TABLE_COLS; i++) {
			n += t.width[i] > 0;
			sum += t.width[i] > 0 ? t.width[i] + 1u : 0;
		}
		assert_true(sum <= cols);
		assert_in_range(n, before, before + 1);
		if (cols == 20)
			assert_int_equal(n, 2);
		if (cols == 80)
			assert_int_equal(n, TABLE_COLS);
		before = n;
	}
}

static void
an_empty_model_is_drawn_too(void **state)
{
	struct model m;

	(void)state;
	model_init(&m);
	ndrawn = text_len = 0;
	assert_int_equal(screen_draw(&m, 80, 24, keep), 0);
	assert_int_equal(ndrawn, SCREEN_HEAD);
}

static void
assert_text(const char *dst, size_t len, const char *wanted)
{
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(dst, wanted, len);
}

static void
numbers_have_three_digits(void **state)
{
	static const struct {
		uint64_t v;
		const char *text;
	} table[] = {
	    {0, "0"},
	    {999, "999"},
	    {1000, "1.00K"},
	    {1234, "1.23K"},
	    {1235, "1.24K"},
	    {9994, "9.99K"},
	    {9995, "10.0K"},
	    {99949, "99.9K"},
	    {99950, "100K"},
	    {999499, "999K"},
	    {999500, "1.00M"},
	    {1000000, "1.00M"},
	    {123456789, "123M"},
	    {999999999999ull, "1.00T"},
	    {UINT64_MAX, "18.4E"},
	};
	char dst[CELL_SHORT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_text(dst, cell_count(dst, table[i].v), table[i].text);
}

static void
round_trips_are_us_or_ms(void **state)
{
	static const struct {
		uint32_t us;
		const char *text;
	} table[] = {
	    {0, "0us"},
	    {999, "999us"},
	    {1000, "1.00ms"},
	    {12345, "12.3ms"},
	    {999499, "999ms"},
	    {999500, "1.00s"},
	    {1234567, "1.23s"},
	    {99949999, "99.9s"},
	    {100000000, "100s"},
	    {UINT32_MAX, "4295s"},
	};
	char dst[CELL_SHORT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_text(dst, cell_micros(dst, table[i].us), table[i].text);
}

static void
the_port_is_never_elided(void **state)
{
	char dst[CELL_TEXT];
	struct conn c;
	size_t cols, len;

	(void)state;
	memset(&c, 0, sizeof(c));
	c.has = HAS(COL_RADDR) | HAS(COL_RPORT);
	memset(c.raddr, 0xfe, sizeof(c.raddr));
	c.rport = 65535;
	for (cols = 9; cols < 60; cols++) {
		len = cell_end(dst, &c, 1, cols);
		assert_true(len <= cols);
		assert_int_equal(dst[0], '[');
		assert_memory_equal(dst + len - 7, "]:65535", 7);
	}
	assert_text(dst, cell_end(dst, &c, 1, 100),
	    "[fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe]:65535");
	assert_text(dst, cell_end(dst, &c, 0, 100), "-");
}

static void
text_is_cut_and_padded_by_columns(void **state)
{
	static const struct {
		const char *text;
		size_t cols;
		int right;
		const char *cell;
	} table[] = {
	    {"abc", 5, 0, "abc  "},
	    {"abc", 5, 1, "  abc"},
	    {"abc", 3, 0, "abc"},
	    {"abcd", 3, 0, "ab+"},
	    {"abcd", 1, 0, "+"},
	    {"abcd", 0, 0, ""},
	    {"", 2, 0, "  "},
	    /* wide characters: two columns, never half of one */
	    {"\u4e2d\u6587", 4, 0, "\u4e2d\u6587"},
	    {"\u4e2d\u6587", 5, 1, " \u4e2d\u6587"},
	    {"\u4e2d\u6587\u540d", 4, 0, "\u4e2d+ "},
	    {"\u4e2d\u6587\u540d", 5, 0, "\u4e2d\u6587+"},
	    {"\u4e2d", 1, 0, "+"},
	    /* combining ones: none */
	    {"e\u0301e\u0301", 3, 0, "e\u0301e\u0301 "},
	    {"e\u0301e\u0301x", 2, 0, "e\u0301+"},
	    /* what must not reach a terminal */
	    {"a\x1b[1m", 5, 0, "a?[1m"},
	    {"a\nb\x7f", 4, 0, "a?b?"},
	    {"\xc2\x9b"
	     "1m",
		3, 0, "?1m"},
	    {"\xff\xc3", 2, 0, "??"},
	    {"a\u202eb\u200bc", 5, 0, "a?b?c"},
	};
	char dst[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		len = cell_fit(dst, table[i].text, strlen(table[i].text), table[i].cols,
		    table[i].right);
		assert_text(dst, len, table[i].cell);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_look_as_before),
	    cmocka_unit_test(a_selected_row_is_reversed_and_marked),
	    cmocka_unit_test(no_size_is_overrun_and_no_control_byte_drawn),
	    cmocka_unit_test(all_rows_end_in_the_same_column),
	    cmocka_unit_test(columns_go_and_come_one_by_one),
	    cmocka_unit_test(an_empty_model_is_drawn_too),
	    cmocka_unit_test(numbers_have_three_digits),
	    cmocka_unit_test(round_trips_are_us_or_ms),
	    cmocka_unit_test(the_port_is_never_elided),
	    cmocka_unit_test(text_is_cut_and_padded_by_columns),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
