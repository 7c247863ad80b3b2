/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * positions.h - a vector of CSNs in a text column, readable with any SQLite tool: the CSNs as the server spells them, or
 * one USN with its server, apart by one space.
 */
#ifndef DUAAL_LEDGER_POSITIONS_H
#define DUAAL_LEDGER_POSITIONS_H

#include "base/buf.h"
#include "model/csn.h"

void positions_put(struct buf *out, const struct csn_vector *positions);
bool positions_parse(struct text text, struct csn_vector *ret); /* false: not such a text; ret is then undefined */

#endif
