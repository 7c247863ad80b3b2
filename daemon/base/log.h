/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log.h - one line for one event: to the journal with fields, to syslog, or to standard error.
 *
 * Every message has a stable id, a level and a catalogue entry (log_messages.h). Text from outside passes through
 * escape_visible here, once, whatever the sink (I17). Called by run/, control/ and main only: lower layers return a
 * struct err, and helpers tell the planner. Process-wide because stderr and the journal are; set up once by main,
 * before anything else.
 */
#ifndef DUAAL_BASE_LOG_H
#define DUAAL_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log_messages.h"

enum log_sink { LOG_SINK_AUTO, LOG_SINK_JOURNAL, LOG_SINK_SYSLOG, LOG_SINK_STDERR };

/* AUTO: the journal when JOURNAL_STREAM says that standard error is one, else standard error when foreground, else
 * syslog. */
void log_open(enum log_sink sink, bool foreground, const char *instance, bool verbose);
void log_close(void);
void log_set_cycle(uint32_t cycle); /* 0: none; shown in every line as cycle=N and sent as DUAALSYNC_CYCLE */

/* format makes the sentence; the whole sentence is escaped, and cut with "..." so that the line stays within
 * LOG_LINE_MAX bytes. Debug messages are dropped unless verbose. */
#define LOG_LINE_MAX 2048
void log_event(enum log_message message, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
