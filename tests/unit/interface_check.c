/* SPDX-License-Identifier: EUPL-1.2 */
/* interface_check.c - see interface_check.h. Types are kept as text and parsed again while a value is held against them. */
#include "unit.h"

#include <ctype.h>

#include "interface_check.h"

#define ITEMS_MAX 100

struct item {
	char kind[8], name[64];
	char *input, *output; /* "(...)", owned; output only for a method */
};

struct interface {
	char name[128];
	struct item items[ITEMS_MAX];
	int count;
};

static const char *skip_space(const char *at)
{
	while (isspace((unsigned char)*at) || *at == '#') {
		if (*at == '#')
			at += strcspn(at, "\n");
		else
			at++;
	}
	return at;
}

static const char *read_word(const char *at, char *out, size_t size)
{
	at = skip_space(at);
	size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
	if (len == 0 || len >= size)
		fail_msg("a name was expected at: %.40s", at);
	memcpy(out, at, len);
	out[len] = '\0';
	return at + len;
}

/* A parenthesised list, copied whole. */
static const char *read_list(const char *at, char **out)
{
	at = skip_space(at);
	if (*at != '(')
		fail_msg("a list was expected at: %.40s", at);
	const char *end = strchr(at, ')'); /* our lists do not nest */
	assert_non_null(end);
	*out = strndup(at, (size_t)(end - at) + 1);
	assert_non_null(*out);
	return end + 1;
}

static const char *read_item(const char *at, struct item *item)
{
	at = read_word(at, item->kind, sizeof(item->kind));
	at = read_word(at, item->name, sizeof(item->name));
	at = read_list(at, &item->input);
	if (strcmp(item->kind, "method") != 0)
		return at;
	at = skip_space(at);
	assert_int_equal(strncmp(at, "->", 2), 0);
	return read_list(at + 2, &item->output);
}

struct interface *interface_read(const char *text)
{
	struct interface *i = calloc(1, sizeof(*i));
	char word[32];
	assert_non_null(i);
	const char *at = read_word(text, word, sizeof(word));
	assert_string_equal(word, "interface");
	at = read_word(at, i->name, sizeof(i->name));
	for (at = skip_space(at); *at != '\0'; at = skip_space(at)) {
		assert_true(i->count < ITEMS_MAX);
		at = read_item(at, &i->items[i->count++]);
	}
	return i;
}

void interface_free(struct interface *i)
{
	for (int n = 0; n < i->count; n++) {
		free(i->items[n].input);
		free(i->items[n].output);
	}
	free(i);
}

const char *interface_name(const struct interface *i)
{
	return i->name;
}

static const struct item *find(const struct interface *i, const char *kind, const char *name)
{
	for (int n = 0; n < i->count; n++)
		if (strcmp(i->items[n].kind, kind) == 0 && strcmp(i->items[n].name, name) == 0)
			return &i->items[n];
	return NULL;
}

static void check_list(const struct interface *i, const char *list, const json_t *object, const char *where);

static void check_array(const struct interface *i, const char *type, const json_t *value, const char *where);

static void check_value(const struct interface *i, const char *type, const json_t *value, const char *where)
{
	bool fits;
	if (value == NULL)
		fail_msg("%s is missing", where);
	if (type[0] == '?') {
		if (!json_is_null(value))
			check_value(i, type + 1, value, where);
		return;
	}
	if (strncmp(type, "[]", 2) == 0) {
		check_array(i, type + 2, value, where);
		return;
	}
	if (strcmp(type, "string") == 0)
		fits = json_is_string(value);
	else if (strcmp(type, "int") == 0)
		fits = json_is_integer(value);
	else if (strcmp(type, "float") == 0)
		fits = json_is_number(value);
	else if (strcmp(type, "bool") == 0)
		fits = json_is_boolean(value);
	else {
		const struct item *item = find(i, "type", type);
		if (item == NULL)
			fail_msg("%s: there is no type %s", where, type);
		check_list(i, item->input, value, where);
		return;
	}
	if (!fits)
		fail_msg("%s is not of type %s", where, type);
}

static void check_array(const struct interface *i, const char *type, const json_t *value, const char *where)
{
	if (!json_is_array(value))
		fail_msg("%s is not an array", where);
	for (size_t n = 0; n < json_array_size(value); n++) {
		char place[256];
		snprintf(place, sizeof(place), "%s[%zu]", where, n);
		check_value(i, type, json_array_get(value, n), place);
	}
}

struct field_spec {
	char name[64], type[64];
};

/* One field of a list; ret: where the next one begins, or its end. */
static const char *read_field(const char *at, struct field_spec *field)
{
	at = skip_space(read_word(at, field->name, sizeof(field->name)));
	assert_int_equal(*at, ':');
	at = skip_space(at + 1);
	size_t len = strcspn(at, ",) \n");
	snprintf(field->type, sizeof(field->type), "%.*s", (int)len, at);
	at = skip_space(at + len);
	return *at == ',' ? skip_space(at + 1) : at;
}

static void check_list(const struct interface *i, const char *list, const json_t *object, const char *where)
{
	size_t fields = 0;
	struct field_spec field;
	char place[256];
	if (!json_is_object(object))
		fail_msg("%s is not an object", where);
	for (const char *at = skip_space(list + 1); *at != ')'; fields++) {
		at = read_field(at, &field);
		snprintf(place, sizeof(place), "%s.%s", where, field.name);
		check_value(i, field.type, json_object_get(object, field.name), place);
	}
	if (fields != json_object_size(object))
		fail_msg("%s has %zu fields, its type has %zu", where, json_object_size(object), fields);
}

static const struct item *need(const struct interface *i, const char *kind, const char *name)
{
	const struct item *item = find(i, kind, name);
	if (item == NULL)
		fail_msg("the interface has no %s %s", kind, name);
	return item;
}

void interface_check_reply(const struct interface *i, const char *method, const json_t *parameters)
{
	check_list(i, need(i, "method", method)->output, parameters, method);
}

/* What may be null may be missing in a request. */
static void complete(const char *list, json_t *object)
{
	char name[64];
	for (const char *at = skip_space(list + 1); *at != ')';) {
		at = skip_space(read_word(at, name, sizeof(name)));
		at = skip_space(at + 1);
		if (*at == '?' && json_object_get(object, name) == NULL)
			json_object_set_new(object, name, json_null());
		at = skip_space(at + strcspn(at, ",) \n"));
		at = *at == ',' ? skip_space(at + 1) : at;
	}
}

void interface_check_input(const struct interface *i, const char *method, const json_t *parameters)
{
	const struct item *item = need(i, "method", method);
	json_t *whole = json_copy((json_t *)(uintptr_t)parameters);
	complete(item->input, whole);
	check_list(i, item->input, whole, method);
	json_decref(whole);
}

void interface_check_error(const struct interface *i, const char *error, const json_t *parameters)
{
	check_list(i, need(i, "error", error)->input, parameters, error);
}

const char *interface_input_type(const struct interface *i, const char *method, const char *parameter)
{
	static struct field_spec field;
	for (const char *at = skip_space(need(i, "method", method)->input + 1); *at != ')';) {
		at = read_field(at, &field);
		if (strcmp(field.name, parameter) == 0)
			return field.type;
	}
	return "";
}

int interface_input_count(const struct interface *i, const char *method)
{
	struct field_spec field;
	int count = 0;
	for (const char *at = skip_space(need(i, "method", method)->input + 1); *at != ')'; count++)
		at = read_field(at, &field);
	return count;
}

bool interface_has_method(const struct interface *i, const char *method)
{
	return find(i, "method", method) != NULL;
}

int interface_count(const struct interface *i, const char *kind)
{
	int count = 0;
	for (int n = 0; n < i->count; n++)
		count += strcmp(i->items[n].kind, kind) == 0;
	return count;
}
