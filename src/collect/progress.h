/* progress.h - how far a long file has been read, on a terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

struct progress {
	int on;
	int shown;
	uint64_t size; /* bytes of the file */
	uint64_t begun_ns;
	uint64_t next_ns; /* when to show more */
};

/* Shown only where stderr is a terminal and stdout is none, and the file is large. */
void progress_init(struct progress *p, uint64_t size);

/* Cheap enough for every thousand packets: at bytes of the file, after so many packets.
 */
void progress_show(struct progress *p, uint64_t at, uint64_t packets);

/* Wipe it away. */
void progress_end(struct progress *p);

#endif
