/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * roles.h - roles by their words: the ledger's own list, which only grows, against the configuration's.
 *
 * Every row names a role by its position in the ledger's list, the planner by its position in the configuration. The two
 * are matched by word when the ledger is opened, so that an order of words that was changed in the configuration moves
 * nobody into another role. Version 1 wrote the positions of the configuration: with it the list begins.
 */
#ifndef DUAAL_LEDGER_ROLES_H
#define DUAAL_LEDGER_ROLES_H

#include "ledger/db.h"
#include "wire/ledger_message.h"

#define ROLES_NONE UINT8_MAX /* no role, or one that the other side does not know */

struct roles {
	uint8_t stored[UINT8_MAX + 1], configured[UINT8_MAX + 1]; /* each by the other's position */
};

/* Reads the list and adds the configuration's new words at its end, unless the file was opened for reading only. Without any word
 * in settings positions stay as they are. ERR_INVALID: more words than can be told apart. */
MUST_USE int roles_open(struct roles *roles, struct db *db, const struct ledger_settings *settings, struct err *err);

#endif
