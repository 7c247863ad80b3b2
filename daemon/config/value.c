/* SPDX-License-Identifier: EUPL-1.2 */
/* value.c - see value.h. */
#include "base/language.h"
#include "config/value.h"

#include <stdio.h>
#include <string.h>

static void *place(const struct setting *s, void *base)
{
	return (char *)base + s->offset;
}

static bool wrong_type(struct draft *d, const struct setting *s, const config_setting_t *from)
{
	fault_on(d, from, "wrong value; expected: %s%s%s", setting_type_name(s), s->choices != NULL ? " " : "",
		 s->choices != NULL ? s->choices : "");
	return false;
}

/* The number in from, if it is one that fits the row. */
static bool in_range(struct draft *d, const struct setting *s, const config_setting_t *from, long long value)
{
	const char *unit = s->unit != NULL ? s->unit : s->type == TYPE_DURATION ? "seconds" : "";
	if (value >= s->min && (s->max == 0 || value <= s->max) && value <= UINT32_MAX)
		return true;
	fault_on(d, from, "must be %u to %u%s%s", s->min, s->max, unit[0] != '\0' ? " " : "", tr(unit));
	return false;
}

static bool is_whole(const config_setting_t *from)
{
	return config_setting_type(from) == CONFIG_TYPE_INT || config_setting_type(from) == CONFIG_TYPE_INT64;
}

static bool store_integer(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	if (!is_whole(from))
		return wrong_type(d, s, from);
	long long value = config_setting_get_int64(from);
	if (!in_range(d, s, from, value))
		return false;
	*(uint32_t *)place(s, base) = (uint32_t)value;
	return true;
}

static bool store_duration(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	const char *text = config_setting_get_string(from);
	uint32_t seconds = 0;
	if (text == NULL)
		return is_whole(from) ? store_integer(d, s, from, base) : wrong_type(d, s, from);
	if (!duration_parse(text, &seconds)) {
		fault_on(d, from,
			 "must be a duration such as \"30s\", \"15min\", \"24h\", \"7d\" or a number of seconds");
		return false;
	}
	if (!in_range(d, s, from, seconds))
		return false;
	*(uint32_t *)place(s, base) = seconds;
	return true;
}

static bool store_boolean(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	if (config_setting_type(from) != CONFIG_TYPE_BOOL)
		return wrong_type(d, s, from);
	*(bool *)place(s, base) = config_setting_get_bool(from) != 0;
	return true;
}

/* Position of a word in "one|two|three", or -1. */
static int choice_find(const char *choices, const char *word)
{
	struct text rest = text_of(choices), first;
	for (int at = 0; rest.len > 0; at++) {
		if (!text_split(rest, '|', &first, &rest)) {
			first = rest;
			rest = text_of(NULL);
		}
		if (text_equal(first, text_of(word)))
			return at;
	}
	return -1;
}

static bool store_choice(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	const char *word = config_setting_get_string(from);
	int at = word != NULL ? choice_find(s->choices, word) : -1;
	if (at < 0)
		return wrong_type(d, s, from);
	if (s->type == TYPE_SWITCH)
		*(bool *)place(s, base) = at == 1;
	else
		*(int *)place(s, base) = at;
	return true;
}

/* Fields ascend in a map: helpers build entries in its order. */
static void map_insert(struct attribute_map *map, enum field field, const char *attribute)
{
	uint32_t at = map->count;
	if (at == MAP_MAX)
		return; /* the table's own test keeps it from happening */
	for (; at > 0 && map->at[at - 1].field > field; at--)
		map->at[at] = map->at[at - 1];
	map->at[at].field = field;
	map->at[at].attribute = attribute;
	map->count++;
}

static bool store_text(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	const char *text = config_setting_get_string(from);
	if (text == NULL)
		return wrong_type(d, s, from);
	if (!value_check_text(d, s, from, text))
		return false;
	if (s->type != TYPE_ATTRIBUTE)
		*(const char **)place(s, base) = draft_copy(d, text_of(text));
	else if (text[0] != '\0')
		map_insert(place(s, base), s->field, draft_copy(d, text_of(text)));
	return true;
}

static bool store_word(struct draft *d, const struct setting *s, const config_setting_t *from, struct words *words)
{
	const char *text = config_setting_get_string(from);
	if (text == NULL) {
		fault_on(d, from, "must be a text in quotes");
		return false;
	}
	if (!value_check_text(d, s, from, text))
		return false;
	words->at[words->count++] = draft_copy(d, text_of(text));
	return true;
}

static bool store_words(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	struct words words = {0};
	bool ok = true, alone = s->type == TYPE_URIS && config_setting_get_string(from) != NULL;
	if (!alone && !config_setting_is_array(from) && !config_setting_is_list(from))
		return wrong_type(d, s, from);
	unsigned count = alone ? 1 : (unsigned)config_setting_length(from);
	if (count < s->min || count > s->max) {
		fault_on(d, from, "must have %u to %u items", s->min, s->max);
		return false;
	}
	words.at = arena_array(&d->arena, count + 1, sizeof(*words.at));
	if (words.at == NULL) {
		d->no_memory = true;
		return false;
	}
	for (unsigned i = 0; i < count; i++)
		ok = store_word(d, s, alone ? from : config_setting_get_elem(from, i), &words) && ok;
	*(struct words *)place(s, base) = words;
	return ok;
}

bool value_store(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	switch (s->type) {
	case TYPE_INTEGER: return store_integer(d, s, from, base);
	case TYPE_DURATION: return store_duration(d, s, from, base);
	case TYPE_BOOLEAN: return store_boolean(d, s, from, base);
	case TYPE_CHOICE:
	case TYPE_SWITCH: return store_choice(d, s, from, base);
	case TYPE_URIS:
	case TYPE_WORDS:
	case TYPE_NAMES:
	case TYPE_DNS: return store_words(d, s, from, base);
	default: return store_text(d, s, from, base);
	}
}
