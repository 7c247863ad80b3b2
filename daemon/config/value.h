/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * value.h - one value of the file, judged by its row of the table and stored where the row says. Only for config/.
 *
 * base: the struct that the row's offset counts from. false: a fault was added and nothing was stored.
 */
#ifndef DUAAL_CONFIG_VALUE_H
#define DUAAL_CONFIG_VALUE_H

#include "config/draft.h"
#include "config/setting.h"

bool value_store(struct draft *d, const struct setting *s, const config_setting_t *from, void *base);

/* value_text.c: does this text fit the row's type? Adds the fault itself. */
bool value_check_text(struct draft *d, const struct setting *s, const config_setting_t *from, const char *text);

#endif
