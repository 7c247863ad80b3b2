/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * load.c - file and table meet: first everything in the file that the table does not know, then every row of the table.
 *
 * A default is written in the table in the file's own syntax and takes the same way as a value of the file.
 */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "config/value.h"

/* ---- what the table does not know ---------------------------------------------------------------- */

static bool looks_secret(const char *path)
{
	static const char *const marks[] = {"*passw*",      "*secret*", "*bindpw*", "*pwd*",
					    "*credential*", "*token*",  NULL};
	const char *dot = strrchr(path, '.');
	for (int i = 0; marks[i] != NULL; i++)
		if (text_matches(text_of(dot != NULL ? dot + 1 : path), text_of(marks[i])))
			return true;
	return false;
}

/* What a further source may not set because it is said once, for all of them, in source; false: path is not that. */
static bool is_common(const char *path, char *common, size_t size)
{
	static const char further[] = "more_sources[]";
	if (!text_starts_nocase(text_of(path), text_of(further)))
		return false;
	snprintf(common, size, "source%s", path + strlen(further));
	return setting_find(common) != NULL || setting_is_group(common);
}

static void report_unknown(struct draft *d, const config_setting_t *at, const char *path)
{
	char near[FAULT_KEY_MAX];
	if (looks_secret(path) && config_setting_is_scalar(at))
		fault_on(d, at,
			 "a secret does not belong in this file: put it in a file of its own and name it with "
			 "password_file, or in a systemd credential and name it with password_credential");
	else if (is_common(path, near, sizeof(near)))
		fault_on(d, at, "is not set for one source: %s counts for all of them", near);
	else if (setting_suggest(path, near, sizeof(near)) != NULL)
		fault_on(d, at, "there is no such setting; is %s meant?", near);
	else
		fault_on(d, at, "there is no such setting; duaalsyncd --help-config lists all of them");
}

static void find_unknown(struct draft *d, const config_setting_t *parent)
{
	for (unsigned i = 0; i < (unsigned)config_setting_length(parent); i++) {
		const config_setting_t *at = config_setting_get_elem(parent, i);
		char path[FAULT_KEY_MAX];
		setting_path(at, true, path, sizeof(path));
		const struct setting *s = setting_find(path);
		bool groups = s != NULL && s->type == TYPE_GROUPS;
		bool inside = (s == NULL && setting_is_group(path)) || (groups && config_setting_is_list(at));
		if (s == NULL && !inside)
			report_unknown(d, at, path);
		else if (s == NULL && !config_setting_is_group(at) && config_setting_name(at) != NULL)
			fault_on(d, at, "must be a group: { ... }");
		else if (inside && config_setting_is_aggregate(at))
			find_unknown(d, at);
	}
}

/* ---- what the table asks for --------------------------------------------------------------------- */

static void load_value(struct draft *d, const struct setting *s, const config_setting_t *from, void *base);

config_setting_t *fallback_read(const struct setting *s, config_t *file)
{
	char text[1024];
	config_init(file);
	snprintf(text, sizeof(text), "fallback = %s;", s->fallback);
	return config_read_string(file, text) == CONFIG_TRUE ? config_lookup(file, "fallback") : NULL;
}

static void load_fallback(struct draft *d, const struct setting *s, void *base)
{
	config_t file;
	const config_setting_t *from = fallback_read(s, &file);
	d->fallback_key = s->key;
	if (from != NULL)
		load_value(d, s, from, base);
	d->fallback_key = NULL;
	config_destroy(&file);
}

bool is_inside_wrong_type(const struct draft *d, const char *key)
{
	char path[FAULT_KEY_MAX];
	snprintf(path, sizeof(path), "%s", key);
	for (char *dot = strrchr(path, '.'); dot != NULL; dot = strrchr(path, '.')) {
		*dot = '\0';
		const config_setting_t *at = config_lookup(&d->file, path);
		if (at != NULL)
			return !config_setting_is_group(at);
	}
	return false;
}

/* key: where it would stand in the file, if from is NULL. */
static void load_row(struct draft *d, const struct setting *s, const config_setting_t *from, const char *key,
		     void *base)
{
	if (from != NULL)
		load_value(d, s, from, base);
	else if (s->fallback != NULL)
		load_fallback(d, s, base);
	else if (s->required && !is_inside_wrong_type(d, key))
		fault_at(d, key, "is missing: %s", tr(s->help));
}

static void load_item(struct draft *d, const struct setting *groups, config_setting_t *from, unsigned at, void *base)
{
	if (!config_setting_is_group(from)) {
		fault_on(d, from, "must be a group: { ... }");
		return;
	}
	for (const struct setting *s = setting_first_member(groups); s != NULL; s = setting_next_member(groups, s)) {
		const char *member = setting_member_name(groups, s);
		char key[FAULT_KEY_MAX];
		snprintf(key, sizeof(key), "%s.[%u].%s", groups->key, at, member);
		load_row(d, s, config_setting_lookup(from, member), key, base);
	}
}

static void load_groups(struct draft *d, const struct setting *s, const config_setting_t *from)
{
	unsigned count = (unsigned)config_setting_length(from);
	if (!config_setting_is_list(from)) {
		fault_on(d, from, "must be a list of groups: ( { ... }, { ... } )");
		return;
	}
	if (count < s->min || count > s->max) {
		fault_on(d, from, "must have %u to %u items", s->min, s->max);
		return;
	}
	d->whole_list = s->reload != RELOAD_EACH;
	for (unsigned i = 0; i < count; i++)
		load_item(d, s, config_setting_get_elem(from, i), i, (char *)d + s->offset + (size_t)i * s->stride);
	d->whole_list = false;
	*(uint32_t *)(void *)((char *)d + s->count_offset) = count;
}

static void load_value(struct draft *d, const struct setting *s, const config_setting_t *from, void *base)
{
	if (!d->whole_list)
		scope_add(d, s, from);
	if (s->type == TYPE_GROUPS)
		load_groups(d, s, from);
	else
		value_store(d, s, from, base);
}

void load_setting(struct draft *d, const struct setting *s, const config_setting_t *from)
{
	load_value(d, s, from, d);
}

static void name_sources(struct draft *d)
{
	struct draft_source *source = d->sources;
	snprintf(source->key, sizeof(source->key), "source");
	snprintf(source->shown, sizeof(source->shown), "source");
	for (unsigned i = 0; i + 1 < SOURCES_MAX; i++) {
		source++;
		snprintf(source->key, sizeof(source->key), "more_sources.[%u]", i);
		snprintf(source->shown, sizeof(source->shown), "more_sources[%u]", i);
	}
}

void load_settings(struct draft *d)
{
	crypto_generichash_state scope;
	name_sources(d);
	find_unknown(d, config_root_setting(&d->file));
	scope_begin(d, &scope);
	for (uint32_t i = 0; i < setting_count; i++)
		if (strstr(setting_table[i].key, "[].") == NULL)
			load_row(d, &setting_table[i], config_lookup(&d->file, setting_table[i].key),
				 setting_table[i].key, d);
	scope_end(d);
}
