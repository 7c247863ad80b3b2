/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fields.h - reading a reply: a field that is missing, null or of another type reads as empty, 0 or false.
 */
#ifndef DUAAL_CTL_FIELDS_H
#define DUAAL_CTL_FIELDS_H

#include <jansson.h>
#include <stdbool.h>

static inline const char *field_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL ? text : "";
}

static inline long long field_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static inline bool field_is(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* Name of the person in this field; "" for null. */
static inline const char *field_person(const json_t *object, const char *key)
{
	return field_text(json_object_get(object, key), "name");
}

#define FIELD_NUMBER_SIZE 24
/* A number as text; null: "". */
const char *field_number(const json_t *object, const char *key, char out[FIELD_NUMBER_SIZE]);

#endif
