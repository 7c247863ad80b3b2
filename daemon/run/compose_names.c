/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compose_names.c - what one change is about: its entry and value by name, what the ledger is told of it, and what it is known by from
 * round to round. See compose.h and compose_parts.h.
 */
#include "model/number.h"
#include "run/compose_parts.h"

/* ---- names --------------------------------------------------------------------------------------- */

static const struct target_snapshot *target_of(const struct thought *t)
{
	return t->plan_input.target;
}

static const struct entry *source_person(const struct thought *t, uint32_t person)
{
	return person != NONE ? t->policy.source->people[person].entry : NULL;
}

static void put_person_dn(const struct thought *t, uint32_t person, struct buf *out)
{
	struct text vo_id = entry_value(source_person(t, person), FIELD_VO_ID);
	uint32_t there = target_person_by_vo_id(target_of(t), vo_id);
	if (there != NONE)
		target_person_dn(target_of(t), there, out);
	else
		target_names_person_dn(target_of(t)->names, vo_id, out);
}

const struct entry *compose_entry(const struct thought *t, const struct change *c)
{
	const struct target_snapshot *s = target_of(t);
	if (c->target == NONE)
		return NULL;
	switch (c->kind) {
	case CHANGE_PERSON_RELEASE:
	case CHANGE_PERSON_DELETE:
	case CHANGE_PERSON_MODIFY: return s->people[c->target].entry;
	case CHANGE_INSTITUTION_MODIFY:
	case CHANGE_INSTITUTION_DELETE: return s->institutions[c->target].entry;
	default: return s->groups[c->target].entry;
	}
}

enum entry_kind compose_entry_kind(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_PERSON_ADD:
	case CHANGE_PERSON_RELEASE:
	case CHANGE_PERSON_DELETE:
	case CHANGE_PERSON_MODIFY: return ENTRY_PERSON;
	case CHANGE_INSTITUTION_ADD:
	case CHANGE_INSTITUTION_MODIFY:
	case CHANGE_INSTITUTION_DELETE: return ENTRY_INSTITUTION;
	default: return c->number == NUMBER_EVERYWHERE ? ENTRY_ROLE : ENTRY_GROUP;
	}
}

void compose_put_dn(const struct thought *t, const struct change *c, struct buf *out)
{
	const struct target_snapshot *s = target_of(t);
	const struct entry *entry = compose_entry(t, c);
	if (c->kind == CHANGE_PERSON_ADD)
		put_person_dn(t, c->person, out);
	else if (compose_entry_kind(c) == ENTRY_PERSON)
		target_person_dn(s, c->target, out);
	else if (c->kind == CHANGE_INSTITUTION_ADD)
		target_names_institution_dn(s->names, c->number, out);
	else if (entry == NULL)
		target_names_group_dn(s->names, c->number, c->role, out);
	else if (c->kind == CHANGE_INSTITUTION_MODIFY || c->kind == CHANGE_INSTITUTION_DELETE)
		entry_dn(entry, text_of(s->names->institutions), out);
	else
		target_group_dn(s, c->target, out);
}

void compose_put_member(const struct thought *t, const struct change *c, struct buf *out)
{
	if (c->kind == CHANGE_MEMBER_REMOVE)
		target_member_value(target_of(t), c->member, out);
	else
		put_person_dn(t, c->person, out);
}

/* ---- what the ledger is told --------------------------------------------------------------------- */

static const struct entry *evidence_of(const struct thought *t, const struct change *c)
{
	if (c->person != NONE)
		return source_person(t, c->person);
	if (c->desired != NONE && compose_entry_kind(c) == ENTRY_INSTITUTION)
		return t->policy.source->institutions[t->desired->institutions[c->desired].source].entry;
	return NULL;
}

/* vo-id and name of the person concerned, from the source or, for somebody who is gone there, from the target. */
static const struct entry *person_of(const struct thought *t, const struct change *c)
{
	if (c->person != NONE)
		return source_person(t, c->person);
	if (c->kind == CHANGE_PERSON_DELETE)
		return target_of(t)->people[c->target].entry;
	if (c->kind != CHANGE_MEMBER_REMOVE)
		return NULL;
	uint32_t person = target_of(t)->members[c->member].person;
	return person != NONE ? target_of(t)->people[person].entry : NULL;
}

/* Whose value is taken out, by the ledger: of somebody whom the source does not show any more. Null: it does not know. */
static struct uuid owner_of(const struct thought *t, const struct change *c)
{
	const struct target_snapshot *s = target_of(t);
	const struct owned_value *owned = NULL;
	if (c->kind == CHANGE_MEMBER_REMOVE)
		owned = past_owned(t->policy.past, &s->groups[c->target].entry->uuid, s->members[c->member].key);
	return owned != NULL ? owned->source : (struct uuid){.bytes = {0}};
}

void compose_intent(const struct thought *t, uint32_t change, struct buf *scratch, struct intent *ret)
{
	const struct change *c = &t->plan->changes[change];
	const struct entry *evidence = evidence_of(t, c), *entry = compose_entry(t, c), *person = person_of(t, c);
	*ret = (struct intent){
		.kind = c->kind, .role = c->role, .cause = c->cause, .reason = c->reason, .number = c->number};
	if (evidence != NULL) {
		ret->source_uuid = evidence->uuid;
		ret->source_csn = evidence->csn;
	} else {
		ret->source_uuid = owner_of(t, c);
	}
	if (entry != NULL)
		ret->target_uuid = entry->uuid;
	if (person != NULL) {
		ret->person = entry_value(person, FIELD_VO_ID);
		ret->name = entry_value(person, FIELD_CN);
	}
	buf_clear(scratch);
	compose_put_dn(t, c, scratch);
	size_t dn_len = scratch->len;
	if (c->kind == CHANGE_MEMBER_ADD || c->kind == CHANGE_MEMBER_REMOVE)
		compose_put_member(t, c, scratch);
	ret->dn = text_make(scratch->at, dn_len);
	ret->value = text_make(scratch->at + dn_len, scratch->len - dn_len);
}

void compose_delete_intent(const struct thought *t, uint32_t change, struct buf *scratch, struct intent *ret)
{
	const struct change *c = &t->plan->changes[change];
	*ret = (struct intent){.kind = CHANGE_GROUP_DELETE,
			       .role = c->role,
			       .cause = R_CAUSE_STRUCTURE,
			       .reason = R_GROUP_EMPTY,
			       .number = c->number,
			       .target_uuid = target_of(t)->groups[c->target].entry->uuid};
	buf_clear(scratch);
	compose_put_dn(t, c, scratch);
	ret->dn = buf_text(scratch);
}

struct identity {
	uint64_t key;
	struct uuid person;
	uint32_t number;
	uint8_t kind, role;
	uint16_t zero;
};

static uint64_t hash_of(const struct identity *identity)
{
	return map_hash(identity, sizeof *identity);
}

uint64_t compose_identity(const struct thought *t, uint32_t change)
{
	const struct change *c = &t->plan->changes[change];
	struct identity identity = {.number = c->number, .kind = c->kind, .role = c->role};
	if (c->person != NONE)
		identity.person = source_person(t, c->person)->uuid;
	if (c->kind == CHANGE_MEMBER_REMOVE)
		identity.key = target_of(t)->members[c->member].key;
	if (c->kind == CHANGE_PERSON_DELETE)
		identity.key = target_of(t)->people[c->target].key;
	return hash_of(&identity);
}

uint64_t compose_needs(const struct thought *t, uint32_t change)
{
	const struct change *c = &t->plan->changes[change];
	struct identity identity = {.role = UINT8_MAX};
	if (c->kind == CHANGE_MEMBER_ADD) {
		identity.kind = CHANGE_PERSON_ADD;
		identity.person = t->policy.source->people[c->person].entry->uuid;
	} else if (c->kind == CHANGE_GROUP_ADD) {
		identity.kind = CHANGE_INSTITUTION_ADD;
		identity.number = c->number;
	} else
		return 0;
	return hash_of(&identity);
}
