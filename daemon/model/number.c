/* SPDX-License-Identifier: EUPL-1.2 */
/* number.c - see number.h. */
#include "model/number.h"

#define DIGITS_MAX 6

bool number_parse(struct text text, uint32_t *ret)
{
	uint32_t number = 0;
	text = text_trim(text);
	if (text.len == 0 || text.len > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		number = number * 10 + (uint32_t)(text.at[i] - '0');
	}
	if (number == 0)
		return false;
	*ret = number;
	return true;
}

/* Luhn (ISO/IEC 7812-1 annex B); where it asks for 0 the numbers in use carry a 1. */
bool number_check_digit_fits(uint32_t number)
{
	uint32_t sum = 0;
	bool twice = true;
	for (uint32_t rest = number / 10; rest > 0; rest /= 10) {
		uint32_t digit = rest % 10 * (twice ? 2 : 1);
		sum += digit > 9 ? digit - 9 : digit;
		twice = !twice;
	}
	uint32_t check = (10 - sum % 10) % 10;
	return number % 10 == (check == 0 ? 1 : check);
}
