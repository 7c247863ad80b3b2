/* SPDX-License-Identifier: EUPL-1.2 */
/* uuid.c - see uuid.h. */
#include "base/uuid.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_dash_at(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

bool uuid_parse(struct text text, struct uuid *ret)
{
	struct uuid uuid;
	size_t byte = 0;
	if (text.len != UUID_TEXT_SIZE - 1)
		return false;
	for (size_t at = 0; at < text.len;) {
		if (is_dash_at(at)) {
			if (text.at[at++] != '-')
				return false;
			continue;
		}
		int high = hex_value(text.at[at]), low = hex_value(text.at[at + 1]);
		if (high < 0 || low < 0)
			return false;
		uuid.bytes[byte++] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	*ret = uuid;
	return true;
}

const char *uuid_format(const struct uuid *uuid, char out[UUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	static const uint8_t place[sizeof(uuid->bytes)] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
	for (size_t i = 0; i < sizeof(uuid->bytes); i++) {
		out[place[i]] = digits[uuid->bytes[i] >> 4];
		out[place[i] + 1] = digits[uuid->bytes[i] & 15];
	}
	out[8] = out[13] = out[18] = out[23] = '-';
	out[36] = '\0';
	return out;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return uuid_compare(a, b) == 0;
}

bool uuid_is_null(const struct uuid *uuid)
{
	static const struct uuid null;
	return uuid_equal(uuid, &null);
}

int uuid_compare(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}
