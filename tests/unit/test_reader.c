/* test_reader.c - lines to records. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "give.h"
#include "reader.h"

#define T "2026-11-20T18:11:04.123Z"
#define DEFAULT_ROW                                                                    \
	T ",live,tcp,10.0.0.5,443,10.0.9.1,51234,ESTABLISHED,812,nginx,1024,90000,12," \
	  "70,0,"                                                                      \
	  "4096,180,0,,"

struct stream {
	struct reader *r;
	int fd;
	struct row row;
};

static struct stream
stream_of(const char *text)
{
	struct stream s;

	s.fd = give(text, strlen(text));
	s.r = reader_open(s.fd);
	assert_non_null(s.r);
	return s;
}

static void
stream_end(struct stream *s)
{
	reader_close(s->r);
	close(s->fd);
}

/* The next record, whatever has to be read for it. */
static int
next(struct stream *s)
{
	int ret;

	for (;;) {
		ret = reader_next(s->r, &s->row);
		if (ret != 0)
			return ret;
		if (reader_fill(s->r) == 0)
			return reader_next(s->r, &s->row);
	}
}

static void
default_order_is_assumed_without_a_header(void **state)
{
	struct stream s = stream_of(DEFAULT_ROW "\n");
	size_t len;

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 812);
	assert_string_equal(s.row.conn.comm, "nginx");
	assert_int_equal(s.row.conn.rate_out, 4096);
	assert_false(s.row.conn.has & HAS(COL_ROWS));
	assert_true(s.row.conn.has & HAS(COL_RATE_IN));
	assert_null(reader_header(s.r, &len));
	assert_int_equal(reader_place(s.r, COL_PID), 8);
	assert_int_equal(reader_place(s.r, COL_UID), -1);
	assert_int_equal(next(&s), 0);
	stream_end(&s);
}

static void
header_says_where_the_columns_are(void **state)
{
	struct stream s = stream_of("comm,my_own,pid\r\n\"a,\"\"b\",x y,7\r\n\n  c ,,\n");
	size_t len;

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_string_equal(s.row.conn.comm, "a,\"b");
	assert_int_equal(s.row.conn.pid, 7);
	assert_int_equal(s.row.len, strlen("\"a,\"\"b\",x y,7"));
	assert_memory_equal(s.row.line, "\"a,\"\"b\",x y,7", s.row.len);
	assert_memory_equal(reader_header(s.r, &len), "comm,my_own,pid", 15);
	assert_int_equal(len, 15);
	assert_int_equal(reader_place(s.r, COL_PID), 2);
	assert_int_equal(next(&s), 1);
	assert_string_equal(s.row.conn.comm, "  c ");
	assert_true(s.row.conn.has == HAS(COL_COMM));
	assert_int_equal(reader_lines(s.r), 4);
	stream_end(&s);
}

static void
blanks_and_carriage_returns_inside_a_line_are_kept(void **state)
{
	static const char *const lines[] = {"a,b,  c \r d ,7", "\"a,b\",  c \r d ,7"};
	char text[64];
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "comm,%shost,pid\n%s\n", i == 0 ? "x," : "",
		    lines[i]);
		s = stream_of(text);
		assert_int_equal(next(&s), 1);
		assert_string_equal(s.row.conn.host, "  c \r d ");
		assert_int_equal(s.row.conn.pid, 7);
		stream_end(&s);
	}
}

static void
tab_makes_it_tsv_where_quotes_are_bytes(void **state)
{
	struct stream s = stream_of("comm\tpid\n\"a,b\t7\n\"\"\t8\n");

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_int_equal(reader_format(s.r), FORMAT_TSV);
	assert_string_equal(s.row.conn.comm, "\"a,b");
	assert_int_equal(next(&s), 1);
	assert_string_equal(s.row.conn.comm, "\"\"");
	stream_end(&s);
}

static void
later_header_is_followed(void **state)
{
	struct stream s = stream_of("pid,comm\n1,a\npid,comm\n2,b\ncomm,uid,pid\nc,9,3\n"
				    "comm\tpid\nd\t4\n" DEFAULT_ROW "\n");

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 1);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 2);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 3);
	assert_int_equal(s.row.conn.uid, 9);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 4);
	assert_int_equal(next(&s), -EBADMSG);
	stream_end(&s);
}

/* A process may call itself what it likes. */
static void
name_that_is_a_column_is_no_header(void **state)
{
	struct stream s = stream_of("comm,host\ntime,pid\nrows,lost\n");

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_string_equal(s.row.conn.comm, "time");
	assert_int_equal(next(&s), 1);
	assert_string_equal(s.row.conn.host, "lost");
	stream_end(&s);
}

static void
error_names_line_column_and_value(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} t[] = {
	    {"a b c\n",
		"line 1: not a tcptop stream: no header, and 1 field where the default "
		"has 20"},
	    {"x,y,z\n",
		"line 1: not a tcptop stream: no header, and 3 fields where the default "
		"has 20"},
	    {"1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0\n",
		"line 1: not a tcptop stream: no header, and time '1' is not a time"},
	    {"\"\n",
		"line 1: not a tcptop stream: no header, and a quote is not closed on "
		"its line"},
	    {"pid,comm\n1,a\n2\n", "line 3: 1 field where the header has 2"},
	    {"pid,comm\n1,a,b\n", "line 2: 3 fields where the header has 2"},
	    {"comm,rate_in\na,abc\n", "line 2: rate_in 'abc' is not a number"},
	    {"comm,lport\na,65536\n", "line 2: lport '65536' is too large"},
	    {"comm,raddr\na,10.0.0\n", "line 2: raddr '10.0.0' is not an address"},
	    {"comm,event\na,died\n", "line 2: event 'died' is not a known name"},
	    {"comm,pid\na,\x1b[2J\n", "line 2: pid '\\x1b[2J' is not a number"},
	    {"comm,pid\na,0123456789012345678901234567890123456789x\n",
		"line 2: pid '0123456789012345678901234567890123456789...' is not a "
		"number"},
	    {"comm,pid\n\"a,1\nb\",2\n", "line 2: a quote is not closed on its line"},
	    {"comm,pid\na\"b,2\n", "line 2: a quote in the middle of a field"},
	    {"comm,pid\n\"a\"b,2\n", "line 2: a quote in the middle of a field"},
	};
	struct stream s;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		s = stream_of(t[i].text);
		do
			ret = next(&s);
		while (ret == 1);
		assert_int_equal(ret, -EBADMSG);
		assert_string_equal(reader_error(s.r), t[i].error);
		stream_end(&s);
	}
}

static void
another_header_is_an_error_where_one_is_asked_for(void **state)
{
	static const char *const t[] = {
	    "comm,pid\na,1\ncomm,pid\npid,comm\n",
	    "1970-01-01T00:00:01.000Z,live,,,,,,,,,,,,,,,,,,\n\ntime,event\ntime\n",
	};
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		s = stream_of(t[i]);
		reader_one_header(s.r);
		assert_int_equal(next(&s), 1);
		assert_int_equal(next(&s), -EBADMSG);
		assert_string_equal(reader_error(s.r),
		    i == 0 ? "line 4: header differs from the first"
			   : "line 3: header differs from the first");
		stream_end(&s);
	}
}

static void
reading_goes_on_after_an_error(void **state)
{
	struct stream s = stream_of("comm,pid\n\"a,1\nb,2\nc\tx\nd,4");

	(void)state;
	assert_int_equal(next(&s), -EBADMSG);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 2);
	assert_int_equal(next(&s), -EBADMSG);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 4);
	assert_int_equal(next(&s), 0);
	stream_end(&s);
}

static void
overlong_line_is_an_error_and_passed_over(void **state)
{
	static const size_t sizes[] = {
	    READER_LINE + 1, 5 * READER_LINE, 9 * READER_LINE + 7};
	struct stream s;
	char *text, *p;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		text = malloc(sizes[i] + 100);
		assert_non_null(text);
		p = text + snprintf(text, 100, "comm,pid\n");
		memset(p, 'x', sizes[i]);
		memcpy(p + sizes[i], "\na,2\n", 6);
		s = stream_of(text);
		assert_int_equal(next(&s), -EBADMSG);
		assert_string_equal(reader_error(s.r), "line 2: longer than 65536 bytes");
		assert_int_equal(next(&s), 1);
		assert_int_equal(s.row.conn.pid, 2);
		assert_int_equal(reader_lines(s.r), 3);
		assert_int_equal(next(&s), 0);
		stream_end(&s);
		free(text);
	}
}

static void
last_line_needs_no_newline_but_must_be_whole(void **state)
{
	struct stream s = stream_of("pid,comm\n1,a\n2,b");

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 2);
	assert_int_equal(next(&s), 0);
	stream_end(&s);
	s = stream_of("pid,comm\n1,a\n2");
	assert_int_equal(next(&s), 1);
	assert_int_equal(next(&s), -EBADMSG);
	assert_int_equal(next(&s), 0);
	stream_end(&s);
}

/* A pipe gives what it has: records must not depend on where reads end. */
static void
bytes_may_come_one_by_one(void **state)
{
	static const char text[] = "comm,pid\n\"a,b\",1\r\nc,2\n\nd,3";
	struct reader *r;
	struct row row;
	unsigned sum = 0;
	int fd[2];
	size_t i;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	r = reader_open(fd[0]);
	assert_non_null(r);
	for (i = 0; i < sizeof(text) - 1; i++) {
		assert_int_equal(write(fd[1], text + i, 1), 1);
		assert_int_equal(reader_fill(r), 1);
		while (reader_next(r, &row) == 1)
			sum = sum * 10 + row.conn.pid;
	}
	assert_int_equal(sum, 12);
	close(fd[1]);
	assert_int_equal(reader_fill(r), 0);
	assert_int_equal(reader_next(r, &row), 1);
	assert_int_equal(row.conn.pid, 3);
	assert_int_equal(reader_next(r, &row), 0);
	reader_close(r);
	close(fd[0]);
}

static void
read_errors_are_handed_on(void **state)
{
	struct reader *r = reader_open(-1);

	(void)state;
	assert_non_null(r);
	assert_int_equal(reader_fill(r), -EBADF);
	reader_close(r);
}

static void
field_is_found_in_a_raw_line(void **state)
{
	static const struct {
		const char *header;
		const char *line;
		int place;
		const char *want;
	} t[] = {
	    {"pid,comm,uid", "1,\"a,b\",3", 0, "1"},
	    {"pid,comm,uid", "1,\"a,b\",3", 1, "\"a,b\""},
	    {"pid,comm,uid", "1,\"a\"\",b\",3", 1, "\"a\"\",b\""},
	    {"pid,comm,uid", "1,\"a,b\",3", 2, "3"},
	    {"pid,comm,uid", "1,\"a,b\",3", 3, NULL},
	    {"pid,comm,uid", ",,", 0, ""},
	    {"pid,comm,uid", ",,", 2, ""},
	    {"pid,comm,uid", ",,", 3, NULL},
	    {"pid\tcomm\tuid", "1\t\"a,b\t3", 1, "\"a,b"},
	    {"pid\tcomm\tuid", "1\t\"a,b\t3", 2, "3"},
	};
	char text[64];
	struct stream s;
	const char *field;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		snprintf(text, sizeof(text), "%s\n%s\n", t[i].header, t[i].line);
		s = stream_of(text);
		assert_int_equal(next(&s), 1);
		field = reader_field(s.r, s.row.line, s.row.len, t[i].place, &len);
		if (t[i].want == NULL) {
			assert_null(field);
		} else {
			assert_int_equal(len, strlen(t[i].want));
			assert_memory_equal(field, t[i].want, len);
		}
		stream_end(&s);
	}
}

static void
first_of_two_columns_of_one_name_counts(void **state)
{
	struct stream s = stream_of("pid,pid\n1,x\n");

	(void)state;
	assert_int_equal(next(&s), 1);
	assert_int_equal(s.row.conn.pid, 1);
	stream_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(default_order_is_assumed_without_a_header),
	    cmocka_unit_test(header_says_where_the_columns_are),
	    cmocka_unit_test(blanks_and_carriage_returns_inside_a_line_are_kept),
	    cmocka_unit_test(tab_makes_it_tsv_where_quotes_are_bytes),
	    cmocka_unit_test(later_header_is_followed),
	    cmocka_unit_test(name_that_is_a_column_is_no_header),
	    cmocka_unit_test(error_names_line_column_and_value),
	    cmocka_unit_test(another_header_is_an_error_where_one_is_asked_for),
	    cmocka_unit_test(reading_goes_on_after_an_error),
	    cmocka_unit_test(overlong_line_is_an_error_and_passed_over),
	    cmocka_unit_test(last_line_needs_no_newline_but_must_be_whole),
	    cmocka_unit_test(bytes_may_come_one_by_one),
	    cmocka_unit_test(read_errors_are_handed_on),
	    cmocka_unit_test(field_is_found_in_a_raw_line),
	    cmocka_unit_test(first_of_two_columns_of_one_name_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
