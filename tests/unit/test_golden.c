/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_golden.c - whole cases that read like a story: tests/golden/<case>/{source,target}.ldif, settings, past and
 * the expected outcome. A file "then" tells what happens afterwards, a line a cycle (world_step), with its outcome below it. A
 * case that differs prints what came out, to be read and, when right, kept.
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

static bool try_file(const char *name, const char *file, char *out, size_t size)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	FILE *in = fopen(path, "r");
	size_t len = in != NULL ? fread(out, 1, size - 1, in) : 0;
	out[len] = '\0';
	return in != NULL && fclose(in) == 0;
}

static void read_file(const char *name, const char *file, char *out, size_t size)
{
	if (!try_file(name, file, out, size))
		fail_msg("%s of %s cannot be read", file, name);
}

static void tell_on(struct world *w, char *then, struct buf *out)
{
	char *rest = NULL;
	for (char *line = strtok_r(then, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			continue;
		buf_format(out, "-- %s\n", line);
		char *value = strstr(line, ": ");
		assert_non_null(value);
		*value = '\0';
		world_step(w, line, value + 2);
		buf_add_string(out, world_render_outcome(w));
	}
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
	struct buf out;
	buf_init(&out);
	buf_add_string(&out, world_render(&w));
	if (try_file(name, "then", text, sizeof(text)))
		tell_on(&w, text, &out);
	read_file(name, "expected", text, sizeof(text));
	if (strcmp(buf_string(&out), text) != 0) {
		printf("# what came out:\n%s# end\n", buf_string(&out)); /* too long for a message of cmocka */
		fail_msg("%s differs", name);
	}
	buf_done(&out);
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
