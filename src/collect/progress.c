#include <stdio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

enum { BAR = 40 };

static const uint64_t LARGE = 32 << 20; /* bytes; less is read before anybody looks */
static const uint64_t PAUSE_NS = 200000000;

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void
progress_init(struct progress *p, uint64_t size)
{
	p->on = size >= LARGE && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	p->shown = 0;
	p->size = size;
	p->begun_ns = now_ns();
	p->next_ns = p->begun_ns + PAUSE_NS;
}

/* A tcptop-view that reads our stream has put the same terminal into raw mode. */
static int
is_taken(void)
{
	struct termios t;

	return tcgetattr(STDERR_FILENO, &t) < 0 || (t.c_lflag & ICANON) == 0;
}

void
progress_show(struct progress *p, uint64_t at, uint64_t packets)
{
	static const char full[BAR + 1] = "########################################";
	uint64_t now;
	double share, rate;
	int n;

	if (!p->on)
		return;
	now = now_ns();
	if (now < p->next_ns)
		return;
	p->next_ns = now + PAUSE_NS;
	if (is_taken())
		return;
	share = at < p->size ? (double)at / (double)p->size : 1;
	rate = (double)packets * 1e9 / (double)(now - p->begun_ns);
	n = (int)(share * BAR);
	fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %.2f M packets/s ", n, full, BAR - n, "",
	    share * 100, rate / 1e6);
	p->shown = 1;
}

void
progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r%*s\r", BAR + 32, "");
	p->shown = 0;
}
