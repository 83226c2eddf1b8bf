/* tcptop-collect - one line per connection per interval, and nothing else, to stdout. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "options.h"
#include "out.h"
#include "rights.h"
#include "signals.h"
#include "writer.h"

enum {
	/*
	 * Text that may wait for the reader before the walk pauses. With one step of rows
	 * on top this bounds the memory, however many connections there are.
	 */
	TEXT_MAX = 4 << 20,
};

/* After a signal to stop, a reader that takes nothing is waited for this long. */
static const uint64_t STOP_WAIT_NS = 3000000000ull;

struct collector {
	struct options o;
	const struct backend *backend;
	struct source *source;
	struct writer w;
	struct out out;
	int signals;      /* descriptor: some have come */
	uint64_t next_ns; /* when the next snapshot is due */
	uint64_t stop_ns; /* when a signal to stop came, 0: none */
	uint64_t time_ms; /* of the snapshot under way */
	uint64_t rows;
	uint64_t snapshots; /* finished */
	uint64_t cpu_us;    /* ours until the last snapshot */
	int walking;        /* a snapshot is under way */
	int due;            /* a snapshot is wanted now */
	int last;           /* the one under way is the last */
	int over;           /* the source has no more */
	int failed;         /* -errno: what the source said of that */
};

static uint64_t
clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t
cpu_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (uint64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static int
catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGUSR1};
	int fd;

	/* Shells without job control ignore it for what they start with &; we do not. */
	signal(SIGINT, SIG_DFL);
	fd = signals_open(numbers, sizeof(numbers) / sizeof(*numbers));
	if (fd < 0)
		errx(EXIT_FAILED, "pipe: %s", strerror(-fd));
	return fd;
}

static void
take_signals(struct collector *c)
{
	int number;

	while ((number = signals_next()) != 0) {
		if (number == SIGUSR1)
			c->due = 1;
		else if (c->stop_ns != 0)
			errx(EXIT_FAILED,
			    "stopped twice, the last snapshot is incomplete");
		else
			c->stop_ns = clock_ns(CLOCK_MONOTONIC);
	}
}

static void
write_row(struct collector *c, struct conn *row)
{
	row->time_ms = c->time_ms;
	row->has |= HAS(COL_TIME);
	if (c->o.host[0] != '\0') {
		memcpy(row->host, c->o.host, sizeof(row->host));
		row->has |= HAS(COL_HOST);
	}
	if (writer_row(&c->w, row) < 0)
		errx(EXIT_FAILED, "out of memory");
}

static void
write_end(struct collector *c)
{
	struct conn end;
	uint64_t cpu;

	cpu = cpu_us();
	memset(&end, 0, sizeof(end));
	end.has = HAS(COL_EVENT) | HAS(COL_ROWS) | HAS(COL_LOST);
	/* What a file gives is the same every time. */
	if (c->backend->fds != NULL)
		end.has |= HAS(COL_CPU_US);
	end.event = EVENT_END;
	end.rows = c->rows;
	end.lost = c->backend->lost(c->source);
	end.cpu_us = cpu - c->cpu_us;
	c->cpu_us = cpu;
	write_row(c, &end);
}

static void
begin_snapshot(struct collector *c)
{
	int ret;

	c->last = c->stop_ns != 0 || c->over || c->snapshots + 1 == c->o.count;
	c->rows = 0;
	c->due = 0;
	c->walking = 1;
	c->time_ms = clock_ns(CLOCK_REALTIME) / 1000000;
	ret = c->backend->begin(c->source, c->last, &c->time_ms);
	if (ret < 0)
		errx(EXIT_FAILED, "%s: %s", c->backend->name, strerror(-ret));
}

/* Make text until the snapshot is over or enough of it waits. */
static void
continue_snapshot(struct collector *c)
{
	struct conn *row;
	int i, n;

	while (c->walking && c->w.len < TEXT_MAX) {
		n = c->backend->step(c->source, &row);
		if (n < 0 && n != SNAPSHOT_OVER)
			errx(EXIT_FAILED, "%s: %s", c->backend->name, strerror(-n));
		for (i = 0; i < n; i++)
			write_row(c, &row[i]);
		if (n > 0)
			c->rows += (uint64_t)n;
		if (n == SNAPSHOT_OVER) {
			write_end(c);
			c->walking = 0;
			c->snapshots++;
		}
	}
}

/* Two snapshots may not have one time. */
static int
is_same_time(const struct collector *c)
{
	return c->backend->fds != NULL && c->snapshots > 0 &&
	    clock_ns(CLOCK_REALTIME) / 1000000 == c->time_ms;
}

/*
 * Is it time for a snapshot? Not before the last one has left: a slow reader makes the
 * interval longer, it does not make us buffer. Keeps to the grid of intervals.
 */
static int
snapshot_due(struct collector *c, uint64_t now)
{
	if (c->walking || out_pending(&c->out, &c->w))
		return 0;
	if (c->backend->fds != NULL && now >= c->next_ns) {
		c->next_ns += (now - c->next_ns) / c->o.interval_ns * c->o.interval_ns;
		c->next_ns += c->o.interval_ns;
		c->due = 1;
	}
	return (c->due || c->over || c->stop_ns != 0) && !is_same_time(c);
}

/* Milliseconds to wait at most. */
static int
patience(const struct collector *c, uint64_t now)
{
	uint64_t until;

	if (c->stop_ns != 0 && !c->walking && !c->last)
		return 1;
	if (c->stop_ns != 0)
		until = c->stop_ns + STOP_WAIT_NS;
	else if (c->walking || out_pending(&c->out, &c->w))
		return -1;
	else if (c->backend->fds == NULL)
		return 0;
	else if (c->due || c->over)
		return 1;
	else
		until = c->next_ns;
	return until > now ? (int)((until - now + 999999) / 1000000) : 0;
}

static void
drain(struct collector *c)
{
	int ret;

	ret = c->backend->drain(c->source);
	if (ret == DRAINED_DUE)
		c->due = 1;
	else if (ret != DRAINED)
		c->over = 1;
	if (ret < 0)
		c->failed = ret;
}

static void
wait_for_events(struct collector *c)
{
	enum { SIGNAL, STDOUT, SOURCE };
	struct pollfd p[SOURCE + SOURCE_FDS];
	nfds_t i, n;
	int ready;

	p[SIGNAL].fd = c->signals;
	p[SIGNAL].events = POLLIN;
	p[STDOUT].fd = c->out.fd;
	p[STDOUT].events = out_pending(&c->out, &c->w) ? POLLOUT : 0;
	n = c->backend->fds != NULL ? (nfds_t)c->backend->fds(c->source, p + SOURCE) : 0;
	if (poll(p, SOURCE + n, patience(c, clock_ns(CLOCK_MONOTONIC))) < 0) {
		if (errno == EINTR)
			return;
		err(EXIT_FAILED, "poll");
	}
	if (p[SIGNAL].revents != 0)
		take_signals(c);
	ready = c->backend->fds == NULL && !c->walking && !out_pending(&c->out, &c->w);
	for (i = 0; i < n; i++)
		ready |= p[SOURCE + i].revents;
	if (ready && !c->over)
		drain(c);
	/* Nobody reads any more: that is how a pipe ends. */
	if ((p[STDOUT].revents & (POLLERR | POLLHUP)) != 0)
		exit(0);
}

static void
flush(struct collector *c)
{
	int ret;

	ret = out_flush(&c->out, &c->w);
	if (ret < 0)
		errx(EXIT_FAILED, "write to stdout: %s", strerror(-ret));
}

static void
collect(struct collector *c)
{
	uint64_t now;

	c->cpu_us = cpu_us();
	c->next_ns = clock_ns(CLOCK_MONOTONIC) + c->o.interval_ns;
	for (;;) {
		now = clock_ns(CLOCK_MONOTONIC);
		if (snapshot_due(c, now))
			begin_snapshot(c);
		continue_snapshot(c);
		flush(c);
		if (c->walking && !out_pending(&c->out, &c->w))
			continue;
		if (!c->walking && c->last && !out_pending(&c->out, &c->w))
			return;
		if (c->stop_ns != 0 && now > c->stop_ns + STOP_WAIT_NS)
			errx(EXIT_FAILED, "stopped, but nobody reads the last snapshot");
		wait_for_events(c);
	}
}

static const struct backend *
choose(const struct options *o)
{
	if (o->read_file != NULL)
		return &backend_savefile;
	if (o->n_interfaces > 0)
		return &backend_pcap;
#ifdef __linux__
	return strcmp(o->backend, "diag") == 0 ? &backend_diag : &backend_bpf;
#else
	errx(EXIT_USAGE, "-i INTERFACE or -r FILE is needed on this system");
#endif
}

static void
remark(struct collector *c)
{
	const char *text;

	text = c->backend->remark != NULL ? c->backend->remark(c->source) : "";
	if (text[0] != '\0')
		warnx("%s", text);
}

static void __attribute__((noreturn))
open_failed(const struct collector *c, int ret, const char *why)
{
	(void)c;
	fprintf(stderr, "error: %s\n", why);
#ifdef __linux__
	if (ret == -EPERM && c->backend == &backend_bpf && c->o.tcp &&
	    strcmp(c->o.backend, "auto") == 0)
		fprintf(stderr, "hint: -b diag needs no privileges; it sees TCP only.\n");
#endif
	exit(ret == -EPERM || ret == -EACCES ? EXIT_RIGHTS : EXIT_FAILED);
}

/*
 * Where the kernel cannot do what was not asked for by name, the next best will do.
 *
 * Returns as open of struct backend.
 */
static int
open_instead(struct collector *c, int ret, char *why, size_t len)
{
#ifdef __linux__
	char limits[256];

	if (c->backend != &backend_bpf || strcmp(c->o.backend, "auto") != 0 ||
	    !c->o.tcp || (ret != -EOPNOTSUPP && ret != -EACCES))
		return ret;
	if (backend_diag.open(&c->source, &c->o, limits, sizeof(limits)) < 0)
		return ret;
	c->backend = &backend_diag;
	snprintf(why + strlen(why), len - strlen(why), "; -b diag instead: %s", limits);
	return 0;
#else
	(void)c;
	(void)why;
	(void)len;
	return ret;
#endif
}

int
main(int argc, char **argv)
{
	static struct collector c;
	char why[1024];
	int ret;

	options_parse(&c.o, argc, argv);
	/* Else the first file that we open would become it. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		err(EXIT_FAILED, "stdout");
	c.signals = catch_signals();
	writer_init(&c.w);
	c.w.columns = c.o.columns;
	c.w.format = c.o.format;
	c.w.epoch = c.o.epoch;
	out_init(&c.out, STDOUT_FILENO);
	c.backend = choose(&c.o);
	ret = c.backend->open(&c.source, &c.o, why, sizeof(why));
	if (ret < 0)
		ret = open_instead(&c, ret, why, sizeof(why));
	if (ret < 0)
		open_failed(&c, ret, why);
	if (why[0] != '\0')
		warnx("warning: %s", why);
	ret = rights_drop(c.backend->rights);
	if (ret < 0)
		errx(EXIT_FAILED, "cannot give up rights: %s", strerror(-ret));
	if (c.o.header && writer_header(&c.w) < 0)
		errx(EXIT_FAILED, "out of memory");
	collect(&c);
	remark(&c);
	c.backend->close(c.source);
	writer_free(&c.w);
	if (close(STDOUT_FILENO) < 0)
		err(EXIT_FAILED, "stdout");
	return c.failed < 0 ? EXIT_FAILED : 0;
}
