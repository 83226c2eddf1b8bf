/* netns.h - visit every network namespace that can be found. */
#ifndef NETNS_H
#define NETNS_H

/*
 * Call visit(arg) once inside each network namespace that a process lives in (/proc) or
 * that is mounted (ip-netns(8)), our own included, and come back. One that cannot be
 * entered is left out.
 *
 * Returns 0, or -errno when there is no way back to our own or no memory.
 */
int netns_each(void (*visit)(void *arg), void *arg);

#endif
