/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_client_past.h - what the ledger remembers, record by record, into the past that is being loaded. Private to ledger_client*.c.
 */
#ifndef DUAAL_RUN_LEDGER_CLIENT_PAST_H
#define DUAAL_RUN_LEDGER_CLIENT_PAST_H

#include "run/ledger_client.h"

/* M_PAST_... into loading or pending, M_CYCLE to the event. ERR_PROTOCOL: malformed, or of no such type; ERR_NOMEM. */
MUST_USE int ledger_client_remember(struct ledger_client *l, uint16_t type, const void *body, size_t len,
				    struct err *err);

#endif
