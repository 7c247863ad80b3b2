/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target_author.h - AUTHOR: who put a value in or took it out, or deleted an entry, as the server's accesslog tells it.
 *
 * One search on a connection of its own, bounded in entries and in time, for the successful changes of that
 * entry; the newest that fits is the answer. Whatever is in the way (no accesslog, no right to read it, a limit, no such
 * change) the answer is "not found", never a failure: an author is good to know and decides nothing.
 */
#ifndef DUAAL_HELPER_TARGET_AUTHOR_H
#define DUAAL_HELPER_TARGET_AUTHOR_H

#include "wire/channel.h"
#include "wire/message.h"

/* Answers one question with AUTHORED. An error means that the planner has gone, spoke nonsense, or memory is exhausted. */
MUST_USE int target_author(struct channel *channel, const struct target_settings *set, const void *body, size_t len,
			   struct err *err);

#endif
