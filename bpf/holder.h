/* holder.h - which process holds a socket, and how we know. */
#ifndef HOLDER_H
#define HOLDER_H

#include <stddef.h>

#include "kernel.h"
#include "shared.h"

struct holder {
	__u32 pid;
	__u32 scan_id; /* last scan that saw this process with the socket */
	__u8 how;      /* enum owner */
	char comm[16];
};

extern __u32 scan_id;                /* number of the scan under way, or of the last */
extern const volatile char self[16]; /* our own name as a process */
extern __u64 self_program;           /* and what it runs, from the first scan on */

static __always_inline void
hold(struct holder *h, struct task_struct *task, __u8 how)
{
	h->pid = task->tgid;
	h->how = how;
	h->scan_id = scan_id;
	bpf_probe_read_kernel_str(h->comm, sizeof(h->comm), task->group_leader->comm);
}

/* Is the owner a guess, or unknown? */
static __always_inline int
is_unsure(const struct holder *h)
{
	return h->how == OWNER_NONE || h->how == OWNER_INHERITED;
}

/* What a process runs, as an address of the kernel's. */
static __always_inline __u64
program_of(struct task_struct *task)
{
	return (__u64)BPF_CORE_READ(task, mm, exe_file, f_inode);
}

/* Is this a collector, this one or another? A name is easily taken. */
static __always_inline int
is_collector(struct task_struct *task)
{
	char comm[16];
	int i;

	bpf_probe_read_kernel_str(comm, sizeof(comm), task->group_leader->comm);
	for (i = 0; i < (int)sizeof(comm) && comm[i] == self[i]; i++)
		if (!comm[i])
			return program_of(task) == self_program;
	return 0;
}

/*
 * The current process, or 0 where it owns nothing: a kernel thread; or a collector, whose
 * iterator holds the files that it visits, so that the owner's close() may end in it.
 */
static __always_inline struct task_struct *
current_process(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return task->flags & PF_KTHREAD || is_collector(task) ? 0 : task;
}

/*
 * A scan found a process with the socket. The first one becomes the owner where none is
 * known for sure; an owner that a hook told gives way only when two scans in a row found
 * others with the socket, but not him.
 */
static __always_inline void
hold_by_scan(struct holder *h, struct task_struct *task)
{
	if (h->pid == (__u32)task->tgid)
		hold(h, task, h->how == OWNER_HOOK ? OWNER_HOOK : OWNER_SCAN);
	else if (h->scan_id != scan_id && (is_unsure(h) || h->scan_id + 1 < scan_id))
		hold(h, task, OWNER_SCAN);
}

#endif
