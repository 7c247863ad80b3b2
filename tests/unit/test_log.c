/* SPDX-License-Identifier: EUPL-1.2 */
/* test_log.c - the line on standard error: escaped once, bounded, with id and cycle; and the catalogue of messages. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

static char line[3 * LOG_LINE_MAX];

/* Runs one log_event with standard error led into a file; the text that arrived is in line. */
static void say(enum log_sink sink, int verbose, enum log_message message, const char *sentence)
{
	char path[] = "/tmp/test_log.XXXXXX";
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);
	assert_true(fd >= 0 && saved >= 0);
	unlink(path);
	dup2(fd, STDERR_FILENO);
	log_open(sink, 1, "test", verbose);
	log_event(message, "%s", sentence);
	log_close();
	dup2(saved, STDERR_FILENO);
	close(saved);
	ssize_t len = pread(fd, line, sizeof(line) - 1, 0);
	close(fd);
	assert_true(len >= 0);
	line[len] = '\0';
}

static void test_line(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	say(LOG_SINK_STDERR, 0, LOG_STARTED_MESSAGE, "hello");
	int used = 0;
	unsigned year, month, day, hour, minute, second;
	assert_int_equal(
		sscanf(line, "%4u-%2u-%2uT%2u:%2u:%2uZ %n", &year, &month, &day, &hour, &minute, &second, &used), 6);
	assert_string_equal(line + used, "DS0101: hello\n");
}

static void test_cycle(void **state)
{
	(void)state;
	log_set_cycle(42);
	say(LOG_SINK_AUTO, 0, LOG_CYCLE_FAILED_MESSAGE, "no");
	log_set_cycle(0);
	assert_non_null(strstr(line, " DS0112 cycle=42: no\n"));
}

static void test_escaped_once(void **state)
{
	(void)state;
	say(LOG_SINK_STDERR, 0, LOG_STARTED_MESSAGE, "a\nb\x1b]0;x\x07 \xe2\x80\xae \\ \xff \xc3\xa9 %n");
	assert_non_null(strstr(line, ": a\\x0Ab\\x1B]0;x\\x07 \\xE2\\x80\\xAE \\x5C \\xFF \xc3\xa9 %n\n"));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void test_bounded(void **state)
{
	(void)state;
	static char longest[5 * LOG_LINE_MAX];
	for (unsigned char byte = 'a';; byte = 1) { /* plain text, and text that grows fourfold */
		memset(longest, byte, sizeof(longest) - 1);
		say(LOG_SINK_STDERR, 0, LOG_STARTED_MESSAGE, longest);
		assert_in_range(strlen(line), LOG_LINE_MAX / 2, LOG_LINE_MAX);
		assert_string_equal(line + strlen(line) - 4, "...\n");
		if (byte == 1)
			break;
	}
}

static void test_debug_is_dropped(void **state)
{
	(void)state;
	say(LOG_SINK_STDERR, 0, LOG_SOURCE_READ_MESSAGE, "quiet");
	assert_string_equal(line, "");
	say(LOG_SINK_STDERR, 1, LOG_SOURCE_READ_MESSAGE, "loud");
	assert_non_null(strstr(line, "loud"));
}

/* Under systemd with standard error chosen: the level in front, no time. */
static void test_prefix(void **state)
{
	(void)state;
	char path[] = "/tmp/test_log.XXXXXX", stream[64];
	struct stat st;
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	unlink(path);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	dup2(fd, STDERR_FILENO);
	log_open(LOG_SINK_STDERR, 0, "test", 0);
	log_event(LOG_CYCLE_FAILED_MESSAGE, "no");
	log_close();
	dup2(saved, STDERR_FILENO);
	unsetenv("JOURNAL_STREAM");
	ssize_t len = pread(fd, line, sizeof(line) - 1, 0);
	close(saved);
	close(fd);
	assert_true(len > 0);
	line[len] = '\0';
	assert_string_equal(line, "<3>DS0112: no\n");
}

static void test_catalogue(void **state)
{
	(void)state;
	for (int i = 0; i < LOG_MESSAGE_COUNT; i++) {
		char journal[LOG_JOURNAL_ID_SIZE], other[LOG_JOURNAL_ID_SIZE];
		const char *id = log_message_id((enum log_message)i);
		unsigned number;
		assert_int_equal(strlen(id), 6);
		assert_int_equal(sscanf(id, "DS%4u", &number), 1);
		assert_true(strlen(log_message_cause((enum log_message)i)) > 0);
		assert_true(strlen(log_message_remedy((enum log_message)i)) > 0);
		assert_int_equal(strlen(log_message_journal_id((enum log_message)i, journal)), 32);
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(id, log_message_id((enum log_message)k));
			assert_string_not_equal(journal, log_message_journal_id((enum log_message)k, other));
		}
	}
	assert_int_equal(log_message_level(LOG_FATAL_MESSAGE), LOG_LEVEL_CRITICAL);
}

/* Administrators filter on these: they never change. */
static void test_journal_id_is_stable(void **state)
{
	(void)state;
	char id[LOG_JOURNAL_ID_SIZE];
	assert_string_equal(log_message_journal_id(LOG_STARTED_MESSAGE, id), "49ec3099addbc05fdf667f6205cd4df6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),         cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_escaped_once), cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_prefix),       cmocka_unit_test(test_debug_is_dropped),
		cmocka_unit_test(test_catalogue),    cmocka_unit_test(test_journal_id_is_stable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
