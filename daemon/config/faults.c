/* SPDX-License-Identifier: EUPL-1.2 */
/* faults.c - the list of faults, in order of lines, and where in the file a setting is. See draft.h. */
#include <stdio.h>

#include "base/language.h"
#include "config/draft.h"

static void insert(struct config_faults *faults, const struct config_fault *fault)
{
	uint32_t kept = faults->count < CONFIG_FAULTS_MAX ? faults->count : CONFIG_FAULTS_MAX;
	uint32_t at = kept;
	faults->count++;
	while (at > 0 && faults->at[at - 1].line > fault->line) {
		if (at < CONFIG_FAULTS_MAX)
			faults->at[at] = faults->at[at - 1];
		at--;
	}
	if (at < CONFIG_FAULTS_MAX)
		faults->at[at] = *fault;
}

static void PRINTF_LIKE(4, 0) vfault(struct draft *d, unsigned line, const char *key, const char *format, va_list args)
{
	struct config_fault fault = {.line = line};
	snprintf(fault.key, sizeof(fault.key), "%s", key);
	if (vsnprintf(fault.text, sizeof(fault.text), tr(format), args) < 0)
		fault.text[0] = '\0';
	insert(d->faults, &fault);
}

void fault_add(struct draft *d, unsigned line, const char *key, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfault(d, line, key, format, args);
	va_end(args);
}

/* Line of the setting, or of the nearest group round it that is in the file; 0: the file as a whole. */
static unsigned line_of(const struct draft *d, const char *key)
{
	char path[FAULT_KEY_MAX];
	snprintf(path, sizeof(path), "%s", key);
	for (;;) {
		const config_setting_t *at = config_lookup(&d->file, path);
		if (at != NULL)
			return config_setting_source_line(at);
		char *dot = strrchr(path, '.');
		if (dot == NULL)
			return 0;
		*dot = '\0';
	}
}

/* libconfig's "roles.[1]" is shown as "roles[1]". */
static void show_path(const char *key, char out[FAULT_KEY_MAX])
{
	size_t len = 0;
	for (const char *at = key; *at != '\0' && len + 1 < FAULT_KEY_MAX; at++)
		if (at[0] != '.' || at[1] != '[')
			out[len++] = *at;
	out[len] = '\0';
}

static void PRINTF_LIKE(3, 0) vfault_at(struct draft *d, const char *key, const char *format, va_list args)
{
	char shown[FAULT_KEY_MAX];
	show_path(key, shown);
	vfault(d, line_of(d, key), shown, format, args);
}

void fault_at(struct draft *d, const char *key, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfault_at(d, key, format, args);
	va_end(args);
}

void fault_at_source(struct draft *d, const struct draft_source *source, const char *setting, const char *format, ...)
{
	char key[FAULT_KEY_MAX];
	snprintf(key, sizeof(key), "%s.%s", source->key, setting);
	va_list args;
	va_start(args, format);
	vfault_at(d, key, format, args);
	va_end(args);
}

void fault_on(struct draft *d, const config_setting_t *at, const char *format, ...)
{
	char path[FAULT_KEY_MAX];
	setting_path(at, false, path, sizeof(path));
	va_list args;
	va_start(args, format);
	if (d->fallback_key != NULL)
		vfault(d, 0, d->fallback_key, format, args);
	else
		vfault(d, config_setting_source_line(at), path, format, args);
	va_end(args);
}

static void path_add(char *out, size_t size, const char *before, const char *name, const char *after)
{
	size_t used = strlen(out);
	snprintf(out + used, size - used, "%s%s%s", before, name, after);
}

void setting_path(const config_setting_t *at, bool generic, char *out, size_t size)
{
	out[0] = '\0';
	if (at == NULL || config_setting_is_root(at))
		return;
	setting_path(config_setting_parent(at), generic, out, size);
	char index[16];
	snprintf(index, sizeof(index), "%d", config_setting_index(at));
	if (config_setting_name(at) == NULL)
		path_add(out, size, "[", generic ? "" : index, "]");
	else
		path_add(out, size, out[0] != '\0' ? "." : "", config_setting_name(at), "");
}

/* ---- told ---------------------------------------------------------------------------------------- */

#define SENTENCE_MAX (4096 + sizeof(struct config_fault))

/* Without the parts that are not known. */
static void tell_fault(const char *path, const struct config_fault *fault,
		       void (*tell)(void *ctx, const char *sentence), void *ctx)
{
	char line[16] = "", sentence[SENTENCE_MAX];
	if (fault->line > 0)
		snprintf(line, sizeof(line), ":%u", fault->line);
	snprintf(sentence, sizeof(sentence), "%s%s: %s%s%s", path, line, fault->key, fault->key[0] != '\0' ? ": " : "",
		 fault->text);
	tell(ctx, sentence);
}

void config_faults_tell(const char *path, const struct config_faults *faults,
			void (*tell)(void *ctx, const char *sentence), void *ctx)
{
	uint32_t kept = faults->count < CONFIG_FAULTS_MAX ? faults->count : CONFIG_FAULTS_MAX;
	for (uint32_t i = 0; i < kept; i++)
		tell_fault(path, &faults->at[i], tell, ctx);
	if (faults->count > kept) {
		struct config_fault rest = {0};
		snprintf(rest.text, sizeof(rest.text),
			 tr_count("and %u more fault", "and %u more faults", faults->count - kept),
			 faults->count - kept);
		tell_fault(path, &rest, tell, ctx);
	}
}
