/* out.h - get the writer's text to a descriptor without waiting for a slow reader. */
#ifndef OUT_H
#define OUT_H

#include <stddef.h>

#include "writer.h"

struct out {
	int fd;
	size_t chunk; /* bytes that may be written at once after POLLOUT */
	size_t done;  /* of the writer's buffer */
};

void out_init(struct out *o, int fd);

/* Is there text that was not yet written? */
int out_pending(const struct out *o, const struct writer *w);

/*
 * Write what can be written without blocking; call it when the descriptor is ready.
 * Empties the writer's buffer once all of it is written.
 *
 * Returns 0 or -errno.
 */
int out_flush(struct out *o, struct writer *w);

#endif
