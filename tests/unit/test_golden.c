/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_golden.c - whole cases that read like a story (core_golden.h), each with the outcome expected. Of a file "then", the outcome of
 * each line is below it. A case that differs prints what came out, to be read and, when right, kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core_golden.h"

static void tell_on(struct world *w, char *then, struct buf *out)
{
	for (char *key, *value; golden_step(&then, &key, &value);) {
		buf_format(out, "-- %s: %s\n", key, value);
		world_step(w, key, value);
		buf_add_string(out, world_render_outcome(w));
	}
}

static void story(void **state)
{
	static char text[65536];
	const char *name = *state;
	struct world w;
	golden_load(&w, name);
	world_think(&w);
	struct buf out;
	buf_init(&out);
	buf_add_string(&out, world_render(&w));
	if (golden_file(name, "then", text, sizeof(text)))
		tell_on(&w, text, &out);
	if (!golden_file(name, "expected", text, sizeof(text)))
		fail_msg("expected of %s cannot be read", name);
	if (strcmp(buf_string(&out), text) != 0) {
		printf("# what came out:\n%s# end\n", buf_string(&out)); /* too long for a message of cmocka */
		fail_msg("%s differs", name);
	}
	buf_done(&out);
	world_done(&w);
}

int main(void)
{
	return golden_run("golden", story, NULL);
}
