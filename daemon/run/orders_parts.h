/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders_parts.h - what the files of orders share: one order on its way. Private to orders*.c and undo.c.
 */
#ifndef DUAAL_RUN_ORDERS_PARTS_H
#define DUAAL_RUN_ORDERS_PARTS_H

#include "base/language.h"
#include "run/directive.h"
#include "run/state.h"

enum given_state {
	GIVEN_LOOKING,    /* undo: the ledger is asked what that cycle did */
	GIVEN_DECIDING,   /* on its way to the ledger */
	GIVEN_DECIDED,    /* on record: takes effect as soon as it can */
	GIVEN_WRITING,    /* its directive is being written */
	GIVEN_FORGETTING, /* the ledger takes a person out */
	GIVEN_STORING,    /* took effect, or will not: its end becomes durable */
};

struct given {
	struct given *next;
	struct run *run;
	struct order order; /* texts in arena; filled in where the order leaves something open */
	struct arena arena;
	enum given_state state;
	uint32_t decision, token;
	int failure; /* for the ledger, where the code is not ORDER_DONE: an LDAP result or enum err_code */
	void (*done)(void *call, const struct order_result *result); /* NULL: nobody waits */
	void *call;
	struct order_result result; /* lists and texts in arena; its sentence is: */
	struct saying sentence;     /* English for log and ledger */
	const char *new_name;       /* cn of a directive that is not there yet; as on record, in arena */
	struct past_pin *pins;      /* undo: what is to stay so, in arena */
	struct order_item *left;    /* undo: what was changed since; in arena */
	uint32_t pin_count, left_count;
	uint32_t asked_count; /* undo: of the pins, those of people whom the source has yet to show */
};

/* The sentence about an order: the arguments are evaluated once in each language. */
#define order_say(g, ...) saying_put(&(g)->sentence, __VA_ARGS__)
/* The order cannot be carried out: notes code and sentence. Is false. */
#define order_refuse(g, code, ...) (order_say(g, __VA_ARGS__), order_note_refusal(g, code))
bool order_note_refusal(struct given *g, enum order_code code);
void order_decide(struct run *run, struct given *g); /* onto the record */
void order_answer(struct run *run, struct given *g); /* result and sentence are set: takes it off and tells */
void order_tell(struct run *run, struct given *g);   /* orders_tell.c: log, watchers and the caller; frees it */
bool order_is_directive(enum order_kind kind);       /* carried out by writing an entry */

/* orders_check.c: may it be carried out as things stand? false: refused with a sentence. Fills in what the order left open: the
 * directive of an adopted hand edit, the date of an override. Asked when given, and again before it takes effect. */
bool order_check(const struct run *run, struct given *g);
/* order_check_hold.c: holds; order_check_directive.c: directives. */
bool check_hold(const struct run *run, struct given *g);
bool check_request(const struct run *run, struct given *g);
bool check_unrequest(const struct run *run, struct given *g);
bool check_pin(const struct run *run, struct given *g);
bool check_unpin(const struct run *run, struct given *g);
bool check_adopt(const struct run *run, struct given *g);

/* orders_effect.c: into the past and the ledger's open transaction. Sets result and sentence. */
MUST_USE int order_take_effect(struct run *run, struct given *g, struct err *err);
/* Until when what was ordered at an institution (0: not one of them) waits, in words, for tr(); NULL: it does not. exclude: it keeps somebody
 * out. */
const char *order_waits(const struct run *run, uint32_t number, bool exclude);
const char *order_goes(const struct run *run,
		       uint32_t number); /* when what was allowed there goes: "now", or what it waits for */
/* orders_effect_hold.c: approve, reject, accept. As order_take_effect. */
MUST_USE int order_decide_hold(struct run *run, struct given *g, struct err *err);
/* orders_write.c: a directive's operations into the directive writer. How many; 0: it stands there so already. Sets the sentence. */
MUST_USE int order_compose(struct run *run, struct given *g, struct err *err);
/* It is written: the past forgets those that it changes or takes out, so that none of them counts as vanished. */
MUST_USE int order_forget_directives(struct run *run, const struct given *g, struct err *err);
struct directive_key order_directive(const struct given *g);
/* The next directive for the same thing that the past knows in force, from *at on; false: none. */
bool order_next_known(const struct run *run, const struct given *g, size_t *at, struct uuid *ret);
/* The freeze or pause that the order is about, or NULL. */
const struct past_freeze *order_freeze(const struct run *run, const struct given *g);

/* undo.c: asks what that cycle did; goes on with order_decide, or refuses. */
void undo_look(struct run *run, struct given *g);

#endif
