/* view.c - the stream as frames: what screen and paper have in common, and paper. */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "num.h"
#include "screen.h"
#include "term.h"
#include "view.h"

enum {
	PAPER_COLS = 132, /* no terminal tells a width: that of a line printer */
	COLS_MIN = 20,
};

int
view_next(struct view *v)
{
	int ret;

	ret = feed_next(&v->feed);
	/* Where not even one line was good the input is wrong, not the stream broken. */
	if (ret < 0)
		term_die(reader_lines(v->feed.reader) > 1 ? EXIT_FAILURE : 2, "%s: %s",
		    v->name, feed_why(&v->feed));
	return ret > 0 || (v->feed.eof && feed_finish(&v->feed));
}

void
view_show(struct view *v)
{
	feed_take(&v->feed, &v->shown);
	model_take(&v->model, &v->shown, v->feed.saw_end, v->feed.gap_ms);
}

static size_t
paper_cols(void)
{
	const char *text = getenv("COLUMNS");
	size_t cols = PAPER_COLS, rows;
	uint64_t v;

	if (text != NULL && num_u64(text, COLS_MIN, SCREEN_COLS_MAX, &v) == 0)
		return (size_t)v;
	if (isatty(STDOUT_FILENO))
		term_size(STDOUT_FILENO, &cols, &rows);
	return cols;
}

/* The bar of titles goes to the edge of a screen; on paper only its text counts. */
static void
print_line(const struct line *line)
{
	size_t len = line->len;

	while (len > 0 && line->text[len - 1] == ' ')
		len--;
	fwrite(line->text, 1, len, stdout);
	putchar('\n');
}

/* Print the snapshot that waits; an empty line stands between frames. */
static void
print_frame(struct view *v)
{
	size_t rows;
	int ret;

	if (v->model.snap != NULL)
		putchar('\n');
	view_show(v);
	rows = v->shown.n < v->rows ? v->shown.n : v->rows;
	ret = screen_draw(&v->model, paper_cols(), SCREEN_HEAD + rows, print_line);
	if (ret < 0)
		errx(EXIT_FAILURE, "%s", strerror(-ret));
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "stdout");
}

void
view_print(struct view *v)
{
	struct pollfd p = {.fd = v->fd, .events = POLLIN};
	int n;

	while (!v->feed.eof) {
		n = poll(&p, 1, feed_patience(&v->feed));
		if (n == 0)
			feed_finish(&v->feed);
		if (n > 0)
			feed_fill(&v->feed);
		while (v->feed.complete || view_next(v)) {
			print_frame(v);
			if (v->once)
				return;
		}
	}
}
