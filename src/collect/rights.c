#include <errno.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rights.h"

#ifndef CAP_PERFMON /* Linux 5.8 */
#define CAP_PERFMON 38
#define CAP_BPF 39
#endif

enum { NOBODY = 65534 }; /* overflowuid, proc_sys_kernel(5) */

/* Effective capabilities, bit by number; capget(2). */
static uint64_t
effective(void)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &head, data) < 0)
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

int
rights_check(char *why, size_t len)
{
	uint64_t have;
	int bpf, perfmon;

	have = effective();
	if (have >> CAP_SYS_ADMIN & 1)
		return 0;
	bpf = have >> CAP_BPF & 1;
	perfmon = have >> CAP_PERFMON & 1;
	if (bpf && perfmon)
		return 0;
	if (geteuid() != 0 && !bpf && !perfmon)
		snprintf(why, len, "tcptop requires root privileges. Run with sudo.");
	else
		snprintf(why, len,
		    "tcptop requires the %s %s%s%s (a container's root has few); "
		    "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN are enough.",
		    bpf || perfmon ? "capability" : "capabilities", bpf ? "" : "CAP_BPF",
		    bpf || perfmon ? "" : " and ", perfmon ? "" : "CAP_PERFMON");
	return -EPERM;
}

int
rights_net_admin(void)
{
	return effective() >> CAP_NET_ADMIN & 1;
}

/*
 * Does bpf(2) refuse whoever has no capability, even with what is open already? So it was
 * before Linux 6.0 where kernel.unprivileged_bpf_disabled is set (commit c8644cd0efe7).
 */
static int
bpf_refused(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = UINT32_MAX;
	return syscall(SYS_bpf, BPF_ITER_CREATE, &attr, sizeof(attr)) < 0 &&
	    errno == EPERM;
}

/* Root becomes nobody. A container may withhold CAP_SETUID; then root stays. */
static int
become_nobody(void)
{
	if (geteuid() == 0 && setgroups(0, NULL) == 0 &&
	    setresgid(NOBODY, NOBODY, NOBODY) == 0)
		if (setresuid(NOBODY, NOBODY, NOBODY) < 0 && errno != EPERM)
			return -errno;
	return 0;
}

static int
set_capabilities(uint64_t permitted, uint64_t in_force)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	int i;

	memset(data, 0, sizeof(data));
	for (i = 0; i < 2; i++) {
		data[i].permitted = (uint32_t)(permitted >> 32 * i);
		data[i].effective = (uint32_t)(in_force >> 32 * i);
	}
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

int
rights_drop(unsigned keep)
{
	uint64_t some, bpf;
	int ret;

	some = bpf = 0;
	/* /proc/PID/fd belongs to its user, and its links are for those who may trace. */
	if ((keep & RIGHT_PROCESSES) != 0)
		some = 1ull << CAP_DAC_READ_SEARCH | 1ull << CAP_SYS_PTRACE;
	if ((keep & RIGHT_BPF) != 0)
		bpf = 1ull << CAP_BPF;
	some &= effective();
	bpf &= effective();
	/* What is permitted outlives the change of user, until we have decided. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -errno;
	ret = become_nobody();
	if (ret == 0)
		ret = set_capabilities(some | bpf, some);
	if (ret < 0 || bpf == 0)
		return ret;
	if (bpf_refused())
		some |= bpf;
	return set_capabilities(some, some);
}
