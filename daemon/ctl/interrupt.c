/* SPDX-License-Identifier: EUPL-1.2 */
/* interrupt.c - see interrupt.h. */
#include "ctl/interrupt.h"

#include <errno.h>

/* The one thing that a signal can be told by. */
static volatile sig_atomic_t seen;

static void on_signal(int signal)
{
	(void)signal;
	seen = 1;
}

void interrupt_catch(struct interrupt *ret)
{
	const struct sigaction noted = {.sa_handler = on_signal};
	seen = 0;
	sigaction(SIGINT, &noted, &ret->on_int);
	sigaction(SIGTERM, &noted, &ret->on_term);
}

void interrupt_release(const struct interrupt *before)
{
	sigaction(SIGINT, &before->on_int, NULL);
	sigaction(SIGTERM, &before->on_term, NULL);
}

bool interrupt_seen(void)
{
	return seen != 0;
}

int interrupt_poll(struct pollfd *fds, nfds_t count, int64_t timeout_ms)
{
	struct timespec left = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000};
	sigset_t both, outside;
	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, &outside);
	int n = seen != 0 ? 0 : ppoll(fds, count, timeout_ms < 0 ? NULL : &left, &outside);
	int why = errno;
	sigprocmask(SIG_SETMASK, &outside, NULL);
	errno = why;
	return n < 0 && why == EINTR && seen != 0 ? 0 : n;
}
