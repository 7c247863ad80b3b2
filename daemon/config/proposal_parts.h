/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal_parts.h - values of settings as JSON, there and back. For proposal*.c only.
 */
#ifndef DUAAL_CONFIG_PROPOSAL_PARTS_H
#define DUAAL_CONFIG_PROPOSAL_PARTS_H

#include <jansson.h>

#include "config/draft.h"

/* A value as it was loaded; base: the struct that the row's offset counts from. NULL: out of memory. */
json_t *proposal_value(const struct setting *s, const void *base);

/* The value of a row of the table in the file that is being made up, at the row's own path. NULL: it has no place there, or is of a
 * kind that no setting has. */
config_setting_t *proposal_put(config_t *file, const struct setting *s, const json_t *value);

#endif
