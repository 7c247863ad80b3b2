/* SPDX-License-Identifier: EUPL-1.2 */
/* setting.c - asking the table: by key, by group, by nearness. See setting.h. */
#include "config/setting.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX 128

const struct setting *setting_find(const char *key)
{
	for (uint32_t i = 0; i < setting_count; i++)
		if (strcmp(setting_table[i].key, key) == 0)
			return &setting_table[i];
	return NULL;
}

bool setting_is_group(const char *path)
{
	size_t len = strlen(path);
	for (uint32_t i = 0; i < setting_count; i++)
		if (strncmp(setting_table[i].key, path, len) == 0 && setting_table[i].key[len] == '.')
			return true;
	return false;
}

/* Levenshtein's distance; texts longer than a key can be are far from everything. */
static size_t distance(const char *a, const char *b)
{
	size_t row[KEY_MAX], len = strlen(b);
	if (len >= KEY_MAX || strlen(a) >= KEY_MAX)
		return KEY_MAX;
	for (size_t k = 0; k <= len; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0]++;
		for (size_t k = 1; k <= len; k++) {
			size_t best = corner + (a[i] != b[k - 1]);
			corner = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[len];
}

static const char *last_part(const char *path)
{
	const char *dot = strrchr(path, '.');
	return dot != NULL ? dot + 1 : path;
}

/* How far a known name is from what was written: spelling first; the right name in the wrong place is near too. */
static size_t nearness(const char *path, const char *known)
{
	size_t far = distance(path, known);
	return strcmp(last_part(path), last_part(known)) == 0 && far > 2 ? 2 : far;
}

const char *setting_suggest(const char *path, char *out, size_t size)
{
	size_t best = strlen(last_part(path)) / 3 + 2; /* one letter in three may be wrong */
	out[0] = '\0';
	for (uint32_t i = 0; i < setting_count; i++) {
		char known[KEY_MAX];
		snprintf(known, sizeof(known), "%s", setting_table[i].key);
		for (char *end = known + strlen(known); end != NULL; end = strrchr(known, '.')) {
			*end = '\0'; /* the key itself, then the groups round it */
			size_t far = nearness(path, known);
			if (far < best) {
				best = far;
				snprintf(out, size, "%s", known);
			}
		}
	}
	return out[0] != '\0' ? out : NULL;
}

const char *setting_type_name(const struct setting *s)
{
	static const char *const names[] = {
		[TYPE_TEXT] = "text",
		[TYPE_URIS] = "LDAP URI, or a list of them",
		[TYPE_DN] = "DN",
		[TYPE_FILTER] = "LDAP filter",
		[TYPE_FILE] = "file",
		[TYPE_PATH] = "path",
		[TYPE_DIRECTORY] = "folder",
		[TYPE_SECRET_FILE] = "file with a secret",
		[TYPE_KEY_FILE] = "file with a private key",
		[TYPE_INTEGER] = "whole number",
		[TYPE_DURATION] = "duration",
		[TYPE_BOOLEAN] = "true or false",
		[TYPE_CHOICE] = "one word of",
		[TYPE_SWITCH] = "one word of",
		[TYPE_ATTRIBUTE] = "attribute",
		[TYPE_NAME] = "attribute",
		[TYPE_WORDS] = "list of texts",
		[TYPE_NAMES] = "list of names",
		[TYPE_DNS] = "list of DNs",
		[TYPE_GROUPS] = "list of groups",
	};
	return names[s->type];
}

const char *setting_reload_name(enum setting_reload reload)
{
	static const char *const names[] = {
		[RELOAD_LIVE] = "live",   [RELOAD_HELPER] = "restart-helper",
		[RELOAD_SCOPE] = "scope", [RELOAD_RESTART] = "restart",
		[RELOAD_EACH] = "each",
	};
	return names[reload];
}
