/* test_column.c - the table of columns and single fields. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "column.h"

static void
every_column_has_a_name_of_its_own(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < COLS; i++) {
		assert_non_null(columns[i].name);
		assert_int_equal(
		    column_find(columns[i].name, strlen(columns[i].name)), i);
		assert_int_equal(strspn(columns[i].name, "abcdefghijklmnopqrstuvwxyz_"),
		    strlen(columns[i].name));
	}
	assert_int_equal(column_find("tim", 3), -1);
	assert_int_equal(column_find("timex", 5), -1);
	assert_int_equal(column_find("", 0), -1);
}

static void
quantities_are_what_is_counted(void **state)
{
	static const char *const no[] = {"time", "event", "proto", "laddr", "lport",
	    "raddr", "rport", "state", "pid", "comm", "cookie", "netns", "cgroup", "uid",
	    "iface", "host", "cc", "error", "owner"};
	unsigned quantities = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COLS; i++)
		quantities += (unsigned)column_is_quantity(i);
	assert_int_equal(quantities, COLS - sizeof(no) / sizeof(no[0]));
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(column_is_quantity(column_find(no[i], strlen(no[i]))));
}

static void
list_chooses_adds_or_takes_all(void **state)
{
	struct column_list list;
	const char *bad;
	size_t badlen;

	(void)state;
	assert_int_equal(column_list_parse(&list, "pid,time", &bad, &badlen), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(list.col[0], COL_PID);
	assert_int_equal(list.col[1], COL_TIME);
	assert_int_equal(column_list_parse(&list, "+cookie,uid", &bad, &badlen), 0);
	assert_int_equal(list.n, COLS_DEFAULT + 2);
	assert_int_equal(list.col[COLS_DEFAULT - 1], COL_LOST);
	assert_int_equal(list.col[COLS_DEFAULT], COL_COOKIE);
	assert_int_equal(list.col[COLS_DEFAULT + 1], COL_UID);
	assert_int_equal(column_list_parse(&list, "all", &bad, &badlen), 0);
	assert_int_equal(list.n, COLS);
	assert_int_equal(list.col[COLS - 1], COLS - 1);
}

static void
list_names_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		int ret;
		const char *bad;
	} t[] = {
	    {"time,nonsense,pid", -EINVAL, "nonsense"},
	    {"", -EINVAL, ""},
	    {"+", -EINVAL, ""},
	    {"time,", -EINVAL, ""},
	    {",time", -EINVAL, ""},
	    {"time, pid", -EINVAL, " pid"},
	    {"+all", -EINVAL, "all"},
	    {"all,time", -EINVAL, "all"},
	    {"pid,time,pid", -EEXIST, "pid"},
	    {"+time", -EEXIST, "time"},
	};
	struct column_list list;
	const char *bad;
	size_t i, badlen;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		list.n = 99;
		assert_int_equal(
		    column_list_parse(&list, t[i].text, &bad, &badlen), t[i].ret);
		assert_int_equal(badlen, strlen(t[i].bad));
		assert_memory_equal(bad, t[i].bad, badlen);
		assert_int_equal(list.n, 99);
	}
}

static void
names_stand_for_the_numbers_of_linux(void **state)
{
	static const struct {
		enum column col;
		uint64_t v;
		const char *text;
	} t[] = {
	    {COL_EVENT, EVENT_OPEN, "open"},
	    {COL_EVENT, EVENT_LIVE, "live"},
	    {COL_EVENT, EVENT_CLOSE, "close"},
	    {COL_EVENT, EVENT_END, "end"},
	    {COL_EVENT, EVENT_REST, "rest"},
	    {COL_PROTO, 6, "tcp"},
	    {COL_PROTO, 17, "udp"},
	    {COL_PROTO, 132, "132"},
	    {COL_STATE, 1, "ESTABLISHED"},
	    {COL_STATE, 2, "SYN_SENT"},
	    {COL_STATE, 3, "SYN_RECV"},
	    {COL_STATE, 4, "FIN_WAIT1"},
	    {COL_STATE, 5, "FIN_WAIT2"},
	    {COL_STATE, 6, "TIME_WAIT"},
	    {COL_STATE, 7, "CLOSE"},
	    {COL_STATE, 8, "CLOSE_WAIT"},
	    {COL_STATE, 9, "LAST_ACK"},
	    {COL_STATE, 10, "LISTEN"},
	    {COL_STATE, 11, "CLOSING"},
	    {COL_STATE, 12, "NEW_SYN_RECV"},
	    {COL_STATE, 13, "13"},
	    {COL_OWNER, OWNER_NONE, "none"},
	    {COL_OWNER, OWNER_HOOK, "hook"},
	    {COL_OWNER, OWNER_SCAN, "scan"},
	    {COL_OWNER, OWNER_INHERITED, "inherited"},
	    {COL_ERROR, 32, "EPIPE"},
	    {COL_ERROR, 104, "ECONNRESET"},
	    {COL_ERROR, 110, "ETIMEDOUT"},
	    {COL_ERROR, 111, "ECONNREFUSED"},
	    {COL_ERROR, 113, "EHOSTUNREACH"},
	    {COL_ERROR, 0, "0"},
	    {COL_ERROR, 4095, "4095"},
	};
	char text[COLUMN_TEXT];
	struct conn c;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&c, 0, sizeof(c));
		assert_int_equal(
		    column_parse(&c, t[i].col, t[i].text, strlen(t[i].text)), 0);
		assert_true(column_uint(&c, t[i].col) == t[i].v);
		assert_true(c.has == HAS(t[i].col));
		n = column_format(text, &c, t[i].col);
		assert_int_equal(n, strlen(t[i].text));
		assert_memory_equal(text, t[i].text, n);
	}
}

static void
parse_refuses_and_leaves_the_record_alone(void **state)
{
	static const struct {
		enum column col;
		const char *text;
	} t[] = {
	    {COL_LPORT, "65536"},
	    {COL_PID, "4294967296"},
	    {COL_ROWS, "18446744073709551616"},
	    {COL_ROWS, "99999999999999999999999"},
	    {COL_ROWS, "-1"},
	    {COL_ROWS, "+1"},
	    {COL_ROWS, " 1"},
	    {COL_ROWS, "1 "},
	    {COL_ROWS, "1.0"},
	    {COL_ROWS, "1e6"},
	    {COL_ROWS, "abc"},
	    {COL_PROTO, "6"},
	    {COL_PROTO, "TCP"},
	    {COL_PROTO, "tc"},
	    {COL_PROTO, "256"},
	    {COL_EVENT, "lives"},
	    {COL_ERROR, "111"},
	    {COL_ERROR, "65536"},
	    {COL_LADDR, "1.2.3"},
	    {COL_TIME, "yesterday"},
	};
	struct conn c, before;
	size_t i;

	(void)state;
	memset(&c, 0x55, sizeof(c));
	before = c;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    column_parse(&c, t[i].col, t[i].text, strlen(t[i].text)), -EINVAL);
		assert_memory_equal(&c, &before, sizeof(c));
	}
}

static void
text_replaces_a_longer_one(void **state)
{
	struct conn c;

	(void)state;
	memset(&c, 0x55, sizeof(c));
	assert_int_equal(column_parse(&c, COL_COMM, "ab", 2), 0);
	assert_string_equal(c.comm, "ab");
}

static void
text_that_does_not_fit_is_cut_between_characters(void **state)
{
	static const struct {
		const char *field;
		const char *cc;
	} t[] = {
	    {"0123456789abcde", "0123456789abcde"},
	    {"0123456789abcdef", "0123456789abcde"},
	    {"0123456789abc\u00e9", "0123456789abc\u00e9"},
	    {"0123456789abcd\u00e9", "0123456789abcd"},
	    {"0123456789abcd\\xc3\\xa9", "0123456789abcd"},
	    {"0123456789ab\U0001f600", "0123456789ab"},
	    {"0123456789abcde\U0001f600", "0123456789abcde"},
	    /* no character at all */
	    {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"},
	    {"a\\x00b", "a"},
	};
	char field[4 * COLUMN_TEXT];
	struct conn c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&c, 0x55, sizeof(c));
		assert_int_equal(
		    column_parse(&c, COL_CC, t[i].field, strlen(t[i].field)), 0);
		assert_true(c.has & HAS(COL_CC));
		assert_string_equal(c.cc, t[i].cc);
		assert_int_equal(c.iface[0], 0x55);
	}
	/* Nothing is left of it. */
	assert_int_equal(column_parse(&c, COL_CC, "\\x00b", 5), 0);
	assert_false(c.has & HAS(COL_CC));
	memset(field, '\\', sizeof(field));
	for (i = 0; i < sizeof(field); i += 4)
		memcpy(field + i, "\\x41", 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(
		    column_parse(&c, COL_HOST, field + i, sizeof(field) - i), 0);
		assert_int_equal(strlen(c.host), CONN_HOST - 1);
	}
	assert_int_equal(c.host[CONN_HOST - 2], 'A');
}

static void
empty_field_is_unknown_and_unknown_is_empty(void **state)
{
	char text[COLUMN_TEXT];
	struct conn c;
	int i;

	(void)state;
	memset(&c, 0xff, sizeof(c));
	for (i = 0; i < COLS; i++)
		assert_int_equal(column_parse(&c, i, "", 0), 0);
	assert_true(c.has == UINT64_MAX << COLS);
	for (i = 0; i < COLS; i++)
		assert_int_equal(column_format(text, &c, i), 0);
}

static void
compare_knows_the_kinds_of_values(void **state)
{
	static const struct {
		enum column col;
		const char *less;
		const char *more;
	} t[] = {
	    {COL_RATE_IN, "9", "10"},
	    {COL_RATE_IN, "0", "18446744073709551615"},
	    {COL_BYTES_IN, "4294967295", "4294967296"},
	    {COL_LPORT, "80", "443"},
	    {COL_LADDR, "9.0.0.1", "10.0.0.1"},
	    {COL_LADDR, "255.0.0.1", "::"},
	    {COL_LADDR, "fe80::1", "fe80::10"},
	    {COL_TIME, "2026-11-20T18:11:04.123Z", "2026-11-20T18:11:04.124Z"},
	    {COL_PROTO, "tcp", "udp"},
	    {COL_PROTO, "132", "tcp"},
	    {COL_STATE, "CLOSE", "ESTABLISHED"},
	    {COL_ERROR, "ECONNREFUSED", "ETIMEDOUT"},
	    {COL_COMM, "nginx", "nginx1"},
	    {COL_COMM, "Z", "a"},
	};
	struct conn a, b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&a, 0, sizeof(a));
		memset(&b, 0, sizeof(b));
		assert_int_equal(
		    column_parse(&a, t[i].col, t[i].less, strlen(t[i].less)), 0);
		assert_int_equal(
		    column_parse(&b, t[i].col, t[i].more, strlen(t[i].more)), 0);
		assert_true(column_compare(&a, &b, t[i].col) < 0);
		assert_true(column_compare(&b, &a, t[i].col) > 0);
		assert_true(column_compare(&a, &a, t[i].col) == 0);
	}
}

static void
numbers_saturate(void **state)
{
	struct conn a = {0}, b = {0};

	(void)state;
	column_set_uint(&a, COL_LPORT, 65536);
	assert_int_equal(a.lport, 65535);
	column_set_uint(&a, COL_PID, UINT64_MAX);
	assert_true(a.pid == UINT32_MAX);
	column_set_uint(&a, COL_LOST, UINT64_MAX);
	assert_true(a.lost == UINT64_MAX);
	assert_true(a.has == (HAS(COL_LPORT) | HAS(COL_PID) | HAS(COL_LOST)));
	column_set_uint(&b, COL_LOST, 1);
	column_set_uint(&b, COL_RETRANS, 3);
	column_add_uint(&a, COL_LOST, &b);
	column_add_uint(&a, COL_RETRANS, &b);
	column_add_uint(&a, COL_RETRANS, &b);
	column_add_uint(&a, COL_ROWS, &b);
	assert_true(a.lost == UINT64_MAX);
	assert_int_equal(a.retrans, 6);
	assert_false(a.has & HAS(COL_ROWS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_column_has_a_name_of_its_own),
	    cmocka_unit_test(quantities_are_what_is_counted),
	    cmocka_unit_test(list_chooses_adds_or_takes_all),
	    cmocka_unit_test(list_names_what_is_wrong),
	    cmocka_unit_test(names_stand_for_the_numbers_of_linux),
	    cmocka_unit_test(parse_refuses_and_leaves_the_record_alone),
	    cmocka_unit_test(text_replaces_a_longer_one),
	    cmocka_unit_test(text_that_does_not_fit_is_cut_between_characters),
	    cmocka_unit_test(empty_field_is_unknown_and_unknown_is_empty),
	    cmocka_unit_test(compare_knows_the_kinds_of_values),
	    cmocka_unit_test(numbers_saturate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
