/* test_writer.c - records to lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "writer.h"

static void
assert_written(struct writer *w, const char *want)
{
	assert_int_equal(w->len, strlen(want));
	assert_memory_equal(w->buf, want, w->len);
	w->len = 0;
}

static void
choose(struct writer *w, const char *text)
{
	const char *bad;
	size_t badlen;

	writer_init(w);
	assert_int_equal(column_list_parse(&w->columns, text, &bad, &badlen), 0);
}

static void
default_header_is_that_of_the_manual(void **state)
{
	struct writer w;

	(void)state;
	writer_init(&w);
	assert_int_equal(writer_header(&w), 0);
	assert_written(&w,
	    "time,event,proto,laddr,lport,raddr,rport,state,pid,comm,bytes_in,bytes_out,"
	    "packets_in,packets_out,rate_in,rate_out,rtt_us,retrans,rows,lost\n");
	w.format = FORMAT_TSV;
	w.columns.n = 3;
	assert_int_equal(writer_header(&w), 0);
	assert_written(&w, "time\tevent\tproto\n");
	writer_free(&w);
}

static struct conn
example(void)
{
	static const char laddr[] = "10.0.0.5";
	struct conn c;

	memset(&c, 0, sizeof(c));
	assert_int_equal(column_parse(&c, COL_TIME, "2026-11-20T18:11:04.123Z", 24), 0);
	assert_int_equal(column_parse(&c, COL_EVENT, "live", 4), 0);
	assert_int_equal(column_parse(&c, COL_PROTO, "tcp", 3), 0);
	assert_int_equal(column_parse(&c, COL_LADDR, laddr, strlen(laddr)), 0);
	assert_int_equal(column_parse(&c, COL_RADDR, "2001:db8::1", 11), 0);
	assert_int_equal(column_parse(&c, COL_STATE, "ESTABLISHED", 11), 0);
	column_set_uint(&c, COL_LPORT, 443);
	column_set_uint(&c, COL_RPORT, 51234);
	column_set_uint(&c, COL_PID, 812);
	column_set_uint(&c, COL_BYTES_OUT, 0);
	return c;
}

static void
unknown_values_are_empty_and_zero_is_zero(void **state)
{
	struct conn c = example();
	struct writer w;

	(void)state;
	writer_init(&w);
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w,
	    "2026-11-20T18:11:04.123Z,live,tcp,10.0.0.5,443,2001:db8::1,51234,"
	    "ESTABLISHED,812,,,0,,,,,,,,\n");
	c.has = HAS(COL_TIME) | HAS(COL_EVENT);
	c.event = EVENT_END;
	column_set_uint(&c, COL_ROWS, 3);
	column_set_uint(&c, COL_LOST, 0);
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, "2026-11-20T18:11:04.123Z,end,,,,,,,,,,,,,,,,,3,0\n");
	writer_free(&w);
}

static void
quotes_stand_only_where_they_must(void **state)
{
	static const struct {
		const char *comm;
		const char *csv;
		const char *tsv;
	} t[] = {
	    {"nginx", "nginx", "nginx"},
	    {"a b", "a b", "a b"},
	    {"a,b", "\"a,b\"", "a,b"},
	    {"a\"b", "\"a\"\"b\"", "a\"b"},
	    {"\"", "\"\"\"\"", "\""},
	    {"\"\"", "\"\"\"\"\"\"", "\"\""},
	    {" a", "\" a\"", " a"},
	    {"a ", "\"a \"", "a "},
	    {" ", "\" \"", " "},
	    {"'", "'", "'"},
	    {"a\tb", "a\\x09b", "a\\x09b"},
	    {"a\nb", "a\\x0ab", "a\\x0ab"},
	    {"a\\b", "a\\x5cb", "a\\x5cb"},
	    {"\x1b[2J,", "\"\\x1b[2J,\"", "\\x1b[2J,"},
	};
	char want[64];
	struct conn c;
	struct writer w;
	size_t i;

	(void)state;
	choose(&w, "pid,comm,uid");
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(&c, 0, sizeof(c));
		c.has = HAS(COL_COMM);
		memcpy(c.comm, t[i].comm, strlen(t[i].comm));
		w.format = FORMAT_CSV;
		assert_int_equal(writer_row(&w, &c), 0);
		snprintf(want, sizeof(want), ",%s,\n", t[i].csv);
		assert_written(&w, want);
		w.format = FORMAT_TSV;
		assert_int_equal(writer_row(&w, &c), 0);
		snprintf(want, sizeof(want), "\t%s\t\n", t[i].tsv);
		assert_written(&w, want);
	}
	writer_free(&w);
}

static void
time_follows_the_record_not_the_one_before(void **state)
{
	struct conn c = example();
	struct writer w;

	(void)state;
	choose(&w, "time,pid");
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, "2026-11-20T18:11:04.123Z,812\n");
	c.time_ms++;
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, "2026-11-20T18:11:04.124Z,812\n");
	c.has &= ~HAS(COL_TIME);
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, ",812\n");
	writer_free(&w);
	choose(&w, "time,pid");
	w.epoch = 1;
	c.has |= HAS(COL_TIME);
	c.time_ms = 0;
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, "0.000,812\n");
	c.time_ms = 1795198264123;
	assert_int_equal(writer_row(&w, &c), 0);
	assert_written(&w, "1795198264.123,812\n");
	writer_free(&w);
}

static void
lines_gather_until_they_are_taken(void **state)
{
	struct conn c = example();
	struct writer w;
	size_t len;
	int i;

	(void)state;
	writer_init(&w);
	assert_int_equal(writer_row(&w, &c), 0);
	len = w.len;
	for (i = 1; i < 10000; i++)
		assert_int_equal(writer_row(&w, &c), 0);
	assert_int_equal(w.len, 10000 * len);
	assert_memory_equal(w.buf, w.buf + 9999 * len, len);
	writer_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(default_header_is_that_of_the_manual),
	    cmocka_unit_test(unknown_values_are_empty_and_zero_is_zero),
	    cmocka_unit_test(quotes_stand_only_where_they_must),
	    cmocka_unit_test(time_follows_the_record_not_the_one_before),
	    cmocka_unit_test(lines_gather_until_they_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
