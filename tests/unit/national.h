/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * national.h - national numbers for tests, made while they run: none stands in the tree with check digits that are right
 * (tests/national_numbers.py).
 */
#ifndef DUAAL_TESTS_NATIONAL_H
#define DUAAL_TESTS_NATIONAL_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NATIONAL_TEXTS 8
#define NATIONAL_SIZE  256

/* The nine digits before at, whatever separates them. */
static inline uint64_t national_nine(const char *begin, const char *at)
{
	uint64_t nine = 0, place = 1;
	for (int count = 0; count < 9 && at > begin;)
		if (*--at >= '0' && *at <= '9') {
			nine += (uint64_t)(*at - '0') * place;
			place *= 10;
			count++;
		}
	return nine;
}

/* The text with the check digits of the nine digits before it in the place of each "##", and in that of "@@" those of somebody born from
 * 2000 on. It stays as it is for the next NATIONAL_TEXTS - 1 calls. */
static inline const char *national(const char *pattern)
{
	static char texts[NATIONAL_TEXTS][NATIONAL_SIZE];
	static unsigned next;
	char *text = texts[next++ % NATIONAL_TEXTS], digits[4];
	assert(strlen(pattern) < NATIONAL_SIZE);
	strcpy(text, pattern); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy): its length is known */
	for (char *at = text; (at = strpbrk(at, "#@")) != NULL; at++) {
		if (at[1] != at[0])
			continue;
		uint64_t nine = national_nine(text, at) + (*at == '@' ? UINT64_C(2000000000) : 0);
		snprintf(digits, sizeof(digits), "%02u", (unsigned)(97 - nine % 97));
		memcpy(at, digits, 2);
	}
	return text;
}

#endif
