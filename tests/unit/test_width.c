/* test_width.c - text in columns of a terminal. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame.h"
#include "width.h"

static void
assert_text(const char *dst, size_t len, const char *wanted)
{
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(dst, wanted, len);
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
		len = width_fit(dst, table[i].text, strlen(table[i].text), table[i].cols,
		    table[i].right);
		assert_text(dst, len, table[i].cell);
	}
}

static void
cells_take_what_they_can_hold(void **state)
{
	struct frame f = {.cap = 0};
	size_t i;

	(void)state;
	assert_int_equal(frame_clear(&f, 6, 2), 0);
	/* A wide character, one that combines, a control character, one too many */
	assert_int_equal(frame_put(&f, 0, 0, STYLE_BOLD, "\u4e2de\u0301\x1b[", 8), 5);
	assert_int_equal(f.cell[0].len, 3);
	assert_int_equal(f.cell[1].len, 0);
	assert_int_equal(f.cell[2].len, 3);
	assert_int_equal(f.cell[3].text[0], '?');
	assert_int_equal(f.cell[4].text[0], '[');
	assert_int_equal(f.cell[5].text[0], ' ');
	assert_int_equal(f.cell[4].style, STYLE_BOLD);
	/* Half of a wide one is not drawn, nor anything outside. */
	assert_int_equal(frame_put(&f, 1, 5, STYLE_BOLD, "\u4e2d", 3), 5);
	assert_int_equal(frame_put(&f, 2, 0, STYLE_BOLD, "x", 1), 0);
	for (i = 6; i < 12; i++)
		assert_int_equal(f.cell[i].text[0], ' ');
	/* A tower of marks is cut, not written past the cell. */
	assert_int_equal(frame_put(&f, 0, 0, 0,
			     "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 17),
	    1);
	assert_true(f.cell[0].len <= FRAME_GLYPH);
	frame_free(&f);
}

static int
setup(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_cut_and_padded_by_columns),
	    cmocka_unit_test(cells_take_what_they_can_hold),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
