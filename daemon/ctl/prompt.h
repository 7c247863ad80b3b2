/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prompt.h - a line that somebody types, so that it stands in no command line and in no history of a shell.
 */
#ifndef DUAAL_CTL_PROMPT_H
#define DUAAL_CTL_PROMPT_H

#include <stddef.h>

#include "base/err.h"

/* Reads one line of standard input into out, without its end; on a terminal question is shown first, on standard error, and each digit as
 * a star. ERR_INVALID: there is none, or it is longer than size - 1 bytes. The line stays in out alone: whoever asked wipes it. From then
 * on this process leaves no core. */
MUST_USE int prompt_line(const char *question, char *out, size_t size, struct err *err);

#endif
