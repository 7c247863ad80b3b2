/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connection.h - a helper that is a unit of its own: one connection of the planner, from a socket on which the service manager listens.
 *
 * The socket's file belongs to the planner's user (SocketUser=, mode 0600), and who connects must be that user, as the kernel tells
 * (SO_PEERCRED). A process serves one connection and ends with it; the service manager starts the next one, which reads its
 * credentials anew. So there is never more than one at a time, and a planner that is gone leaves nobody at work.
 */
#ifndef DUAAL_HELPER_CONNECTION_H
#define DUAAL_HELPER_CONNECTION_H

#include <stdbool.h>

#include "base/err.h"

bool connection_is_listening(int fd);

/* Waits for the planner's connection and puts it in the place of fd, which listens no more in this process. Others are sent away
 * with a line on standard error. ERR_INVALID: the socket has no path; ERR_IO. */
MUST_USE int connection_take(int fd, const char *name, struct err *err);

/* Ends this process when the other end is closed, whatever it is doing then: at once, or after grace_s seconds in which it
 * may end by itself. Takes a thread, which blocks all signals. */
MUST_USE int connection_end_with(int fd, unsigned grace_s, struct err *err);

#endif
