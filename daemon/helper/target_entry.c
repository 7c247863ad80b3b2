/* SPDX-License-Identifier: EUPL-1.2 */
/* target_entry.c - see target_entry.h. */
#include "helper/target_entry.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/vec.h"

#define BLOCK_MEMBERS_MAX (900u << 10) /* bytes of member values in one record */

void target_entry_init(struct target_entry *e)
{
	*e = (struct target_entry){0};
}

void target_entry_done(struct target_entry *e)
{
	free(e->texts);
	entry_builder_done(&e->builder);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static int take_values(struct target_entry *e, enum field field, const struct berval *values, struct err *err)
{
	size_t count = 0;
	while (values[count].bv_val != NULL)
		count++;
	if (e->group_count == TREE_NAMES_MAX)
		return err_set(err, ERR_INCOMPLETE, "an attribute came more than once");
	if (vec_reserve(&e->texts, &e->text_capacity, e->text_count + count, sizeof(*e->texts)) < 0)
		return err_nomem(err);
	e->groups[e->group_count++] = (struct entry_values_at){field, e->text_count, count};
	for (size_t i = 0; i < count; i++)
		e->texts[e->text_count++] = text_make(values[i].bv_val, values[i].bv_len);
	return 0;
}

/* What says which state of the entry this is, until all of it has come. */
struct state {
	struct text modified, usn;
};

static int take_attribute(struct target_entry *e, struct state *state, const struct tree_search *search,
			  struct text name, const struct berval *values, struct err *err)
{
	struct text first = text_make(values[0].bv_val, values[0].bv_val != NULL ? values[0].bv_len : 0);
	if (text_equal_nocase(name, text_of("entryUUID")))
		(void)uuid_parse(first, &e->uuid);
	else if (text_equal_nocase(name, text_of("entryCSN")))
		(void)csn_parse(first, &e->csn);
	else if (text_equal_nocase(name, text_of("modifyTimestamp")))
		state->modified = first;
	else if (text_equal_nocase(name, text_of("entryUSN")))
		state->usn = first;
	int code = 0;
	for (uint32_t i = 0; i < search->name_count && code == 0; i++) /* one attribute may feed several fields */
		if (search->fields[i] != 0 && text_equal_nocase(name, text_of(search->names[i])))
			code = take_values(e, search->fields[i], values, err);
	return code;
}

int target_entry_read(struct target_entry *e, const struct tree_search *search, struct search_entry *from,
		      struct err *err)
{
	struct text name, options;
	struct berval *values;
	struct state state = {0};
	int more;
	e->dn = from->dn;
	e->uuid = (struct uuid){0};
	e->csn = (struct csn){0};
	e->text_count = 0;
	e->group_count = 0;
	while ((more = search_entry_next(from, &name, &options, &values, err)) > 0) {
		int code = text_is_empty(options) && values != NULL
				   ? take_attribute(e, &state, search, name, values, err)
				   : 0;
		if (code < 0)
			return code;
	}
	if (csn_is_none(&e->csn))
		(void)csn_stamp_parse(state.modified, state.usn, &e->csn);
	if (more == 0 && uuid_is_null(&e->uuid)) {
		char dn[160];
		return err_set(err, ERR_INCOMPLETE,
			       "%s: no entryUUID can be read; 389 Directory Server makes it with its entryuuid plugin, "
			       "and for entries from before that with dsconf plugin entryuuid fixup",
			       escape_short(dn, sizeof(dn), e->dn));
	}
	return more;
}

/* ---- what it is ----------------------------------------------------------------------------------- */

static bool has(const struct target_entry *e, enum field field)
{
	for (uint32_t i = 0; i < e->group_count; i++)
		if (e->groups[i].field == field && e->groups[i].count > 0)
			return true;
	return false;
}

enum entry_kind target_entry_kind(const struct target_entry *e, const struct target_settings *set, enum tree tree)
{
	switch (tree) {
	case TREE_PEOPLE: return has(e, FIELD_VO_ID) || !set->people_provisioned ? ENTRY_PERSON : ENTRY_FOREIGN;
	case TREE_REQUESTS: return ENTRY_REQUEST;
	case TREE_OVERRIDES: return ENTRY_OVERRIDE;
	case TREE_SYNC: return ENTRY_SYNC;
	case TREE_ROLES: return has(e, FIELD_ROLE) && !has(e, FIELD_NUMBER) ? ENTRY_ROLE : ENTRY_FOREIGN;
	default: break;
	}
	if (!has(e, FIELD_NUMBER))
		return ENTRY_FOREIGN;
	if (has(e, FIELD_ROLE))
		return ENTRY_GROUP;
	return has(e, FIELD_MEMBER) ? ENTRY_FOREIGN : ENTRY_INSTITUTION;
}

/* ---- records -------------------------------------------------------------------------------------- */

static const char *base_of(const struct target_settings *set, enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_PERSON: return set->people_base;
	case ENTRY_INSTITUTION:
	case ENTRY_GROUP: return set->institutions_base;
	case ENTRY_ROLE: return set->roles_base;
	case ENTRY_REQUEST: return set->requests_base;
	case ENTRY_OVERRIDE: return set->overrides_base;
	default: return set->base;
	}
}

static void begin(struct target_entry *e, const struct target_settings *set, enum entry_kind kind)
{
	struct text base = text_of(base_of(set, kind)), dn = e->dn;
	bool under = dn.len > base.len + 1 && dn.at[dn.len - base.len - 1] == ',' &&
		     text_equal(text_make(dn.at + dn.len - base.len, base.len), base);
	if (under)
		dn.len -= base.len + 1;
	entry_begin(&e->builder, kind, &e->uuid, &e->csn, under ? DN_UNDER_BASE : DN_WHOLE, dn);
}

/* There are many people, and nearly always we wrote them last: then the planner need not keep by whom. */
static bool is_own_writing(const struct target_entry *e, enum entry_kind kind)
{
	for (uint32_t i = 0; kind == ENTRY_PERSON && i < e->group_count; i++)
		if (e->groups[i].field == FIELD_MODIFIERS_NAME && e->groups[i].count == 1)
			return text_equal_nocase(e->texts[e->groups[i].first], e->own);
	return false;
}

static void add_values(struct target_entry *e, enum field field)
{
	for (uint32_t i = 0; i < e->group_count; i++)
		for (size_t k = 0; e->groups[i].field == field && k < e->groups[i].count; k++)
			entry_add(&e->builder, field, e->texts[e->groups[i].first + k]);
}

/* Left out: we did. Empty: nobody can tell, which must not look like us. */
static void add_writer(struct target_entry *e, const struct target_settings *set, enum entry_kind kind)
{
	if (is_own_writing(e, kind))
		return;
	if (kind == ENTRY_PERSON && set->people_provisioned && !has(e, FIELD_MODIFIERS_NAME))
		entry_add(&e->builder, FIELD_MODIFIERS_NAME, text_of(""));
	else
		add_values(e, FIELD_MODIFIERS_NAME);
}

/* Members from the given one on, as many as a record takes; returns the next one. */
static size_t add_members(struct target_entry *e, const struct entry_values_at *members, size_t from)
{
	size_t bytes = 0;
	for (; from < members->count && bytes < BLOCK_MEMBERS_MAX; from++) {
		struct text value = e->texts[members->first + from];
		entry_add(&e->builder, FIELD_MEMBER, value);
		bytes += value.len;
	}
	return from;
}

static int finish(struct target_entry *e, block_fn each, void *ctx, struct err *err)
{
	const struct entry *block = entry_end(&e->builder);
	return block != NULL ? each(ctx, block, err) : err_nomem(err);
}

int target_entry_blocks(struct target_entry *e, const struct target_settings *set, enum entry_kind kind, block_fn each,
			void *ctx, struct err *err)
{
	struct entry_values_at members = {0};
	size_t next = 0;
	for (uint32_t i = 0; i < e->group_count; i++)
		if (e->groups[i].field == FIELD_MEMBER && (kind == ENTRY_GROUP || kind == ENTRY_ROLE))
			members = e->groups[i];
	begin(e, set, kind);
	for (const enum field *field = kind_fields(kind); *field != 0; field++) {
		if (*field == FIELD_MEMBER)
			next = add_members(e, &members, 0);
		else if (*field == FIELD_MODIFIERS_NAME)
			add_writer(e, set, kind);
		else
			add_values(e, *field);
	}
	int code = finish(e, each, ctx, err);
	while (code == 0 && next < members.count) {
		begin(e, set, kind);
		next = add_members(e, &members, next);
		code = finish(e, each, ctx, err);
	}
	return code;
}
