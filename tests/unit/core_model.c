/* SPDX-License-Identifier: EUPL-1.2 */
/* core_model.c - see core_model.h. Strings and loops only; shares no code with the core. */
#include "core_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define TODAY   "20261105"
#define NOW     "20261105090000Z"
#define LONGEST "20270130090000Z" /* 90 days from the writing of every override */

static bool is(const struct record *record, enum field field, const char *value)
{
	const char *there = record_value(record, field);
	return there != NULL && strcasecmp(there, value) == 0;
}

static bool is_digits(const char *text)
{
	return strlen(text) > 0 && strspn(text, "0123456789") == strlen(text);
}

static bool has_request(const struct world *w, uint32_t number)
{
	for (size_t i = 0; i < w->target_count; i++)
		if (w->target[i].kind == ENTRY_REQUEST && !w->target[i].gone &&
		    atoi(record_value(&w->target[i], FIELD_NUMBER)) == (int)number)
			return true;
	return false;
}

static bool admits(const struct world *w, uint32_t number)
{
	const struct record *found = NULL;
	for (size_t i = 0; i < w->source_count; i++) {
		const struct record *record = &w->source[i];
		if (record->kind != ENTRY_INSTITUTION || record->gone ||
		    atoi(record_value(record, FIELD_NUMBER)) != (int)number)
			continue;
		if (found != NULL)
			return false;
		found = record;
	}
	if (found == NULL || !is(found, FIELD_STATE, "actief") || !is(found, FIELD_AUDIENCE, "OV"))
		return false;
	if (is(found, FIELD_KIND, "secundair onderwijs"))
		return is(found, FIELD_PROGRAMME, "goedgekeurd");
	return is(found, FIELD_KIND, "volwassenenonderwijs") && has_request(w, number);
}

static bool is_alone(const struct world *w, const struct record *person)
{
	const char *vo_id = record_value(person, FIELD_VO_ID);
	for (size_t i = 0; i < w->source_count; i++)
		if (&w->source[i] != person && w->source[i].kind == ENTRY_PERSON && !w->source[i].gone &&
		    is(&w->source[i], FIELD_VO_ID, vo_id))
			return false;
	return true;
}

/* Is this one of the words between the two signs, or behind the last one? */
static bool lists(const char *list, const char *end, const char *word, bool number)
{
	char copy[256], *rest = NULL;
	snprintf(copy, sizeof(copy), "%.*s", (int)(end - list), list);
	for (char *item = strtok_r(copy, ", ", &rest); item != NULL; item = strtok_r(NULL, ", ", &rest))
		if (number ? is_digits(item) && atoi(item) == atoi(word) : strcasecmp(item, word) == 0)
			return true;
	return false;
}

static bool value_grants(const char *value, uint32_t number, const char *role)
{
	static const char right[] = "WerkplekDuaalGebruiker-";
	char digits[16];
	const char *colon = strchr(value, ':');
	snprintf(digits, sizeof(digits), "%u", number);
	return strncasecmp(value, right, strlen(right)) == 0 && colon != NULL &&
	       lists(value + strlen(right), colon, role, false) &&
	       lists(colon + 1, value + strlen(value), digits, true);
}

bool model_grants(const struct world *w, size_t at, uint32_t number, const char *role)
{
	const struct record *person = &w->source[at];
	const char *end = record_value(person, FIELD_END);
	if (person->kind != ENTRY_PERSON || person->gone || !is(person, FIELD_STATE, "actief") ||
	    !is_alone(w, person) || !admits(w, number) || (end != NULL && (!is_digits(end) || strcmp(end, TODAY) < 0)))
		return false;
	for (uint32_t i = 0; i < person->count; i++)
		if (person->at[i].field == FIELD_RIGHT && value_grants(person->at[i].value, number, role))
			return true;
	return false;
}

/* ---- what people decided -------------------------------------------------------------------------- */

static bool is_override(const struct record *record, const struct record *person, uint32_t number, const char *role,
			const char *effect)
{
	const char *until = record_value(record, FIELD_VALID_UNTIL), *there = record_value(record, FIELD_NUMBER);
	return record->kind == ENTRY_OVERRIDE && !record->gone && is(record, FIELD_EFFECT, effect) &&
	       is(record, FIELD_VO_ID, record_value(person, FIELD_VO_ID)) && is(record, FIELD_ROLE, role) &&
	       is_digits(there) && atoi(there) == (int)number && strcmp(until, NOW) > 0 && strcmp(until, LONGEST) <= 0;
}

static bool overridden(const struct world *w, const struct record *person, uint32_t number, const char *role,
		       const char *effect)
{
	for (size_t i = 0; i < w->target_count; i++)
		if (is_override(&w->target[i], person, number, role, effect))
			return true;
	return false;
}

/* -1: taken, 1: given, 0: nothing of the kind */
static int undone(const struct world *w, const struct record *person, uint32_t number, const char *role)
{
	for (size_t i = 0; i < w->past.pin_count; i++) {
		const struct past_pin *pin = &w->past.pins[i];
		if (uuid_equal(&pin->person, &person->uuid) && pin->number == number && pin->until_s > w->now_s &&
		    strcmp(w->settings.roles[pin->role].name, role) == 0)
			return pin->present ? 1 : -1;
	}
	return 0;
}

static bool is_shown_once(const struct world *w, uint32_t number)
{
	int shown = 0;
	for (size_t i = 0; i < w->source_count; i++)
		if (w->source[i].kind == ENTRY_INSTITUTION && !w->source[i].gone)
			shown += atoi(record_value(&w->source[i], FIELD_NUMBER)) == (int)number;
	return shown == 1;
}

bool model_wants(const struct world *w, size_t at, uint32_t number, const char *role)
{
	const struct record *person = &w->source[at];
	int pin = undone(w, person, number, role);
	if (overridden(w, person, number, role, "exclude") || pin < 0)
		return false;
	if (pin > 0 && is_alone(w, person) && is_shown_once(w, number))
		return true;
	if (overridden(w, person, number, role, "include") && is_alone(w, person) && admits(w, number))
		return true;
	return model_grants(w, at, number, role);
}
