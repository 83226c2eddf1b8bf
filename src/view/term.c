/* term.c - the terminal: the only file that sends escape sequences. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
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
#define GOTO_LINE "\033[%zu;1H"
#define ERASE_LINE "\033[K"
#define ERASE_BELOW "\033[J"
#define NORMAL "\033[0m"
#define BOLD "\033[1m"
#define REVERSE "\033[7m"

static const char setup[] = ALT_SCREEN_ON CURSOR_HIDE WRAP_OFF;
/* NORMAL comes first: it also ends a sequence of which only a part was written. */
static const char restore[] = NORMAL WRAP_ON CURSOR_SHOW ALT_SCREEN_OFF;

enum {
	LINE_ROOM = 64, /* bytes of escape sequences around one line */
	RESTORE_TRIES =
	    20, /* a stopped terminal (Ctrl-S, a dead link) must not hold us */
	RESTORE_WAIT_MS = 10,
};

/* There is one terminal, and atexit passes nothing. */
static struct {
	int fd;
	int on;                /* raw and on the alternate screen */
	int registered;        /* with atexit */
	int plain;             /* no attributes */
	struct termios before; /* what term_stop puts back */
	size_t cols;           /* of the frame being drawn */
	size_t lines;          /* drawn of it */
	char *out;             /* its bytes */
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
term_open(int plain)
{
	term.plain = plain;
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
	struct pollfd p = {.fd = term.fd, .events = POLLOUT};
	ssize_t n;
	int tries;

	for (tries = 0; len > 0 && tries < RESTORE_TRIES; tries++) {
		n = write(term.fd, text, len);
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			poll(&p, 1, RESTORE_WAIT_MS);
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

static void
reserve(size_t bytes)
{
	char *p;

	if (term.len + bytes <= term.cap)
		return;
	term.cap = 2 * (term.len + bytes);
	p = realloc(term.out, term.cap);
	if (p == NULL)
		fail(ENOMEM);
	term.out = p;
}

static void
put_line(const struct line *line)
{
	const char *on = "", *off = "", *erase = "";

	if (line->attr != ATTR_NORMAL && !term.plain) {
		on = line->attr == ATTR_BOLD ? BOLD : REVERSE;
		off = NORMAL;
	}
	/* After the last column the cursor still stands on it: nothing to erase then. */
	if (line->cols < term.cols)
		erase = ERASE_LINE;
	reserve(line->len + LINE_ROOM);
	term.len += (size_t)snprintf(term.out + term.len, line->len + LINE_ROOM,
	    GOTO_LINE "%s%.*s%s%s", ++term.lines, on, (int)line->len, line->text, off,
	    erase);
}

void
term_draw(struct model *m)
{
	size_t rows;

	term_size(term.fd, &term.cols, &rows);
	term.len = term.sent = term.lines = 0;
	if (screen_draw(m, term.cols, rows, put_line) < 0)
		fail(ENOMEM);
	reserve(LINE_ROOM);
	if (term.lines < rows)
		term.len += (size_t)snprintf(term.out + term.len, LINE_ROOM,
		    GOTO_LINE ERASE_BELOW, term.lines + 1);
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
