/* SPDX-License-Identifier: EUPL-1.2 */
/* value.c - see value.h. */
#include "ctl/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/national_number.h"
#include "ctl/codes.h"
#include "ctl/prompt.h"
#include "ctl/until.h"

#define DIGITS       "0123456789"
#define COUNT_DIGITS 18 /* as many as surely fit */

static bool read_count(const char *given, int64_t max, size_t digits_max, int64_t *ret)
{
	size_t len = strlen(given);
	if (len < 1 || len > digits_max || strspn(given, DIGITS) != len)
		return false;
	*ret = strtoll(given, NULL, 10);
	return *ret >= 1 && *ret <= max;
}

static int take_count(const struct value_spec *spec, const char *label, const char *given, json_t **ret,
		      struct err *err)
{
	int64_t count;
	if (!read_count(given, spec->max, COUNT_DIGITS, &count))
		return err_set(err, ERR_INVALID, "%s takes a number from 1 to %lld", label, (long long)spec->max);
	*ret = json_integer(count);
	return 0;
}

static int take_institution(const struct value_spec *spec, const char *given, json_t **ret, struct err *err)
{
	int64_t number = 0;
	bool all = spec->kind == VALUE_INSTITUTIONS && strcmp(given, "all") == 0;
	if (!all && !read_count(given, 999999, 6, &number))
		return err_set(err, ERR_INVALID, "\"%s\" is not an institution number%s", given,
			       spec->kind == VALUE_INSTITUTIONS ? tr(", nor \"all\"") : "");
	*ret = all ? json_null() : json_integer(number);
	return 0;
}

/* One line of so many bytes. */
static int check_line(const char *label, const char *given, size_t max, struct err *err)
{
	if (text_is_empty(text_trim(text_of(given))))
		return err_set(err, ERR_INVALID, "%s is empty", label);
	if (strlen(given) > max)
		return err_set(err, ERR_INVALID, "%s is longer than %zu bytes", label, max);
	if (!text_is_utf8(text_of(given)))
		return err_set(err, ERR_INVALID, "%s is not written in UTF-8", label);
	if (!text_is_clean(text_of(given)))
		return err_set(err, ERR_INVALID, "%s holds a line break or another control character", label);
	return 0;
}

static int check_text(const char *label, const char *given, size_t max, struct err *err)
{
	int r = check_line(label, given, max, err);
	if (r != 0)
		return r;
	if (national_number_within(text_of(given)))
		return err_set(err, ERR_INVALID,
			       "%s holds a national number, which may be written down nowhere; nothing was sent, but "
			       "it is in the history of this shell now",
			       label);
	return 0;
}

static int take_text(const char *label, const char *given, size_t max, json_t **ret, struct err *err)
{
	int r = check_text(label, given, max, err);
	if (r == 0)
		*ret = json_string(given);
	return r;
}

static int take_typed_number(struct text typed, char number[NATIONAL_NUMBER_SIZE], json_t **ret, struct err *err)
{
	if (!national_number_read(typed, number))
		return err_set(err, ERR_INVALID,
			       "what was typed looks like a national number, but its check digits are wrong; nothing "
			       "was sent");
	*ret = json_null();
	return 0;
}

/* The history of the shell has nothing of it, and neither has anything else. */
static int take_typed_person(const char *label, char number[NATIONAL_NUMBER_SIZE], json_t **ret, struct err *err)
{
	char typed[VALUE_PERSON_MAX + 1] = "";
	int r = prompt_line(N_("Person: "), typed, sizeof(typed), err);
	if (r == 0 && national_number_is(text_of(typed)))
		r = take_typed_number(text_of(typed), number, ret, err);
	else if (r == 0 && national_number_within(text_of(typed)))
		r = err_set(err, ERR_INVALID,
			    "what was typed holds a national number beside something else; nothing was sent. Type the "
			    "number alone");
	else if (r == 0)
		r = take_text(label, typed, VALUE_PERSON_MAX, ret, err);
	explicit_bzero(typed, sizeof(typed));
	return r;
}

static int take_person(const char *label, const char *given, char number[NATIONAL_NUMBER_SIZE], json_t **ret,
		       struct err *err)
{
	if (strcmp(given, "-") == 0)
		return take_typed_person(label, number, ret, err);
	if (national_number_is(text_of(given)))
		return err_set(err, ERR_INVALID,
			       "%s looks like a national number; nothing was sent, but it is in the history of this "
			       "shell now. Type it at the prompt: give - in its place, and it is asked for",
			       label);
	return take_text(label, given, VALUE_PERSON_MAX, ret, err);
}

/* "12" or "12-3f9a2b": its number, and at least six digits of its digest. */
static bool is_hold(const char *given)
{
	size_t number = strspn(given, DIGITS);
	if (number < 1 || number > 10)
		return false;
	if (given[number] == '\0')
		return true;
	size_t digest = strspn(given + number + 1, DIGITS "abcdefABCDEF");
	return given[number] == '-' && digest >= 6 && digest <= 64 && given[number + 1 + digest] == '\0';
}

static int take_hold(const char *given, json_t **ret, struct err *err)
{
	if (!is_hold(given))
		return err_set(err, ERR_INVALID,
			       "\"%s\" is not the id of a hold, as 12-3f9a2b; 'duaalctl holds' shows them", given);
	*ret = json_string(given);
	return 0;
}

static int take_until(const char *label, const char *given, int64_t now_s, json_t **ret, struct err *err)
{
	int64_t until_s;
	if (!until_read(given, now_s, &until_s))
		return err_set(
			err, ERR_INVALID,
			"%s \"%s\" is no time: write 2h, 3d, 2026-12-01 (to the end of that day) or 2026-12-01T12:00",
			label, given);
	if (until_s <= now_s)
		return err_set(err, ERR_INVALID, "%s \"%s\" has passed already", label, given);
	*ret = json_integer(until_s);
	return 0;
}

static int take_past(const struct value_spec *spec, const char *label, const char *given, int64_t now_s, json_t **ret,
		     struct err *err)
{
	int64_t at_s;
	if (!until_read_past(given, now_s, spec->kind == VALUE_SINCE, &at_s))
		return err_set(err, ERR_INVALID,
			       "%s \"%s\" is no time: write now, 2h or 3d (ago), 2026-12-01 or 2026-12-01T12:00", label,
			       given);
	if (at_s > now_s || at_s < 1)
		return err_set(err, ERR_INVALID, "%s \"%s\" is %s", label, given,
			       at_s < 1 ? tr("too long ago") : tr("still to come"));
	*ret = json_integer(at_s);
	return 0;
}

/* Checked as a text first: what must not be repeated is no code. */
static int take_code(enum value_kind kind, const char *label, const char *given, json_t **ret, struct err *err)
{
	int r = check_text(label, given, VALUE_TEXT_MAX, err);
	const char *code = r == 0 ? code_of(kind, label, given, err) : NULL;
	if (code == NULL)
		return ERR_INVALID;
	*ret = json_string(code);
	return 0;
}

static int take_choice(const char *const *choices, const char *label, const char *given, json_t **ret, struct err *err)
{
	struct buf list;
	int r = check_text(label, given, VALUE_TEXT_MAX, err);
	if (r != 0)
		return r;
	buf_init(&list);
	for (size_t i = 0; choices[i] != NULL && *ret == NULL; i++) {
		if (strcmp(choices[i], given) == 0)
			*ret = json_string(given);
		buf_format(&list, "%s%s", i > 0 ? ", " : "", choices[i]);
	}
	if (*ret == NULL)
		r = err_set(err, ERR_INVALID, "there is no %s \"%.60s\"; there are %s", label, given,
			    buf_string(&list));
	buf_done(&list);
	return r;
}

static int take(const struct value_spec *spec, const char *label, const char *given, int64_t now_s,
		char number[NATIONAL_NUMBER_SIZE], json_t **ret, struct err *err)
{
	switch (spec->kind) {
	case VALUE_FLAG: *ret = json_true(); return 0;
	case VALUE_TEXT: return take_text(label, given, VALUE_TEXT_MAX, ret, err);
	case VALUE_PERSON: return take_person(label, given, number, ret, err);
	case VALUE_COUNT: return take_count(spec, label, given, ret, err);
	case VALUE_INSTITUTION:
	case VALUE_INSTITUTIONS: return take_institution(spec, given, ret, err);
	case VALUE_HOLD: return take_hold(given, ret, err);
	case VALUE_SINCE:
	case VALUE_AT: return take_past(spec, label, given, now_s, ret, err);
	case VALUE_WHEN: return take_until(label, given, now_s, ret, err);
	case VALUE_UNCLEAR:
	case VALUE_CAUSE: return take_code(spec->kind, label, given, ret, err);
	case VALUE_CHOICE: return take_choice(spec->choices, label, given, ret, err);
	}
	return err_set(err, ERR_INVALID, "%s cannot be read", label);
}

bool value_goes_by_clock(const struct value_spec *spec, const char *given, int64_t now_s)
{
	int64_t at_s;
	switch (spec->kind) {
	case VALUE_SINCE:
	case VALUE_AT: return until_read_past(given, now_s, true, &at_s);
	case VALUE_WHEN: return until_read(given, now_s, &at_s);
	default: return false;
	}
}

int value_read(const struct value_spec *spec, const char *label, const char *given, int64_t now_s,
	       char number[NATIONAL_NUMBER_SIZE], json_t **ret, struct err *err)
{
	json_t *value = NULL;
	int r = take(spec, label, given, now_s, number, &value, err);
	if (r != 0)
		return r;
	if (value == NULL)
		return err_nomem(err);
	*ret = value;
	return 0;
}
