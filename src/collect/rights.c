#include <errno.h>
#include <grp.h>
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

int
rights_drop(unsigned keep)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	uint32_t some;

	/* /proc/PID/fd belongs to its user, and its links are for those who may trace. */
	some = 0;
	if ((keep & RIGHT_PROCESSES) != 0)
		some = 1u << CAP_DAC_READ_SEARCH | 1u << CAP_SYS_PTRACE;
	some &= (uint32_t)effective();
	memset(data, 0, sizeof(data));
	data[0].effective = data[0].permitted = some;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_KEEPCAPS, some != 0, 0, 0, 0) < 0)
		return -errno;
	/* A container may withhold CAP_SETUID; then root stays, without any capability.
	 */
	if (geteuid() == 0 && setgroups(0, NULL) == 0 &&
	    setresgid(NOBODY, NOBODY, NOBODY) == 0)
		if (setresuid(NOBODY, NOBODY, NOBODY) < 0 && errno != EPERM)
			return -errno;
	if (syscall(SYS_capset, &head, data) < 0)
		return -errno;
	return 0;
}
