#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "backend.h"
#include "bpf_load.h"
#include "rights.h"

enum {
	SCAN_SHARE = 100, /* looking for owners may take one part in this of the time */
};

/* A process that keeps a socket another one opened is found after two of these. */
static const uint64_t SCAN_QUIET_NS = 10000000000ull;

struct source {
	struct programs p;
	int walk;        /* the one under way, WALKS: all are done */
	int walk_fd;     /* -1: it has not begun */
	int overflowed;  /* its pass filled the window at least once */
	int last;        /* hold no close report back */
	int closed;      /* those that died before it have had their rows */
	uint64_t deaths; /* when the snapshot before began, and this one */
	uint64_t deaths_now;
	uint64_t begun_ns; /* when this snapshot began, and the one before */
	uint64_t before_ns;
	uint64_t lost_told;
};

static void
bpf_close(struct source *s)
{
	if (s == NULL)
		return;
	if (s->walk_fd >= 0)
		close(s->walk_fd);
	programs_close(&s->p);
	free(s);
}

static int
bpf_open(struct source **out, const struct options *o, char *why, size_t len)
{
	struct source *s;
	int ret;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->walk_fd = -1;
	ret = programs_open(&s->p, o, why, len);
	if (ret < 0) {
		bpf_close(s);
		return ret;
	}
	s->begun_ns = programs_clock_ns();
	*out = s;
	return 0;
}

static int
bpf_fds(const struct source *s, struct pollfd *p)
{
	p->fd = ring_buffer__epoll_fd(s->p.ring);
	p->events = POLLIN;
	return 1;
}

static int
bpf_drain(struct source *s)
{
	ring_buffer__consume(s->p.ring);
	return DRAINED;
}

/* Is it time to look for owners? Sockets with a guessed one hurry it, within its share.
 */
static int
scan_due(const struct source *s)
{
	uint64_t rest;

	rest = s->begun_ns - s->p.scanned_ns;
	if (rest < SCAN_SHARE * s->p.scan_cost_ns)
		return 0;
	return s->p.skel->bss->unowned > 0 || rest >= SCAN_QUIET_NS;
}

static int
bpf_begin(struct source *s, int last, uint64_t *time_ms)
{
	int ret;

	(void)time_ms;
	s->before_ns = s->begun_ns;
	s->begun_ns = programs_clock_ns();
	s->last = last;
	s->walk = 0;
	s->deaths = s->deaths_now;
	s->deaths_now = s->p.skel->bss->deaths;
	backlog_begin(&s->p.backlog);
	ret = 0;
	if (scan_due(s)) {
		ret = programs_scan(&s->p);
		s->p.skel->bss->unowned = 0;
	}
	s->p.skel->bss->epoch++;
	s->closed = 0;
	bpf_drain(s);
	return ret;
}

/* Bytes per second over the real time since the connection's row before. */
static void
set_rates(const struct source *s, struct conn *c, uint64_t now_ns)
{
	uint64_t since, span;

	since = c->span_ns != 0 ? c->span_ns : s->before_ns;
	span = now_ns > since ? now_ns - since : 1;
	c->span_ns = span;
	c->rate_in = (uint64_t)((unsigned __int128)c->delta_in * 1000000000 / span);
	c->rate_out = (uint64_t)((unsigned __int128)c->delta_out * 1000000000 / span);
}

static int
pass_begin(struct source *s)
{
	s->overflowed = 0;
	s->walk_fd = bpf_iter_create(bpf_link__fd(s->p.walk[s->walk]));
	return s->walk_fd < 0 ? -errno : 0;
}

/*
 * A pass came to its end. Between two reads the kernel finds its place by counting, so a
 * book that went away hides another: then go round again for those not seen. A book may
 * outlive its connection by a moment, so a death before the pass counts as well.
 */
static void
pass_end(struct source *s)
{
	close(s->walk_fd);
	s->walk_fd = -1;
	if (!s->overflowed || s->deaths == s->p.skel->bss->deaths)
		s->walk++;
	/* Deaths up to the end of the walks belong to this snapshot. */
	if (s->walk == WALKS)
		bpf_drain(s);
}

/* One window of a walk. Returns the rows in it, or -errno. */
static int
walk_step(struct source *s)
{
	struct tcptop_bpf__bss *bss;
	char none[64];
	uint64_t now;
	ssize_t ret;
	uint32_t i;

	bss = s->p.skel->bss;
	/* A large machine takes many steps, in which the ring must not fill up. */
	bpf_drain(s);
	if (s->walk_fd < 0) {
		ret = pass_begin(s);
		if (ret < 0)
			return (int)ret;
	}
	now = programs_clock_ns();
	bss->now_ns = now;
	bss->window_rows = 0;
	ret = read(s->walk_fd, none, sizeof(none));
	if (ret < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	for (i = 0; i < bss->window_rows; i++)
		set_rates(s, &s->p.window[i], now);
	if (ret < 0)
		s->overflowed = 1;
	else
		pass_end(s);
	return (int)i;
}

/*
 * Close reports, in runs: one whose connection already has a row in this snapshot waits
 * for the next.
 */
static int
backlog_step(struct source *s, struct conn **rows)
{
	uint64_t now;
	size_t i, n;

	now = programs_clock_ns();
	n = backlog_take(
	    &s->p.backlog, s->last ? 0 : s->p.skel->bss->epoch, WINDOW_ROWS, rows);
	for (i = 0; i < n; i++)
		set_rates(s, &(*rows)[i], now);
	return n > 0 ? (int)n : SNAPSHOT_OVER;
}

/*
 * The dead come first, as what lives now may have taken their addresses and ports; after
 * the walks those that died meanwhile.
 */
static int
bpf_step(struct source *s, struct conn **rows)
{
	int n;

	if (!s->closed) {
		n = backlog_step(s, rows);
		if (n != SNAPSHOT_OVER)
			return n;
		s->closed = 1;
		backlog_begin(&s->p.backlog);
	}
	while (s->walk < WALKS && s->p.walk[s->walk] == NULL)
		s->walk++;
	if (s->walk == WALKS)
		return backlog_step(s, rows);
	*rows = s->p.window;
	return walk_step(s);
}

static uint64_t
bpf_lost(struct source *s)
{
	uint64_t all, n;

	all = s->p.skel->bss->lost + s->p.backlog.dropped + programs_misses(&s->p);
	n = all > s->lost_told ? all - s->lost_told : 0;
	s->lost_told += n;
	return n;
}

const struct backend backend_bpf = {
    .name = "bpf",
    .rights = RIGHT_BPF,
    .open = bpf_open,
    .fds = bpf_fds,
    .drain = bpf_drain,
    .begin = bpf_begin,
    .step = bpf_step,
    .lost = bpf_lost,
    .close = bpf_close,
};
