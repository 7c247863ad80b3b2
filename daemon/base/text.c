/* SPDX-License-Identifier: EUPL-1.2 */
/* text.c - see text.h. ASCII only: the C library's ctype functions follow the locale. */
#include "base/text.h"

#include "base/utf8.h"

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c;
}

/* Mostly the same spelling: then the letters need not be looked at one by one. */
static bool equal_nocase(const char *a, const char *b, size_t len)
{
	if (len == 0 || memcmp(a, b, len) == 0)
		return true;
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool text_equal_nocase(struct text a, struct text b)
{
	return a.len == b.len && equal_nocase(a.at, b.at, a.len);
}

bool text_starts_nocase(struct text t, struct text prefix)
{
	return t.len >= prefix.len && equal_nocase(t.at, prefix.at, prefix.len);
}

int text_compare(struct text a, struct text b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common > 0 ? memcmp(a.at, b.at, common) : 0;
	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

struct text text_trim(struct text t)
{
	while (t.len > 0 && t.at[0] == ' ')
		t = text_make(t.at + 1, t.len - 1);
	while (t.len > 0 && t.at[t.len - 1] == ' ')
		t.len--;
	return t;
}

bool text_split(struct text t, char at, struct text *before, struct text *after)
{
	const char *found = t.len > 0 ? memchr(t.at, at, t.len) : NULL;
	if (found == NULL)
		return false;
	size_t len = (size_t)(found - t.at);
	*before = text_make(t.at, len);
	*after = text_make(found + 1, t.len - len - 1);
	return true;
}

size_t utf8_decode(struct text t, uint32_t *ret)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)t.at[0];
	if (first < 0x80) {
		*ret = first;
		return 1;
	}
	size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || t.len < len)
		return 0;
	uint32_t c = first & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)t.at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)t.at[i] & 0x3f);
	}
	if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

bool utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Eight bytes of printable ASCII: subtracting a space lets a high bit appear below it, adding one behind '~'. */
static bool is_plain_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	return ((word | (word + ones) | (word - ones * ' ')) & (ones * 0x80)) == 0;
}

bool text_is_plain(struct text t)
{
	while (t.len >= sizeof(uint64_t)) {
		uint64_t word;
		memcpy(&word, t.at, sizeof(word));
		if (!is_plain_word(word))
			return false;
		t = text_make(t.at + sizeof(word), t.len - sizeof(word));
	}
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] < ' ' || t.at[i] > '~')
			return false;
	return true;
}

bool text_is_clean(struct text t)
{
	return text_is_plain(t) || (text_is_utf8(t) && !text_has_control(t));
}

bool text_is_utf8(struct text t)
{
	for (size_t at = 0; at < t.len;) {
		uint32_t c;
		size_t len = utf8_decode(text_make(t.at + at, t.len - at), &c);
		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

bool text_has_control(struct text t)
{
	for (size_t at = 0; at < t.len;) {
		uint32_t c = 0;
		size_t len = utf8_decode(text_make(t.at + at, t.len - at), &c);
		if (len > 0 && utf8_is_control(c))
			return true;
		at += len > 0 ? len : 1;
	}
	return false;
}

/* Greedy with one place to come back to: linear for one star, and never exponential. */
bool text_matches(struct text t, struct text pattern)
{
	size_t at = 0, p = 0, star = 0, resume = 0;
	bool starred = false;
	while (at < t.len) {
		if (p < pattern.len && pattern.at[p] == '*') {
			starred = true;
			star = p++;
			resume = at;
		} else if (p < pattern.len && lower(pattern.at[p]) == lower(t.at[at])) {
			p++;
			at++;
		} else if (starred) {
			p = star + 1;
			at = ++resume;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

bool text_number(struct text t, size_t max, uint64_t *ret)
{
	uint64_t number = 0;
	if (t.len == 0 || t.len > max)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(t.at[i] - '0');
	}
	*ret = number;
	return true;
}
