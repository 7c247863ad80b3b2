/* SPDX-License-Identifier: EUPL-1.2 */
/* right.c - see right.h. */
#include "model/right.h"

#include <stdbool.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_letter_or_digit(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool is_ascii_letter_or_digit(char c)
{
	return (unsigned char)c < 0x80 && is_letter_or_digit(c);
}

static bool is_space(char c)
{
	return c == ' ';
}

static bool is_no_letter(char c)
{
	return !is_ascii_letter_or_digit(c);
}

/* Walks over the name at the front of value, caselessly and leaving out what skip says on both sides.
 * Returns the place behind it, or 0 when the value begins differently. */
static size_t match_name(struct text value, struct text name, bool (*skip)(char))
{
	size_t at = 0;
	bool any = false;
	for (size_t i = 0; i < name.len; i++) {
		if (skip(name.at[i]))
			continue;
		while (at < value.len && skip(value.at[at]))
			at++;
		if (at == value.len || lower(value.at[at]) != lower(name.at[i]))
			return 0;
		any = true;
		at++;
	}
	return any ? at : 0;
}

/* The place behind the right's name at the front of value, or 0 when the value is about something else. exact: not
 * spelt with signs that nobody knows. Nearly every value spells it as the configuration does, and is looked at once. */
static size_t match_right(struct text value, struct text name, bool *exact)
{
	*exact = true;
	if (name.len > 0 && is_ascii_letter_or_digit(name.at[name.len - 1]) && text_starts_nocase(value, name))
		return name.len;
	size_t behind = match_name(value, name, is_no_letter);
	*exact = match_name(value, name, is_space) == behind;
	return behind;
}

/* Splits at commas into at most max trimmed items; false: an empty item, or too many. */
static bool split_list(struct text list, struct text *items, uint32_t max, uint32_t *count)
{
	struct text item, rest = list;
	*count = 0;
	for (bool more = true; more;) {
		more = text_split(list, ',', &item, &rest);
		if (!more)
			item = list;
		list = rest;
		item = text_trim(item);
		if (text_is_empty(item) || *count == max)
			return false;
		items[(*count)++] = item;
	}
	return true;
}

static const char *read_lists(struct text rest, struct right *ret)
{
	struct text contexts, orgs;
	if (!text_split(rest, ':', &contexts, &orgs))
		return "no organisation is named: there is no colon";
	ret->context_count = 0;
	contexts = text_trim(contexts);
	if (!text_is_empty(contexts)) {
		if (contexts.at[0] != '-')
			return "between the right's name and the colon stands something without a dash";
		contexts = text_make(contexts.at + 1, contexts.len - 1);
		if (!split_list(contexts, ret->contexts, RIGHT_CONTEXTS_MAX, &ret->context_count))
			return "the list of roles has an empty item, or too many";
	}
	if (orgs.len > 0 && memchr(orgs.at, ':', orgs.len) != NULL)
		return "there is more than one colon";
	if (!split_list(orgs, ret->orgs, RIGHT_ORGS_MAX, &ret->org_count))
		return "the list of organisations is empty, has an empty item, or too many";
	return NULL;
}

enum right_form right_parse(struct text value, struct text name, struct right *ret, const char **why)
{
	const char *wrong = NULL;
	bool exact;
	size_t behind = match_right(value, name, &exact);
	if (behind == 0 || (behind < value.len && is_letter_or_digit(value.at[behind])))
		return RIGHT_OTHER;
	if (!exact)
		wrong = "the right's name is spelt in a way that is not known";
	else if (!text_is_clean(value))
		wrong = "the value holds control characters or is not UTF-8";
	else
		wrong = read_lists(text_make(value.at + behind, value.len - behind), ret);
	if (why != NULL && wrong != NULL)
		*why = wrong;
	return wrong == NULL ? RIGHT_READ : RIGHT_MALFORMED;
}
