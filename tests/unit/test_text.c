/* test_text.c - escaping of text from strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

#define TEXT(s) s, sizeof(s) - 1

static void
escape_makes_dangerous_bytes_visible(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} t[] = {
	    {TEXT(""), ""},
	    {TEXT("nginx: worker"), "nginx: worker"},
	    {TEXT("\x1b[2J"), "\\x1b[2J"},
	    {TEXT("a\nb\rc\td"), "a\\x0ab\\x0dc\\x09d"},
	    {TEXT("a\0b"), "a\\x00b"},
	    {TEXT("\x1f \x7e\x7f"), "\\x1f \x7e\\x7f"},
	    {TEXT("\\x41"), "\\x5cx41"},
	    {TEXT("\xc2\x9b"
		  "31m"),
		"\\xc2\\x9b31m"},
	    {TEXT("\xc2\x80\xc2\x9f\xc2\xa0"), "\\xc2\\x80\\xc2\\x9f\xc2\xa0"},
	    {TEXT("\x9b\xff\xfe"), "\\x9b\\xff\\xfe"},
	    {TEXT("h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
		"h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	    {TEXT("\xe2\x82"), "\\xe2\\x82"},
	    {TEXT("\xe2\x82\n"), "\\xe2\\x82\\x0a"},
	};
	char out[64];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = text_escape(out, t[i].in, t[i].len);
		assert_int_equal(n, strlen(t[i].out));
		assert_memory_equal(out, t[i].out, n);
	}
}

static void
utf8_takes_what_rfc_3629_allows(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		unsigned code;
	} t[] = {
	    {"a", 1, 'a'},
	    {"\x7f", 1, 0x7f},
	    {"\x80", 0, 0},
	    {"\xbf", 0, 0},
	    {"\xc0\x80", 0, 0},
	    {"\xc1\xbf", 0, 0},
	    {"\xc2\x80", 2, 0x80},
	    {"\xdf\xbf", 2, 0x7ff},
	    {"\xe0\x9f\xbf", 0, 0},
	    {"\xe0\xa0\x80", 3, 0x800},
	    {"\xed\x9f\xbf", 3, 0xd7ff},
	    {"\xed\xa0\x80", 0, 0},
	    {"\xed\xbf\xbf", 0, 0},
	    {"\xee\x80\x80", 3, 0xe000},
	    {"\xef\xbf\xbf", 3, 0xffff},
	    {"\xf0\x8f\xbf\xbf", 0, 0},
	    {"\xf0\x90\x80\x80", 4, 0x10000},
	    {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
	    {"\xf4\x90\x80\x80", 0, 0},
	    {"\xf5\x80\x80\x80", 0, 0},
	    {"\xc2", 0, 0},
	    {"\xc2"
	     "a",
		0, 0},
	    {"", 0, 0},
	};
	unsigned code;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		code = 0;
		assert_int_equal(text_utf8(t[i].in, strlen(t[i].in), &code), t[i].n);
		assert_int_equal(code, t[i].code);
	}
}

static void
unescape_undoes_escape_and_nothing_else(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} t[] = {
	    {"\\x1b[2J", "\x1b[2J"},
	    {"\\x5cx41", "\\x41"},
	    {"\\xC2\\x9B", "\xc2\x9b"},
	    {"\\", "\\"},
	    {"\\x4", "\\x4"},
	    {"\\xzz", "\\xzz"},
	    {"\\n", "\\n"},
	    {"a\\x41", "aA"},
	};
	char out[32];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = strlen(t[i].in);
		memcpy(out, t[i].in, n);
		n = text_unescape(out, out, n);
		assert_int_equal(n, strlen(t[i].out));
		assert_memory_equal(out, t[i].out, n);
	}
}

static void
every_pair_of_bytes_comes_back(void **state)
{
	char in[2], safe[8], out[8];
	size_t n;
	int a, b;

	(void)state;
	for (a = 0; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			in[0] = (char)a;
			in[1] = (char)b;
			n = text_escape(safe, in, 2);
			assert_int_equal(text_unescape(out, safe, n), 2);
			assert_memory_equal(out, in, 2);
		}
	}
}

static void
u64_writes_every_length(void **state)
{
	static const struct {
		unsigned long long v;
		const char *out;
	} t[] = {
	    {0, "0"},
	    {9, "9"},
	    {10, "10"},
	    {99, "99"},
	    {100, "100"},
	    {101, "101"},
	    {65535, "65535"},
	    {1000000007, "1000000007"},
	    {18446744073709551615ULL, "18446744073709551615"},
	};
	char out[20];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = text_u64(out, t[i].v);
		assert_int_equal(n, strlen(t[i].out));
		assert_memory_equal(out, t[i].out, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escape_makes_dangerous_bytes_visible),
	    cmocka_unit_test(utf8_takes_what_rfc_3629_allows),
	    cmocka_unit_test(unescape_undoes_escape_and_nothing_else),
	    cmocka_unit_test(every_pair_of_bytes_comes_back),
	    cmocka_unit_test(u64_writes_every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
