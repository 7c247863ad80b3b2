/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wanted.c - what an entry of ours should say, field by field, and whether it does.
 *
 * One value a field, except the actions of a role. A value of the source that an entry cannot hold
 * (control characters, a mail address that is not ASCII) is left out, never changed into another one.
 * Key fields (vo-id, number, role of an institution's DN) and the marker are written when an entry is made
 * and are not compared afterwards: they are how the entry was found.
 */
#include "core/diff.h"

#include <stdio.h>

#include "model/values_key.h"

#define BIT(field) (UINT64_C(1) << (field))

static const uint64_t key_fields = BIT(FIELD_VO_ID) | BIT(FIELD_NUMBER) | BIT(FIELD_ROLE) | BIT(FIELD_MANAGED_BY);
static const uint64_t managed_fields = BIT(FIELD_CN) | BIT(FIELD_SN) | BIT(FIELD_GIVEN_NAME) | BIT(FIELD_MAIL) |
				       BIT(FIELD_NAME) | BIT(FIELD_KIND) | BIT(FIELD_ACTION) | BIT(FIELD_SOURCE_UUID) |
				       BIT(FIELD_NUMBER_RECEIVED) | BIT(FIELD_ADMISSION) | BIT(FIELD_ADMITTED_SINCE);

static void wanted_begin(struct wanted *wanted)
{
	wanted->fields = 0;
	wanted->actions = NULL;
}

static void want(struct wanted *wanted, enum field field, struct text value)
{
	if (text_is_empty(value))
		return;
	wanted->at[field] = value;
	wanted->fields |= BIT(field);
}

static void want_clean(struct wanted *wanted, enum field field, struct text value)
{
	if (text_is_clean(value))
		want(wanted, field, value);
}

/* ---- institution --------------------------------------------------------------------------------- */

const char *admission_word(enum reason reason)
{
	switch (reason) {
	case R_ADMITTED_PROGRAMME: return "programme";
	case R_ADMITTED_REQUEST: return "request";
	case R_ADMITTED_ALWAYS: return "always";
	default: return "";
	}
}

/* Since when: what our entry says already, else now. */
static struct text since_of(const struct plan_input *in, uint32_t number, char out[GENERALIZED_TIME_SIZE])
{
	uint32_t at = target_institution_by_number(in->target, number);
	struct text since = text_of(NULL);
	if (at != NONE) /* where a stranger says the number nothing is made */
		since = entry_value(in->target->institutions[at].entry, FIELD_ADMITTED_SINCE);
	return text_is_empty(since) ? text_of(instant_format(in->policy->now_s, out)) : since;
}

void wanted_fill_institution(const struct plan_input *in, uint32_t at, struct wanted *ret)
{
	const struct desired_institution *desired = &in->desired->institutions[at];
	const struct entry *entry = in->policy->source->institutions[desired->source].entry;
	wanted_begin(ret);
	snprintf(ret->number, sizeof(ret->number), "%u", desired->number);
	want(ret, FIELD_NUMBER, text_of(ret->number));
	want_clean(ret, FIELD_NAME, entry_value(entry, FIELD_NAME));
	want_clean(ret, FIELD_KIND, entry_value(entry, FIELD_KIND));
	want(ret, FIELD_MANAGED_BY, text_of(in->target->names->instance));
	want_clean(ret, FIELD_NUMBER_RECEIVED, entry_value(entry, FIELD_NUMBER));
	want(ret, FIELD_ADMISSION, text_of(admission_word(desired->reason)));
	want(ret, FIELD_ADMITTED_SINCE, since_of(in, desired->number, ret->since));
}

/* ---- person -------------------------------------------------------------------------------------- */

static bool is_ascii_word(struct text t)
{
	return text_is_plain(t) && (t.len == 0 || memchr(t.at, ' ', t.len) == NULL);
}

static struct text first_of(struct text name, struct text uid, struct text vo_id)
{
	if (!text_is_empty(name))
		return name;
	return !text_is_empty(uid) && text_is_clean(uid) ? uid : vo_id;
}

static void fill_person(const struct person_facts *facts, const struct entry *entry, struct wanted *ret)
{
	wanted_begin(ret);
	want(ret, FIELD_VO_ID, facts->vo_id);
	want(ret, FIELD_CN, first_of(facts->cn, facts->uid, facts->vo_id));
	want(ret, FIELD_SN, first_of(facts->sn, facts->uid, facts->vo_id));
	want(ret, FIELD_GIVEN_NAME, facts->given_name);
	if (is_ascii_word(facts->mail))
		want(ret, FIELD_MAIL, facts->mail);
	want(ret, FIELD_SOURCE_UUID, text_of(uuid_format(&entry->uuid, ret->uuid)));
}

void wanted_fill_person(const struct plan_input *in, uint32_t person, struct wanted *ret)
{
	const struct entry *entry = in->policy->source->people[person].entry;
	struct person_facts facts;
	person_read(NULL, entry, &facts);
	fill_person(&facts, entry, ret);
	want(ret, FIELD_MANAGED_BY, text_of(in->target->names->instance));
}

uint64_t wanted_person_key(const struct person_facts *facts, const struct entry *entry)
{
	struct wanted wanted;
	struct values_key key;
	fill_person(facts, entry, &wanted);
	values_key_begin(&key);
	for (uint64_t fields = wanted.fields & ~key_fields; fields != 0; fields &= fields - 1) {
		unsigned field = (unsigned)__builtin_ctzll(fields);
		values_key_add(&key, (enum field)field, wanted.at[field]);
	}
	return values_key_end(&key);
}

/* ---- group --------------------------------------------------------------------------------------- */

void wanted_fill_group(const struct plan_input *in, uint32_t number, uint8_t role, struct wanted *ret)
{
	const struct policy_role *settings = &in->policy->settings->roles[role];
	bool flat = number == NUMBER_EVERYWHERE; /* it says who has the role, and permits nothing */
	wanted_begin(ret);
	snprintf(ret->number, sizeof(ret->number), "%u", number);
	want(ret, FIELD_NUMBER, text_of(flat ? "" : ret->number));
	want(ret, FIELD_ROLE, text_of(settings->name));
	want(ret, FIELD_MANAGED_BY, text_of(in->target->names->instance));
	ret->actions = flat ? NULL : settings->actions;
}

/* ---- comparing ----------------------------------------------------------------------------------- */

static bool is_action(const struct wanted *wanted, struct text value)
{
	for (const char *const *action = wanted->actions; action != NULL && *action != NULL; action++)
		if (text_equal(value, text_of(*action)))
			return true;
	return false;
}

static bool has_every_action(const struct wanted *wanted, const struct entry *entry)
{
	for (const char *const *action = wanted->actions; action != NULL && *action != NULL; action++)
		if (!entry_has_value(entry, FIELD_ACTION, text_of(*action)))
			return false;
	return true;
}

/* One pass; entries hold each value once, as every directory does. */
bool wanted_differs_from(const struct wanted *wanted, const struct entry *entry)
{
	struct entry_cursor cursor = entry_values(entry);
	uint64_t seen = 0;
	enum field field;
	struct text value;
	while (entry_next(&cursor, &field, &value)) {
		_Static_assert(FIELD_OUTSIDE < WANTED_FIELDS, "each field has a bit");
		if ((managed_fields & BIT(field)) == 0)
			continue;
		if (field == FIELD_ACTION) {
			if (!is_action(wanted, value))
				return true;
			continue;
		}
		if ((wanted->fields & BIT(field)) == 0 || (seen & BIT(field)) != 0 ||
		    !text_equal(wanted->at[field], value))
			return true;
		seen |= BIT(field);
	}
	return seen != (wanted->fields & ~key_fields) || !has_every_action(wanted, entry);
}

bool wanted_takes_actions(const struct plan_input *in, uint32_t number, uint8_t role, const struct entry *entry)
{
	struct entry_cursor cursor = entry_values(entry);
	struct wanted wanted;
	enum field field;
	struct text value;
	wanted_fill_group(in, number, role, &wanted);
	while (entry_next(&cursor, &field, &value))
		if (field == FIELD_ACTION && !is_action(&wanted, value))
			return true;
	return false;
}

/* ---- for the writers ----------------------------------------------------------------------------- */

static void call_each(const struct wanted *wanted, wanted_fn each, void *ctx)
{
	for (unsigned field = 0; field < WANTED_FIELDS; field++) {
		if ((wanted->fields & BIT(field)) != 0)
			each(ctx, (enum field)field, wanted->at[field]);
		if (field != FIELD_ACTION)
			continue;
		for (const char *const *action = wanted->actions; action != NULL && *action != NULL; action++)
			each(ctx, FIELD_ACTION, text_of(*action));
	}
}

void wanted_institution(const struct plan_input *in, uint32_t desired_institution, wanted_fn each, void *ctx)
{
	struct wanted wanted;
	wanted_fill_institution(in, desired_institution, &wanted);
	call_each(&wanted, each, ctx);
}

void wanted_person(const struct plan_input *in, uint32_t person, wanted_fn each, void *ctx)
{
	struct wanted wanted;
	wanted_fill_person(in, person, &wanted);
	call_each(&wanted, each, ctx);
}

/* What the entry says now, without the source entry. */
void wanted_released(const struct plan_input *in, uint32_t target_person, wanted_fn each, void *ctx)
{
	struct entry_cursor cursor = entry_values(in->target->people[target_person].entry);
	enum field field;
	struct text value;
	while (entry_next(&cursor, &field, &value))
		if (field != FIELD_SOURCE_UUID && field != FIELD_MODIFIERS_NAME && field != FIELD_MODIFY_TIMESTAMP)
			each(ctx, field, value);
}

void wanted_group(const struct plan_input *in, uint32_t number, uint8_t role, wanted_fn each, void *ctx)
{
	struct wanted wanted;
	wanted_fill_group(in, number, role, &wanted);
	call_each(&wanted, each, ctx);
}
