/* input.h - streams from files and pipes, each handing over snapshot after snapshot. */
#ifndef INPUT_H
#define INPUT_H

#include <stdint.h>

#include "feed.h"

struct file {
	const char *name;
	int fd;
	struct feed feed;
};

/* One stream: files that follow one another. */
struct input {
	struct file *file; /* being read; end: all are */
	struct file *end;
};

struct pollfd;

struct inputs {
	struct input *input;
	int n;
	struct file *file; /* of all inputs */
	int nfiles;
	struct pollfd *pfd;
	int failed; /* an input turned bad */
	/* Of the first file that is not empty, NULL: all are. The others have its header.
	 */
	const struct reader *reader;
};

/*
 * Open all files ("-": standard input) as one stream, or each as its own when apart is
 * set. Waits for the first record of each, so that what is no stream, or has another
 * header than the first, is known before anything is written: then it tells why and
 * exits with status 2.
 */
void inputs_open(struct inputs *ins, char *const *names, int n, int apart);
void inputs_close(struct inputs *ins);

/*
 * Wait until each input has a complete snapshot or is at its end. A file that turns bad
 * is told of; its input goes on with the next.
 *
 * Returns how many have one, 0 at the end of all.
 */
int inputs_gather(struct inputs *ins);

/* The complete snapshot of an input in its feed, NULL where there is none. */
struct feed *input_ready(const struct input *in);

#endif
