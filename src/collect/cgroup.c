#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cgroup.h"

/* The namespace in which all begin has a fixed number: PROC_CGROUP_INIT_INO. */
int
cgroup_is_namespaced(void)
{
	struct stat st;

	return stat("/proc/self/ns/cgroup", &st) == 0 && st.st_ino != 0xeffffffb;
}

/* In mountinfo the type follows " - ", proc(5). */
int
cgroup_open_root(void)
{
	char *line, path[4096];
	size_t cap;
	FILE *f;
	int fd;

	cap = 0;
	line = NULL;
	fd = -ENOENT;
	f = fopen("/proc/self/mountinfo", "re");
	if (f == NULL)
		return -errno;
	while (fd < 0 && getline(&line, &cap, f) > 0) {
		if (strstr(line, " - cgroup2 ") == NULL ||
		    sscanf(line, "%*s %*s %*s / %4095s", path) != 1)
			continue;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	free(line);
	fclose(f);
	return fd;
}
