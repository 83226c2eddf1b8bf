/* view.c - the stream as frames: what screen and paper have in common, and paper. */
#include <err.h>
#include <errno.h>
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

	if (text != NULL && num_u64(text, COLS_MIN, FRAME_COLS_MAX, &v) == 0)
		return (size_t)v;
	if (isatty(STDOUT_FILENO))
		term_size(STDOUT_FILENO, &cols, &rows);
	return cols;
}

static void
print_line(const struct frame *f, size_t row)
{
	const struct frame_cell *line = f->cell + row * f->cols;
	size_t cols = f->cols, i;

	while (cols > 0 && line[cols - 1].text[0] == ' ')
		cols--;
	for (i = 0; i < cols; i++)
		fwrite(line[i].text, 1, line[i].len, stdout);
	putchar('\n');
}

/* Print the snapshot that waits; an empty line stands between frames. */
static void
print_frame(struct view *v)
{
	const struct rows *rows = &v->model.rows;
	struct frame f = {.cap = 0};
	size_t cols = paper_cols(), i;

	if (v->model.snap != NULL)
		putchar('\n');
	view_show(v);
	if (frame_clear(&f, cols, SCREEN_HEAD) < 0 || screen_draw(&v->model, &f) < 0)
		errx(EXIT_FAILURE, "%s", strerror(ENOMEM));
	for (i = 0; i < SCREEN_HEAD; i++)
		print_line(&f, i);
	/* Line by line: a frame of all rows could be large. */
	for (i = 0; i < rows->n && i < v->rows; i++) {
		frame_clear(&f, cols, 1);
		table_row(&v->model.table, &f, 0, rows_at(rows, i), HUMAN_BYTES, 0);
		print_line(&f, 0);
	}
	frame_free(&f);
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
