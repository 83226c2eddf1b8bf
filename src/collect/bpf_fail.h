/* bpf_fail.h - why the kernel would not take our BPF programs, and what to do. */
#ifndef BPF_FAIL_H
#define BPF_FAIL_H

#include <stddef.h>

/*
 * Say what failed. The kernel tells errors apart badly, so what is known to be missing is
 * looked for.
 *
 * error  -errno of the step
 * what   the step: "load the BPF programs"
 * why    one line for the user
 *
 * Returns -EOPNOTSUPP (this kernel cannot), -EACCES (it forbids BPF even to who has the
 * rights), or error: it might work at another time.
 */
int bpf_fail(int error, const char *what, char *why, size_t len);

#endif
