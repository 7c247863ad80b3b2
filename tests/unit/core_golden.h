/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * core_golden.h - the stories of tests/golden for the tests that go through all of them.
 *
 * A story is a folder: source.ldif, target.ldif, settings, past, the outcome expected, and maybe "then": what happens afterwards, a
 * line a cycle (world_step). Found below $top_srcdir.
 */
#ifndef DUAAL_TESTS_CORE_GOLDEN_H
#define DUAAL_TESTS_CORE_GOLDEN_H

#include <setjmp.h>
#include <cmocka.h>

#include "core_world.h"

/* Runs story once for each of them, named after it, with its name as *state, and also (may be NULL) behind them; the exit status of the
 * test, 99 where they are not where they should be. */
int golden_run(const char *group, CMUnitTestFunction story, const struct CMUnitTest *also);
/* A file of the story into out, NUL-ended; false: there is none. */
bool golden_file(const char *name, const char *file, char *out, size_t size);
/* world_init and the story's four texts, not thought about yet. */
void golden_load(struct world *w, const char *name);
/* The next line of "then" (cut up like strtok_r) that is no comment: *key and *value; false: no more. */
bool golden_step(char **then, char **key, char **value);

#endif
