/* SPDX-License-Identifier: EUPL-1.2 */
/* core_golden.c - see core_golden.h. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include "core_golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static void path_of(const char *name, const char *file, char out[1024])
{
	const char *top = getenv("top_srcdir");
	snprintf(out, 1024, "%s/tests/golden/%s/%s", top != NULL ? top : ".", name, file);
}

bool golden_file(const char *name, const char *file, char *out, size_t size)
{
	char path[1024];
	path_of(name, file, path);
	FILE *in = fopen(path, "r");
	size_t len = in != NULL ? fread(out, 1, size - 1, in) : 0;
	out[len] = '\0';
	return in != NULL && fclose(in) == 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

#define GOLDEN_MAX 128

/* Into kept, ascending; how many. */
static size_t read_names(char kept[GOLDEN_MAX][64])
{
	char path[1024];
	size_t count = 0;
	path_of("", "", path);
	DIR *dir = opendir(path);
	if (dir == NULL)
		return 0;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < GOLDEN_MAX;)
		if (entry->d_name[0] != '.')
			snprintf(kept[count++], sizeof(kept[0]), "%.60s", entry->d_name);
	closedir(dir);
	qsort(kept, count, sizeof(kept[0]), compare_names);
	return count;
}

int golden_run(const char *group, CMUnitTestFunction story, const struct CMUnitTest *also)
{
	static char names[GOLDEN_MAX][64];
	static struct CMUnitTest tests[GOLDEN_MAX + 1];
	size_t count = read_names(names);
	if (count < 10)
		return 99;
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){names[i], story, NULL, NULL, names[i]};
	if (also != NULL)
		tests[count++] = *also;
	return _cmocka_run_group_tests(group, tests, count, NULL, NULL);
}

void golden_load(struct world *w, const char *name)
{
	static const struct {
		const char *file;
		void (*take)(struct world *, const char *);
	} parts[] = {{"settings", world_settings},
		     {"source.ldif", world_source},
		     {"target.ldif", world_target},
		     {"past", world_past}};
	static char text[65536];
	world_init(w);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!golden_file(name, parts[i].file, text, sizeof(text)))
			fail_msg("%s of %s cannot be read", parts[i].file, name);
		parts[i].take(w, text);
	}
}

bool golden_step(char **then, char **key, char **value)
{
	char *line;
	do
		line = strsep(then, "\n");
	while (line != NULL && (*line == '#' || *line == '\0'));
	if (line == NULL)
		return false;
	*value = strstr(line, ": ");
	assert_non_null(*value);
	**value = '\0';
	*value += 2;
	*key = line;
	return true;
}
