/* SPDX-License-Identifier: EUPL-1.2 */
/* national_number.c - see national_number.h. */
#include "base/national_number.h"

#include <stdint.h>

#define DIGITS      (NATIONAL_NUMBER_SIZE - 1)
#define NINE_DIGITS 1000000000u

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_checked(const char digits[DIGITS])
{
	uint64_t nine = 0;
	for (int i = 0; i < 9; i++)
		nine = nine * 10 + (uint64_t)(digits[i] - '0');
	uint64_t check = (uint64_t)(digits[9] - '0') * 10 + (uint64_t)(digits[10] - '0');
	return 97 - nine % 97 == check || 97 - (2ull * NINE_DIGITS + nine) % 97 == check;
}

/* The digits from *at on, single separators between them passed over; moves *at behind them. */
static size_t take_digits(struct text text, size_t *at, char digits[DIGITS])
{
	size_t count = 0, i = *at;
	for (; i < text.len; i++) {
		bool separates = memchr(".-/", text.at[i], 3) != NULL && i + 1 < text.len && is_digit(text.at[i + 1]);
		if (!is_digit(text.at[i]) && !separates)
			break;
		if (!is_digit(text.at[i]))
			continue;
		if (count < DIGITS)
			digits[count] = text.at[i];
		count++;
	}
	*at = i;
	return count;
}

/* So many digits stand before a separator of the card: 85.07.30-033.61. */
static bool is_place(size_t count)
{
	return count == 2 || count == 4 || count == 6 || count == 9;
}

/* Bytes from at on that are eleven digits with at most single separators, spaces too, where the card has them; 0: they are none. */
static size_t take_card(struct text text, size_t at, char digits[DIGITS])
{
	size_t count = 0, i = at;
	for (; i < text.len && count < DIGITS; i++) {
		bool separates = is_place(count) && memchr(" .-/", text.at[i], 4) != NULL && is_digit(text.at[i - 1]);
		if (is_digit(text.at[i]))
			digits[count++] = text.at[i];
		else if (!separates)
			return 0;
	}
	return count == DIGITS && (i == text.len || !is_digit(text.at[i])) ? i - at : 0;
}

/* A digit stands at *at, and none before it; moves *at behind the number, or behind the digits that are none. */
static bool take_number(struct text text, size_t *at)
{
	char digits[DIGITS] = {0};
	const size_t card = take_card(text, *at, digits);
	if (card > 0 && is_checked(digits)) {
		*at += card;
		return true;
	}
	return take_digits(text, at, digits) == DIGITS && is_checked(digits);
}

bool national_number_within(struct text text)
{
	for (size_t at = 0; at < text.len; at++)
		if (is_digit(text.at[at]) && take_number(text, &at))
			return true;
	return false;
}

static void hide_digits(struct buf *out, struct text text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, is_digit(text.at[i]) ? '*' : text.at[i]);
}

void national_number_hide(struct buf *out, struct text text)
{
	size_t at = 0;
	if (national_number_is(text)) {
		hide_digits(out, text);
		return;
	}
	while (at < text.len) {
		const size_t begin = at;
		const bool starts = is_digit(text.at[at]);
		const bool found = starts && take_number(text, &at);
		at += !starts;
		const struct text run = text_make(text.at + begin, at - begin);
		if (found)
			hide_digits(out, run);
		else
			buf_add_text(out, run);
	}
}

bool national_number_is(struct text word)
{
	size_t count = 0;
	for (size_t i = 0; i < word.len; i++) {
		if (!is_digit(word.at[i]) && memchr(" .-/", word.at[i], 4) == NULL)
			return false;
		count += is_digit(word.at[i]);
	}
	return count == DIGITS;
}

bool national_number_read(struct text word, char out[NATIONAL_NUMBER_SIZE])
{
	size_t count = 0;
	memset(out, 0, NATIONAL_NUMBER_SIZE);
	if (!national_number_is(word))
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (is_digit(word.at[i]))
			out[count++] = word.at[i];
	if (is_checked(out))
		return true;
	explicit_bzero(out, NATIONAL_NUMBER_SIZE);
	return false;
}
