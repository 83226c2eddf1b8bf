/* merge.h - the snapshots of several inputs to one. */
#ifndef MERGE_H
#define MERGE_H

#include "input.h"

/*
 * Take the earliest snapshot that is ready, and of the other inputs those that are
 * within half its interval of it, into one snapshot of the earliest's time. Its one
 * `end` row has the sums of what was lost. What was taken is dropped.
 *
 * out   with keep_lines; its rows are forgotten first
 * time  the earliest's time as its stream wrote it; valid until the next inputs_gather
 *
 * Returns 0, -ENOMEM or -E2BIG.
 */
int merge_snapshots(
    struct inputs *ins, struct snapshot *out, const char **time, size_t *time_len);

#endif
