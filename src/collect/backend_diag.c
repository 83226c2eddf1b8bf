#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "diag_ask.h"
#include "diag_table.h"
#include "lookup.h"
#include "rights.h"
#include "sockdiag.h"

enum {
	/* A datagram of the list has at most so many: each has its counters with it. */
	ROWS = SOCKDIAG_BYTES / 128,
	ASK_AT_ONCE = 128, /* sockets that the list lacks */
	CLOSES_AT_ONCE = 4096,
	PATIENCE_MS = 10, /* the kernel tells a moment later that a socket has ceased */
	RING_BYTES = 4 << 20, /* room for such messages, some 2,000 */
};

enum phase { PHASE_V4, PHASE_V6, PHASE_MISSING, PHASE_CLOSES };

struct source {
	struct diag_table table;
	struct lookup *lookup;
	int list; /* descriptors: the list; single questions; sockets that cease, -1: none
		   */
	int question;
	int ended;
	uint8_t ext;     /* attributes wanted, as sockdiag_list() takes them */
	uint32_t states; /* bit N: those in state N */
	enum phase phase;
	int listing; /* a list was begun and is not over */
	int last;    /* hold no close row back */
	int silent;  /* messages of sockets that cease cannot be read any more */
	uint64_t now_ns;
	uint64_t interrupted; /* lists that were not of one moment */
	uint64_t lost_told;
	size_t rows;
	struct conn row[ROWS];
	_Alignas(8) uint8_t answer[SOCKDIAG_BYTES];
};

static uint64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* --- one socket -----------------------------------------------------------------------
 */

static void
take_in(struct source *s, const struct diag_socket *socket)
{
	if (diag_table_seen(&s->table, socket, s->now_ns, &s->row[s->rows]))
		s->rows++;
}

static void
on_listed(void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	struct source *s = arg;
	struct diag_socket socket;

	if (diag_read(&socket, m, attrs, len) < 0 || s->rows == ROWS) {
		s->table.lost++;
		return;
	}
	take_in(s, &socket);
}

static void
on_ended(void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	struct source *s = arg;
	struct diag_socket socket;

	if (diag_read(&socket, m, attrs, len) < 0) {
		s->table.lost++;
		return;
	}
	diag_table_ended(
	    &s->table, &socket, diag_lingers(s->question, &socket), s->listing);
}

static int
owner(void *arg, uint32_t inode, uint32_t *since, struct flow_owner *who)
{
	struct source *s = arg;

	return lookup_inode(s->lookup, inode, since, who);
}

/* --- open and close --------------------------------------------------------------------
 */

static void
diag_close(struct source *s)
{
	if (s == NULL)
		return;
	if (s->list >= 0)
		close(s->list);
	if (s->question >= 0)
		close(s->question);
	if (s->ended >= 0)
		close(s->ended);
	lookup_close(s->lookup);
	diag_table_free(&s->table);
	free(s);
}

/* What the kernel has to tell of each socket. */
static void
choose(struct source *s, const struct options *o)
{
	uint64_t want = 0;
	int i;

	for (i = 0; i < o->columns.n; i++)
		want |= HAS(o->columns.col[i]);
	s->ext = 1 << (INET_DIAG_INFO - 1);
	if ((want & HAS(COL_CC)) != 0)
		s->ext |= 1 << (INET_DIAG_CONG - 1);
	if ((want & HAS(COL_DROPS)) != 0)
		s->ext |= 1 << (INET_DIAG_SKMEMINFO - 1);
	s->states = (1u << (DIAG_NEW_SYN_RECV + 1)) - 1;
	s->states &= ~(1u << DIAG_TIME_WAIT | 1u << DIAG_CLOSE | 1u << DIAG_NEW_SYN_RECV);
	if (!o->listen)
		s->states &= ~(1u << DIAG_LISTEN);
}

/* IPv6 sockets have IPv4 connections too. */
static const uint8_t families[] = {[PHASE_V4] = AF_INET, [PHASE_V6] = AF_INET6};

/* One datagram of the lists. Returns 0 or -errno. */
static int
list_step(struct source *s)
{
	int interrupted, ret;

	ret = 0;
	if (!s->listing)
		ret = sockdiag_list(s->list, families[s->phase], s->ext, s->states);
	if (ret < 0)
		return ret;
	s->listing = 1;
	interrupted = 0;
	ret = sockdiag_read(s->list, s->answer, on_listed, s, &interrupted);
	s->interrupted += (uint64_t)interrupted;
	/* A kernel without IPv6 has no such list. */
	if (ret == -ENOENT && s->phase == PHASE_V6)
		ret = 0;
	if (ret == 0) {
		s->listing = 0;
		s->phase++;
	}
	return ret < 0 ? ret : 0;
}

static void
begin(struct source *s)
{
	diag_table_begin(&s->table, clock_ns());
	backlog_begin(&s->table.closes);
	s->phase = s->table.o->v4 ? PHASE_V4 : PHASE_V6;
}

/* Those that are older than us. */
static int
adopt(struct source *s)
{
	int ret;

	begin(s);
	ret = 0;
	while (ret == 0 && s->phase < PHASE_MISSING) {
		s->now_ns = clock_ns();
		s->rows = 0;
		ret = list_step(s);
	}
	return ret;
}

static int
bring_up(struct source *s, const struct options *o, const char **what)
{
	uint64_t seed[2];
	struct stat st;
	int ret;

	*what = "no memory";
	if (getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	ret = diag_table_init(&s->table, o, seed);
	if (ret < 0)
		return ret;
	if (stat("/proc/self/ns/net", &st) == 0)
		s->table.netns = (uint32_t)st.st_ino;
	*what = "look through /proc";
	ret = lookup_open(&s->lookup);
	if (ret < 0)
		return ret;
	s->table.owner = owner;
	s->table.arg = s;
	*what = "ask the kernel of its sockets (sock_diag)";
	s->list = sockdiag_open();
	s->question = sockdiag_open();
	if (s->list < 0 || s->question < 0)
		return s->list < 0 ? s->list : s->question;
	s->ended = sockdiag_listen(o->ring_bytes != 0 ? o->ring_bytes : RING_BYTES);
	s->table.listens = s->ended >= 0;
	return adopt(s);
}

static int
diag_open(struct source **out, const struct options *o, char *why, size_t len)
{
	const char *what;
	struct source *s;
	int ret;

	why[0] = '\0';
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->list = s->question = s->ended = -1;
	choose(s, o);
	ret = bring_up(s, o, &what);
	if (ret < 0) {
		snprintf(why, len, "cannot %s: %s", what, strerror(-ret));
		diag_close(s);
		return ret;
	}
	snprintf(why, len, "diag sees no UDP, no %s the interval, and only this %s",
	    s->table.listens ? "connect refused within" : "connection shorter than",
	    "network namespace");
	*out = s;
	return 0;
}

/* --- running ---------------------------------------------------------------------------
 */

static int
diag_fds(const struct source *s, struct pollfd *p)
{
	if (s->ended < 0)
		return 0;
	p->fd = s->ended;
	p->events = POLLIN;
	return 1;
}

static int
diag_drain(struct source *s)
{
	int n;

	if (s->ended < 0)
		return DRAINED;
	n = sockdiag_closed(s->ended, on_ended, s);
	s->silent = n < 0;
	return n < 0 ? n : DRAINED;
}

/* Wait for messages that are on their way, until there is none for a moment. */
static void
await_ended(struct source *s)
{
	struct pollfd p;
	int i;

	for (i = 0; i < PATIENCE_MS && diag_fds(s, &p) > 0; i++) {
		if (poll(&p, 1, PATIENCE_MS) <= 0)
			break;
		diag_drain(s);
	}
}

static int
diag_begin(struct source *s, int last, uint64_t *time_ms)
{
	(void)time_ms;
	lookup_refresh(s->lookup);
	s->last = last;
	if (last)
		await_ended(s);
	begin(s);
	return 0;
}

/*
 * Sockets that the list lacks. The kernel finds its place in the list by counting, so one
 * that goes away may hide another: ask for each before it is said to be gone.
 */
static int
missing_step(struct source *s)
{
	struct diag_missing m;
	struct diag_socket socket;
	int i, ret;

	for (i = 0; i < ASK_AT_ONCE; i++) {
		if (!diag_table_missing(&s->table, &m)) {
			s->phase++;
			return 0;
		}
		ret = 0;
		if (m.ask)
			ret = diag_ask(s->question, m.family, s->ext, &m.id, &socket);
		if (ret < 0)
			return ret;
		if (ret == 0)
			diag_table_gone(&s->table, &m, s->last);
		else
			take_in(s, &socket);
	}
	return 0;
}

static int
closes_step(struct source *s, struct conn **rows)
{
	size_t n;

	n = backlog_take(
	    &s->table.closes, s->last ? 0 : s->table.epoch, CLOSES_AT_ONCE, rows);
	diag_table_finish(&s->table, *rows, n, clock_ns());
	return n > 0 ? (int)n : SNAPSHOT_OVER;
}

static int
diag_step(struct source *s, struct conn **rows)
{
	int ret;

	/* What ends up to the end of the list belongs to this snapshot. */
	if (s->phase < PHASE_CLOSES) {
		ret = diag_drain(s);
		if (ret < 0)
			return ret;
	}
	s->now_ns = clock_ns();
	s->rows = 0;
	*rows = s->row;
	if (s->phase == PHASE_CLOSES)
		return closes_step(s, rows);
	ret = s->phase == PHASE_MISSING ? missing_step(s) : list_step(s);
	return ret < 0 ? ret : (int)s->rows;
}

static uint64_t
diag_lost(struct source *s)
{
	uint64_t all, n;

	all = s->table.lost + s->table.closes.dropped + s->interrupted;
	if (s->ended >= 0)
		all += sockdiag_missed(s->ended);
	n = all > s->lost_told ? all - s->lost_told : 0;
	s->lost_told += n;
	return n;
}

static const char *
diag_remark(struct source *s)
{
	return s->silent ? "sock_diag: the kernel does not answer any more" : "";
}

const struct backend backend_diag = {
    .name = "diag",
    .rights = RIGHT_PROCESSES,
    .open = diag_open,
    .fds = diag_fds,
    .drain = diag_drain,
    .begin = diag_begin,
    .step = diag_step,
    .lost = diag_lost,
    .remark = diag_remark,
    .close = diag_close,
};
