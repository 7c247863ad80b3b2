/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * national_number.c - does a text hold a Belgian national number (INSZ)?
 *
 * Eleven digits, together or written as 85.07.30-033.28; the last two are 97 minus the first nine modulo 97, where those
 * born from 2000 on have a 2 in front of the nine. One run of digits in ninety-seven is caught for nothing: it can be
 * written otherwise, a number that was let in cannot be taken back.
 */
#include "control/parameters.h"

#define INSZ_DIGITS 11
#define NINE_DIGITS 1000000000u

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_checked(const char digits[INSZ_DIGITS])
{
	uint64_t nine = 0;
	for (int i = 0; i < 9; i++)
		nine = nine * 10 + (uint64_t)(digits[i] - '0');
	uint64_t check = (uint64_t)(digits[9] - '0') * 10 + (uint64_t)(digits[10] - '0');
	return 97 - nine % 97 == check || 97 - (2ull * NINE_DIGITS + nine) % 97 == check;
}

/* The digits from *at on, single separators between them passed over; moves *at behind them. */
static size_t take_digits(struct text text, size_t *at, char digits[INSZ_DIGITS])
{
	size_t count = 0, i = *at;
	for (; i < text.len; i++) {
		bool separates = memchr(".-/", text.at[i], 3) != NULL && i + 1 < text.len && is_digit(text.at[i + 1]);
		if (!is_digit(text.at[i]) && !separates)
			break;
		if (!is_digit(text.at[i]))
			continue;
		if (count < INSZ_DIGITS)
			digits[count] = text.at[i];
		count++;
	}
	*at = i;
	return count;
}

bool holds_national_number(struct text text)
{
	char digits[INSZ_DIGITS];
	for (size_t at = 0; at < text.len; at++)
		if (is_digit(text.at[at]) && take_digits(text, &at, digits) == INSZ_DIGITS && is_checked(digits))
			return true;
	return false;
}
