/* term.c - the terminal: the only file that sends escape sequences. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "term.h"

/*
 * All escape sequences we send: ECMA-48, and xterm's private modes (DECSET), which every
 * terminal emulator of today and the Linux console take or ignore.
 */
#define ALT_SCREEN_ON "\033[?1049h"
#define ALT_SCREEN_OFF "\033[?1049l"
#define CURSOR_HIDE "\033[?25l"
#define CURSOR_SHOW "\033[?25h"
#define WRAP_ON "\033[?7h"
/* A terminal that counts columns otherwise must not scroll. */
#define WRAP_OFF "\033[?7l"
/* All of a frame appears at once where the terminal knows this (DEC mode 2026). */
#define SYNC_ON "\033[?2026h"
#define SYNC_OFF "\033[?2026l"
#define GOTO "\033[%zu;%zuH"
#define RIGHT "\033[%zuC"
#define ERASE_LINE "\033[K"
#define ERASE_ALL "\033[2J"
#define STYLE "\033[0;%sm"
#define NORMAL "\033[m"

/*
 * Of a style as numbers of SGR. The background is never touched, and what stands on it is
 * neither very light nor very dark: each can be read on white and on black.
 */
static const char *const sgr[COLORS][STYLES] = {
    [COLOR_NONE] = {NULL},
    [COLOR_16] = {NULL, "1", "7", "2", NULL, "35", "1;35", "32", "31"},
    [COLOR_256] = {NULL, "1", "7", "2", "38;5;130", "38;5;166", "1;38;5;202", "38;5;28",
	"38;5;160"},
};

static const char setup[] = ALT_SCREEN_ON CURSOR_HIDE WRAP_OFF;
/* NORMAL comes first: it also ends a sequence of which only a part was written. */
static const char restore[] = NORMAL SYNC_OFF WRAP_ON CURSOR_SHOW ALT_SCREEN_OFF;

enum {
	ROOM = 64, /* bytes of one escape sequence at most */
	RESTORE_TRIES =
	    20, /* a stopped terminal (Ctrl-S, a dead link) must not hold us */
	RESTORE_WAIT_MS = 10,
};

/* There is one terminal, and atexit passes nothing. */
static struct {
	int fd;
	int on;         /* raw and on the alternate screen */
	int registered; /* with atexit */
	enum color color;
	struct termios before; /* what term_stop puts back */
	struct frame seen;     /* what the terminal shows once all of out is sent */
	size_t row;            /* where its cursor is, where that is known ... */
	size_t col;            /* ... else beyond the last column */
	uint8_t style;         /* of what it writes */
	char *out;             /* bytes of the frame being drawn */
	size_t len;
	size_t cap;
	size_t sent; /* of out */
} term = {.fd = -1};

void
term_die(int status, const char *format, ...)
{
	va_list ap;

	term_stop();
	va_start(ap, format);
	verrx(status, format, ap);
}

static void __attribute__((noreturn)) fail(int error)
{
	term_die(EXIT_FAILURE, "/dev/tty: %s", strerror(error));
}

int
term_open(enum color color)
{
	term.color = color;
	/*
	 * Not stdout: its O_NONBLOCK would be seen by every process that shares it. This
	 * description is our own.
	 */
	term.fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (term.fd < 0)
		term_die(
		    EXIT_FAILURE, "/dev/tty: %s; -b needs no terminal", strerror(errno));
	return term.fd;
}

/* Write all of it to a terminal that may be slow, but does not refuse. */
static void
write_all(const char *text, size_t len)
{
	const struct timespec wait = {.tv_nsec = RESTORE_WAIT_MS * 1000000};
	ssize_t n;
	int tries;

	for (tries = 0; len > 0 && tries < RESTORE_TRIES; tries++) {
		n = write(term.fd, text, len);
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			nanosleep(&wait, NULL);
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* In the background the terminal is another's: what we change there stops us, or him. */
static int
is_foreground(void)
{
	return tcgetpgrp(term.fd) == getpgrp();
}

int
term_start(void)
{
	struct termios raw;

	if (!is_foreground())
		return 0;
	if (!term.registered && atexit(term_stop) != 0)
		fail(ENOMEM);
	term.registered = 1;
	/* After SIGSTOP nothing was put back: what is there now is our own raw mode. */
	if (!term.on && tcgetattr(term.fd, &term.before) < 0)
		fail(errno);
	raw = term.before;
	/* ISIG stays: Ctrl-C and Ctrl-Z mean the collector as well. */
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | ISTRIP);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(term.fd, TCSANOW, &raw) < 0)
		fail(errno);
	term.on = 1;
	term.len = term.sent = 0;
	frame_free(&term.seen);
	write_all(setup, sizeof(setup) - 1);
	return 1;
}

void
term_stop(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, ttou;

	if (!term.on)
		return;
	term.on = 0;
	term.len = term.sent = 0;
	/* With `stty tostop` a write from the background would stop us before the end. */
	sigaction(SIGTTOU, &ignore, &ttou);
	write_all(restore, sizeof(restore) - 1);
	if (is_foreground())
		tcsetattr(term.fd, TCSANOW, &term.before);
	sigaction(SIGTTOU, &ttou, NULL);
}

void
term_size(int fd, size_t *cols, size_t *rows)
{
	struct winsize w = {0};

	(void)ioctl(fd, TIOCGWINSZ, &w);
	*cols = w.ws_col > 0 ? w.ws_col : 80;
	*rows = w.ws_row > 0 ? w.ws_row : 24;
}

__attribute__((format(printf, 1, 2))) static void
put(const char *format, ...)
{
	va_list ap;
	char *p;

	if (term.len + ROOM > term.cap) {
		term.cap = 2 * (term.len + ROOM);
		p = realloc(term.out, term.cap);
		if (p == NULL)
			fail(ENOMEM);
		term.out = p;
	}
	va_start(ap, format);
	term.len += (size_t)vsnprintf(term.out + term.len, ROOM, format, ap);
	va_end(ap);
}

static void
put_style(uint8_t style)
{
	const char *now = sgr[term.color][style];

	if (sgr[term.color][term.style] == now)
		return;
	if (now != NULL)
		put(STYLE, now);
	else
		put(NORMAL);
	term.style = style;
}

static void
put_cell(const struct frame_cell *c, size_t row, size_t col, size_t cols)
{
	if (term.row == row && term.col < col)
		put(RIGHT, col - term.col);
	else if (term.row != row || term.col != col)
		put(GOTO, row + 1, col + 1);
	put_style(c->style);
	put("%.*s", (int)c->len, c->text);
	term.row = row;
	/* Terminals differ in the width of characters and at the end of a line. */
	term.col = c->len == 1 && col + 1 < cols ? col + 1 : SIZE_MAX;
}

/* The column from which on a line is blank. */
static size_t
text_end(const struct frame_cell *line, size_t cols)
{
	while (cols > 0 && line[cols - 1].text[0] == ' ' && line[cols - 1].len == 1 &&
	    line[cols - 1].style == STYLE_NORMAL)
		cols--;
	return cols;
}

static void
draw_line(const struct frame *f, size_t row)
{
	const struct frame_cell *new = f->cell + row * f->cols;
	const struct frame_cell *old = term.seen.cell + row * f->cols;
	const size_t end = text_end(new, f->cols), old_end = text_end(old, f->cols);
	size_t col;

	/* The second half of a wide character comes with its first. */
	for (col = 0; col < end; col++)
		if (new[col].len > 0 && memcmp(&new[col], &old[col], sizeof(*new)) != 0)
			put_cell(&new[col], row, col, f->cols);
	if (end >= old_end)
		return;
	put_style(STYLE_NORMAL);
	put(GOTO ERASE_LINE, row + 1, end + 1);
	term.col = SIZE_MAX;
}

void
term_draw(const struct frame *f)
{
	struct frame *seen = &term.seen;
	size_t row;

	term.len = term.sent = 0;
	term.row = term.col = SIZE_MAX;
	put(SYNC_ON NORMAL);
	term.style = STYLE_NORMAL;
	if (seen->cell == NULL || seen->cols != f->cols || seen->rows != f->rows) {
		put(ERASE_ALL);
		if (frame_clear(seen, f->cols, f->rows) < 0)
			fail(ENOMEM);
	}
	for (row = 0; row < f->rows; row++)
		draw_line(f, row);
	put_style(STYLE_NORMAL);
	put(SYNC_OFF);
	memcpy(seen->cell, f->cell, f->cols * f->rows * sizeof(*f->cell));
	term_flush();
}

int
term_is_busy(void)
{
	return term.sent < term.len;
}

void
term_flush(void)
{
	ssize_t n;

	while (term_is_busy()) {
		n = write(term.fd, term.out + term.sent, term.len - term.sent);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0 && errno != EINTR)
			fail(errno);
		if (n > 0)
			term.sent += (size_t)n;
	}
}

size_t
term_read(char *buf, size_t size)
{
	ssize_t n;

	n = read(term.fd, buf, size);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* At its end it has hung up. */
	if (n <= 0)
		fail(n < 0 ? errno : EIO);
	return (size_t)n;
}
