/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scope.c - the fingerprint of what is covered: every setting with reload scope, value by value (I15). See draft.h.
 *
 * A default counts as its value, so that writing it out changes nothing. Those of settings that came in a later release do not
 * count, written out or not: a release that brings a setting changes nobody's scope. BLAKE2b over key, type and content.
 */
#include <string.h>

#include "config/draft.h"

void scope_begin(struct draft *d, crypto_generichash_state *state)
{
	d->scope = state;
	crypto_generichash_init(d->scope, NULL, 0, sizeof(d->config.scope));
}

struct scope_digest {
	unsigned char bytes[16];
};

static void add_bytes(crypto_generichash_state *to, const void *bytes, size_t len)
{
	const uint64_t size = len;
	crypto_generichash_update(to, (const unsigned char *)&size, sizeof(size));
	crypto_generichash_update(to, bytes, len);
}

static void add_text(crypto_generichash_state *to, const char *text)
{
	add_bytes(to, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

/* Scalars by their text or number, what holds others by its names and items in order. */
static void add_value(crypto_generichash_state *to, const config_setting_t *from)
{
	const int64_t number = config_setting_type(from) == CONFIG_TYPE_BOOL ? config_setting_get_bool(from)
									     : config_setting_get_int64(from);
	const int32_t count = config_setting_is_aggregate(from) ? config_setting_length(from) : -1;
	add_bytes(to, &count, sizeof(count));
	if (count < 0 && config_setting_type(from) == CONFIG_TYPE_STRING)
		add_text(to, config_setting_get_string(from));
	else if (count < 0)
		add_bytes(to, &number, sizeof(number));
	for (int i = 0; i < count; i++) {
		const config_setting_t *item = config_setting_get_elem(from, (unsigned)i);
		add_text(to, config_setting_name(item));
		add_value(to, item);
	}
}

static void digest(const config_setting_t *from, struct scope_digest *ret)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof(ret->bytes));
	if (from != NULL)
		add_value(&state, from);
	crypto_generichash_final(&state, ret->bytes, sizeof(ret->bytes));
}

/* Written out, or not there at all. */
static bool is_default(const struct draft *d, const struct setting *s, const config_setting_t *from)
{
	struct scope_digest given, fallback;
	config_t file;
	if (d->fallback_key != NULL)
		return true;
	if (s->fallback == NULL)
		return false;
	digest(from, &given);
	digest(fallback_read(s, &file), &fallback);
	config_destroy(&file);
	return memcmp(&given, &fallback, sizeof(given)) == 0;
}

/* Not in every release: whatever belongs to a shape of grants too. */
static bool came_later(const struct setting *s)
{
	return s->later || strncmp(s->key, "source.grants.", strlen("source.grants.")) == 0 ||
	       strncmp(s->key, "source.groups.", strlen("source.groups.")) == 0;
}

void scope_add(struct draft *d, const struct setting *s, const config_setting_t *from)
{
	if (d->scope == NULL || s->reload != RELOAD_SCOPE || (came_later(s) && is_default(d, s, from)))
		return;
	add_text(d->scope, s->key);
	add_value(d->scope, from);
}

void scope_end(struct draft *d)
{
	crypto_generichash_final(d->scope, d->config.scope, sizeof(d->config.scope));
	d->scope = NULL;
}
