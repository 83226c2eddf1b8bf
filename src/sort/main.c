/* main.c - tcptop-sort: order the rows of each snapshot. */
#include <err.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "input.h"
#include "merge.h"
#include "num.h"
#include "output.h"

enum { EXIT_USAGE = 2, STDOUT_BUFFER = 65536 };

struct options {
	struct order order;
	uint64_t rows;
	int rest;
	int merge;
};

static const char usage[] =
    "usage: tcptop-sort [-mR] [-k column[:asc|:desc]]... [-n rows] [file...]\n";

static const char help[] =
    "  -k, --key COLUMN   order by this column, then by those of further -k (rate)\n"
    "  -n, --rows N       write the first N rows of each snapshot\n"
    "  -R, --rest         fold the other rows into one of event 'rest'\n"
    "  -m, --merge        merge the snapshots of several inputs\n"
    "  -h, --help         show this\n"
    "  -V, --version      show the version\n";

static const struct option longs[] = {
    {"key", required_argument, NULL, 'k'},
    {"rows", required_argument, NULL, 'n'},
    {"rest", no_argument, NULL, 'R'},
    {"merge", no_argument, NULL, 'm'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static void
add_key(struct order *order, const char *text)
{
	int ret;

	ret = order_add(order, text);
	if (ret < 0)
		errx(EXIT_USAGE, "-k (--key) '%s': %s", text, order_why(text, ret));
}

/* Check and flush: nothing that was to be written is lost without a word. */
static void
flush_stdout(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_FAILURE, "stdout");
}

static void __attribute__((noreturn)) print_and_exit(const char *text, const char *more)
{
	fputs(text, stdout);
	fputs(more, stdout);
	flush_stdout();
	exit(EXIT_SUCCESS);
}

static void
parse_options(struct options *opt, int argc, char **argv)
{
	int c;

	memset(opt, 0, sizeof(*opt));
	opt->rows = UINT64_MAX;
	while ((c = getopt_long(argc, argv, "k:n:RmhV", longs, NULL)) != -1) {
		switch (c) {
		case 'k':
			add_key(&opt->order, optarg);
			break;
		case 'n':
			if (num_u64(optarg, 0, SNAPSHOT_ROWS, &opt->rows) < 0)
				errx(EXIT_USAGE,
				    "-n (--rows) '%s': not a number from 0 to %d", optarg,
				    SNAPSHOT_ROWS);
			break;
		case 'R':
			opt->rest = 1;
			break;
		case 'm':
			opt->merge = 1;
			break;
		case 'h':
			print_and_exit(usage, help);
		case 'V':
			print_and_exit("tcptop-sort " VERSION "\n", "");
		default:
			exit(EXIT_USAGE);
		}
	}
	if (opt->order.n == 0)
		order_add(&opt->order, "rate:desc");
}

static void
need_column(const struct reader *r, enum column col)
{
	if (reader_place(r, col) < 0)
		errx(EXIT_USAGE, "stream has no column '%s'", columns[col].name);
}

/* What is asked for must be there: no order is better than a wrong one. */
static void
check_columns(const struct options *opt, const struct reader *r)
{
	int i;

	for (i = 0; i < opt->order.n; i++) {
		if (opt->order.key[i].col != ORDER_RATE)
			need_column(r, opt->order.key[i].col);
		else if (reader_place(r, COL_RATE_OUT) < 0)
			need_column(r, COL_RATE_IN);
	}
	if (opt->rest)
		need_column(r, COL_EVENT);
	if (opt->merge)
		need_column(r, COL_TIME);
}

/* Write the next snapshot of one input, or of all as one. */
static void
write_next(const struct options *opt, struct inputs *ins, struct output *out,
    struct snapshot *merged)
{
	int ret = 0;

	if (opt->merge)
		ret = merge_snapshots(ins, merged, &out->time, &out->time_len);
	if (ret == 0)
		ret = output_snapshot(
		    out, opt->merge ? merged : &ins->input[0].file->feed.snap);
	if (ret < 0)
		errx(EXIT_FAILURE, "%s", strerror(-ret));
	if (!opt->merge)
		feed_drop(&ins->input[0].file->feed);
	flush_stdout();
}

static void
run(const struct options *opt, struct inputs *ins)
{
	struct output out = {
	    stdout, opt->order, opt->rows, opt->rest, ins->reader, NULL, 0};
	struct snapshot merged;
	const char *header;
	size_t len;

	if (ins->reader == NULL)
		return;
	check_columns(opt, ins->reader);
	header = reader_header(ins->reader, &len);
	if (header != NULL) {
		fwrite(header, 1, len, stdout);
		putchar('\n');
	}
	snapshot_init(&merged);
	merged.keep_lines = 1;
	while (inputs_gather(ins) > 0)
		write_next(opt, ins, &out, &merged);
	snapshot_free(&merged);
}

int
main(int argc, char **argv)
{
	static char dash[] = "-", *standard_input[] = {dash};
	struct options opt;
	struct inputs ins;
	int n;

	parse_options(&opt, argc, argv);
	setvbuf(stdout, NULL, _IOFBF, STDOUT_BUFFER);
	n = argc - optind;
	inputs_open(
	    &ins, n > 0 ? argv + optind : standard_input, n > 0 ? n : 1, opt.merge);
	run(&opt, &ins);
	inputs_close(&ins);
	if (fclose(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	return ins.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
