/* SPDX-License-Identifier: EUPL-1.2 */
/* filter_parts.c - see filter_parts.h. One walk from left to right, no recursion. */
#include "ldap/filter_parts.h"

struct walk {
	const char *filter;
	size_t at;
	filter_part_fn each;
	void *ctx;
	struct err *err;
};

static int wrong(const struct walk *w, const char *what)
{
	return err_set(w->err, ERR_SYNTAX, "the filter %s cannot be read at character %zu: %s", w->filter, w->at + 1,
		       what);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == ';' || c == '_';
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static struct text take_name(struct walk *w)
{
	size_t from = w->at;
	while (is_name(w->filter[w->at]))
		w->at++;
	return text_make(w->filter + from, w->at - from);
}

static void skip_spaces(struct walk *w)
{
	while (w->filter[w->at] == ' ')
		w->at++;
}

/* attribute [":dn"] [":" rule] ":=", read up to the "=". */
static int take_extensible(struct walk *w, struct text attribute)
{
	struct text rule = {0};
	while (w->filter[w->at] == ':' && w->filter[w->at + 1] != '=') {
		w->at++;
		struct text word = take_name(w);
		bool dn = text_equal_nocase(word, text_of("dn"));
		if (text_is_empty(word) || (!dn && !text_is_empty(rule)))
			return wrong(w, "a matching rule should stand here");
		if (!dn)
			rule = word;
	}
	if (w->filter[w->at] != ':' || (text_is_empty(attribute) && text_is_empty(rule)))
		return wrong(w, "\":=\" should stand here");
	w->at++;
	return text_is_empty(rule) ? 0 : w->each(w->ctx, FILTER_RULE, rule, w->err);
}

static int take_value(struct walk *w)
{
	for (char c; (c = w->filter[w->at]) != '\0' && c != ')'; w->at++) {
		if (c == '(')
			return wrong(w, "a bracket in a value is written \\28");
		if (c == '\\' && (!is_hex(w->filter[w->at + 1]) || !is_hex(w->filter[w->at + 2])))
			return wrong(w, "a backslash is followed by two hexadecimal digits");
	}
	return 0;
}

static int take_item(struct walk *w)
{
	struct text attribute = take_name(w), before, options;
	char c = w->filter[w->at];
	int code = 0;
	if (c == ':')
		code = take_extensible(w, attribute);
	else if (text_is_empty(attribute))
		code = wrong(w, "an attribute should stand here");
	else if (c == '~' || c == '<' || c == '>')
		w->at++;
	if (code == 0 && w->filter[w->at] != '=')
		code = wrong(w, "\"=\" should stand here");
	if (code != 0)
		return code;
	w->at++;
	if (text_split(attribute, ';', &before, &options))
		attribute = before;
	if (!text_is_empty(attribute))
		code = w->each(w->ctx, FILTER_ATTRIBUTE, attribute, w->err);
	return code != 0 ? code : take_value(w);
}

static int take_opening(struct walk *w)
{
	w->at++;
	skip_spaces(w);
	if (w->filter[w->at] != '&' && w->filter[w->at] != '|' && w->filter[w->at] != '!')
		return take_item(w);
	w->at++;
	return 0;
}

/* One bracket and what belongs to it. */
static int take_bracket(struct walk *w, size_t *depth)
{
	int code = 0;
	if (w->filter[w->at] == '(') {
		++*depth;
		code = take_opening(w);
	} else if (w->filter[w->at] == ')' && *depth > 0) {
		--*depth;
		w->at++;
	} else {
		code = wrong(w, "a bracket should stand here");
	}
	skip_spaces(w);
	return code;
}

int filter_each_part(const char *filter, filter_part_fn each, void *ctx, struct err *err)
{
	struct walk w = {.filter = filter, .each = each, .ctx = ctx, .err = err};
	size_t depth = 0;
	int code = 0;
	skip_spaces(&w);
	if (filter[w.at] != '(')
		code = take_item(&w);
	else
		do
			code = take_bracket(&w, &depth);
		while (code == 0 && depth > 0 && filter[w.at] != '\0');
	if (code == 0 && depth > 0)
		code = wrong(&w, "a bracket is not closed");
	if (code == 0 && filter[w.at] != '\0')
		code = wrong(&w, "something follows after the end");
	return code;
}
