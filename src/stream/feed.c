/* feed.c - a stream as snapshot after snapshot. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "feed.h"

int
feed_init(struct feed *f, int fd)
{
	memset(f, 0, sizeof(*f));
	snapshot_init(&f->snap);
	feed_heard(f);
	f->reader = reader_open(fd);
	return f->reader == NULL ? -ENOMEM : 0;
}

void
feed_free(struct feed *f)
{
	reader_close(f->reader);
	snapshot_free(&f->snap);
	memset(f, 0, sizeof(*f));
}

void
feed_fill(struct feed *f)
{
	long n;

	n = reader_fill(f->reader);
	if (n == -EINTR || n == -EAGAIN)
		return;
	f->eof = n == 0;
	if (n < 0)
		f->error = (int)n;
	feed_heard(f);
}

int
feed_peek(struct feed *f)
{
	int ret;

	if (f->held || f->error < 0)
		return f->held ? 1 : f->error;
	ret = reader_next(f->reader, &f->row);
	f->held = ret > 0;
	if (ret < 0)
		f->error = ret;
	return ret;
}

static void
complete(struct feed *f)
{
	const uint64_t time_ms = snapshot_time(&f->snap);

	f->complete = 1;
	/* The parts of one that silence has cut are no time apart. */
	if (time_ms == 0 || time_ms == f->time_ms)
		return;
	f->gap_ms = f->time_ms > 0 && time_ms > f->time_ms ? time_ms - f->time_ms : 0;
	f->time_ms = time_ms;
}

int
feed_next(struct feed *f)
{
	int ret;

	while ((ret = feed_peek(f)) > 0) {
		if (f->complete)
			feed_drop(f);
		ret = snapshot_add(&f->snap, &f->row);
		f->held = ret == SNAPSHOT_NEXT;
		if (ret < 0)
			return f->error = ret;
		f->saw_end |= ret == SNAPSHOT_DONE;
		if (ret != SNAPSHOT_MORE) {
			complete(f);
			return 1;
		}
	}
	return ret;
}

const char *
feed_why(const struct feed *f)
{
	switch (f->error) {
	case -EBADMSG:
		return reader_error(f->reader);
	case -E2BIG:
		return "snapshot has too many rows";
	default:
		return strerror(-f->error);
	}
}

int
feed_patience(const struct feed *f)
{
	int64_t left_ms;

	if (f->saw_end || f->complete || f->snap.n == 0)
		return -1;
	left_ms = f->heard_ms + SNAPSHOT_SILENCE_MS - clock_ms();
	return left_ms > 0 ? (int)left_ms : 0;
}

void
feed_heard(struct feed *f)
{
	f->heard_ms = clock_ms();
}

int
feed_finish(struct feed *f)
{
	if (f->complete || f->snap.n == 0)
		return 0;
	complete(f);
	return 1;
}

void
feed_drop(struct feed *f)
{
	snapshot_clear(&f->snap);
	f->complete = 0;
}

void
feed_take(struct feed *f, struct snapshot *other)
{
	struct snapshot taken = f->snap;

	f->snap = *other;
	*other = taken;
	feed_drop(f);
}

void
feed_follow(struct feed *f, struct feed *before)
{
	feed_take(before, &f->snap);
	f->saw_end |= before->saw_end;
	f->heard_ms = before->heard_ms;
}
