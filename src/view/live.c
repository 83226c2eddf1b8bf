/* live.c - the screen: data, keys and signals in one loop. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "keys.h"
#include "live.h"
#include "signals.h"
#include "term.h"

enum {
	FRAME_MS = 34,  /* 30 frames a second: faster than anybody reads */
	TICK_MS = 1000, /* the count of silent seconds goes on without data */
};

struct live {
	struct view *view;
	int tty;
	int want;  /* the terminal is to be taken over */
	int dirty; /* the screen is not what it should be */
	int quit;
	char keys[KEYS_MAX];
	size_t nkeys;
	int64_t key_ms; /* last byte of a key */
	int64_t frame_ms;
};

static const int handled[] = {
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

/* Do what the signal would do if we did not handle it. */
static void
obey(int number)
{
	struct sigaction sa = {.sa_handler = SIG_DFL}, before;

	sigaction(number, &sa, &before);
	raise(number);
	sigaction(number, &before, NULL);
}

static void
resume(struct live *l)
{
	feed_heard(&l->view->feed);
	l->want = 1;
	l->dirty = 1;
}

static void
do_signal(struct live *l, int number)
{
	switch (number) {
	case SIGINT:
		l->quit = 1;
		break;
	case SIGTERM:
	case SIGHUP:
	case SIGQUIT:
		term_stop();
		obey(number);
		break;
	case SIGCONT:
		resume(l);
		break;
	default:
		l->dirty = 1;
		break;
	}
}

/*
 * A signal that ends us goes before those that stop us: a stopped job that is killed is
 * continued as well, and must not ask for the terminal then, which would stop it again.
 */
static void
do_signals(struct live *l)
{
	int number, stop;

	do {
		stop = 0;
		while ((number = signals_next()) != 0) {
			if (number == SIGTSTP)
				stop = 1;
			else
				do_signal(l, number);
		}
		if (stop && !l->quit) {
			term_stop();
			obey(SIGTSTP);
			/* The last process of a session does not stop, nor is continued.
			 */
			resume(l);
		}
	} while (stop && !l->quit);
}

static void
show(struct live *l)
{
	view_show(l->view);
	l->dirty = 1;
}

static void
do_key(struct live *l, int key)
{
	struct model *m = &l->view->model;

	switch (key) {
	case 'q':
	case KEY_CTRL_C:
		l->quit = 1;
		break;
	case KEY_CTRL_L:
		l->want = 1;
		l->dirty = 1;
		break;
	case ' ':
		m->paused = !m->paused;
		if (!m->paused && l->view->feed.complete)
			show(l);
		l->dirty = 1;
		break;
	default:
		l->dirty |= model_key(m, key);
		break;
	}
}

/* Do what the bytes of keys mean; where no more have come they are all of a key. */
static void
do_keys(struct live *l)
{
	const int last = clock_ms() - l->key_ms >= KEYS_ESC_MS;
	size_t used;
	int key;

	while (!l->quit && l->nkeys > 0) {
		used = keys_next(l->keys, l->nkeys, last, &key);
		if (used == 0)
			return;
		l->nkeys -= used;
		memmove(l->keys, l->keys + used, l->nkeys);
		do_key(l, key);
	}
}

static void
read_data(struct live *l)
{
	struct view *v = l->view;

	feed_fill(&v->feed);
	while (view_next(v))
		if (!v->model.paused)
			show(l);
	if (!v->feed.eof)
		return;
	v->model.ended = 1;
	l->dirty = 1;
	if (v->model.snap == NULL)
		term_die(EXIT_FAILURE, "%s: no records", v->name);
}

/* No data came: that may complete a snapshot, or be a matter of its own. */
static void
do_silence(struct live *l)
{
	struct view *v = l->view;
	struct model *m = &v->model;
	const int64_t silent_s = (clock_ms() - v->feed.heard_ms) / 1000;
	const int stalled = model_is_stalled(m);

	if (feed_patience(&v->feed) == 0 && feed_finish(&v->feed) && !m->paused)
		show(l);
	if (m->silent_s == (uint64_t)silent_s)
		return;
	m->silent_s = (uint64_t)silent_s;
	l->dirty |= stalled || model_is_stalled(m);
}

static int
can_draw(const struct live *l)
{
	return l->dirty && l->view->model.snap != NULL && !term_is_busy();
}

static void
draw(struct live *l)
{
	if (!can_draw(l) || clock_ms() < l->frame_ms + FRAME_MS)
		return;
	l->frame_ms = clock_ms();
	if (l->want && !term_start()) {
		/* In the background: stop until `fg`, then look at signals first. */
		obey(SIGTTIN);
		return;
	}
	l->want = 0;
	l->dirty = 0;
	term_draw(&l->view->model);
}

/* How long poll may sleep. */
static int
patience(const struct live *l)
{
	const int64_t now_ms = clock_ms();
	const int silence_ms = feed_patience(&l->view->feed);
	int64_t at = now_ms + TICK_MS;

	if (can_draw(l) && l->frame_ms + FRAME_MS < at)
		at = l->frame_ms + FRAME_MS;
	if (silence_ms >= 0 && now_ms + silence_ms < at)
		at = now_ms + silence_ms;
	if (l->nkeys > 0 && l->key_ms + KEYS_ESC_MS < at)
		at = l->key_ms + KEYS_ESC_MS;
	return at > now_ms ? (int)(at - now_ms) : 0;
}

static void
step(struct live *l, int signals)
{
	enum { DATA, KEYS, SIGNALS, POLLS };
	struct pollfd p[POLLS] = {
	    [DATA] = {l->view->feed.eof ? -1 : l->view->fd, POLLIN, 0},
	    /* Keys belong to the shell until the terminal is ours. */
	    [KEYS] = {!l->want ? l->tty : -1, POLLIN, 0},
	    [SIGNALS] = {signals, POLLIN, 0},
	};

	if (term_is_busy())
		p[KEYS].events |= POLLOUT;
	if (poll(p, POLLS, patience(l)) < 0)
		p[DATA].revents = p[KEYS].revents = 0;
	do_signals(l);
	if (!l->want && p[KEYS].revents & ~POLLOUT) {
		l->nkeys += term_read(l->keys + l->nkeys, sizeof(l->keys) - l->nkeys);
		l->key_ms = clock_ms();
	}
	do_keys(l);
	term_flush();
	if (p[DATA].revents != 0)
		read_data(l);
	else
		do_silence(l);
	draw(l);
}

void
live_run(struct view *v)
{
	struct live l = {.view = v, .want = 1};
	int signals;

	l.tty = term_open(v->plain);
	signals = signals_open(handled, sizeof(handled) / sizeof(handled[0]));
	if (signals < 0)
		term_die(EXIT_FAILURE, "pipe: %s", strerror(-signals));
	while (!l.quit)
		step(&l, signals);
	term_stop();
}
