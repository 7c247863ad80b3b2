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

static void on_change(int signal)
{
	(void)signal; /* that it came ends the waiting */
}

void interrupt_catch(struct interrupt *ret)
{
	const struct sigaction noted = {.sa_handler = on_signal}, change = {.sa_handler = on_change};
	sigset_t changes;
	seen = 0;
	sigemptyset(&changes);
	sigaddset(&changes, SIGCONT);
	sigaddset(&changes, SIGWINCH);
	sigprocmask(SIG_BLOCK, &changes, &ret->mask);
	sigaction(SIGINT, &noted, &ret->on_int);
	sigaction(SIGTERM, &noted, &ret->on_term);
	sigaction(SIGCONT, &change, &ret->on_continue);
	sigaction(SIGWINCH, &change, &ret->on_size);
}

void interrupt_release(const struct interrupt *before)
{
	sigaction(SIGINT, &before->on_int, NULL);
	sigaction(SIGTERM, &before->on_term, NULL);
	sigaction(SIGCONT, &before->on_continue, NULL);
	sigaction(SIGWINCH, &before->on_size, NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

bool interrupt_seen(void)
{
	return seen != 0;
}

int interrupt_poll(struct pollfd *fds, nfds_t count, int64_t timeout_ms)
{
	struct timespec left = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000};
	sigset_t both, outside, waiting;
	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, &outside);
	waiting = outside;
	sigdelset(&waiting, SIGCONT);
	sigdelset(&waiting, SIGWINCH);
	int n = seen != 0 ? 0 : ppoll(fds, count, timeout_ms < 0 ? NULL : &left, &waiting);
	int why = errno;
	sigprocmask(SIG_SETMASK, &outside, NULL);
	errno = why;
	return n < 0 && why == EINTR && seen != 0 ? 0 : n;
}
