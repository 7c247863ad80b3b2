/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * moment.h - a time as people read it: the clock and how far it is from now. now_s is the daemon's, from the reply.
 */
#ifndef DUAAL_CTL_MOMENT_H
#define DUAAL_CTL_MOMENT_H

#include <stdint.h>

#define MOMENT_SIZE 96

/* "12:03:04 UTC, 2 min ago", another day with its date; 0: "never". */
const char *moment_format(int64_t at_s, int64_t now_s, char out[MOMENT_SIZE]);
const char *moment_span(int64_t s, char out[MOMENT_SIZE]);                  /* "13 min" */
const char *moment_age(int64_t at_s, int64_t now_s, char out[MOMENT_SIZE]); /* "2 min ago", "in 13 min" */

#endif
