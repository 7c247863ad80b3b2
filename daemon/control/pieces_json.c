/* SPDX-License-Identifier: EUPL-1.2 */
/* pieces_json.c - people, roles, names of institutions, reasons and cycles, as several answers show them. */
#include "base/said.h"
#include "control/answers.h"

const struct source_snapshot *view_source(const struct view *view)
{
	return view->explain->plan_input->policy->source;
}

const struct target_snapshot *view_target(const struct view *view)
{
	return view->explain->plan_input->target;
}

void answer_role(struct answer *a, const char *key, const struct view *view, uint8_t role)
{
	answer_string(a, key, role < view->policy->role_count ? view->policy->roles[role].name : NULL);
}

struct text institution_name(const struct view *view, uint32_t number)
{
	if (number == 0 || view->explain == NULL) /* what has no readable number is nobody's */
		return text_of(NULL);
	const struct source_snapshot *source = view_source(view);
	uint32_t at = source_institution_by_number(source, number);
	if (at != NONE)
		return entry_value(source->institutions[at].entry, FIELD_NAME);
	const struct target_snapshot *target = view_target(view);
	at = target_institution_by_number(target, number);
	return at != NONE ? entry_value(target->institutions[at].entry, FIELD_NAME) : text_of(NULL);
}

void answer_reason(struct answer *a, enum reason reason)
{
	answer_word(a, "code", reason_code(reason));
	answer_word(a, "sentence", reason_sentence(reason));
	answer_word(a, "contact", reason_contact_text(reason_contact(reason)));
}

void answer_entry(struct answer *a, const char *key, const struct entry *entry, struct text base)
{
	struct buf dn;
	buf_init(&dn);
	if (entry != NULL)
		entry_dn(entry, base, &dn);
	a->failed = a->failed || buf_failed(&dn);
	answer_text_if(a, key, buf_text(&dn));
	buf_done(&dn);
}

void answer_target_entry(struct answer *a, const char *key, const struct view *view, const struct entry *entry)
{
	struct text none = text_of(NULL);
	answer_entry(a, key, entry, entry != NULL ? target_names_base(view_target(view)->names, entry->kind) : none);
}

const struct entry *source_entry_of(const struct view *view, const struct uuid *uuid)
{
	if (view->explain == NULL || uuid_is_null(uuid))
		return NULL;
	const struct source_snapshot *source = view_source(view);
	uint32_t person = source_person_by_uuid(source, uuid);
	if (person != NONE)
		return source->people[person].entry;
	for (uint32_t i = 0; i < source->institution_count; i++)
		if (uuid_equal(&source->institutions[i].entry->uuid, uuid))
			return source->institutions[i].entry;
	return NULL;
}

/* The source that shows this entry, a person or an institution. */
static uint32_t which_source(const struct source_snapshot *source, const struct entry *entry)
{
	uint32_t person = source_person_by_uuid(source, &entry->uuid);
	if (person != NONE)
		return source->people[person].source;
	for (uint32_t i = 0; i < source->institution_count; i++)
		if (source->institutions[i].entry == entry)
			return source->institutions[i].source;
	return 0;
}

struct text source_base_of(const struct view *view, const struct entry *entry)
{
	const struct source_snapshot *source = view_source(view);
	if (entry->kind != ENTRY_PERSON && entry->kind != ENTRY_INSTITUTION)
		return text_of(NULL); /* a grant or a right group has its whole DN */
	const struct source_bases *bases = source_bases_of(source, which_source(source, entry));
	return text_of(entry->kind == ENTRY_INSTITUTION ? bases->institutions : bases->people);
}

void answer_source_entry(struct answer *a, const char *key, const struct view *view, const struct entry *entry)
{
	answer_entry(a, key, entry, entry != NULL ? source_base_of(view, entry) : text_of(NULL));
}

static struct answer person_part(const struct entry *entry)
{
	struct answer a = answer_object();
	struct text name = entry_value(entry, FIELD_CN), vo_id = entry_value(entry, FIELD_VO_ID);
	answer_text(&a, "name", text_is_empty(name) ? vo_id : name);
	answer_text_if(&a, "vo_id", vo_id);
	return a;
}

/* A member whose value is nobody's entry: the value is all that is known. */
static struct answer stranger_part(const struct target_snapshot *target, uint32_t member)
{
	struct answer a = answer_object();
	struct buf value;
	buf_init(&value);
	target_member_value(target, member, &value);
	a.failed = a.failed || buf_failed(&value);
	answer_text(&a, "name", buf_text(&value));
	answer_null(&a, "vo_id");
	buf_done(&value);
	return a;
}

void answer_person(struct answer *a, const char *key, const struct view *view, uint32_t person, uint32_t member)
{
	const struct target_snapshot *target = view_target(view);
	if (person != NONE)
		answer_add(a, key, person_part(view_source(view)->people[person].entry));
	else if (member == NONE)
		answer_null(a, key);
	else if (target->members[member].person != NONE)
		answer_add(a, key, person_part(target->people[target->members[member].person].entry));
	else
		answer_add(a, key, stranger_part(target, member));
}

struct answer cycle_part(const struct cycle_summary *cycle)
{
	struct answer a = answer_object();
	answer_int(&a, "id", cycle->id);
	answer_int(&a, "started", cycle->started_s);
	answer_int_if(&a, "ended", cycle->ended_s);
	answer_string(&a, "trigger", cycle->trigger);
	if (cycle->trigger_uid == UINT32_MAX)
		answer_null(&a, "requested_by");
	else
		answer_int(&a, "requested_by", cycle->trigger_uid);
	answer_string(&a, "result", cycle->result);
	answer_string(&a, "detail", said(cycle->detail));
	answer_int(&a, "grants", cycle->grants);
	answer_int(&a, "removals", cycle->removals);
	answer_int(&a, "structure", cycle->structure);
	answer_int(&a, "held", cycle->held);
	answer_int(&a, "failed", cycle->failed);
	answer_int(&a, "refusals", cycle->refusals);
	answer_int(&a, "remarks", cycle->remarks);
	answer_int(&a, "people", cycle->source_people);
	answer_int(&a, "institutions", cycle->source_institutions);
	answer_int(&a, "memberships", cycle->memberships);
	answer_int(&a, "read_ms", cycle->read_ms);
	answer_int(&a, "think_ms", cycle->think_ms);
	answer_int(&a, "apply_ms", cycle->apply_ms);
	return a;
}
