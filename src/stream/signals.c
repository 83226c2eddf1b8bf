/* signals.c - signals as numbers in a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "signals.h"

static int ends[2] = {-1, -1};

static void
on_signal(int number)
{
	const char byte = (char)number;
	const int saved = errno;

	if (write(ends[1], &byte, 1) < 0) {
		/* Full: so many wait already that one more would change nothing. */
	}
	errno = saved;
}

int
signals_open(const int *numbers, size_t n)
{
	struct sigaction sa, before;
	size_t i;

	/* pipe2 is not everywhere. */
	if (pipe(ends) < 0)
		return -errno;
	for (i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	}
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < n; i++) {
		if (sigaction(numbers[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &sa, NULL);
	}
	return ends[0];
}

int
signals_next(void)
{
	char byte;

	return read(ends[0], &byte, 1) == 1 ? byte : 0;
}
