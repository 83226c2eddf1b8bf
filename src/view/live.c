/* live.c - the screen: data, keys and signals in one loop. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include "clock.h"
#include "command.h"
#include "keys.h"
#include "live.h"
#include "screen.h"
#include "signals.h"
#include "term.h"

enum {
	FRAME_MS = 36,  /* 28 frames a second: faster than anybody reads, ... */
	BURST_MS = 72,  /* but two may come early: a key is answered at once */
	TICK_MS = 1000, /* the count of silent seconds goes on without data */
};

struct live {
	struct view *view;
	int tty;
	int signals;
	int want;  /* the terminal is to be taken over */
	int dirty; /* the screen is not what it should be */
	int quit;
	char keys[KEYS_MAX];
	size_t nkeys;
	int64_t key_ms;   /* last byte of a key */
	int64_t frame_ms; /* the next frame is due, but for a burst */
	int held;         /* a complete snapshot of a replay is not due yet */
	uint64_t skip;    /* so many are due at once: somebody steps */
	int64_t shown_ms; /* the last one was due */
	struct frame frame;
};

static const int handled[] = {
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTSTP, SIGCONT, SIGWINCH};

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
	case SIGPIPE:
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

/* When the snapshot held is due. */
static int64_t
due_ms(const struct live *l)
{
	const struct model *m = &l->view->model;

	if (m->speed == 0 || l->skip > 0 || m->snap == NULL)
		return 0;
	if (m->paused)
		return INT64_MAX;
	return l->shown_ms + (int64_t)((double)l->view->feed.gap_ms / m->speed);
}

/* A snapshot goes into the history, and unless somebody looks at another on the screen.
 */
static void
accept(struct live *l)
{
	struct view *v = l->view;
	struct model *m = &v->model;

	history_add(&v->history, &v->feed.snap, v->feed.gap_ms);
	l->shown_ms = clock_ms();
	if (m->paused && l->skip == 0)
		return;
	l->skip -= l->skip > 0;
	m->number = v->history.next - 1;
	view_show(v);
	l->dirty = 1;
}

/* Take what was read, as far as it is due. */
static void
take_data(struct live *l)
{
	struct view *v = l->view;

	for (;;) {
		l->held = l->held || view_next(v);
		if (!l->held || due_ms(l) > clock_ms())
			break;
		l->held = 0;
		accept(l);
	}
	if (!v->feed.eof || l->held || v->model.ended)
		return;
	v->model.ended = 1;
	l->dirty = 1;
	if (v->model.snap == NULL)
		term_die(EXIT_FAILURE, "%s: no records", v->name);
}

/* Show a snapshot of the history. */
static void
recall(struct live *l, uint64_t number)
{
	struct view *v = l->view;

	if (history_get(&v->history, number, &v->shown) < 0)
		term_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
	v->model.number = number;
	model_take(&v->model, &v->shown, v->feed.saw_end,
	    history_past(&v->history, number)->gap_ms);
}

/* Beyond the newest a replay goes on to what has not been read yet. */
static void
move_in_time(struct live *l, int by)
{
	const struct history *h = &l->view->history;
	struct model *m = &l->view->model;
	uint64_t to = m->number + (uint64_t)by;

	m->paused = 1;
	if ((by < 0 && m->number < (uint64_t)-by) || to < h->first)
		to = h->first;
	if (by > 0 && to >= h->next && m->speed > 0)
		l->skip = to - h->next + 1;
	if (to >= h->next)
		to = h->next - 1;
	if (to != m->number && to >= h->first)
		recall(l, to);
}

static void
pause_or_go_on(struct live *l)
{
	struct view *v = l->view;

	v->model.paused = !v->model.paused;
	l->shown_ms = clock_ms();
	if (v->model.paused || v->model.number + 1 == v->history.next)
		return;
	/* A live stream goes on with its newest, a log where it was left. */
	if (v->history.first < v->history.next) {
		recall(l, v->history.next - 1);
	} else if (v->feed.complete && !l->held) {
		view_show(v);
		v->model.number = v->history.next - 1;
	}
}

static void
do_key(struct live *l, int key)
{
	const struct binding *b = command_of(key);

	l->dirty = 1;
	/* What the model makes nothing of. */
	if (model_key(&l->view->model, key))
		return;
	switch (b->command) {
	case COMMAND_QUIT:
		l->quit = 1;
		break;
	case COMMAND_REDRAW:
		l->want = 1;
		break;
	case COMMAND_SUSPEND:
		raise(SIGTSTP);
		break;
	case COMMAND_PAUSE:
		pause_or_go_on(l);
		break;
	case COMMAND_STEP:
		move_in_time(l, b->arg);
		break;
	default:
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

/* No data came: that may complete a snapshot, or be a matter of its own. */
static void
do_silence(struct live *l)
{
	struct view *v = l->view;
	struct model *m = &v->model;
	const int64_t silent_s = (clock_ms() - v->feed.heard_ms) / 1000;
	const int stalled = model_is_stalled(m);

	/* While we do not read nobody is silent. */
	if (v->is_file || l->held) {
		feed_heard(&v->feed);
		return;
	}
	l->held = feed_patience(&v->feed) == 0 && feed_finish(&v->feed);
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

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
draw(struct live *l)
{
	size_t cols, rows;

	if (!can_draw(l) || clock_ms() < l->frame_ms - BURST_MS)
		return;
	l->frame_ms = later(l->frame_ms, clock_ms()) + FRAME_MS;
	if (l->want && !term_start()) {
		/* In the background: stop until `fg`, then look at signals first. */
		obey(SIGTTIN);
		return;
	}
	l->want = 0;
	l->dirty = 0;
	term_size(l->tty, &cols, &rows);
	if (frame_clear(&l->frame, cols, rows) < 0 ||
	    screen_draw(&l->view->model, &l->frame) < 0)
		term_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
	term_draw(&l->frame);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long to sleep. */
static struct timeval
patience(const struct live *l)
{
	const int64_t now_ms = clock_ms();
	const int silence_ms = l->view->is_file ? -1 : feed_patience(&l->view->feed);
	int64_t at = now_ms + TICK_MS;

	if (can_draw(l))
		at = earlier(at, l->frame_ms - BURST_MS);
	if (silence_ms >= 0)
		at = earlier(at, now_ms + silence_ms);
	if (l->nkeys > 0)
		at = earlier(at, l->key_ms + KEYS_ESC_MS);
	if (l->held)
		at = earlier(at, due_ms(l));
	at = at > now_ms ? at - now_ms : 0;
	return (struct timeval){at / 1000, (int)(at % 1000) * 1000};
}

/* select(2), not poll(2): that of macOS knows no terminals. */
static void
step(struct live *l)
{
	const int data = !l->held && !l->view->feed.eof ? l->view->fd : -1;
	/* Keys belong to the shell until the terminal is ours. */
	const int keys = !l->want ? l->tty : -1;
	struct timeval wait = patience(l);
	fd_set in, out;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(l->signals, &in);
	if (data >= 0)
		FD_SET(data, &in);
	if (keys >= 0)
		FD_SET(keys, &in);
	if (term_is_busy())
		FD_SET(l->tty, &out);
	if (select(FD_SETSIZE, &in, &out, NULL, &wait) < 0)
		FD_ZERO(&in);
	do_signals(l);
	if (!l->want && keys >= 0 && FD_ISSET(keys, &in)) {
		l->nkeys += term_read(l->keys + l->nkeys, sizeof(l->keys) - l->nkeys);
		l->key_ms = clock_ms();
	}
	do_keys(l);
	term_flush();
	/* One buffer of data at a time: keys do not wait for the rest. */
	if (data >= 0 && FD_ISSET(data, &in))
		feed_fill(&l->view->feed);
	else
		do_silence(l);
	take_data(l);
	draw(l);
}

void
live_run(struct view *v)
{
	struct live l = {.view = v, .want = 1};

	v->model.history = &v->history;
	if (history_init(&v->history, v->history_bytes) < 0)
		term_die(EXIT_FAILURE, "--history: %s", strerror(ENOMEM));
	l.tty = term_open(v->color);
	l.signals = signals_open(handled, sizeof(handled) / sizeof(handled[0]));
	if (l.signals < 0)
		term_die(EXIT_FAILURE, "pipe: %s", strerror(-l.signals));
	while (!l.quit)
		step(&l);
	term_stop();
	frame_free(&l.frame);
	history_free(&v->history);
}
