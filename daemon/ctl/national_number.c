/* SPDX-License-Identifier: EUPL-1.2 */
/* national_number.c - see national_number.h. */
#include "ctl/national_number.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 11

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of text up to the first sign that is neither a digit nor one of between. Returns how far it went; *count may be
 * more than fits, then only the first are kept. */
static size_t collect(const char *text, const char *between, char digits[DIGITS + 1], size_t *count)
{
	size_t at = 0;
	for (*count = 0; text[at] != '\0' && (is_digit(text[at]) || strchr(between, text[at]) != NULL); at++)
		if (is_digit(text[at]) && (*count)++ < DIGITS)
			digits[*count - 1] = text[at];
	digits[*count < DIGITS ? *count : DIGITS] = '\0';
	return at;
}

bool national_number_is(const char *word)
{
	char digits[DIGITS + 1];
	size_t count;
	return word[collect(word, " .-/", digits, &count)] == '\0' && count == DIGITS;
}

/* The last two say 97 minus the rest of the first nine; who was born from 2000 on counts with a 2 in front. */
static bool is_checked(const char digits[DIGITS + 1])
{
	long long all = strtoll(digits, NULL, 10), first = all / 100, check = all % 100;
	return check == 97 - first % 97 || check == 97 - (2000000000LL + first) % 97;
}

bool national_number_within(const char *text)
{
	char digits[DIGITS + 1];
	size_t count;
	while (*text != '\0') {
		size_t len = collect(text, ".-", digits, &count);
		if (count == DIGITS && is_checked(digits))
			return true;
		text += len > 0 ? len : 1;
	}
	return false;
}
