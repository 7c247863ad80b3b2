/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * helper_spawn.h - the two ways to a helper: as a child of the planner, or at the socket of a unit of its own.
 *
 * Either gives one end of a SOCK_SEQPACKET connection, non-blocking and close-on-exec, which the caller owns.
 */
#ifndef DUAAL_RUN_HELPER_SPAWN_H
#define DUAAL_RUN_HELPER_SPAWN_H

#include <sys/types.h>

#include "base/err.h"

/* Starts dir/name with an empty signal mask and a small clean environment; the other end is its descriptor 3. ERR_IO. */
MUST_USE int helper_spawn(const char *dir, const char *name, pid_t *ret_pid, int *ret_fd, struct err *err);

/* What follows "duaalsync-" in the name of the unit behind this socket, "source" or "more-source@basis"; of another instance of the
 * daemon's the name goes on. Cut where it does not fit. */
#define HELPER_UNIT_SIZE 64
void helper_unit_name(const char *socket, char out[HELPER_UNIT_SIZE]);

/* Connects to dir/name, where the service manager listens for the helper and starts it. The connection stands before the helper
 * runs. ERR_UNAVAILABLE: nobody listens; ERR_DENIED: not for us, or neither root nor our own user listens there. */
MUST_USE int helper_connect(const char *dir, const char *name, int *ret_fd, struct err *err);

#endif
