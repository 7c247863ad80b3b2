/* SPDX-License-Identifier: EUPL-1.2 */
/* message_settings.c - what HELLO carries to duaal-source and duaal-target; see message.h. */
#include "wire/message.h"
#include "wire/settings_copy.h"

const char *attribute_of(const struct attribute_map *map, enum field field)
{
	for (uint32_t i = 0; i < map->count; i++)
		if (map->at[i].field == field)
			return map->at[i].attribute;
	return NULL;
}

const char *const *target_classes_of(const struct target_settings *set, enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_INSTITUTION: return set->institution_classes;
	case ENTRY_GROUP: return set->group_classes;
	case ENTRY_PERSON: return set->person_classes;
	case ENTRY_SYNC: return set->sync_classes;
	case ENTRY_ROLE: return set->role_classes;
	case ENTRY_REQUEST: return set->request_classes;
	case ENTRY_OVERRIDE: return set->override_classes;
	default: return NULL;
	}
}

static void put_strings(struct buf *out, const char *const *strings, uint32_t count)
{
	record_put_u8(out, (uint8_t)count);
	for (uint32_t i = 0; i < count; i++)
		record_put_string(out, strings[i]);
}

static uint32_t get_strings(struct record_in *in, const char **ret, uint8_t max)
{
	uint32_t count = record_get_word(in, max);
	for (uint32_t i = 0; i < count; i++)
		ret[i] = settings_get_string(in);
	return count;
}

static void put_connection(struct buf *out, const struct connection_settings *connection)
{
	record_put_string(out, connection->uri);
	put_strings(out, connection->more_uris, connection->more_uri_count);
	record_put_u8(out, (uint8_t)connection->first_uri);
	record_put_u8(out, (uint8_t)connection->tls);
	record_put_string(out, connection->ca_file);
	record_put_string(out, connection->certificate_file);
	record_put_string(out, connection->key_file);
	record_put_u8(out, (uint8_t)connection->bind);
	record_put_string(out, connection->bind_dn);
	record_put_string(out, connection->password_file);
	record_put_string(out, connection->password_credential);
	record_put_string(out, connection->keytab_file);
	record_put_string(out, connection->kerberos_file);
	record_put_string(out, connection->identity);
	record_put_u32(out, connection->deadline_s);
	record_put_u32(out, connection->connect_timeout_s);
	record_put_u32(out, connection->page_size);
	record_put_u32(out, connection->max_incoming);
}

static void get_connection(struct record_in *in, struct connection_settings *ret)
{
	ret->uri = settings_get_string(in);
	ret->more_uri_count = get_strings(in, ret->more_uris, URIS_MAX - 1);
	ret->first_uri = record_get_word(in, (uint8_t)ret->more_uri_count);
	ret->tls = (enum tls_mode)record_get_word(in, TLS_STARTTLS);
	ret->ca_file = settings_get_string(in);
	ret->certificate_file = settings_get_string(in);
	ret->key_file = settings_get_string(in);
	ret->bind = (enum bind_mode)record_get_word(in, BIND_GSSAPI);
	ret->bind_dn = settings_get_string(in);
	ret->password_file = settings_get_string(in);
	ret->password_credential = settings_get_string(in);
	ret->keytab_file = settings_get_string(in);
	ret->kerberos_file = settings_get_string(in);
	ret->identity = settings_get_string(in);
	ret->deadline_s = record_get_u32(in);
	ret->connect_timeout_s = record_get_u32(in);
	ret->page_size = record_get_u32(in);
	ret->max_incoming = record_get_u32(in);
}

static void put_map(struct buf *out, const struct attribute_map *map)
{
	record_put_u8(out, (uint8_t)map->count);
	for (uint32_t i = 0; i < map->count; i++) {
		record_put_u8(out, (uint8_t)map->at[i].field);
		record_put_string(out, map->at[i].attribute);
	}
}

static void get_map(struct record_in *in, struct attribute_map *ret)
{
	ret->count = record_get_word(in, MAP_MAX);
	for (uint32_t i = 0; i < ret->count; i++) {
		ret->at[i].field = (enum field)record_get_u8(in);
		ret->at[i].attribute = settings_get_string(in);
	}
}

static void put_search(struct buf *out, const struct search_settings *search)
{
	record_put_string(out, search->base);
	record_put_string(out, search->filter);
	record_put_u8(out, search->one_level);
	put_map(out, &search->map);
}

static void get_search(struct record_in *in, struct search_settings *ret)
{
	ret->base = settings_get_string(in);
	ret->filter = settings_get_string(in);
	ret->one_level = record_get_bool(in);
	get_map(in, &ret->map);
}

static void put_classes(struct buf *out, const char *const *classes)
{
	uint32_t count = 0;
	while (count < CLASSES_MAX && classes[count] != NULL)
		count++;
	put_strings(out, classes, count);
}

static void get_classes(struct record_in *in, const char **ret)
{
	uint32_t count = get_strings(in, ret, CLASSES_MAX);
	ret[count] = NULL;
}

void source_settings_encode(struct buf *out, const struct source_settings *settings)
{
	put_connection(out, &settings->connection);
	put_search(out, &settings->people);
	put_search(out, &settings->institutions);
	record_put_string(out, settings->right);
	put_strings(out, settings->canaries, settings->canary_count);
	record_put_u32(out, settings->floor_people);
	record_put_u32(out, settings->floor_institutions);
	record_put_u8(out, (uint8_t)settings->position);
	record_put_u8(out, (uint8_t)settings->entry_id);
	put_search(out, &settings->grants);
	put_strings(out, settings->grant_canaries, settings->grant_canary_count);
	record_put_u32(out, settings->floor_grants);
	put_search(out, &settings->groups);
	put_strings(out, settings->group_canaries, settings->group_canary_count);
	record_put_u32(out, settings->floor_groups);
	record_put_string(out, settings->national_number);
}

int source_settings_decode(const void *body, size_t len, struct source_settings *ret, void **ret_memory,
			   struct err *err)
{
	struct settings_copy copy;
	int code = settings_copy_open(&copy, body, len, err);
	if (code < 0)
		return code;
	*ret = (struct source_settings){0};
	get_connection(&copy.in, &ret->connection);
	get_search(&copy.in, &ret->people);
	get_search(&copy.in, &ret->institutions);
	ret->right = settings_get_string(&copy.in);
	ret->canary_count = get_strings(&copy.in, ret->canaries, CANARIES_MAX);
	ret->floor_people = record_get_u32(&copy.in);
	ret->floor_institutions = record_get_u32(&copy.in);
	ret->position = (enum position_kind)record_get_word(&copy.in, POSITION_USN);
	ret->entry_id = (enum entry_id)record_get_word(&copy.in, ENTRY_ID_UNIQUE);
	get_search(&copy.in, &ret->grants);
	ret->grant_canary_count = get_strings(&copy.in, ret->grant_canaries, CANARIES_MAX);
	ret->floor_grants = record_get_u32(&copy.in);
	get_search(&copy.in, &ret->groups);
	ret->group_canary_count = get_strings(&copy.in, ret->group_canaries, CANARIES_MAX);
	ret->floor_groups = record_get_u32(&copy.in);
	ret->national_number = settings_get_string(&copy.in);
	return settings_copy_close(&copy, "source settings", ret_memory, err);
}

void target_settings_encode(struct buf *out, const struct target_settings *settings)
{
	put_connection(out, &settings->connection);
	record_put_string(out, settings->base);
	record_put_string(out, settings->institutions_base);
	record_put_string(out, settings->people_base);
	record_put_string(out, settings->requests_base);
	record_put_string(out, settings->overrides_base);
	record_put_string(out, settings->roles_base);
	record_put_string(out, settings->accesslog_base);
	record_put_string(out, settings->sync_dn);
	put_map(out, &settings->map);
	record_put_string(out, settings->instance);
	record_put_u8(out, settings->people_provisioned);
	record_put_string(out, settings->people_filter);
	put_classes(out, settings->institution_classes);
	put_classes(out, settings->group_classes);
	put_classes(out, settings->person_classes);
	put_classes(out, settings->sync_classes);
	put_classes(out, settings->request_classes);
	put_classes(out, settings->override_classes);
	put_classes(out, settings->role_classes);
	put_strings(out, settings->canaries, settings->canary_count);
	record_put_u32(out, settings->floor_people);
	record_put_u32(out, settings->floor_institutions);
	record_put_u32(out, settings->floor_directives);
	record_put_u32(out, settings->window);
	record_put_u8(out, settings->read_only);
}

static void get_target(struct record_in *in, struct target_settings *ret)
{
	get_connection(in, &ret->connection);
	ret->base = settings_get_string(in);
	ret->institutions_base = settings_get_string(in);
	ret->people_base = settings_get_string(in);
	ret->requests_base = settings_get_string(in);
	ret->overrides_base = settings_get_string(in);
	ret->roles_base = settings_get_string(in);
	ret->accesslog_base = settings_get_string(in);
	ret->sync_dn = settings_get_string(in);
	get_map(in, &ret->map);
	ret->instance = settings_get_string(in);
	ret->people_provisioned = record_get_bool(in);
	ret->people_filter = settings_get_string(in);
	get_classes(in, ret->institution_classes);
	get_classes(in, ret->group_classes);
	get_classes(in, ret->person_classes);
	get_classes(in, ret->sync_classes);
	get_classes(in, ret->request_classes);
	get_classes(in, ret->override_classes);
	get_classes(in, ret->role_classes);
	ret->canary_count = get_strings(in, ret->canaries, CANARIES_MAX);
	ret->floor_people = record_get_u32(in);
	ret->floor_institutions = record_get_u32(in);
	ret->floor_directives = record_get_u32(in);
	ret->window = record_get_u32(in);
	ret->read_only = record_get_bool(in);
}

int target_settings_decode(const void *body, size_t len, struct target_settings *ret, void **ret_memory,
			   struct err *err)
{
	struct settings_copy copy;
	int code = settings_copy_open(&copy, body, len, err);
	if (code < 0)
		return code;
	*ret = (struct target_settings){0};
	get_target(&copy.in, ret);
	return settings_copy_close(&copy, "target settings", ret_memory, err);
}
