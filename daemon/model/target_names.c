/* SPDX-License-Identifier: EUPL-1.2 */
/* target_names.c - see snapshot.h: how our entries are called in the target, and lookups in its snapshot. */
#include <stdio.h>

#include "base/search.h"
#include "model/dn.h"
#include "model/number.h"
#include "model/snapshot.h"

struct text target_names_base(const struct target_names *names, enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_PERSON: return text_of(names->people);
	case ENTRY_INSTITUTION:
	case ENTRY_GROUP: return text_of(names->institutions);
	case ENTRY_ROLE: return text_of(names->roles_base);
	case ENTRY_REQUEST: return text_of(names->requests);
	case ENTRY_OVERRIDE: return text_of(names->overrides);
	default: return text_of(names->base);
	}
}

void target_names_person_dn(const struct target_names *names, struct text vo_id, struct buf *out)
{
	dn_add_rdn(out, names->person_rdn, vo_id);
	buf_add_char(out, ',');
	buf_add_string(out, names->people);
}

void target_names_institution_dn(const struct target_names *names, uint32_t number, struct buf *out)
{
	char value[16];
	snprintf(value, sizeof(value), "%u", number);
	dn_add_rdn(out, names->institution_rdn, text_of(value));
	buf_add_char(out, ',');
	buf_add_string(out, names->institutions);
}

bool target_names_is_pattern(const char *pattern)
{
	const char *role = strstr(pattern, "%r"), *number = strstr(pattern, "%n");
	if (role == NULL || number == NULL)
		return false;
	const char *between = role < number ? role + 2 : number + 2, *end = role < number ? number : role;
	uint32_t marks = 0;
	for (const char *c = pattern; *c != '\0'; c++)
		marks += *c == '%';
	return marks == 2 && strspn(between, "0123456789") < (size_t)(end - between);
}

static void put_group_name(const char *pattern, const char *role, uint32_t number, struct buf *out)
{
	for (const char *c = pattern; *c != '\0'; c++) {
		if (*c != '%')
			buf_add_char(out, *c);
		else if (*++c == 'r')
			buf_add_string(out, role);
		else
			buf_format(out, "%u", number);
	}
}

/* The number is part of the name: clients that know groups by their cn need each one to be unique. */
void target_names_group_dn(const struct target_names *names, uint32_t number, uint8_t role, struct buf *out)
{
	if (role >= names->role_count) {
		out->failed = true;
		return;
	}
	struct buf name;
	if (number == NUMBER_EVERYWHERE) {
		dn_add_rdn(out, names->group_rdn, text_of(names->roles[role]));
		buf_add_char(out, ',');
		buf_add_string(out, names->roles_base);
		return;
	}
	buf_init(&name);
	put_group_name(names->group_name, names->roles[role], number, &name);
	dn_add_rdn(out, names->group_rdn, buf_text(&name));
	out->failed |= buf_failed(&name);
	buf_done(&name);
	buf_add_char(out, ',');
	target_names_institution_dn(names, number, out);
}

bool target_names_has_flat(const struct target_names *names)
{
	return names->roles_base != NULL && names->roles_base[0] != '\0';
}

uint32_t target_memberships(const struct target_snapshot *s)
{
	uint32_t n = s->member_count;
	for (uint32_t i = s->group_count; i > 0 && s->groups[i - 1].number == NUMBER_EVERYWHERE; i--)
		n -= s->groups[i - 1].member_count;
	return n;
}

int target_names_is_protected(const struct target_names *names, uint64_t key, bool *ret)
{
	*ret = false;
	for (uint32_t i = 0; i < names->protected_count; i++) {
		uint64_t protected;
		if (dn_key_of(text_of(names->protected[i]), &protected) < 0)
			return ERR_NOMEM;
		*ret |= key != 0 && key == protected;
	}
	return 0;
}

void target_group_dn(const struct target_snapshot *s, uint32_t group, struct buf *out)
{
	const struct entry *entry = s->groups[group].entry;
	entry_dn(entry, target_names_base(s->names, (enum entry_kind)entry->kind), out);
}

void target_person_dn(const struct target_snapshot *s, uint32_t person, struct buf *out)
{
	entry_dn(s->people[person].entry, target_names_base(s->names, ENTRY_PERSON), out);
}

void target_member_value(const struct target_snapshot *s, uint32_t member, struct buf *out)
{
	const struct target_member *m = &s->members[member];
	if (m->raw != NONE)
		buf_add_text(out, s->raw[m->raw]);
	else
		target_person_dn(s, m->person, out);
}

uint32_t target_institution_by_number(const struct target_snapshot *s, uint32_t number)
{
	uint32_t at;
	LOWER_BOUND(at, 0, s->institution_count, s->institutions[at].number < number);
	return at < s->institution_count && s->institutions[at].number == number ? at : NONE;
}

uint32_t target_group_find(const struct target_snapshot *s, uint32_t number, uint8_t role)
{
	const struct target_group *groups = s->groups;
	uint32_t at;
	LOWER_BOUND(at, 0, s->group_count,
		    groups[at].number < number || (groups[at].number == number && groups[at].role < role));
	return at < s->group_count && groups[at].number == number && groups[at].role == role ? at : NONE;
}

uint32_t target_person_by_key(const struct target_snapshot *s, uint64_t key)
{
	return key == 0 ? NONE : map_find(&s->people_by_key, s->people, key, &key);
}

uint32_t target_person_by_vo_id(const struct target_snapshot *s, struct text vo_id)
{
	return target_person_by_vo_id_key(s, snapshot_vo_id_key(vo_id));
}

uint32_t target_person_by_vo_id_key(const struct target_snapshot *s, uint64_t key)
{
	return key == 0 ? NONE : map_find(&s->people_by_vo_id, s->people, key, &key);
}
