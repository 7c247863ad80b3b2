/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ledger_questions.c - what duaal-ledger answers about what was recorded, without changing anything; see ledger_server.h.
 *
 * The deadline is moved on by every row that is told, and while rows are looked for (ledger/db.c): a long answer is no stall, nor is a
 * long chain.
 */
#include <unistd.h>

#include "core/plan.h"
#include "core/reason.h"
#include "helper/ledger_server.h"
#include "ledger/question.h"
#include "wire/record.h"

static int tell(void *ctx, uint16_t type, const struct buf *body, struct err *err)
{
	struct server *server = ctx;
	alarm(server->deadline_s);
	return channel_put(server->channel, type, body->at, body->len, err);
}

static int answered(struct server *server, uint64_t next, struct err *err)
{
	buf_clear(&server->answer);
	record_put_u64(&server->answer, next);
	return helper_send(server->channel, M_ANSWERED, &server->answer, err);
}

static int on_verify(struct server *server, const void *body, size_t len, struct err *err)
{
	struct ledger_head noted = {0}, head = {0};
	int code = len > 0 ? ledger_head_decode(body, len, &noted, err) : 0;
	if (code < 0)
		return err_prefix(err, "request to verify");
	code = question_verify(store_db(server->store), &noted, &head, err);
	if (code < 0)
		return code;
	buf_clear(&server->answer);
	ledger_head_encode(&server->answer, &head);
	return helper_send(server->channel, M_VERIFIED, &server->answer, err);
}

static const char *reason_word(unsigned number)
{
	return number < REASON_COUNT ? reason_code((enum reason)number) : "unknown";
}

static const char *kind_word(unsigned number)
{
	return change_kind_name((enum change_kind)number);
}

static int on_export(struct server *server, const void *body, size_t len, struct err *err)
{
	static const struct question_words words = {reason_word, kind_word};
	struct record_in in;
	uint64_t next = 0;
	record_read(&in, body, len);
	uint64_t from = record_get_u64(&in);
	uint32_t limit = record_get_u32(&in);
	int code = record_end(&in, "request to export", err);
	if (code == 0)
		code = question_export(store_db(server->store), from, limit, &words, tell, server, &next, err);
	return code < 0 ? code : answered(server, next, err);
}

static int on_cycle_changes(struct server *server, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t cycle = record_get_u32(&in);
	int code = record_end(&in, "request for the changes of a cycle", err);
	if (code == 0)
		code = question_cycle(store_db(server->store), store_roles(server->store), cycle, tell, server, err);
	return code < 0 ? code : answered(server, 0, err);
}

static int on_place_changes(struct server *server, const void *body, size_t len, struct err *err)
{
	struct record_in in;
	record_read(&in, body, len);
	uint32_t number = record_get_u32(&in), limit = record_get_u32(&in);
	int code = record_end(&in, "request for the changes at an institution", err);
	if (code == 0)
		code = question_place(store_db(server->store), store_roles(server->store), number, limit, tell, server,
				      err);
	return code < 0 ? code : answered(server, 0, err);
}

static int on_changes(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_filter filter;
	bool more = false, known = true;
	int code = past_filter_decode(body, len, &filter, err);
	if (code == 0)
		code = question_changes(store_db(server->store), store_roles(server->store), &filter, tell, server,
					&more, err);
	if (code == 0 && filter.person[0] != '\0')
		code = question_knows(store_db(server->store), filter.person, &known, err);
	return code < 0 ? code : answered(server, more ? PAST_MORE : known ? PAST_WHOLE : PAST_NOBODY, err);
}

static int on_reads(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_filter filter;
	bool more = false;
	int code = past_filter_decode(body, len, &filter, err);
	if (code == 0)
		code = question_reads(store_db(server->store), filter.limit, tell, server, &more, err);
	return code < 0 ? code : answered(server, more, err);
}

static int on_members(struct server *server, const void *body, size_t len, struct err *err)
{
	static const struct question_hand hand = {R_DRIFT_ADDED, R_DRIFT_REMOVED, R_DRIFT_ENTRY_GONE};
	struct past_filter filter;
	bool more = false, known = true;
	int code = past_filter_decode(body, len, &filter, err);
	if (code == 0)
		code = question_members(store_db(server->store), store_roles(server->store), &filter, &hand, tell,
					server, &more, err);
	if (code == 0 && filter.person[0] != '\0')
		code = question_knows(store_db(server->store), filter.person, &known, err);
	return code < 0 ? code : answered(server, more ? PAST_MORE : known ? PAST_WHOLE : PAST_NOBODY, err);
}

static int on_weeks(struct server *server, const void *body, size_t len, struct err *err)
{
	struct past_weeks weeks;
	int code = past_weeks_decode(body, len, &weeks, err);
	if (code == 0)
		code = question_weeks(store_db(server->store), &weeks, tell, server, err);
	return code < 0 ? code : answered(server, 0, err);
}

const struct request ledger_questions[] = {
	{M_EXAMINE, examine_ledger},
	{M_VERIFY, on_verify},
	{M_EXPORT, on_export},
	{M_CYCLE_CHANGES, on_cycle_changes},
	{M_PLACE_CHANGES, on_place_changes},
	{M_CHANGES, on_changes},
	{M_READS, on_reads},
	{M_MEMBERS, on_members},
	{M_WEEKS, on_weeks},
	{0, NULL},
};
