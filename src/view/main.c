/* main.c - tcptop-view: show a stream of connection snapshots like top does. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"
#include "num.h"
#include "view.h"

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: tcptop-view [-b] [-k column[:asc|:desc]]... [-n rows] [--color when]\n"
    "       [--history size] [--once] [--speed factor] [file]\n";

static const char help[] =
    "  -b, --batch          plain frames to standard output, one for each snapshot\n"
    "  -k, --key COLUMN     sort by a column of the stream, or rate; :asc or :desc;\n"
    "                       none: as in the stream; several: the next settles ties\n"
    "  -n, --rows N         rows of a batch frame at most\n"
    "      --color WHEN     colours, bold and reverse on the screen: auto, always, "
    "never\n"
    "      --history SIZE   memory for past snapshots: 64M is the default, also K, G\n"
    "      --once           the first snapshot as a plain frame, then exit\n"
    "      --speed FACTOR   replay so many times as fast as recorded, or max;\n"
    "                       the default is 1 for a file, other input is shown at once\n"
    "  -h, --help           this text; ? on the screen tells the keys\n"
    "  -V, --version        version\n";

enum { OPT_COLOR = 256, OPT_HISTORY, OPT_ONCE, OPT_SPEED };

#define HISTORY_DEFAULT (64ull << 20)
#define HISTORY_LARGEST (1ull << 40) /* more than machines have: surely a mistake */

static const struct option longs[] = {
    {"batch", no_argument, NULL, 'b'},
    {"key", required_argument, NULL, 'k'},
    {"rows", required_argument, NULL, 'n'},
    {"color", required_argument, NULL, OPT_COLOR},
    {"history", required_argument, NULL, OPT_HISTORY},
    {"once", no_argument, NULL, OPT_ONCE},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static void
add_key(struct view *v, const char *text)
{
	const int none = strcmp(text, "none") == 0;
	int ret = 0;

	if (v->has_order && (none || v->order.n == 0))
		errx(EXIT_USAGE, "-k (--key) '%s': none stands alone", text);
	v->has_order = 1;
	if (!none)
		ret = order_add(&v->order, text);
	if (ret < 0)
		errx(EXIT_USAGE, "-k (--key) '%s': %s", text, order_why(text, ret));
}

static double
speed_of(const char *text)
{
	double speed = INFINITY;

	if (strcmp(text, "max") != 0 && num_factor(text, &speed) < 0)
		errx(EXIT_USAGE,
		    "--speed '%s': neither max nor a factor from 0.01 to 10000", text);
	return speed;
}

static void __attribute__((noreturn)) print_and_exit(const char *text, const char *more)
{
	if (printf("%s%s", text, more) < 0 || fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	exit(EXIT_SUCCESS);
}

static void
parse_options(struct view *v, int argc, char **argv)
{
	int opt;

	v->rows = SNAPSHOT_ROWS;
	color_choose("auto", &v->color);
	v->history_bytes = HISTORY_DEFAULT;
	while ((opt = getopt_long(argc, argv, "bk:n:hV", longs, NULL)) != -1) {
		switch (opt) {
		case 'b':
			v->batch = 1;
			break;
		case 'k':
			add_key(v, optarg);
			break;
		case 'n':
			if (num_u64(optarg, 1, SNAPSHOT_ROWS, &v->rows) < 0)
				errx(EXIT_USAGE,
				    "-n (--rows) '%s': not a number from 1 to %d", optarg,
				    SNAPSHOT_ROWS);
			break;
		case OPT_COLOR:
			if (color_choose(optarg, &v->color) < 0)
				errx(EXIT_USAGE,
				    "--color '%s': neither auto, always nor never",
				    optarg);
			break;
		case OPT_HISTORY:
			if (num_size(optarg, HISTORY_LARGEST, &v->history_bytes) < 0)
				errx(EXIT_USAGE, "--history '%s': not a size such as 64M",
				    optarg);
			break;
		case OPT_ONCE:
			v->once = 1;
			break;
		case OPT_SPEED:
			v->model.speed = speed_of(optarg);
			break;
		case 'h':
			print_and_exit(usage, help);
		case 'V':
			print_and_exit("tcptop-view " VERSION "\n", "");
		default:
			exit(EXIT_USAGE);
		}
	}
	if (argc - optind > 1)
		errx(EXIT_USAGE, "unexpected argument '%s'; -h lists the options",
		    argv[optind + 1]);
	v->batch |= v->once || !isatty(STDOUT_FILENO);
}

/* Of a file's name, NULL where there is none. */
static void
open_input(struct view *v, const char *name)
{
	struct stat st;

	if (name != NULL && strcmp(name, "-") != 0) {
		v->name = name;
		v->fd = open(name, O_RDONLY | O_CLOEXEC);
		if (v->fd < 0)
			err(EXIT_USAGE, "%s", name);
	} else {
		v->name = "stdin";
		v->fd = STDIN_FILENO;
		if (isatty(STDIN_FILENO))
			errx(EXIT_USAGE,
			    "standard input is a terminal; -h lists the "
			    "options");
	}
	v->is_file = fstat(v->fd, &st) == 0 && S_ISREG(st.st_mode);
	if (v->is_file && v->model.speed == 0)
		v->model.speed = 1;
	if (feed_init(&v->feed, v->fd) < 0)
		err(EXIT_FAILURE, NULL);
}

int
main(int argc, char **argv)
{
	static struct view v;

	/* The characters only: numbers and sorting are those of the stream. */
	setlocale(LC_CTYPE, "");
	model_init(&v.model);
	parse_options(&v, argc, argv);
	open_input(&v, argv[optind]);
	snapshot_init(&v.shown);
	/* On paper the order of the stream counts: it may come from tcptop-sort. */
	if (v.has_order || v.batch)
		v.model.rows.order = v.order;
	if (v.batch)
		view_print(&v);
	else
		live_run(&v);
	feed_free(&v.feed);
	snapshot_free(&v.shown);
	model_free(&v.model);
	close(v.fd);
	if (v.batch && fclose(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
	return EXIT_SUCCESS;
}
