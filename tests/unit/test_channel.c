/* SPDX-License-Identifier: EUPL-1.2 */
/* test_channel.c - records over a socket pair: order, fragments, back-pressure, and what a hostile peer may send. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/channel.h"

struct pair {
	struct channel *a, *b;
};

static void pair_open(struct pair *pair, int flags)
{
	int fds[2];
	struct err err = {0};
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0, fds), 0);
	assert_int_equal(channel_new(fds[0], &pair->a, &err), 0);
	assert_int_equal(channel_new(fds[1], &pair->b, &err), 0);
}

static void pair_close(struct pair *pair)
{
	pair->a = channel_free(pair->a);
	pair->b = channel_free(pair->b);
}

/* A plain socket that says what it likes to a channel. */
static struct channel *hostile_open(int *ret_fd)
{
	int fds[2];
	struct err err = {0};
	struct channel *channel = NULL;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(channel_new(fds[1], &channel, &err), 0);
	*ret_fd = fds[0];
	return channel;
}

static uint8_t *pattern(size_t len, unsigned seed)
{
	uint8_t *bytes = malloc(len + 1);
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 31 + i / 253 + seed);
	return bytes;
}

static void expect_record(struct channel *channel, uint16_t type, const uint8_t *bytes, size_t len)
{
	struct err err = {0};
	uint16_t got_type = 0;
	const void *body = NULL;
	size_t got_len = 0;
	int code = channel_next(channel, &got_type, &body, &got_len, &err);
	if (code != 1)
		fail_msg("channel_next: %d %s", code, err.text);
	assert_int_equal(got_type, type);
	assert_int_equal(got_len, len);
	assert_int_equal((uintptr_t)body % 8, 0);
	assert_memory_equal(body, bytes, len);
}

static int next_code(struct channel *channel, struct err *err)
{
	uint16_t type;
	const void *body;
	size_t len;
	return channel_next(channel, &type, &body, &len, err);
}

static void test_records_keep_order_and_bytes(void **state)
{
	(void)state;
	struct pair pair;
	struct err err = {0};
	static const size_t lengths[] = {0, 1, 7, 8, 9, 1000, 65512, 65519, 65520, 3};
	pair_open(&pair, SOCK_NONBLOCK);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint8_t *bytes = pattern(lengths[i], (unsigned)i);
		assert_int_equal(channel_put(pair.a, (uint16_t)(100 + i), bytes, lengths[i], &err), 0);
		free(bytes);
	}
	assert_int_equal(channel_flush(pair.a, &err), 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint8_t *bytes = pattern(lengths[i], (unsigned)i);
		expect_record(pair.b, (uint16_t)(100 + i), bytes, lengths[i]);
		free(bytes);
	}
	assert_int_equal(next_code(pair.b, &err), 0);
	pair_close(&pair);
}

/* Sends from a child that blocks, so that the parent's reads make room. */
static void test_fragments_blocking(void **state)
{
	(void)state;
	static const size_t lengths[] = {65520, 65521, 65528, 131056, 1 << 20, (5 << 20) + 13};
	struct pair pair;
	struct err err = {0};
	pair_open(&pair, 0);
	pid_t child = fork();
	if (child == 0) {
		int code = channel_put(pair.a, 1, "first", 5, &err);
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			uint8_t *bytes = pattern(lengths[i], (unsigned)i);
			code |= channel_put(pair.a, 7, bytes, lengths[i], &err);
			code |= channel_put(pair.a, 8, "between", 7, &err);
			free(bytes);
		}
		code |= channel_flush(pair.a, &err);
		_exit(code != 0);
	}
	expect_record(pair.b, 1, (const uint8_t *)"first", 5);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint8_t *bytes = pattern(lengths[i], (unsigned)i);
		expect_record(pair.b, 7, bytes, lengths[i]);
		expect_record(pair.b, 8, (const uint8_t *)"between", 7);
		free(bytes);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	pair_close(&pair);
}

static void test_backpressure_is_bounded(void **state)
{
	(void)state;
	struct pair pair;
	struct err err = {0};
	uint8_t *bytes = pattern(30000, 1);
	unsigned put = 0, got = 0;
	pair_open(&pair, SOCK_NONBLOCK);
	while (!channel_is_full(pair.a)) {
		assert_int_equal(channel_put(pair.a, 5, bytes, 30000, &err), 0);
		put++;
	}
	assert_true(put < 2 * CHANNEL_QUEUE_MAX / 30000);
	assert_int_equal(channel_put(pair.a, 5, bytes, 30000, &err), ERR_LIMIT);
	assert_int_equal(channel_flush(pair.a, &err), 0);
	assert_true(channel_has_output(pair.a));
	while (got < put) {
		int code = next_code(pair.b, &err);
		assert_in_range(code, 0, 1);
		got += (unsigned)code;
		if (code == 0)
			assert_int_equal(channel_flush(pair.a, &err), 0);
	}
	assert_false(channel_has_output(pair.a));
	assert_int_equal(next_code(pair.b, &err), 0);
	free(bytes);
	pair_close(&pair);
}

static void test_too_long_is_refused_and_breaks_nothing(void **state)
{
	(void)state;
	struct pair pair;
	struct err err = {0};
	pair_open(&pair, SOCK_NONBLOCK);
	assert_int_equal(channel_put(pair.a, 5, "", (size_t)CHANNEL_RECORD_MAX + 1, &err), ERR_LIMIT);
	assert_int_equal(channel_put(pair.a, 5, "ok", 2, &err), 0);
	assert_int_equal(channel_flush(pair.a, &err), 0);
	expect_record(pair.b, 5, (const uint8_t *)"ok", 2);
	pair_close(&pair);
}

/* What a helper says before it dies is read, although it left our records unread: whether its going was first seen by
 * sending or by receiving. */
static void hear_last_words(bool send_first)
{
	struct pair pair;
	struct err err = {0};
	pair_open(&pair, SOCK_NONBLOCK);
	assert_int_equal(channel_put(pair.a, 5, "unread", 6, &err), 0);
	assert_int_equal(channel_flush(pair.a, &err), 0);
	assert_int_equal(channel_put(pair.b, 6, "last words", 10, &err), 0);
	assert_int_equal(channel_flush(pair.b, &err), 0);
	pair.b = channel_free(pair.b);
	if (send_first) {
		assert_int_equal(channel_put(pair.a, 5, "x", 1, &err), 0);
		assert_int_equal(channel_flush(pair.a, &err), ERR_UNAVAILABLE);
	}
	expect_record(pair.a, 6, (const uint8_t *)"last words", 10);
	assert_int_equal(next_code(pair.a, &err), ERR_UNAVAILABLE);
	assert_int_equal(next_code(pair.a, &err), ERR_UNAVAILABLE);
	pair_close(&pair);
}

static void test_last_words_are_heard(void **state)
{
	(void)state;
	hear_last_words(true);
	hear_last_words(false);
}

static void test_other_descriptors_are_refused(void **state)
{
	(void)state;
	int fds[2];
	struct err err = {0};
	struct channel *channel = NULL;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(channel_new(fds[0], &channel, &err), ERR_INVALID);
	assert_int_equal(fcntl(fds[0], F_GETFD), -1);
	close(fds[1]);
	assert_int_equal(channel_new(open("/dev/null", O_RDWR | O_CLOEXEC), &channel, &err), ERR_INVALID);
	assert_null(channel);
}

static void test_malformed_packets_break(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		const char *bytes;
		size_t len;
	} cases[] = {
		{"short", "DS\2\0", 4},
		{"no record", "DS\2\0\0\0\0\0", 8},
		{"magic", "XS\1\0\0\0\0\0\0\0\0\0\1\0\0\0", 16},
		{"version", "DS\1\0\0\0\0\0\0\0\0\0\1\0\0\0", 16},
		{"number", "DS\2\0\1\0\0\0\0\0\0\0\1\0\0\0", 16},
		{"flags", "DS\2\3\0\0\0\0\0\0\0\0\1\0\0\0", 16},
		{"fragment out of the blue", "DS\2\2\0\0\0\0\0\0\0\0\1\0\0\0", 16},
		{"short fragment", "DS\2\1\0\0\0\0\0\0\0\1\1\0\0\0", 16},
		{"fragment beyond the limit", "DS\2\1\0\0\0\0\377\377\377\377\1\0\0\0", 16},
		{"half a header", "DS\2\0\0\0\0\0\0\0\0\0", 12},
		{"body beyond the packet", "DS\2\0\0\0\0\0\1\0\0\0\1\0\0\0", 16},
		{"huge body", "DS\2\0\0\0\0\0\377\377\377\377\1\0\0\0", 16},
		{"zero word", "DS\2\0\0\0\0\0\0\0\0\0\1\0\1\0", 16},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd;
		struct err err = {0};
		struct channel *channel = hostile_open(&fd);
		assert_int_equal(send(fd, cases[i].bytes, cases[i].len, 0), cases[i].len);
		if (next_code(channel, &err) != ERR_PROTOCOL)
			fail_msg("accepted: %s", cases[i].what);
		assert_int_equal(send(fd, "DS\2\0\0\0\0\0\0\0\0\0\1\0\0\0", 16, 0), 16);
		assert_int_equal(next_code(channel, &err), ERR_PROTOCOL);
		close(fd);
		channel_free(channel);
	}
}

static void test_descriptors_sent_along_are_closed(void **state)
{
	(void)state;
	int fd, pipes[2];
	struct err err = {0};
	struct channel *channel = hostile_open(&fd);
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte[16] = "DS\2\0\0\0\0\0\0\0\0\0\1\0\0";
	struct iovec part = {byte, sizeof(byte)};
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	assert_int_equal(pipe(pipes), 0);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &pipes[1], sizeof(int));
	assert_int_equal(sendmsg(fd, &message, 0), sizeof(byte));
	close(pipes[1]);
	assert_int_equal(next_code(channel, &err), ERR_PROTOCOL);
	assert_int_equal(read(pipes[0], byte, 1), 0); /* nobody holds the writing end any more */
	close(pipes[0]);
	close(fd);
	channel_free(channel);
}

/* Random damage of a good packet: an error or a record within the packet, never anything else. */
static void test_mutated_packets(void **state)
{
	(void)state;
	const char *given = getenv("DUAAL_TEST_SEED");
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	print_message("# seed %u\n", seed);
	srandom(seed);
	for (int round = 0; round < 3000; round++) {
		int fd;
		struct err err = {0};
		struct channel *channel = hostile_open(&fd);
		uint8_t packet[48] = "DS\2\0\0\0\0\0\3\0\0\0\1\0\0\0abc\0\0\0\0\0\7\0\0\0\2\0\0\0defghij";
		size_t len = sizeof(packet) - (size_t)random() % 24;
		for (int hits = 1 + (int)(random() % 3); hits > 0; hits--)
			packet[(size_t)random() % sizeof(packet)] ^= (uint8_t)(1u << random() % 8);
		assert_int_equal(send(fd, packet, len, 0), len);
		uint16_t type;
		const void *body;
		size_t got, total = 0;
		while (channel_next(channel, &type, &body, &got, &err) == 1)
			total += got;
		assert_true(total <= len);
		close(fd);
		channel_free(channel);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_keep_order_and_bytes),
		cmocka_unit_test(test_fragments_blocking),
		cmocka_unit_test(test_backpressure_is_bounded),
		cmocka_unit_test(test_too_long_is_refused_and_breaks_nothing),
		cmocka_unit_test(test_last_words_are_heard),
		cmocka_unit_test(test_other_descriptors_are_refused),
		cmocka_unit_test(test_malformed_packets_break),
		cmocka_unit_test(test_descriptors_sent_along_are_closed),
		cmocka_unit_test(test_mutated_packets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
