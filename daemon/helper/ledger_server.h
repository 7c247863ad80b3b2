/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_server.h - the inside of duaal-ledger: its requests, for duaal-ledger.c, ledger_facts.c and ledger_questions.c.
 *
 * A handler decodes its body, does what it says and answers. What it returns ends the process when it is negative, but
 * for questions: their failure is told and the next one is served.
 */
#ifndef DUAAL_HELPER_LEDGER_SERVER_H
#define DUAAL_HELPER_LEDGER_SERVER_H

#include "helper/helper.h"
#include "ledger/store.h"

struct server {
	struct channel *channel;
	struct store *store;
	bool read_only;
	uint32_t deadline_s;
	struct buf answer;
};

struct request {
	uint16_t type;
	int (*handle)(struct server *server, const void *body, size_t len, struct err *err);
};

/* EXAMINE, one of the questions (examine_ledger.c). */
MUST_USE int examine_ledger(struct server *server, const void *body, size_t len, struct err *err);

extern const struct request ledger_facts[]; /* store one fact, no answer; ended by a row of zeros */
extern const struct request
	ledger_questions[]; /* change nothing; likewise; a failure is told and does not end the process */

#endif
