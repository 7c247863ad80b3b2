/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * interrupt.h - Ctrl-C (SIGINT) and SIGTERM as the ordinary end of a command that goes on by itself.
 *
 * Between interrupt_catch and interrupt_release they are noted instead of ending the process, and a blocked write is broken off. Nothing
 * is missed: interrupt_poll looks first, and waits with the signals let in by the kernel itself.
 *
 * SIGCONT (after Ctrl-Z) and SIGWINCH (another size) come only while it waits, and end that: what stands on the terminal is to be drawn anew.
 */
#ifndef DUAAL_CTL_INTERRUPT_H
#define DUAAL_CTL_INTERRUPT_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct interrupt {
	struct sigaction on_int, on_term, on_continue, on_size; /* as they were */
	sigset_t mask;
};

void interrupt_catch(struct interrupt *ret);
void interrupt_release(const struct interrupt *before);
bool interrupt_seen(void);

/* As poll(2); timeout_ms negative: none. Also 0 when an interrupt has been seen. -1 with EINTR: draw anew, and wait again. */
MUST_USE int interrupt_poll(struct pollfd *fds, nfds_t count, int64_t timeout_ms);

#endif
