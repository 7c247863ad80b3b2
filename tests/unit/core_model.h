/* SPDX-License-Identifier: EUPL-1.2 */
/* core_model.h - the policy once more, slow and obvious, as a reference for the properties. */
#ifndef DUAAL_TESTS_CORE_MODEL_H
#define DUAAL_TESTS_CORE_MODEL_H

#include "core_world.h"

/* Should the source person at this position of the world's records be in this role there? Knows only what the generator of
 * test_properties.c makes: numbers with or without zeros, lists, states, end dates, kinds and requests. */
bool model_grants(const struct world *w, size_t person, uint32_t number, const char *role);
/* The same with what people decided above it: overrides written on 1 November 2026, and undone cycles. */
bool model_wants(const struct world *w, size_t person, uint32_t number, const char *role);

#endif
