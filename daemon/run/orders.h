/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders.h - what people order over the socket: checked, put on record, carried out, answered. Private to run/.
 *
 *   given -> check -> [undo: what did that cycle do?] -> DECISION -> ledger -> DECIDED -> check again -> effect -> DECISION_END,
 *         COMMIT -> ledger -> COMMITTED -> answer, and a cycle begins
 *
 * Nothing takes effect before it is on record, nobody is told "done" before it is durable (I19). The effect is on what the past
 * knows, and a thought borrows from the past: so it waits for a moment in which no thought is in use (orders_go_on is called then;
 * what is being applied is interrupted for it between two chunks). A directive is an entry of the application's directory: it is
 * written at the beginning of the next cycle, before the target is read, so that the same cycle already sees it. Single thread.
 */
#ifndef DUAAL_RUN_ORDERS_H
#define DUAAL_RUN_ORDERS_H

#include "control/control.h"

struct run;
struct given;

struct orders {
	struct given *first; /* in the order in which the ledger answers */
	uint32_t tokens;
};

/* As struct control_host's give_order: done is called exactly once, at once or later. */
void orders_give(struct run *run, const struct order *order,
		 void (*done)(void *call, const struct order_result *result), void *call);
/* Somebody asked for a sync: on record with its uid, before the cycle that it asks for begins. */
void orders_record_sync(struct run *run, uid_t uid);

/* Events of the ledger. committed: false: the token is not one of an order. */
void orders_decided(void *ctx, uint32_t decision);
void orders_forgotten(void *ctx, uint32_t rows);
bool orders_committed(struct run *run, uint32_t token);

void orders_go_on(struct run *run);              /* no thought is in use now */
bool orders_want_writing(const struct run *run); /* directives are decided and not written */
bool orders_write(struct run *run);              /* true: written() of the directive writer will be called */
void orders_written(void *ctx,
		    const struct err *why); /* the directive writer's event; ends with cycle_orders_written */

/* Nobody waits any longer: the ledger failed or another configuration is taken (ORDER_FAILED), or the daemon stops (ORDER_STOPPING). */
void orders_fail(struct run *run, enum order_code code, const char *why);
/* Between two cycles: directives that wait for the next one are not written. True: the ledger, which gets that on record, owes an answer. */
bool orders_call_off(struct run *run, const char *why);
bool orders_are_busy(const struct run *run); /* the ledger or the directory owes an answer to one of them */

#endif
