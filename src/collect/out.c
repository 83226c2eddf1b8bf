#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"

void
out_init(struct out *o, int fd)
{
	struct stat st;

	o->fd = fd;
	o->done = 0;
	/*
	 * A file takes everything. Elsewhere POLLOUT promises room for PIPE_BUF bytes,
	 * pipe(7); O_NONBLOCK would change the description that others share with us.
	 */
	o->chunk = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? SSIZE_MAX : PIPE_BUF;
}

int
out_pending(const struct out *o, const struct writer *w)
{
	return w->len > o->done;
}

int
out_flush(struct out *o, struct writer *w)
{
	struct pollfd p;
	size_t n;
	ssize_t ret;

	p.fd = o->fd;
	p.events = POLLOUT;
	while (out_pending(o, w)) {
		if (poll(&p, 1, 0) <= 0)
			return 0;
		n = w->len - o->done;
		ret = write(o->fd, w->buf + o->done, n < o->chunk ? n : o->chunk);
		if (ret < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (ret < 0)
			return -errno;
		o->done += (size_t)ret;
	}
	w->len = o->done = 0;
	return 0;
}
