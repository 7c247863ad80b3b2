/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_questions.h - long questions to the ledger, through a second duaal-ledger that may only read: they never delay a cycle.
 *
 * One question at a time, the others wait in order. The helper is started with the first one and ended after a time without any.
 * Its own alarm bounds a question that makes no progress. Answers are gathered whole and bounded before they are told.
 */
#ifndef DUAAL_RUN_LEDGER_QUESTIONS_H
#define DUAAL_RUN_LEDGER_QUESTIONS_H

#include "base/arena.h"
#include "control/control.h"
#include "run/client.h"
#include "wire/ledger_message.h"

struct asked_question;

struct ledger_questions {
	sd_event *loop;
	struct client client;
	struct asked_question *first; /* the one that is asked; the others wait behind it */
	bool asking;
	struct arena arena; /* texts of the answer */
	struct text *lines;
	struct past_change *changes;
	struct ledger_answer answer;
	size_t line_capacity, change_capacity;
	sd_event_source *next, *idle;
};

void ledger_questions_init(struct ledger_questions *q, sd_event *loop, const struct helper_place *place,
			   const struct ledger_settings *set);
/* Ends the helper. What was asked is answered with why as its trouble; NULL: nobody is told. */
void ledger_questions_done(struct ledger_questions *q, const char *why);

/* done is called exactly once, at once only when memory is out, and not at all when ledger_questions_cancel came first. */
void ledger_questions_ask(struct ledger_questions *q, const struct ledger_question *question,
			  void (*done)(void *ctx, const struct ledger_answer *answer), void *ctx);
void ledger_questions_cancel(struct ledger_questions *q, const void *ctx);

#endif
