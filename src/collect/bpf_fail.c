#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpf_fail.h"

static const char btf[] = "/sys/kernel/btf/vmlinux";
static const char lockdown[] = "/sys/kernel/security/lockdown";

/* kernel_lockdown(7): the level in force stands in brackets. */
static int
is_confidential(void)
{
	char line[128];
	FILE *f;
	int ret;

	f = fopen(lockdown, "re");
	if (f == NULL)
		return 0;
	ret = fgets(line, sizeof(line), f) != NULL &&
	    strstr(line, "[confidentiality]") != NULL;
	fclose(f);
	return ret;
}

/* Would it work with more memory, more files, another time? */
static int
is_passing(int error)
{
	return error == -ENOMEM || error == -EMFILE || error == -ENFILE ||
	    error == -EAGAIN || error == -EINTR;
}

int
bpf_fail(int error, const char *what, char *why, size_t len)
{
	/* ENOTSUPP of the kernel has no name in user space. */
	const char *text = error == -524 ? "not supported" : strerror(-error);

	if (is_passing(error)) {
		snprintf(why, len, "cannot %s: %s", what, text);
		return error;
	}
	if (error == -EPERM && is_confidential()) {
		snprintf(why, len,
		    "cannot %s: the kernel is locked down to confidentiality (%s); "
		    "boot with lockdown=integrity or less",
		    what, lockdown);
		return -EACCES;
	}
	if (error == -EPERM) {
		snprintf(why, len,
		    "cannot %s: %s, the kernel or the container forbids BPF; run it "
		    "outside, or allow the container CAP_BPF, CAP_PERFMON, "
		    "CAP_NET_ADMIN and bpf(2)",
		    what, text);
		return -EACCES;
	}
	if (access(btf, R_OK) < 0) {
		snprintf(why, len,
		    "cannot %s: the kernel has no BTF (%s); use one built with "
		    "CONFIG_DEBUG_INFO_BTF=y",
		    what, btf);
		return -EOPNOTSUPP;
	}
	snprintf(why, len,
	    "cannot %s: %s; the kernel lacks something that Linux 5.11 and later have",
	    what, text);
	return -EOPNOTSUPP;
}
