#include <errno.h>

#include "diag_ask.h"
#include "sockdiag.h"

struct answer {
	struct diag_socket *to;
	int ret;
};

static void
on_answer(void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	struct answer *a = arg;

	a->ret = diag_read(a->to, m, attrs, len);
}

/* Returns 0 and fills *s, -ENOENT or another -errno. */
static int
ask(int fd, uint8_t family, uint8_t ext, const struct inet_diag_sockid *id,
    struct diag_socket *s)
{
	struct answer a;
	int ret;

	a.to = s;
	a.ret = -ENOENT;
	ret = sockdiag_ask(fd, family, ext, id, on_answer, &a);
	return ret < 0 ? ret : a.ret;
}

int
diag_ask(int fd, uint8_t family, uint8_t ext, const struct inet_diag_sockid *id,
    struct diag_socket *s)
{
	int ret;

	ret = ask(fd, family, ext, id, s);
	if (ret < 0)
		return ret == -ENOENT ? 0 : ret;
	return diag_is_full(s);
}

int
diag_lingers(int fd, const struct diag_socket *s)
{
	struct inet_diag_sockid id = s->id;
	struct diag_socket now;

	if (id.idiag_dport == 0)
		return 0;
	/* The short form has a cookie of its own; full sockets are told by their
	 * counters. */
	id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (ask(fd, s->family, 1 << (INET_DIAG_INFO - 1), &id, &now) < 0)
		return 0;
	return now.info_len == 0 &&
	    (now.state == DIAG_TIME_WAIT || now.state == DIAG_FIN_WAIT2);
}
