/*
 * test_screen.c - frames as text. tests/data/frame-*.txt are what view.csv looks like;
 * `make frames` writes them anew, for `git diff` to judge. Below each line stand the
 * styles of its cells where they are not all normal. Run in the root of the source tree.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "feed.h"
#include "keys.h"
#include "screen.h"
#include "width.h"

enum { EXPECTED = 262144 };

/* The sample: two snapshots, the second with all that is hard to draw. */
static struct feed feed;
static struct model model;
static struct snapshot shown;
static struct history history;
static struct frame frame;
static char expected[EXPECTED];
static char actual[EXPECTED];

/* As after the start, the second snapshot on the screen. */
static void
fresh(void)
{
	model_free(&model);
	model_init(&model);
	model.history = &history;
	model.number = 1;
	model.speed = 4;
	model_take(&model, &shown, feed.saw_end, feed.gap_ms);
}

static int
setup(void **state)
{
	int fd, ret;

	(void)state;
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || history_init(&history, 65536) < 0)
		return -1;
	fd = open("tests/data/view.csv", O_RDONLY);
	if (fd < 0 || feed_init(&feed, fd) < 0)
		return -1;
	snapshot_init(&shown);
	do {
		feed_fill(&feed);
		while ((ret = feed_next(&feed)) > 0) {
			history_add(&history, &feed.snap, feed.gap_ms);
			feed_take(&feed, &shown);
		}
	} while (ret == 0 && !feed.eof);
	close(fd);
	fresh();
	return ret;
}

static int
teardown(void **state)
{
	(void)state;
	feed_free(&feed);
	snapshot_free(&shown);
	model_free(&model);
	history_free(&history);
	frame_free(&frame);
	return 0;
}

static void
draw(size_t cols, size_t rows)
{
	assert_int_equal(frame_clear(&frame, cols, rows), 0);
	assert_int_equal(screen_draw(&model, &frame), 0);
}

/* Keys by name: a character stands for itself, these for others. */
static int
key_of(char c)
{
	static const struct {
		char name;
		int key;
	} table[] = {{'\x01', KEY_PGDN}, {'\x02', KEY_DOWN}};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].name == c)
			return table[i].key;
	return c;
}

#define PGDN "\x01"
#define DOWN "\x02"

static void
frame_text(void)
{
	static const char letter[STYLES] = " BR0123+-";
	const struct frame_cell *c;
	size_t row, col, at = 0;
	int styled;

	for (row = 0; row < frame.rows; row++) {
		styled = 0;
		actual[at++] = '|';
		for (col = 0; col < frame.cols; col++) {
			assert_true(at + 1000 < EXPECTED);
			c = &frame.cell[row * frame.cols + col];
			memcpy(actual + at, c->text, c->len);
			at += c->len;
			styled |= c->style != STYLE_NORMAL;
		}
		actual[at++] = '|';
		actual[at++] = '\n';
		if (!styled)
			continue;
		actual[at++] = ':';
		for (col = 0; col < frame.cols; col++)
			actual[at++] = letter[frame.cell[row * frame.cols + col].style];
		actual[at++] = ':';
		actual[at++] = '\n';
	}
	actual[at] = '\0';
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
	if (strcmp(actual, expected) != 0)
		fail_msg("%s is not what is drawn now:\n%s", path, actual);
}

static void
frames_look_as_before(void **state)
{
	static const struct {
		const char *name;
		size_t cols;
		size_t rows;
		const char *keys;
	} table[] = {
	    {"20x5", 20, 5, ""},
	    {"40x12", 40, 12, ""},
	    {"80x24", 80, 24, ""},
	    {"132x43", 132, 43, ""},
	    {"200x50", 200, 50, ""},
	    {"400x100", 400, 100, ""},
	    {"selected-80x10", 80, 10, "p" PGDN},
	    {"title-80x10", 80, 10, "\t\t\t\t\r"},
	    {"more-80x10", 80, 10, "c"},
	    {"more-200x20", 200, 20, "cu"},
	    {"filter-80x10", 80, 10, "/nginx !listen"},
	    {"process-80x20", 80, 20, "v"},
	    {"remote-80x20", 80, 20, "vv"},
	    {"port-80x20", 80, 20, "vvvo"},
	    {"help-80x24", 80, 24, "?"},
	    {"help-20x5", 20, 5, "?" PGDN},
	    {"choose-80x24", 80, 24, "f" DOWN " "},
	    {"details-80x24", 80, 24, DOWN DOWN "i"},
	    {"details-200x20", 200, 20, "\r"},
	};
	const char *k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		fresh();
		draw(table[i].cols, table[i].rows);
		for (k = table[i].keys; *k != '\0'; k++)
			assert_int_equal(model_key(&model, key_of(*k)), 1);
		draw(table[i].cols, table[i].rows);
		compare(table[i].name);
	}
}

static void
a_pause_and_the_end_are_told(void **state)
{
	(void)state;
	fresh();
	model.paused = 1;
	model.ended = 1;
	model.number = 0;
	model.speed = INFINITY;
	draw(132, 8);
	compare("paused-132x8");
}

/* The locale of the C library, as on a machine that nobody has set up. */
static void
without_utf8_all_is_ascii(void **state)
{
	size_t i;

	(void)state;
	fresh();
	setlocale(LC_CTYPE, "C");
	draw(132, 24);
	setlocale(LC_CTYPE, "C.UTF-8");
	for (i = 0; i < frame.cols * frame.rows; i++) {
		assert_int_equal(frame.cell[i].len, 1);
		assert_in_range((unsigned char)frame.cell[i].text[0], 0x20, 0x7e);
	}
	compare("ascii-132x24");
}

static void
assert_harmless(const struct frame *f)
{
	const struct frame_cell *c;
	size_t i, width, used;
	int shown_one;
	unsigned char b;

	for (i = 0; i < f->cols * f->rows; i++) {
		c = &f->cell[i];
		if (c->len == 0)
			continue;
		used = width_next(c->text, c->len, &width, &shown_one);
		assert_true(shown_one && used > 0 && width > 0);
		/* A wide one has its second half. */
		assert_true(width == 1 || (i % f->cols + 1 < f->cols && c[1].len == 0));
		b = (unsigned char)c->text[0];
		assert_true(b >= 0x20 && b != 0x7f);
	}
}

static void
no_size_is_overrun_and_no_control_byte_drawn(void **state)
{
	static const size_t rows[] = {0, 1, 3, 4, 5, 6, 24, 100};
	static const char *const keys[] = {"", "?", "f", "\r", "v"};
	size_t cols, i, k;

	(void)state;
	for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		fresh();
		draw(80, 24);
		for (i = 0; keys[k][i] != '\0'; i++)
			assert_int_equal(model_key(&model, keys[k][i]), 1);
		for (cols = 0; cols <= 420; cols++) {
			for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
				draw(cols, rows[i]);
				assert_harmless(&frame);
			}
		}
	}
}

/* The last column stands on the right: where a row ends tells whether it is bent. */
static void
all_rows_end_in_the_same_column(void **state)
{
	const struct frame_cell *line;
	size_t cols, k, end, first;

	(void)state;
	fresh();
	for (cols = 80; cols <= 400; cols++) {
		draw(cols, SCREEN_HEAD + shown.n);
		first = 0;
		for (k = SCREEN_HEAD; k < frame.rows; k++) {
			line = frame.cell + k * cols;
			for (end = cols; line[end - 1].text[0] == ' '; end--)
				;
			first = first == 0 ? end : first;
			assert_int_equal(end, first);
		}
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
		table_init(&t, cols, table_default);
		n = 0;
		sum = 0;
		for (i = 0; i < COLS; i++) {
			n += t.width[i] > 0;
			sum += t.width[i] > 0 ? t.width[i] + 1u : 0;
		}
		assert_true(sum <= cols);
		assert_in_range(n, before, before + 1);
		if (cols == 20)
			assert_int_equal(n, 2);
		if (cols == 80)
			assert_int_equal(n, 9);
		before = n;
	}
}

/* Each column that a stream may have can be chosen, and is seen then. */
static void
every_column_can_be_shown(void **state)
{
	const uint64_t elsewhere = HAS(COL_TIME) | HAS(COL_EVENT) | HAS(COL_LPORT) |
	    HAS(COL_RPORT) | HAS(COL_LOST) | HAS(COL_CPU_US);
	uint64_t all = 0;
	struct table t;
	size_t i;
	int col;

	(void)state;
	for (i = 0; (col = table_column(i)) >= 0; i++) {
		assert_false(all & HAS(col));
		all |= HAS(col);
		table_init(&t, 20, HAS(col) | HAS(COL_RADDR));
		if (col != COL_LADDR && col != COL_COMM)
			assert_true(t.width[col] > 0 || t.width[COL_RADDR] > 0);
	}
	assert_true((all | elsewhere) == UINT64_MAX >> (64 - COLS));
	table_init(&t, 1000, all);
	for (i = 0; (col = table_column(i)) >= 0; i++)
		assert_true(t.width[col] > 0);
}

static void
an_empty_model_is_drawn_too(void **state)
{
	struct model m;

	(void)state;
	model_init(&m);
	assert_int_equal(frame_clear(&frame, 80, 24), 0);
	assert_int_equal(screen_draw(&m, &frame), 0);
	model_free(&m);
}

/* The help is made of the table: what is in there fits, and no key means two things. */
static void
the_table_of_keys_is_sound(void **state)
{
	const struct binding *b;
	size_t i;
	int key;

	(void)state;
	for (i = 0; (b = command_help(i)) != NULL; i++) {
		assert_in_range(strlen(b->name), 1, 17);
		assert_in_range(strlen(b->help), 1, 21);
	}
	assert_true(i > 20);
	for (key = 1; key <= KEY_BACKTAB; key++) {
		b = command_of(key);
		assert_true(
		    b->command == COMMAND_NONE || b->key == key || b->other == key);
		if (b->command != COMMAND_NONE && b->other != 0)
			assert_ptr_equal(command_of(b->other), command_of(b->key));
	}
	assert_int_equal(command_of(0)->command, COMMAND_NONE);
	assert_int_equal(command_of('x')->command, COMMAND_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_look_as_before),
	    cmocka_unit_test(a_pause_and_the_end_are_told),
	    cmocka_unit_test(without_utf8_all_is_ascii),
	    cmocka_unit_test(no_size_is_overrun_and_no_control_byte_drawn),
	    cmocka_unit_test(all_rows_end_in_the_same_column),
	    cmocka_unit_test(columns_go_and_come_one_by_one),
	    cmocka_unit_test(every_column_can_be_shown),
	    cmocka_unit_test(an_empty_model_is_drawn_too),
	    cmocka_unit_test(the_table_of_keys_is_sound),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
