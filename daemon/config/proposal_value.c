/* SPDX-License-Identifier: EUPL-1.2 */
/* proposal_value.c - see proposal_parts.h. */
#include "config/proposal_parts.h"

#include <stdio.h>
#include <string.h>

/* ---- out ----------------------------------------------------------------------------------------- */

static json_t *text_value(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

/* The word at this position of "one|two|three". */
static json_t *choice_value(const char *choices, int position)
{
	struct text rest = text_of(choices), first = rest;
	for (int at = 0; at <= position; at++)
		if (!text_split(rest, '|', &first, &rest)) {
			first = rest;
			rest = text_of(NULL);
		}
	return json_stringn(first.at != NULL ? first.at : "", first.len);
}

/* Takes both; NULL when either is. */
static json_t *append(json_t *list, json_t *item)
{
	if (list != NULL && item != NULL && json_array_append_new(list, item) == 0)
		return list;
	if (list == NULL)
		json_decref(item);
	json_decref(list);
	return NULL;
}

static json_t *words_value(const struct words *words)
{
	json_t *list = json_array();
	for (uint32_t i = 0; list != NULL && i < words->count; i++)
		list = append(list, json_string(words->at[i]));
	return list;
}

static json_t *item_value(const struct setting *groups, const void *base)
{
	json_t *item = json_object();
	for (const struct setting *s = setting_first_member(groups); item != NULL && s != NULL;
	     s = setting_next_member(groups, s)) {
		if (json_object_set_new(item, setting_member_name(groups, s), proposal_value(s, base)) < 0) {
			json_decref(item);
			item = NULL;
		}
	}
	return item;
}

static json_t *groups_value(const struct setting *s, const char *base)
{
	uint32_t count;
	memcpy(&count, base + s->count_offset, sizeof(count));
	json_t *list = json_array();
	for (uint32_t i = 0; list != NULL && i < count; i++)
		list = append(list, item_value(s, base + s->offset + (size_t)i * s->stride));
	return list;
}

json_t *proposal_value(const struct setting *s, const void *base)
{
	const void *at = (const char *)base + s->offset;
	switch (s->type) {
	case TYPE_INTEGER:
	case TYPE_DURATION: return json_integer(*(const uint32_t *)at);
	case TYPE_BOOLEAN: return json_boolean(*(const bool *)at);
	case TYPE_CHOICE: return choice_value(s->choices, *(const int *)at);
	case TYPE_SWITCH: return choice_value(s->choices, *(const bool *)at ? 1 : 0);
	case TYPE_ATTRIBUTE: return text_value(attribute_of(at, (enum field)s->field));
	case TYPE_URIS:
	case TYPE_WORDS:
	case TYPE_NAMES:
	case TYPE_DNS: return words_value(at);
	case TYPE_GROUPS: return groups_value(s, base);
	default: return text_value(*(const char *const *)at);
	}
}

/* ---- in ------------------------------------------------------------------------------------------ */

static int type_of(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING: return CONFIG_TYPE_STRING;
	case JSON_INTEGER: return CONFIG_TYPE_INT64;
	case JSON_TRUE:
	case JSON_FALSE: return CONFIG_TYPE_BOOL;
	case JSON_ARRAY: return CONFIG_TYPE_LIST;
	case JSON_OBJECT: return CONFIG_TYPE_GROUP;
	default: return CONFIG_TYPE_NONE; /* no setting is a fraction, or null */
	}
}

static bool put(config_setting_t *parent, const char *name, const json_t *value);

static bool put_members(config_setting_t *at, const json_t *object)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		if (!put(at, name, value))
			return false;
	}
	return true;
}

static bool put_items(config_setting_t *at, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!put(at, NULL, json_array_get(list, i)))
			return false;
	return true;
}

/* The channel bounds how deep it goes. libconfig judges names, and takes none twice. */
static bool put(config_setting_t *parent, const char *name, const json_t *value)
{
	int type = type_of(value);
	config_setting_t *at = type != CONFIG_TYPE_NONE ? config_setting_add(parent, name, type) : NULL;
	if (at == NULL)
		return false;
	switch (type) {
	case CONFIG_TYPE_STRING: return config_setting_set_string(at, json_string_value(value)) == CONFIG_TRUE;
	case CONFIG_TYPE_INT64: return config_setting_set_int64(at, json_integer_value(value)) == CONFIG_TRUE;
	case CONFIG_TYPE_BOOL: return config_setting_set_bool(at, json_is_true(value)) == CONFIG_TRUE;
	case CONFIG_TYPE_LIST: return put_items(at, value);
	default: return put_members(at, value);
	}
}

static config_setting_t *group_in(config_setting_t *parent, const char *name)
{
	config_setting_t *there = config_setting_get_member(parent, name);
	return there != NULL ? there : config_setting_add(parent, name, CONFIG_TYPE_GROUP);
}

config_setting_t *proposal_put(config_t *file, const struct setting *s, const json_t *value)
{
	char path[FAULT_KEY_MAX];
	config_setting_t *parent = config_root_setting(file);
	snprintf(path, sizeof(path), "%s", s->key);
	char *name = path;
	for (char *dot = strchr(name, '.'); dot != NULL && parent != NULL; dot = strchr(name, '.')) {
		*dot = '\0';
		parent = group_in(parent, name);
		name = dot + 1;
	}
	return parent != NULL && put(parent, name, value) ? config_setting_get_member(parent, name) : NULL;
}
