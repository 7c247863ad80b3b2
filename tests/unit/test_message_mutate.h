/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_message_mutate.h - damages an encoded body and decodes it: every cut, every bit, and random rounds whose seed is
 * printed (DUAAL_TEST_SEED repeats one). Each body lies in a block of its own length, so that the sanitizer sees a read
 * behind it.
 */
#ifndef DUAAL_TEST_MESSAGE_MUTATE_H
#define DUAAL_TEST_MESSAGE_MUTATE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

typedef int decode_fn(const void *body, size_t len); /* 0 or ERR_PROTOCOL */

static inline void mutate_seed(void)
{
	const char *given = getenv("DUAAL_TEST_SEED");
	unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	print_message("# seed %u\n", seed);
	srandom(seed);
}

static inline int decode_alone(decode_fn *decode, const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	int code = decode(copy, len);
	free(copy);
	if (code != 0 && code != ERR_PROTOCOL)
		fail_msg("a damaged body gave %d", code);
	return code;
}

static inline void mutate_body(const struct buf *body, decode_fn *decode)
{
	struct buf damaged;
	assert_false(buf_failed(body));
	buf_init(&damaged);
	buf_add(&damaged, body->at, body->len);
	assert_int_equal(decode_alone(decode, damaged.at, damaged.len), 0);
	for (size_t len = 0; len < body->len; len++)
		(void)decode_alone(decode, body->at, len);
	for (size_t bit = 0; bit < body->len * 8; bit++) {
		damaged.at[bit / 8] = (char)(damaged.at[bit / 8] ^ (1 << bit % 8));
		(void)decode_alone(decode, damaged.at, damaged.len);
		damaged.at[bit / 8] = (char)(damaged.at[bit / 8] ^ (1 << bit % 8));
	}
	for (int round = 0; round < 2000; round++) {
		memcpy(damaged.at, body->at, body->len);
		for (long hits = 1 + random() % 8; hits > 0; hits--)
			damaged.at[(size_t)random() % body->len] = (char)(random() % 3 == 0 ? 0xff : random());
		(void)decode_alone(decode, damaged.at, (size_t)random() % (body->len + 1));
	}
	buf_done(&damaged);
}

#endif
