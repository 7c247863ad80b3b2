/* SPDX-License-Identifier: EUPL-1.2 */
/* write_mods.c - see write_mods.h. */
#include "ldap/write_mods.h"

#include "wire/record.h"

/* A change of one attribute with room for count values. NULL: no memory. */
static LDAPMod *new_mod(struct arena *arena, int op, const char *name, size_t count)
{
	LDAPMod *mod = arena_alloc(arena, sizeof(*mod));
	struct berval *values = arena_array(arena, count, sizeof(*values));
	struct berval **pointers = arena_array(arena, count + 1, sizeof(*pointers));
	if (mod == NULL || values == NULL || pointers == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		pointers[i] = &values[i];
	mod->mod_op = op | LDAP_MOD_BVALUES;
	mod->mod_type = (char *)name;
	mod->mod_bvalues = pointers;
	return mod;
}

static void set_value(const LDAPMod *mod, size_t at, struct text value)
{
	mod->mod_bvalues[at]->bv_val = (char *)value.at;
	mod->mod_bvalues[at]->bv_len = value.len;
}

static int put_classes(const struct target_settings *set, const struct write *write, struct arena *arena, LDAPMod **ret,
		       struct err *err)
{
	const char *const *classes = target_classes_of(set, write->entry_kind);
	size_t count = 0;
	while (classes != NULL && classes[count] != NULL)
		count++;
	if (count == 0)
		return err_set(err, ERR_INVALID, "no object classes are configured for an entry that is to be added");
	*ret = new_mod(arena, LDAP_MOD_ADD, "objectClass", count);
	if (*ret == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++)
		set_value(*ret, i, text_of(classes[i]));
	return 0;
}

/* One change from the cursor: 1, 0 at the end, or an error. */
static int put_next(const struct target_settings *set, const struct write *write, struct mod_cursor *cursor,
		    struct arena *arena, LDAPMod **ret, struct err *err)
{
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	struct text values;
	struct record_in in;
	int more = write_next_mod(cursor, &kind, &field, &count, &values, err);
	if (more <= 0)
		return more;
	const char *name = attribute_of(&set->map, field);
	if (name == NULL)
		return err_set(err, ERR_INVALID, "field %d has no attribute in the target's map", (int)field);
	if (count == 0 || (kind == MOD_DELETE && write->kind == WRITE_ADD))
		return err_set(err, ERR_INVALID, "%s: not a change of single values", name);
	*ret = new_mod(arena, kind == MOD_ADD ? LDAP_MOD_ADD : LDAP_MOD_DELETE, name, count);
	if (*ret == NULL)
		return err_nomem(err);
	record_read(&in, values.at, values.len);
	for (uint32_t i = 0; i < count; i++)
		set_value(*ret, i, record_get_text(&in));
	return 1;
}

static size_t count_mods(struct text mods)
{
	struct mod_cursor cursor = {mods};
	enum mod_kind kind;
	enum field field;
	uint32_t count;
	struct text values;
	size_t n = 0;
	while (write_next_mod(&cursor, &kind, &field, &count, &values, NULL) > 0)
		n++;
	return n;
}

int write_mods_build(const struct target_settings *set, const struct write *write, struct arena *arena, LDAPMod ***ret,
		     struct err *err)
{
	struct mod_cursor cursor = {write->mods};
	LDAPMod **mods = arena_array(arena, count_mods(write->mods) + 2, sizeof(*mods));
	size_t n = 0;
	int more = 1;
	if (mods == NULL)
		return err_nomem(err);
	if (write->kind == WRITE_ADD)
		more = put_classes(set, write, arena, &mods[n++], err);
	if (more < 0)
		return more;
	do {
		more = put_next(set, write, &cursor, arena, &mods[n++], err);
	} while (more > 0);
	*ret = mods;
	return more;
}
