/* SPDX-License-Identifier: EUPL-1.2 */
/* filter.c - is it a search filter (RFC 4515)? Looks only; the server judges attributes and matching rules. */
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "config/setting.h"

#define FILTER_DEPTH_MAX 32

struct scan {
	const char *at;
	const char *why;
	unsigned depth;
};

static bool refuse(struct scan *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
	return false;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_attribute_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("-.;:", c) != NULL);
}

static bool scan_value(struct scan *s)
{
	for (; *s->at != ')'; s->at++) {
		if (*s->at == '\0')
			return refuse(s, "a closing parenthesis is missing");
		if (*s->at == '(')
			return refuse(s, "a parenthesis in a value is written \\28");
		if (*s->at != '\\')
			continue;
		if (!is_hex(s->at[1]) || !is_hex(s->at[2]))
			return refuse(s, "a backslash is followed by two hexadecimal digits");
		s->at += 2;
	}
	return true;
}

static bool scan_item(struct scan *s)
{
	const char *start = s->at;
	while (is_attribute_char(*s->at))
		s->at++;
	if (s->at == start)
		return refuse(s, "an attribute's name is missing");
	if (*s->at == '~' || *s->at == '<' || *s->at == '>')
		s->at++;
	if (*s->at != '=')
		return refuse(s, "after the attribute comes =, ~=, >= or <=");
	s->at++;
	return scan_value(s);
}

static bool scan_filter(struct scan *s);

static bool scan_list(struct scan *s, bool single)
{
	unsigned count = 0;
	s->at++;
	for (; *s->at == '('; count++)
		if (!scan_filter(s))
			return false;
	if (count == 0 || (single && count > 1))
		return refuse(s, single ? "! stands before exactly one filter" : "& and | stand before filters");
	return true;
}

static bool scan_filter(struct scan *s)
{
	if (*s->at != '(')
		return refuse(s, "a filter begins with a parenthesis");
	if (++s->depth > FILTER_DEPTH_MAX)
		return refuse(s, "is nested too deep");
	s->at++;
	bool list = *s->at == '&' || *s->at == '|' || *s->at == '!';
	if (!(list ? scan_list(s, *s->at == '!') : scan_item(s)))
		return false;
	if (*s->at != ')')
		return refuse(s, "a closing parenthesis is missing");
	s->at++;
	s->depth--;
	return true;
}

bool filter_is_well_formed(const char *filter, const char **why)
{
	struct scan s = {.at = filter};
	bool ok = scan_filter(&s);
	if (ok && *s.at != '\0')
		ok = refuse(&s, "something follows the last parenthesis");
	*why = tr(s.why);
	return ok;
}
