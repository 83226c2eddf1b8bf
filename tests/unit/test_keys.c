/* test_keys.c - bytes from a terminal to keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys.h"

#define BYTES(s) (s), sizeof(s) - 1

static const struct {
	const char *bytes;
	size_t len;
	size_t used;
	int key;
} table[] = {
    {BYTES("q"), 1, 'q'},
    {BYTES("qr"), 1, 'q'},
    {BYTES(" "), 1, ' '},
    {BYTES("\0"), 1, 0},
    {BYTES("\x03"), 1, KEY_CTRL_C},
    {BYTES("\x0c"), 1, KEY_CTRL_L},
    {BYTES("\t"), 1, KEY_TAB},
    {BYTES("\r"), 1, KEY_ENTER},
    {BYTES("\x7f"), 1, KEY_BACKSPACE},
    {BYTES("\b"), 1, KEY_BACKSPACE},
    /* arrows: normal, application mode, with modifiers, rxvt's Shift is unknown */
    {BYTES("\x1b[A"), 3, KEY_UP},
    {BYTES("\x1bOA"), 3, KEY_UP},
    {BYTES("\x1b[B"), 3, KEY_DOWN},
    {BYTES("\x1bOB"), 3, KEY_DOWN},
    {BYTES("\x1b[Cq"), 3, KEY_RIGHT},
    {BYTES("\x1bOD"), 3, KEY_LEFT},
    {BYTES("\x1b[Z"), 3, KEY_BACKTAB},
    {BYTES("\x1b[Eq"), 3, KEY_NONE},
    {BYTES("\x1b[1;5A"), 6, KEY_UP},
    {BYTES("\x1b[1;2B"), 6, KEY_DOWN},
    {BYTES("\x1b[a"), 3, KEY_NONE},
    /* Home, End, pages: xterm, the console and screen, rxvt */
    {BYTES("\x1b[H"), 3, KEY_HOME},
    {BYTES("\x1bOH"), 3, KEY_HOME},
    {BYTES("\x1b[1~"), 4, KEY_HOME},
    {BYTES("\x1b[7~"), 4, KEY_HOME},
    {BYTES("\x1b[F"), 3, KEY_END},
    {BYTES("\x1bOF"), 3, KEY_END},
    {BYTES("\x1b[4~"), 4, KEY_END},
    {BYTES("\x1b[8~"), 4, KEY_END},
    {BYTES("\x1b[5~"), 4, KEY_PGUP},
    {BYTES("\x1b[6~"), 4, KEY_PGDN},
    {BYTES("\x1b[6;5~"), 6, KEY_PGDN},
    /* What means nothing is swallowed whole: none of its bytes is taken for a key. */
    {BYTES("\x1b[15~q"), 5, KEY_NONE},
    {BYTES("\x1b[61~q"), 5, KEY_NONE},
    {BYTES("\x1b[[Aq"), 4, KEY_NONE},
    {BYTES("\x1b[<0;12;3Mq"), 10, KEY_NONE},
    {BYTES("\x1b[200~q"), 6, KEY_NONE},
    {BYTES("\x1bOPq"), 3, KEY_NONE},
    /* A sequence cut off by another key */
    {BYTES("\x1b[1\x1b[A"), 3, KEY_NONE},
    {BYTES("\x1b[1;\x03"), 4, KEY_NONE},
    /* ESC before anything else is the key itself */
    {BYTES("\x1bq"), 1, KEY_ESC},
    {BYTES("\x1b\x1b[A"), 1, KEY_ESC},
    /* Not yet complete */
    {BYTES("\x1b"), 0, 0},
    {BYTES("\x1b["), 0, 0},
    {BYTES("\x1bO"), 0, 0},
    {BYTES("\x1b[["), 0, 0},
    {BYTES("\x1b[1;5"), 0, 0},
    /* Of what is not ASCII each byte is one: a filter may be typed in any language. */
    {BYTES("\xc3\xa4q"), 1, 0xc3},
    {BYTES("\xe4"), 1, 0xe4},
    {BYTES("\x80q"), 1, 0x80},
    {BYTES("\xffq"), 1, 0xff},
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

/* The bytes in memory of just their size: the sanitizer sees a step beyond. */
static size_t
next(const char *bytes, size_t len, int last, int *key)
{
	char *exact;
	size_t used;

	exact = test_malloc(len);
	memcpy(exact, bytes, len);
	used = keys_next(exact, len, last, key);
	test_free(exact);
	return used;
}

static void
each_sequence_gives_its_key(void **state)
{
	size_t i, used;
	int key;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		key = -1;
		used = next(table[i].bytes, table[i].len, 0, &key);
		if (used != table[i].used || (used > 0 && key != table[i].key))
			fail_msg("row %zu: used %zu, key %#x", i, used, (unsigned)key);
	}
}

static void
nothing_waits_when_no_more_bytes_come(void **state)
{
	size_t i, used;
	int key;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		used = next(table[i].bytes, table[i].len, 1, &key);
		assert_true(used > 0);
		assert_true(used <= table[i].len);
	}
	assert_int_equal(next("\x1b", 1, 1, &key), 1);
	assert_int_equal(key, KEY_ESC);
	assert_int_equal(next("\x1b[1", 3, 1, &key), 3);
	assert_int_equal(key, KEY_NONE);
}

static void
an_endless_sequence_ends_at_the_limit(void **state)
{
	char bytes[2 * KEYS_MAX];
	size_t len;
	int key;

	(void)state;
	memset(bytes, '1', sizeof(bytes));
	bytes[0] = '\x1b';
	bytes[1] = '[';
	for (len = 3; len < KEYS_MAX; len++)
		assert_int_equal(next(bytes, len, 0, &key), 0);
	for (; len <= sizeof(bytes); len++) {
		assert_int_equal(next(bytes, len, 0, &key), KEYS_MAX);
		assert_int_equal(key, KEY_NONE);
	}
}

/* Whatever comes in whatever pieces: every byte is used once, in order. */
static void
random_bytes_are_used_up(void **state)
{
	static const char likely[] = "\x1b\x1b[[O1;5~AHq\x80\xc3\xe4\xff";
	char bytes[64];
	uint32_t seed;
	size_t at, len, used, round, i;
	int key;

	(void)state;
	seed = 1;
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = likely[(seed >> 16) % (sizeof(likely) - 1)];
		}
		for (at = 0; at < sizeof(bytes); at += used) {
			len = sizeof(bytes) - at;
			used = next(bytes + at, len, 0, &key);
			if (used == 0) {
				assert_true(len < KEYS_MAX);
				used = next(bytes + at, len, 1, &key);
			}
			assert_in_range(used, 1, len);
			assert_in_range(key, 0, KEY_PGDN);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_sequence_gives_its_key),
	    cmocka_unit_test(nothing_waits_when_no_more_bytes_come),
	    cmocka_unit_test(an_endless_sequence_ends_at_the_limit),
	    cmocka_unit_test(random_bytes_are_used_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
