/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * duaal-ledger.c - the only process that opens the ledger: one request of the planner after the other, stored or told.
 *
 * In: HELLO, then what wire/ledger_message.h says. Whatever fails is said once, as FAILURE, and ends the process with
 * nothing kept of the open transaction: a ledger that cannot be written stops the writing to the directory (I19, I23).
 * alarm(2) bounds each request; waiting for the planner is not bounded.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "helper/helper.h"
#include "ledger/store.h"
#include "wire/record.h"

struct server {
	struct channel *channel;
	struct store *store;
	bool read_only;
	uint32_t deadline_s;
	struct buf answer;
};

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
	if (code == 0)
		code = store_begin_cycle(server->store, &cycle, &id, err);
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

static int on_cycle_end(struct server *server, const void *body, size_t len, struct err *err)
{
	struct cycle_end end;
	int code = cycle_end_decode(body, len, &end, err);
	if (code == 0)
		code = store_end_cycle(server->store, &end, err);
	return code < 0 ? code : answer_number(server, M_COMMITTED, 0, err);
}

/* Requests that store one fact and have no answer. */

static int on_intent(struct server *server, const void *body, size_t len, struct err *err)
{
	struct intent intent;
	int code = intent_decode(body, len, &intent, err);
	return code < 0 ? code : store_intent(server->store, &intent, err);
}

static int on_outcome(struct server *server, const void *body, size_t len, struct err *err)
{
	struct change_outcome outcome;
	int code = change_outcome_decode(body, len, &outcome, err);
	return code < 0 ? code : store_outcome(server->store, &outcome, err);
}

static int on_group(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_group group;
	int code = past_group_decode(body, len, &group, err);
	return code < 0 ? code : store_set_group(server->store, &group, err);
}

static int on_owned(struct server *server, const void *body, size_t len, struct err *err)
{
	struct owned_record owned;
	int code = owned_decode(body, len, &owned, err);
	return code < 0 ? code : store_set_owned(server->store, &owned, err);
}

static int on_forget_owned(struct server *server, const void *body, size_t len, struct err *err)
{
	struct owned_record owned;
	int code = owned_decode(body, len, &owned, err);
	return code < 0 ? code : store_forget_owned(server->store, &owned, err);
}

static int on_seen(struct server *server, const void *body, size_t len, struct err *err)
{
	struct seen_entry seen;
	int code = seen_decode(body, len, &seen, err);
	return code < 0 ? code : store_set_seen(server->store, &seen, err);
}

static int on_removal(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_removal removal;
	int code = removal_decode(body, len, &removal, err);
	return code < 0 ? code : store_add_removal(server->store, &removal, err);
}

static int on_ambiguity(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_ambiguity ambiguity;
	int code = ambiguity_decode(body, len, &ambiguity, err);
	return code < 0 ? code : store_set_ambiguity(server->store, &ambiguity, err);
}

static int on_grantor(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_grantor grantor;
	int code = grantor_decode(body, len, &grantor, err);
	return code < 0 ? code : store_set_grantor(server->store, &grantor, err);
}

static const struct {
	uint16_t type;
	bool reads_only;
	int (*handle)(struct server *server, const void *body, size_t len, struct err *err);
} requests[] = {
	{M_LEDGER_LOAD, true, on_load},         {M_CYCLE_BEGIN, false, on_cycle_begin},
	{M_INTENT, false, on_intent},           {M_COMMIT, false, on_commit},
	{M_CHANGE_OUTCOME, false, on_outcome},  {M_SET_GROUP, false, on_group},
	{M_SET_OWNED, false, on_owned},         {M_FORGET_OWNED, false, on_forget_owned},
	{M_SET_SEEN, false, on_seen},           {M_ADD_REMOVAL, false, on_removal},
	{M_SET_AMBIGUITY, false, on_ambiguity}, {M_SET_GRANTOR, false, on_grantor},
	{M_CYCLE_END, false, on_cycle_end},
};

static int handle(struct server *server, uint16_t type, const void *body, size_t len, struct err *err)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (requests[i].type != type)
			continue;
		if (server->read_only && !requests[i].reads_only)
			return err_set(err, ERR_DENIED, "the ledger was opened for reading only");
		return requests[i].handle(server, body, len, err);
	}
	return err_set(err, ERR_PROTOCOL, "duaal-ledger knows no request %u", type);
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
	if (sodium_init() < 0 || helper_start(argc, argv, "duaal-ledger", &server.channel, &err) < 0) {
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
