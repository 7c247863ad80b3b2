/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * duaal-ledger.c - the only process that opens the ledger: one request of the planner after the other, stored or told.
 *
 * In: HELLO, then what wire/ledger_message.h says. Whatever fails is said once, as FAILURE, and ends the process with
 * nothing kept of the open transaction: a ledger that cannot be written stops the writing to the directory (I19, I23).
 * Only a question (ledger_questions.c) may fail and be followed by another. alarm(2) bounds each request; waiting for the planner is not bounded.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "helper/confine.h"
#include "helper/ledger_server.h"
#include "ledger/db.h"
#include "wire/record.h"

#define END_GRACE_S 2 /* to close the ledger */

static int answer_number(struct server *server, uint16_t type, uint32_t number, struct err *err)
{
	buf_clear(&server->answer);
	record_put_u32(&server->answer, number);
	return helper_send(server->channel, type, &server->answer, err);
}

static int send_loaded(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct server *server = ctx;
	if (type == M_LEDGER_LOADED)
		return helper_send(server->channel, type, NULL, err);
	return channel_put(server->channel, type, body->at, body->len, err);
}

static int on_load(struct server *server, const void *body, size_t len, struct err *err)
{
	(void)body;
	if (len > 0)
		return err_set(err, ERR_PROTOCOL, "a request to load that says more");
	return store_load(server->store, send_loaded, server, err);
}

static int on_cycle_begin(struct server *server, const void *body, size_t len, struct err *err)
{
	struct cycle_summary cycle;
	uint32_t id = 0;
	int code = cycle_summary_decode(body, len, &cycle, err);
	if (code == 0) {
		clock_know(cycle.started_s, clock_up_s(), CLOCK_STEP_S);
		code = store_begin_cycle(server->store, &cycle, &id, err);
	}
	return code < 0 ? code : answer_number(server, M_CYCLE_BEGUN, id, err);
}

static int on_commit(struct server *server, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t token = record_get_u32(&in);
	int code = record_end(&in, "commit", err);
	if (code == 0)
		code = store_commit(server->store, err);
	return code < 0 ? code : answer_number(server, M_COMMITTED, token, err);
}

/* The head of the chain, so that it can be noted elsewhere: with the answer that follows. */
static int tell_head(struct server *server, struct err *err)
{
	struct ledger_head head;
	store_head(server->store, &head);
	buf_clear(&server->answer);
	ledger_head_encode(&server->answer, &head);
	return buf_failed(&server->answer)
		       ? err_nomem(err)
		       : channel_put(server->channel, M_LEDGER_HEAD, server->answer.at, server->answer.len, err);
}

static int on_cycle_end(struct server *server, const void *body, size_t len, struct err *err)
{
	struct cycle_end end;
	int code = cycle_end_decode(body, len, &end, err);
	if (code == 0)
		code = store_end_cycle(server->store, &end, err);
	if (code == 0)
		code = tell_head(server, err);
	return code < 0 ? code : answer_number(server, M_COMMITTED, 0, err);
}

/* On record, then what was ordered may take effect (I19). */
static int on_decision(struct server *server, const void *body, size_t len, struct err *err)
{
	struct decision decision;
	uint32_t id = 0;
	int code = decision_decode(body, len, &decision, err);
	if (code == 0)
		code = store_decide(server->store, &decision, &id, err);
	return code < 0 ? code : answer_number(server, M_DECIDED, id, err);
}

static int on_forget_person(struct server *server, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	uint32_t rows = 0;
	record_read(&in, body, len);
	struct text vo_id = record_get_text(&in);
	int code = record_end(&in, "request to forget", err);
	if (code == 0)
		code = store_forget_person(server->store, vo_id, &rows, err);
	return code < 0 ? code : answer_number(server, M_FORGOTTEN, rows, err);
}

static const struct request requests[] = {
	{M_CYCLE_BEGIN, on_cycle_begin},     {M_COMMIT, on_commit},
	{M_CYCLE_END, on_cycle_end},         {M_DECISION, on_decision},
	{M_FORGET_PERSON, on_forget_person}, {0, NULL},
};

static const struct request *find(const struct request *list, uint16_t type)
{
	while (list->handle != NULL && list->type != type)
		list++;
	return list->handle != NULL ? list : NULL;
}

/* The planner hears what is wrong and may ask on; only of a file that has gone is nothing more to be told. */
static int answer_question(struct server *server, const struct request *question, const void *body, size_t len,
			   struct err *err)
{
	struct err why = {0};
	int code = db_check_place(store_db(server->store), err);
	if (code < 0)
		return code;
	code = question->handle(server, body, len, &why);
	return code < 0 ? helper_send_failure(server->channel, &why, 0, err) : 0;
}

static int handle(struct server *server, uint16_t type, const void *body, size_t len, struct err *err)
{
	const struct request *found = find(ledger_questions, type);
	if (found != NULL)
		return answer_question(server, found, body, len, err);
	if (type == M_LEDGER_LOAD)
		return on_load(server, body, len, err);
	found = find(ledger_facts, type);
	if (found == NULL)
		found = find(requests, type);
	if (found == NULL)
		return err_set(err, ERR_PROTOCOL, "duaal-ledger knows no request %u", type);
	if (server->read_only)
		return err_set(err, ERR_DENIED, "the ledger was opened for reading only");
	return found->handle(server, body, len, err);
}

static int open_store(struct server *server, const void *body, size_t len, struct err *err)
{
	struct ledger_settings settings;
	void *memory;
	int code = ledger_settings_decode(body, len, &settings, &memory, err);
	if (code < 0)
		return code;
	server->read_only = settings.read_only;
	server->deadline_s = settings.deadline_s;
	alarm(server->deadline_s);
	code = confine_to_ledger(settings.path, err);
	if (code == 0)
		code = store_open(&settings, &server->store, err);
	free(memory);
	return code < 0 ? code : helper_send(server->channel, M_READY, NULL, err);
}

static int greet(struct server *server, struct err *err)
{
	uint16_t type;
	const void *body;
	size_t len;
	int code = helper_receive(server->channel, &type, &body, &len, err);
	if (code < 0)
		return code;
	if (type != M_HELLO)
		return err_set(err, ERR_PROTOCOL, "duaal-ledger was not greeted");
	return open_store(server, body, len, err);
}

/* Until something fails; the planner's going counts as that. */
static void serve(struct server *server, struct err *err)
{
	int code = greet(server, err);
	while (code == 0) {
		uint16_t type;
		const void *body;
		size_t len;
		alarm(0);
		code = helper_receive(server->channel, &type, &body, &len, err);
		alarm(server->deadline_s);
		if (code == 0)
			code = handle(server, type, body, len, err);
	}
}

int main(int argc, char **argv)
{
	struct server server = {0};
	struct err err = {0}, unheard = {0};
	if (sodium_init() < 0 || helper_start(argc, argv, "duaal-ledger", END_GRACE_S, &server.channel, &err) < 0) {
		fprintf(stderr, "%s\n", err.code != 0 ? err.text : "duaal-ledger: no source of random numbers");
		return 2;
	}
	buf_init(&server.answer);
	serve(&server, &err);
	server.store = store_close(server.store);
	/* The planner's going is the normal end: then nobody hears this. */
	bool heard = helper_send_failure(server.channel, &err, 0, &unheard) == 0;
	buf_done(&server.answer);
	channel_free(server.channel);
	return heard ? EXIT_FAILURE : EXIT_SUCCESS;
}
