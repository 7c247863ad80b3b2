/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * asked.h - calls that wait for the host: an order to be carried out, a question to the ledger, a search.
 *
 * The host answers at once or later, also when the client has left meanwhile, of which it hears, and when the control service was
 * made anew: then there is nobody to tell, and the order stands. So many of each wait at a time, those whose client left
 * included, that whoever asks and leaves again and again fills nothing, and whoever may only ask keeps no order away.
 */
#ifndef DUAAL_CONTROL_ASKED_H
#define DUAAL_CONTROL_ASKED_H

#include "control/answers.h"
#include "control/control_parts.h"

#define ORDERS_MAX    32
#define QUESTIONS_MAX 8

/* Gives the order; answer makes the reply of one that was carried out. Answers the call in every case. */
void ask_order(struct control *control, struct varlink_call *call, const struct order *order,
	       json_t *(*answer)(const struct view *view, const struct order_result *result));

/* Asks the ledger; answer answers the call, and is told as the ledger's trouble when too many questions wait, or when there is no memory for one more. subject:
 * handed on, e.g. the hold that the question is about. */
typedef void (*ledger_answer_fn)(struct varlink_call *call, const struct view *view, uint32_t subject,
				 const struct ledger_answer *answer);
void ask_ledger(struct control *control, struct varlink_call *call, const struct ledger_question *question,
		uint32_t subject, ledger_answer_fn answer);

/* Searches by national number, for this user. Like a question to the ledger. */
typedef void (*person_answer_fn)(struct varlink_call *call, void *ctx, const struct people_found *found);
void ask_person(struct control *control, struct varlink_call *call, const char *number, person_answer_fn answer);

void asked_forget(struct control *control); /* the service goes; what the host still answers is dropped */

#endif
