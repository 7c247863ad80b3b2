/* SPDX-License-Identifier: EUPL-1.2 */
/* log.c - see log.h. Every sink gets the same text: "DS0110 cycle=7: sentence". */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "base/log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"

#define LOG_NAME   "duaalsyncd"
#define PREFIX_MAX 64 /* "<5>", time, id and cycle */

/* The process has one standard error and one journal; hence the one global of the daemon that changes. */
static struct {
	enum log_sink sink;
	bool verbose;
	bool under_systemd; /* whoever reads standard error understands "<N>" and adds the time */
	uint32_t cycle;
	char instance[64];
} state = {.sink = LOG_SINK_STDERR};

/* JOURNAL_STREAM names device and inode of the stream that systemd gave us; it may be inherited by a process
 * whose standard error went elsewhere since. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char *colon, *end;
	struct stat st;
	if (stream == NULL || fstat(STDERR_FILENO, &st) < 0 || strtoull(stream, &colon, 10) != st.st_dev ||
	    *colon != ':')
		return false;
	return strtoull(colon + 1, &end, 10) == st.st_ino && end > colon + 1;
}

void log_open(enum log_sink sink, bool foreground, const char *instance, bool verbose)
{
	log_close();
	state.verbose = verbose;
	state.under_systemd = stderr_is_journal();
	escape_short(state.instance, sizeof(state.instance), text_of(instance));
	if (sink == LOG_SINK_AUTO)
		sink = state.under_systemd ? LOG_SINK_JOURNAL : foreground ? LOG_SINK_STDERR : LOG_SINK_SYSLOG;
	state.sink = sink;
	if (sink == LOG_SINK_SYSLOG)
		openlog(LOG_NAME, LOG_PID, LOG_DAEMON);
}

void log_close(void)
{
	if (state.sink == LOG_SINK_SYSLOG)
		closelog();
	state.sink = LOG_SINK_STDERR;
}

void log_set_cycle(uint32_t cycle)
{
	state.cycle = cycle;
}

static int priority_of(enum log_message message)
{
	static const int priorities[] = {
		[LOG_LEVEL_DEBUG] = LOG_DEBUG,     [LOG_LEVEL_INFO] = LOG_INFO, [LOG_LEVEL_NOTICE] = LOG_NOTICE,
		[LOG_LEVEL_WARNING] = LOG_WARNING, [LOG_LEVEL_ERROR] = LOG_ERR, [LOG_LEVEL_CRITICAL] = LOG_CRIT};
	return priorities[log_message_level(message)];
}

static void write_stderr(int priority, const char *text)
{
	char line[LOG_LINE_MAX + 1], time[CLOCK_TEXT_SIZE];
	int len;
	if (state.under_systemd)
		len = snprintf(line, sizeof(line), "<%d>%s\n", priority, text);
	else
		len = snprintf(line, sizeof(line), "%s %s\n", clock_format(clock_host_s(), time), text);
	if (len < 0)
		return;
	size_t left = (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1;
	for (const char *at = line; left > 0;) {
		ssize_t wrote = write(STDERR_FILENO, at, left);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return; /* nobody can be told */
		at += wrote;
		left -= (size_t)wrote;
	}
}

enum { FIELD_TEXT, FIELD_PRIORITY, FIELD_ID, FIELD_DS, FIELD_NAME, FIELD_INSTANCE, FIELD_CYCLE, FIELDS };

static int write_journal(enum log_message message, const char *text)
{
	char fields[FIELDS][96], sentence[sizeof("MESSAGE=") + LOG_LINE_MAX], id[LOG_JOURNAL_ID_SIZE];
	struct iovec at[FIELDS];
	snprintf(sentence, sizeof(sentence), "MESSAGE=%s", text);
	snprintf(fields[FIELD_PRIORITY], sizeof(fields[0]), "PRIORITY=%d", priority_of(message));
	snprintf(fields[FIELD_ID], sizeof(fields[0]), "MESSAGE_ID=%s", log_message_journal_id(message, id));
	snprintf(fields[FIELD_DS], sizeof(fields[0]), "DUAALSYNC_MESSAGE=%s", log_message_id(message));
	snprintf(fields[FIELD_NAME], sizeof(fields[0]), "SYSLOG_IDENTIFIER=" LOG_NAME);
	snprintf(fields[FIELD_INSTANCE], sizeof(fields[0]), "DUAALSYNC_INSTANCE=%s", state.instance);
	snprintf(fields[FIELD_CYCLE], sizeof(fields[0]), "DUAALSYNC_CYCLE=%u", state.cycle);
	for (int i = 0; i < FIELDS; i++) {
		char *field = i == FIELD_TEXT ? sentence : fields[i];
		at[i] = (struct iovec){.iov_base = field, .iov_len = strlen(field)};
	}
	return sd_journal_sendv(at, state.cycle != 0 ? FIELDS : FIELDS - 1);
}

static void put(enum log_message message, const char *text)
{
	int priority = priority_of(message);
	if (state.sink == LOG_SINK_SYSLOG)
		syslog(priority, "%s", text);
	else if (state.sink != LOG_SINK_JOURNAL || write_journal(message, text) < 0)
		write_stderr(priority, text);
}

void log_event(enum log_message message, const char *format, ...)
{
	char raw[LOG_LINE_MAX], text[LOG_LINE_MAX - PREFIX_MAX], cycle[24] = "";
	int saved = errno;
	if (log_message_level(message) == LOG_LEVEL_DEBUG && !state.verbose)
		return;
	va_list args;
	va_start(args, format);
	int len = vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	if (len < 0)
		raw[0] = '\0';
	else if ((size_t)len >= sizeof(raw)) /* a cut that falls within escape_short's own is not seen twice */
		memcpy(raw + sizeof(raw) - 4, "...", 4);
	if (state.cycle != 0)
		snprintf(cycle, sizeof(cycle), " cycle=%u", state.cycle);
	int used = snprintf(text, sizeof(text), "%s%s: ", log_message_id(message), cycle);
	escape_short(text + used, sizeof(text) - (size_t)used, text_of(raw));
	put(message, text);
	errno = saved;
}
