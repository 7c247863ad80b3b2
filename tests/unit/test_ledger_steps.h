/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_ledger_steps.h - a past for a ledger: one change of one membership a cycle, at times of its own; for the tests of questions about it.
 */
#ifndef DUAAL_TEST_LEDGER_STEPS_H
#define DUAAL_TEST_LEDGER_STEPS_H

#include "test_ledger_bench.h"

#define AT 1764000000
static const struct uuid group = {{7, 7, 7}};

#define UNTOLD INT32_MIN /* as a result: nobody told it */

/* One membership change of one cycle of its own; result as the server said it. Its time is set afterwards: seconds behind AT. */
struct step {
	int64_t after_s;
	uint8_t kind;
	uint32_t number;
	uint8_t role;
	const char *who; /* vo-id */
	int result;
	uint16_t cause, reason;
};

static inline void set_time(struct store *store, uint32_t id, int64_t at_s)
{
	char sql[256];
	snprintf(sql, sizeof(sql),
		 "UPDATE changes SET at_s = %lld WHERE cycle = %u; UPDATE outcomes SET at_s = %lld WHERE cycle = %u;"
		 "UPDATE cycles SET started_s = %lld WHERE id = %u",
		 (long long)at_s, id, (long long)at_s, id, (long long)at_s, id);
	OK(db_exec(store_db(store), sql, E));
}

static inline void take_step(struct store *store, const struct step *step)
{
	char value[96];
	const struct change_outcome outcome = {1, step->result, {0}};
	uint32_t id = begin(store);
	snprintf(value, sizeof(value), "uid=%s,ou=people,dc=x", step->who);
	struct intent intent = member_intent(1, (enum intent_kind)step->kind, &group, value);
	intent.number = step->number;
	intent.role = step->role;
	intent.person = text_of(step->who);
	intent.name = text_of(step->who[3] == 'a' ? "Ann" : "Bart");
	intent.cause = step->cause;
	intent.reason = step->reason;
	memcpy(intent.source_uuid.bytes, step->who, 4);
	OK(store_intent(store, &intent, E));
	if (step->result != UNTOLD)
		OK(store_outcome(store, &outcome, E));
	end(store, id);
	set_time(store, id, AT + step->after_s);
}

#define ADD    INTENT_MEMBER_ADD
#define REMOVE INTENT_MEMBER_REMOVE

#endif
