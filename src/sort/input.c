/* input.c - streams from files and pipes, each handing over snapshot after snapshot. */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"

enum { EXIT_INPUT = 2 };

static void
file_open(struct file *f, const char *name)
{
	int is_stdin = strcmp(name, "-") == 0;

	f->name = is_stdin ? "stdin" : name;
	f->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 || feed_init(&f->feed, f->fd) < 0)
		err(EXIT_INPUT, "%s", f->name);
	f->feed.snap.keep_lines = 1;
	/* Raw lines are of use only as long as the layout stays. */
	reader_one_header(f->feed.reader);
}

static void
file_close(struct file *f)
{
	if (f->fd > STDIN_FILENO)
		close(f->fd);
	feed_free(&f->feed);
}

/* Wait for the first record of a file, or its end. Errors after a header come later. */
static void
file_start(struct file *f)
{
	struct pollfd pfd = {f->fd, POLLIN, 0};
	size_t len;
	int ret;

	while ((ret = feed_peek(&f->feed)) == 0 && !f->feed.eof) {
		poll(&pfd, 1, -1);
		feed_fill(&f->feed);
	}
	if (ret < 0 && reader_header(f->feed.reader, &len) == NULL)
		errx(EXIT_INPUT, "%s: %s", f->name, feed_why(&f->feed));
}

/* The first file with something in it sets the header, or that there is none. */
static void
check_header(struct inputs *ins, const struct file *f)
{
	const char *own, *first;
	size_t own_len, first_len;

	own = reader_header(f->feed.reader, &own_len);
	if (own == NULL && !f->feed.held)
		return;
	if (ins->reader == NULL)
		ins->reader = f->feed.reader;
	first = reader_header(ins->reader, &first_len);
	if (reader_format(f->feed.reader) != reader_format(ins->reader) ||
	    own_len != first_len || (own != NULL && memcmp(own, first, own_len) != 0))
		errx(EXIT_INPUT, "%s: header differs from the first", f->name);
}

void
inputs_open(struct inputs *ins, char *const *names, int n, int apart)
{
	int i;

	memset(ins, 0, sizeof(*ins));
	ins->nfiles = n;
	ins->n = apart ? n : 1;
	ins->file = calloc((size_t)n, sizeof(*ins->file));
	ins->input = calloc((size_t)n, sizeof(*ins->input));
	ins->pfd = calloc((size_t)n, sizeof(*ins->pfd));
	if (ins->file == NULL || ins->input == NULL || ins->pfd == NULL)
		err(EXIT_FAILURE, NULL);
	for (i = 0; i < n; i++)
		file_open(&ins->file[i], names[i]);
	for (i = 0; i < n; i++) {
		file_start(&ins->file[i]);
		check_header(ins, &ins->file[i]);
	}
	for (i = 0; i < ins->n; i++) {
		ins->input[i].file = ins->file + i;
		ins->input[i].end = ins->file + (apart ? i + 1 : n);
		/* The wait for the others was no silence. */
		feed_heard(&ins->file[i].feed);
	}
}

void
inputs_close(struct inputs *ins)
{
	int i;

	for (i = 0; i < ins->nfiles; i++)
		file_close(&ins->file[i]);
	free(ins->file);
	free(ins->input);
	free(ins->pfd);
}

/*
 * Take what has been read until a snapshot is complete, from file to file. What a bad
 * file has begun is lost.
 */
static void
input_take(struct inputs *ins, struct input *in)
{
	struct feed *feed;
	int ret;

	for (; in->file < in->end; in->file++) {
		feed = &in->file->feed;
		ret = feed->complete ? 1 : feed_next(feed);
		if (ret > 0 || (ret == 0 && !feed->eof))
			return;
		if (ret < 0) {
			warnx("%s: %s", in->file->name, feed_why(feed));
			ins->failed = 1;
			feed_drop(feed);
		}
		if (in->file + 1 < in->end)
			feed_follow(&in->file[1].feed, feed);
		else if (feed_finish(feed))
			return;
	}
}

struct feed *
input_ready(const struct input *in)
{
	if (in->file == in->end || !in->file->feed.complete)
		return NULL;
	return &in->file->feed;
}

/* Sleep until one of the inputs in pfd has data or has been silent for too long. */
static void
wait_inputs(struct inputs *ins)
{
	int i, left, timeout = -1;
	struct input *in;

	for (i = 0; i < ins->n; i++) {
		if (ins->pfd[i].fd < 0)
			continue;
		left = feed_patience(&ins->input[i].file->feed);
		if (timeout < 0 || (left >= 0 && left < timeout))
			timeout = left;
	}
	if (poll(ins->pfd, (nfds_t)ins->n, timeout) < 0)
		return;
	for (i = 0; i < ins->n; i++) {
		in = &ins->input[i];
		if (ins->pfd[i].fd < 0)
			continue;
		if (ins->pfd[i].revents != 0)
			feed_fill(&in->file->feed);
		else if (feed_patience(&in->file->feed) == 0)
			feed_finish(&in->file->feed);
	}
}

int
inputs_gather(struct inputs *ins)
{
	int i, ready, waiting;
	struct input *in;

	for (;;) {
		ready = waiting = 0;
		for (i = 0; i < ins->n; i++) {
			in = &ins->input[i];
			input_take(ins, in);
			ins->pfd[i].fd = -1;
			ins->pfd[i].events = POLLIN;
			if (input_ready(in) != NULL) {
				ready++;
			} else if (in->file < in->end) {
				ins->pfd[i].fd = in->file->fd;
				waiting++;
			}
		}
		if (waiting == 0)
			return ready;
		wait_inputs(ins);
	}
}
