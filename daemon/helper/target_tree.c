/* SPDX-License-Identifier: EUPL-1.2 */
/* target_tree.c - see target_tree.h. */
#include "helper/target_tree.h"

#include <ldap.h>

#define EVERYTHING "(objectClass=*)"

/* When is in the entryCSN already, and there are many. */
static const enum field person_fields[] = {
	FIELD_VO_ID,          FIELD_CN, FIELD_SN, FIELD_GIVEN_NAME, FIELD_MAIL, FIELD_MANAGED_BY, FIELD_SOURCE_UUID,
	FIELD_MODIFIERS_NAME, 0};
static const enum field known_person_fields[] = {FIELD_VO_ID, FIELD_CN,
						 0}; /* looked up, not ours: nothing to compare */
static const enum field institution_fields[] = {
	FIELD_NUMBER,    FIELD_NAME,           FIELD_KIND,           FIELD_MANAGED_BY,       FIELD_NUMBER_RECEIVED,
	FIELD_ADMISSION, FIELD_ADMITTED_SINCE, FIELD_MODIFIERS_NAME, FIELD_MODIFY_TIMESTAMP, 0};
static const enum field group_fields[] = {FIELD_NUMBER,     FIELD_ROLE,           FIELD_ACTION,           FIELD_MEMBER,
					  FIELD_MANAGED_BY, FIELD_MODIFIERS_NAME, FIELD_MODIFY_TIMESTAMP, 0};
static const enum field role_fields[] = {
	FIELD_ROLE, FIELD_ACTION, FIELD_MEMBER, FIELD_MANAGED_BY, FIELD_MODIFIERS_NAME, FIELD_MODIFY_TIMESTAMP, 0};
/* Of an override, whose, in which role and to what effect: a request says nothing of the kind, or it is none. */
static const enum field directive_fields[] = {FIELD_VO_ID,
					      FIELD_NUMBER,
					      FIELD_ROLE,
					      FIELD_MANAGED_BY,
					      FIELD_REASON,
					      FIELD_OWNER,
					      FIELD_VALID_UNTIL,
					      FIELD_MODIFIERS_NAME,
					      FIELD_MODIFY_TIMESTAMP,
					      FIELD_EFFECT,
					      0};
static const enum field sync_fields[] = {FIELD_MANAGED_BY,   FIELD_VALID_UNTIL, FIELD_LAST_COMPLETE_READ,
					 FIELD_LAST_APPLIED, FIELD_GENERATION,  0};
static const enum field foreign_fields[] = {FIELD_MANAGED_BY, 0};

const enum field *kind_fields(enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_PERSON: return person_fields;
	case ENTRY_INSTITUTION: return institution_fields;
	case ENTRY_GROUP: return group_fields;
	case ENTRY_ROLE: return role_fields;
	case ENTRY_REQUEST:
	case ENTRY_OVERRIDE: return directive_fields;
	case ENTRY_SYNC: return sync_fields;
	default: return foreign_fields;
	}
}

static const char *field_name(const struct attribute_map *map, enum field field)
{
	if (field == FIELD_MODIFIERS_NAME)
		return "modifiersName";
	if (field == FIELD_MODIFY_TIMESTAMP)
		return "modifyTimestamp";
	return attribute_of(map, field);
}

static void add_name(struct tree_search *s, const char *name, enum field field)
{
	for (uint32_t i = 0; i < s->name_count; i++)
		if (field != 0 && s->fields[i] == field)
			return;
	if (name == NULL || name[0] == '\0' || s->name_count == TREE_NAMES_MAX - 1)
		return;
	s->names[s->name_count] = name;
	s->fields[s->name_count++] = field;
}

static void add_fields(struct tree_search *s, const struct target_settings *set, const enum field *fields)
{
	for (; *fields != 0; fields++)
		add_name(s, field_name(&set->map, *fields), *fields);
}

static void add_tree_fields(struct tree_search *s, const struct target_settings *set)
{
	switch (s->tree) {
	case TREE_PEOPLE: add_fields(s, set, set->people_provisioned ? person_fields : known_person_fields); break;
	case TREE_INSTITUTIONS:
		add_fields(s, set, group_fields);
		add_fields(s, set, institution_fields);
		break;
	case TREE_ROLES:
		add_fields(s, set, role_fields);
		add_name(s, field_name(&set->map, FIELD_NUMBER), FIELD_NUMBER);
		break;
	case TREE_REQUESTS:
	case TREE_OVERRIDES: add_fields(s, set, directive_fields); break;
	default: add_fields(s, set, sync_fields); break;
	}
}

bool tree_is_asked(const struct target_settings *set, enum tree tree)
{
	return tree != TREE_ROLES || set->roles_base[0] != '\0';
}

void tree_search_make(const struct target_settings *set, enum tree tree, bool stamps, struct tree_search *ret)
{
	const char *bases[TREES] = {set->people_base,    set->institutions_base, set->requests_base,
				    set->overrides_base, set->sync_dn,           set->roles_base};
	*ret = (struct tree_search){
		.tree = tree, .base = bases[tree], .filter = EVERYTHING, .scope = LDAP_SCOPE_SUBTREE};
	if (tree == TREE_PEOPLE && !set->people_provisioned)
		ret->filter = set->people_filter;
	if (tree == TREE_SYNC)
		ret->scope = LDAP_SCOPE_BASE;
	add_name(ret, "entryUUID", 0);
	add_name(ret, "entryCSN", 0);
	if (stamps) {
		add_name(ret, "modifyTimestamp", 0);
		add_name(ret, "entryUSN", 0);
	}
	add_tree_fields(ret, set);
}

void tree_attributes(const struct target_settings *set, const char *ret[TREE_ATTRIBUTES_MAX])
{
	uint32_t n = 0;
	for (enum tree tree = 0; tree < TREES; tree++) {
		struct tree_search s;
		tree_search_make(set, tree, false, &s);
		for (uint32_t i = 0; i < s.name_count; i++) {
			uint32_t k = 0;
			while (k < n && !text_equal_nocase(text_of(ret[k]), text_of(s.names[i])))
				k++;
			if (k == n)
				ret[n++] = s.names[i];
		}
	}
	ret[n] = NULL;
}
