/* SPDX-License-Identifier: EUPL-1.2 */
/* config.c - see config.h. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/draft.h"
#include "config/setting.h"

#define MEMORY_MAX (16u << 20)

char *draft_join(struct draft *d, const char *before, const char *after)
{
	static char nothing[1];
	char *joined = arena_format(&d->arena, "%s%s", before, after);
	if (joined == NULL)
		d->no_memory = true;
	return joined != NULL ? joined : nothing;
}

char *draft_copy(struct draft *d, struct text text)
{
	static char nothing[1];
	char *copy = arena_copy(&d->arena, text);
	if (copy == NULL)
		d->no_memory = true;
	return copy != NULL ? copy : nothing;
}

static void load(struct draft *d, const char *path)
{
	config_init(&d->file);
	if (file_read(d, path)) {
		load_settings(d);
		fill_config(d);
		check_draft(d);
	}
	config_destroy(&d->file);
}

_Static_assert(_Alignof(struct draft) <= _Alignof(max_align_t), "calloc gives no more");

int config_load(const char *path, enum config_secrets secrets, struct config **ret, struct config_faults *faults,
		struct err *err)
{
	struct draft *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return err_nomem(err);
	arena_init(&d->arena, MEMORY_MAX);
	d->config.memory = d;
	d->faults = faults;
	d->secrets = secrets;
	faults->count = 0;
	load(d, path);
	d->faults = NULL;
	if (!d->no_memory && faults->count == 0) {
		*ret = &d->config;
		return 0;
	}
	int rc = d->no_memory ? err_nomem(err) : err_set(err, ERR_INVALID, "%s: %u faults", path, faults->count);
	config_free(&d->config);
	return rc;
}

struct config *config_free(struct config *config)
{
	if (config != NULL) {
		struct draft *d = config->memory;
		arena_done(&d->arena);
		free(d);
	}
	return NULL;
}

/* Lists, attributes and groups take no restart: a row of such a type counts as changed, so that nobody relies on it. */
static bool is_same(const struct setting *s, const void *a, const void *b)
{
	switch (s->type) {
	case TYPE_INTEGER:
	case TYPE_DURATION: return *(const uint32_t *)a == *(const uint32_t *)b;
	case TYPE_CHOICE: return *(const int *)a == *(const int *)b;
	case TYPE_BOOLEAN:
	case TYPE_SWITCH: return *(const bool *)a == *(const bool *)b;
	case TYPE_ATTRIBUTE:
	case TYPE_WORDS:
	case TYPE_NAMES:
	case TYPE_DNS:
	case TYPE_GROUPS: return false;
	default: return text_equal(text_of(*(const char *const *)a), text_of(*(const char *const *)b));
	}
}

/* Of what such a row takes in the configuration. */
static size_t size_of(const struct setting *s)
{
	switch (s->type) {
	case TYPE_INTEGER:
	case TYPE_DURATION: return sizeof(uint32_t);
	case TYPE_CHOICE: return sizeof(int);
	case TYPE_BOOLEAN:
	case TYPE_SWITCH: return sizeof(bool);
	case TYPE_ATTRIBUTE:
	case TYPE_WORDS:
	case TYPE_NAMES:
	case TYPE_DNS:
	case TYPE_GROUPS: return 0;
	default: return sizeof(const char *);
	}
}

/* Without memory those that were named before. */
static const char *name_too(struct draft *d, const char *named, const char *key)
{
	const char *both = named != NULL ? arena_format(&d->arena, "%s, %s", named, key) : key;
	return both != NULL ? both : named;
}

const char *config_keep_restarts(struct config *config, const struct config *at_start)
{
	const char *changed = NULL;
	for (uint32_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];
		char *value = (char *)config->memory + s->offset;
		const char *before = (const char *)at_start->memory + s->offset;
		if (s->reload != RELOAD_RESTART || is_same(s, value, before))
			continue;
		memcpy(value, before, size_of(s));
		changed = name_too(config->memory, changed, s->key);
	}
	config->names.instance = at_start->names.instance; /* the same as target.instance, which has a row */
	config->ledger.instance = at_start->ledger.instance;
	return changed;
}
