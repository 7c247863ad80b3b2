/* SPDX-License-Identifier: EUPL-1.2 */
/* source_entry.c - see source_entry.h. */
#include "helper/source_entry.h"

#include <stdlib.h>

#include "base/vec.h"
#include "ldap/entry_id.h"
#include "model/right.h"

void source_entry_done(struct source_entry *entry)
{
	free(entry->values);
	entry_builder_done(&entry->builder);
	*entry = (struct source_entry){0};
}

static bool is_listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(text_of(list[i]), text_of(name)))
			return true;
	return false;
}

void source_entry_attributes(const struct source_settings *set, const struct attribute_map *map,
			     const char *ret[SOURCE_ATTRIBUTES_MAX])
{
	size_t count = 0;
	ret[count++] = entry_id_attribute(set->entry_id);
	ret[count++] = set->position == POSITION_USN ? "uSNChanged" : "entryCSN";
	for (uint32_t i = 0; i < map->count && i < MAP_MAX; i++)
		if (!is_listed(ret, count, map->at[i].attribute))
			ret[count++] = map->at[i].attribute;
	ret[count] = NULL;
}

/* ---- reading -------------------------------------------------------------------------------------- */

static bool is_ours(struct text value, const char *right)
{
	struct right parsed;
	return right_parse(value, text_of(right), &parsed, NULL) != RIGHT_OTHER;
}

int source_entry_add(struct source_entry *entry, enum field field, struct text value, struct err *err)
{
	if (vec_reserve(&entry->values, &entry->capacity, entry->count + 1, sizeof(*entry->values)) < 0)
		return err_nomem(err);
	entry->values[entry->count++] = (struct source_value){(uint8_t)field, value};
	return 0;
}

static int take_values(struct source_entry *entry, enum field field, const char *right, const struct berval *values,
		       struct err *err)
{
	for (; values->bv_val != NULL; values++) {
		struct text value = text_make(values->bv_val, values->bv_len);
		if (field == FIELD_RIGHT) {
			entry->has_right = true;
			if (right != NULL && !is_ours(value, right))
				continue;
		}
		if (source_entry_add(entry, field, value, err) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static void take_usn(struct source_entry *entry, struct text digits, uint64_t server)
{
	uint64_t usn = 0;
	if (text_number(digits, CSN_USN_DIGITS, &usn))
		entry->csn = csn_of_usn(usn, server);
}

static void take_position(struct source_entry *entry, const struct source_map *map, struct text attribute,
			  const struct berval *values)
{
	if (values->bv_val == NULL)
		return;
	struct text value = text_make(values->bv_val, values->bv_len);
	if (text_equal_nocase(attribute, text_of(entry_id_attribute(map->entry_id))))
		(void)entry_id_parse(map->entry_id, value, &entry->uuid); /* stays null: the caller refuses the entry */
	else if (map->counts && text_equal_nocase(attribute, text_of("uSNChanged")))
		take_usn(entry, value, map->usn_server);
	else if (!map->counts && text_equal_nocase(attribute, text_of("entryCSN")))
		(void)csn_parse(value, &entry->csn);
}

/* "cn" and "cn;lang-nl" are two attributes; the map may name either. */
void source_map_init(struct source_map *map, const struct source_settings *set, const struct attribute_map *from,
		     uint64_t usn_server)
{
	map->entry_id = set->entry_id;
	map->counts = set->position == POSITION_USN;
	map->usn_server = usn_server;
	map->count = from->count < MAP_MAX ? from->count : MAP_MAX;
	for (uint32_t i = 0; i < map->count; i++) {
		struct text whole = text_of(from->at[i].attribute), name, options;
		bool split = text_split(whole, ';', &name, &options);
		map->at[i].field = (uint8_t)from->at[i].field;
		map->at[i].name = split ? name : whole;
		map->at[i].options = split ? options : text_of("");
	}
}

static int take_attribute(struct source_entry *entry, const struct source_map *map, const char *right,
			  struct text attribute, struct text options, const struct berval *values, struct err *err)
{
	int code = 0;
	for (uint32_t i = 0; i < map->count && code == 0; i++) /* one attribute may feed several fields */
		if (text_equal_nocase(map->at[i].name, attribute) && text_equal_nocase(map->at[i].options, options))
			code = take_values(entry, (enum field)map->at[i].field, right, values, err);
	return code;
}

int source_entry_read(struct source_entry *entry, const struct source_map *map, const char *right,
		      struct search_entry *from, struct err *err)
{
	struct text attribute, options;
	struct berval *values;
	int more, code;
	entry->dn = from->dn;
	entry->uuid = (struct uuid){0};
	entry->csn = (struct csn){0};
	entry->has_right = false;
	entry->count = 0;
	while ((more = search_entry_next(from, &attribute, &options, &values, err)) > 0) {
		take_position(entry, map, attribute, values);
		code = take_attribute(entry, map, right, attribute, options, values, err);
		if (code < 0)
			return code;
	}
	return more;
}

static bool shows(const struct source_entry *entry, enum field field)
{
	for (size_t i = 0; i < entry->count; i++)
		if (entry->values[i].field == field)
			return true;
	return false;
}

const char *source_entry_hides(const struct source_entry *entry, const struct attribute_map *map)
{
	for (uint32_t i = 0; i < map->count; i++)
		if (map->at[i].field != FIELD_BEGIN && map->at[i].field != FIELD_END && !shows(entry, map->at[i].field))
			return map->at[i].attribute;
	return NULL;
}

/* ---- packing -------------------------------------------------------------------------------------- */

bool source_dn_under_base(struct text dn, struct text base, struct text *ret)
{
	if (base.len == 0 || dn.len <= base.len)
		return false;
	size_t at = dn.len - base.len;
	if (dn.at[at - 1] != ',' || memcmp(dn.at + at, base.at, base.len) != 0)
		return false;
	*ret = text_make(dn.at, at - 1);
	return true;
}

/* The lowest field above last among the values; 0: none. */
static uint8_t next_field(const struct source_entry *entry, uint8_t last)
{
	uint8_t next = 0;
	for (size_t i = 0; i < entry->count; i++) {
		uint8_t field = entry->values[i].field;
		if (field > last && (next == 0 || field < next))
			next = field;
	}
	return next;
}

int source_entry_pack(struct source_entry *entry, enum entry_kind kind, struct text base, const struct entry **ret,
		      struct err *err)
{
	struct text dn = entry->dn;
	enum dn_form form = source_dn_under_base(entry->dn, base, &dn) ? DN_UNDER_BASE : DN_WHOLE;
	entry_begin(&entry->builder, kind, &entry->uuid, &entry->csn, form, dn);
	for (uint8_t field = 0; (field = next_field(entry, field)) != 0;)
		for (size_t i = 0; i < entry->count; i++)
			if (entry->values[i].field == field)
				entry_add(&entry->builder, (enum field)field, entry->values[i].value);
	*ret = entry_end(&entry->builder);
	return *ret != NULL ? 0 : err_nomem(err);
}
