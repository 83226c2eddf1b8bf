#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns.h"

/* Namespaces visited, by inode. */
struct seen {
	ino_t *ino;
	size_t n;
	size_t cap;
};

/* Note a namespace. Returns 1 when it is new, 0 when not, -ENOMEM. */
static int
seen_add(struct seen *s, ino_t ino)
{
	ino_t *grown;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->ino[i] == ino)
			return 0;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 16 : 2 * s->cap;
		grown = realloc(s->ino, s->cap * sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		s->ino = grown;
	}
	s->ino[s->n++] = ino;
	return 1;
}

/* Visit the namespace behind a path, if it is one and new. Returns 0 or -ENOMEM. */
static int
enter(struct seen *s, const char *path, void (*visit)(void *arg), void *arg)
{
	struct stat st;
	int fd, ret;

	if (stat(path, &st) < 0)
		return 0;
	ret = seen_add(s, st.st_ino);
	if (ret <= 0)
		return ret;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (setns(fd, CLONE_NEWNET) == 0)
		visit(arg);
	close(fd);
	return 0;
}

static int
enter_processes(struct seen *s, void (*visit)(void *arg), void *arg)
{
	char path[64];
	struct dirent *e;
	DIR *proc;
	int ret;

	ret = 0;
	proc = opendir("/proc");
	if (proc == NULL)
		return 0;
	while (ret == 0 && (e = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/ns/net", e->d_name);
		ret = enter(s, path, visit, arg);
	}
	closedir(proc);
	return ret;
}

/* Namespaces kept by a mount; in mountinfo the type follows " - ", proc(5). */
static int
enter_mounts(struct seen *s, void (*visit)(void *arg), void *arg)
{
	char *line, path[4096];
	size_t cap;
	FILE *f;
	int ret;

	ret = 0;
	cap = 0;
	line = NULL;
	f = fopen("/proc/self/mountinfo", "re");
	if (f == NULL)
		return 0;
	while (ret == 0 && getline(&line, &cap, f) > 0)
		if (strstr(line, " - nsfs ") != NULL && strstr(line, " net:[") != NULL &&
		    sscanf(line, "%*s %*s %*s %*s %4095s", path) == 1)
			ret = enter(s, path, visit, arg);
	free(line);
	fclose(f);
	return ret;
}

int
netns_each(void (*visit)(void *arg), void *arg)
{
	struct seen seen;
	struct stat st;
	int home, ret;

	visit(arg);
	memset(&seen, 0, sizeof(seen));
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0)
		return 0;
	ret = fstat(home, &st) < 0 ? -errno : seen_add(&seen, st.st_ino);
	if (ret > 0)
		ret = enter_processes(&seen, visit, arg);
	if (ret == 0)
		ret = enter_mounts(&seen, visit, arg);
	/* Without the right to enter others we never left. */
	if (setns(home, CLONE_NEWNET) < 0 && errno != EPERM)
		ret = -errno;
	close(home);
	free(seen.ino);
	return ret;
}
