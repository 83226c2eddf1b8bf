#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inodes.h"
#include "num.h"

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void
inodes_init(struct inodes *s)
{
	memset(s, 0, sizeof(*s));
}

void
inodes_free(struct inodes *s)
{
	if (s->proc != NULL)
		closedir(s->proc);
	free(s->known);
	free(s->found);
	inodes_init(s);
}

static int
add(struct inodes *s, uint32_t number, uint32_t pid)
{
	struct inode *p;
	size_t cap;

	if (s->n_found == INODES_MAX)
		return 0;
	if (s->n_found == s->cap) {
		cap = s->cap > 0 ? 2 * s->cap : 1024;
		p = realloc(s->found, cap * sizeof(*p));
		if (p == NULL)
			return -ENOMEM;
		s->found = p;
		s->cap = cap;
	}
	s->found[s->n_found].number = number;
	s->found[s->n_found++].pid = pid;
	return 0;
}

/* "socket:[123]" as a link says it, proc_pid_fd(5). Returns 0 for other files. */
static uint32_t
socket_number(const char *link)
{
	static const char head[] = "socket:[";
	char digits[16];
	uint64_t v;
	size_t len;

	len = strlen(link);
	if (strncmp(link, head, sizeof(head) - 1) != 0 || link[len - 1] != ']')
		return 0;
	snprintf(digits, sizeof(digits), "%.*s", (int)(len - sizeof(head)),
	    link + sizeof(head) - 1);
	return num_u64(digits, 1, UINT32_MAX, &v) < 0 ? 0 : (uint32_t)v;
}

static int
scan_process(struct inodes *s, const char *name, uint32_t pid)
{
	char path[64], link[64];
	const struct dirent *e;
	uint32_t number;
	ssize_t len;
	DIR *dir;
	int ret;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", name);
	dir = opendir(path);
	/* It may be gone, or another user's. */
	if (dir == NULL)
		return 0;
	ret = 0;
	while (ret == 0 && (e = readdir(dir)) != NULL) {
		len = readlinkat(dirfd(dir), e->d_name, link, sizeof(link) - 1);
		if (len <= 0)
			continue;
		link[len] = '\0';
		number = socket_number(link);
		if (number != 0)
			ret = add(s, number, pid);
	}
	closedir(dir);
	return ret;
}

static int
compare(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* What was found becomes what is known; the old room serves the next scan. */
static void
finish(struct inodes *s)
{
	struct inode *old;

	closedir(s->proc);
	s->proc = NULL;
	qsort(s->found, s->n_found, sizeof(*s->found), compare);
	old = s->known;
	s->known = s->found;
	s->n_known = s->n_found;
	free(old);
	s->found = NULL;
	s->n_found = s->cap = 0;
}

int
inodes_scan(struct inodes *s, uint64_t budget_ns)
{
	const uint64_t end = now_ns() + budget_ns;
	const struct dirent *e;
	uint64_t pid;
	int ret;

	if (s->proc == NULL)
		s->proc = opendir("/proc");
	if (s->proc == NULL)
		return -errno;
	while ((e = readdir(s->proc)) != NULL) {
		if (num_u64(e->d_name, 1, INT32_MAX, &pid) < 0)
			continue;
		ret = scan_process(s, e->d_name, (uint32_t)pid);
		if (ret < 0)
			return ret;
		if (now_ns() >= end)
			return 0;
	}
	finish(s);
	return 1;
}

int
inodes_is_scanning(const struct inodes *s)
{
	return s->proc != NULL;
}

uint32_t
inodes_find(const struct inodes *s, uint32_t number)
{
	size_t lo = 0, hi = s->n_known, mid;

	/* The first of its number: the lowest pid. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (s->known[mid].number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->n_known && s->known[lo].number == number ? s->known[lo].pid : 0;
}

void
inodes_comm(uint32_t pid, char *comm, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	comm[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, comm, size - 1);
	close(fd);
	if (n <= 0)
		n = 0;
	/* One line feed ends the name; others are in it. */
	else if (comm[n - 1] == '\n')
		n--;
	comm[n] = '\0';
}
