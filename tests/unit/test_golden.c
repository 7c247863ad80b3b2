/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_golden.c - whole cases that read like a story: tests/golden/<case>/{source,target}.ldif, settings, past and
 * the expected outcome. A case that differs prints what came out, to be read and, when right, kept.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core_world.h"

#define CASES_MAX 128

static char root[512];

static void read_file(const char *name, const char *file, char *out, size_t size)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	FILE *in = fopen(path, "r");
	size_t len = in != NULL ? fread(out, 1, size - 1, in) : 0;
	out[len] = '\0';
	if (in == NULL)
		fail_msg("%s cannot be read", path);
	fclose(in);
}

static void story(void **state)
{
	static char text[65536];
	const char *name = *state;
	struct world w;
	world_init(&w);
	read_file(name, "settings", text, sizeof(text));
	world_settings(&w, text);
	read_file(name, "source.ldif", text, sizeof(text));
	world_source(&w, text);
	read_file(name, "target.ldif", text, sizeof(text));
	world_target(&w, text);
	read_file(name, "past", text, sizeof(text));
	world_past(&w, text);
	world_think(&w);
	read_file(name, "expected", text, sizeof(text));
	const char *outcome = world_render(&w);
	if (strcmp(outcome, text) != 0)
		fail_msg("%s: what came out:\n%s", name, outcome);
	world_done(&w);
}

static int compare_names(const void *a, const void *b)
{
	const struct CMUnitTest *left = a, *right = b;
	return strcmp(left->name, right->name);
}

int main(void)
{
	static struct CMUnitTest tests[CASES_MAX];
	static char names[CASES_MAX][64];
	size_t count = 0;
	const char *top = getenv("top_srcdir");
	snprintf(root, sizeof(root), "%s/tests/golden", top != NULL ? top : ".");
	DIR *dir = opendir(root);
	if (dir == NULL)
		return 99;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < CASES_MAX;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(names[count], sizeof(names[count]), "%.60s", entry->d_name);
		tests[count] = (struct CMUnitTest){names[count], story, NULL, NULL, names[count]};
		count++;
	}
	closedir(dir);
	qsort(tests, count, sizeof(*tests), compare_names);
	if (count < 10)
		return 99; /* the cases are not where they should be */
	return _cmocka_run_group_tests("golden", tests, count, NULL, NULL);
}
