/* view.h - the stream as frames: what screen and paper have in common, and paper. */
#ifndef VIEW_H
#define VIEW_H

#include "feed.h"
#include "history.h"
#include "model.h"
#include "term.h"

struct view {
	int batch;
	int once;
	enum color color;
	int has_order;      /* -k was given: */
	struct order order; /* n = 0: none */
	uint64_t rows;      /* of a batch frame */
	uint64_t history_bytes;
	int is_file;      /* the input is, and never silent */
	int fd;           /* of the input */
	const char *name; /* of the input, for messages */
	struct feed feed;
	struct snapshot shown;
	struct history history;
	struct model model;
};

/*
 * Take the next complete snapshot out of what was read; it waits in feed. What is wrong
 * with the stream ends the program (term_die).
 *
 * Returns 1, or 0 when there is none.
 */
int view_next(struct view *v);

/* Take the snapshot that waits into the model. */
void view_show(struct view *v);

/* Print plain frames until the stream ends, or one with --once. */
void view_print(struct view *v);

#endif
