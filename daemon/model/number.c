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
