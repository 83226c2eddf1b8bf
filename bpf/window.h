/* window.h - the two ways of rows to user space: the window of the walk, close reports.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "holder.h"

struct window {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, WINDOW_ROWS);
	__type(key, __u32);
	__type(value, struct conn);
};

struct reports {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
};

extern struct window window SEC(".maps");
extern struct reports reports SEC(".maps");
extern const volatile __u32 ring_bytes;

extern __u64 now_ns;      /* set by user space before each step of a walk */
extern __u32 epoch;       /* number of the snapshot, from 1 */
extern __u32 window_rows; /* rows in the window */
extern __u32 unowned;     /* rows with traffic whose owner is a guess or unknown */
extern __u64 lost;        /* reports that could not be made */
extern __u64 deaths;      /* books that went away, or will at once */

/* User space comes by once a snapshot; wake it in between only when it must. */
static __always_inline void
report_send(struct conn *c)
{
	__u64 waiting = bpf_ringbuf_query(&reports, BPF_RB_AVAIL_DATA);

	bpf_ringbuf_submit(
	    c, waiting > ring_bytes / 2 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

#endif
