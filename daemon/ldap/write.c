/* SPDX-License-Identifier: EUPL-1.2 */
/* write.c - see write.h: sends what write_queue.c lets through and turns answers into outcomes. */
#include "ldap/write.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/language.h"
#include "ldap/deadline.h"
#include "ldap/write_assert.h"
#include "ldap/write_mods.h"
#include "ldap/write_queue.h"

#define WINDOW_DEFAULT 32
#define SEND_LATER     1
#define WORDS_SIZE     256 /* of a server's, as told */

struct ldap_writer {
	LDAP *handle;
	const struct target_settings *set;
	outcome_fn each;
	void *ctx;
	struct write_queue queue;
	LDAPControl post_read;
	struct buf filter; /* scratch */
	bool fenced;       /* the server knows assertions */
	int lost;          /* libldap's code once the connection is gone */
	int stopped;       /* the result that says: this server takes nothing now */
};

/* ---- telling outcomes ----------------------------------------------------------------------------- */

static int settle(struct ldap_writer *w, struct write_op *op, struct outcome *outcome, struct err *err)
{
	outcome->id = op->write.id;
	int e = w->each(w->ctx, outcome, err);
	write_queue_finish(&w->queue, op, outcome->result);
	return e;
}

/* An outcome that no server gave. */
static int settle_here(struct ldap_writer *w, struct write_op *op, int result, const char *why, struct err *err)
{
	struct outcome outcome = {.result = result, .fenced = w->fenced, .text = text_of(why)};
	return settle(w, op, &outcome, err);
}

static const char *not_sent_reason(const struct ldap_writer *w)
{
	return w->lost != 0 ? N_("not sent: the connection was lost") : N_("not sent: the server takes no changes");
}

static int settle_waiting(struct ldap_writer *w, struct err *err)
{
	struct write_op *op;
	int e = 0;
	while (e == 0 && (op = write_queue_waiting(&w->queue)) != NULL)
		e = settle_here(w, op, WRITE_NOT_SENT, not_sent_reason(w), err);
	return e;
}

/* The connection is gone: what was sent may have been done or not. */
static int lose(struct ldap_writer *w, struct err *err)
{
	struct write_op *op;
	int e = 0;
	if (ldap_get_option(w->handle, LDAP_OPT_RESULT_CODE, &w->lost) != LDAP_OPT_SUCCESS || w->lost >= 0)
		w->lost = LDAP_SERVER_DOWN;
	while (e == 0 && (op = write_queue_first(&w->queue)) != NULL)
		e = op->state == WRITE_SENT
			    ? settle_here(w, op, w->lost, N_("the connection was lost before the answer came"), err)
			    : settle_here(w, op, WRITE_NOT_SENT, not_sent_reason(w), err);
	return e;
}

static bool takes_nothing(int result)
{
	static const int results[] = {
		LDAP_TIMELIMIT_EXCEEDED,   LDAP_REFERRAL, LDAP_ADMINLIMIT_EXCEEDED, LDAP_BUSY, LDAP_UNAVAILABLE,
		LDAP_UNWILLING_TO_PERFORM, LDAP_OTHER};
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (results[i] == result)
			return true;
	return false;
}

/* ---- sending -------------------------------------------------------------------------------------- */

static int send_request(struct ldap_writer *w, struct write_op *op, LDAPMod **mods, LDAPControl **controls,
			int *message)
{
	const char *dn = op->write.dn.at;
	switch (op->write.kind) {
	case WRITE_ADD: return ldap_add_ext(w->handle, dn, mods, controls, NULL, message);
	case WRITE_MODIFY: return ldap_modify_ext(w->handle, dn, mods, controls, NULL, message);
	default: return ldap_delete_ext(w->handle, dn, controls, NULL, message);
	}
}

/* What became of handing a request to libldap. An incomplete request is never carried out, so one that could not be
 * handed over whole was not sent. SEND_LATER: the one before it is still on its way out. */
static int take_sent(struct ldap_writer *w, struct write_op *op, enum write_state state, int result, int message,
		     struct err *err)
{
	if (result == LDAP_SUCCESS) {
		write_queue_sent(&w->queue, op, state, message);
		return 0;
	}
	if (result == LDAP_NO_MEMORY)
		return err_nomem(err);
	if (result == LDAP_ENCODING_ERROR || result == LDAP_PARAM_ERROR || result == LDAP_FILTER_ERROR)
		return settle_here(w, op, LDAP_PROTOCOL_ERROR, N_("not sent: it cannot be encoded"), err);
	return result == LDAP_BUSY && w->queue.outstanding > 0 ? SEND_LATER : lose(w, err);
}

static int make_filter(struct ldap_writer *w, const struct write *write, bool overlays, struct err *err)
{
	buf_clear(&w->filter);
	return write_assert_filter(w->set, write, overlays, &w->filter, err);
}

/* assertion's value is to be freed by the caller, also on failure. An add asks nothing back: it would cost slapd a
 * tenth of its time, and the read that follows tells. */
static int make_controls(struct ldap_writer *w, const struct write *write, LDAPControl *assertion,
			 LDAPControl **controls, struct err *err)
{
	size_t n = 0;
	int e = 0;
	if (write->kind == WRITE_MODIFY)
		controls[n++] = &w->post_read;
	if (write->kind != WRITE_ADD && w->fenced) {
		controls[n++] = assertion;
		e = make_filter(w, write, true, err);
		if (e == 0)
			e = write_assert_control(w->handle, buf_string(&w->filter), assertion, err);
	}
	controls[n] = NULL;
	return e;
}

/* No request can be made of it: that is its outcome. Anything else is for the caller. */
static int refuse(struct ldap_writer *w, struct write_op *op, const struct err *why, struct err *err)
{
	if (why->code == ERR_INVALID)
		return settle_here(w, op, LDAP_PROTOCOL_ERROR, why->text, err);
	return err_set(err, why->code, "%s", why->text);
}

static int send_write(struct ldap_writer *w, struct write_op *op, struct err *err)
{
	LDAPControl assertion = {0}, *controls[3];
	LDAPMod **mods = NULL;
	struct err why = {0};
	struct arena arena;
	int message = 0, result = LDAP_SUCCESS;
	arena_init(&arena, 0);
	int e = make_controls(w, &op->write, &assertion, controls, &why);
	if (e == 0 && op->write.kind != WRITE_DELETE)
		e = write_mods_build(w->set, &op->write, &arena, &mods, &why);
	if (e == 0)
		result = send_request(w, op, mods, controls, &message);
	arena_done(&arena);
	ber_memfree(assertion.ldctl_value.bv_val);
	return e == 0 ? take_sent(w, op, WRITE_SENT, result, message, err) : refuse(w, op, &why, err);
}

/* Without assertions: is the entry as it was read? */
static int send_check(struct ldap_writer *w, struct write_op *op, struct err *err)
{
	char none[] = LDAP_NO_ATTRS, *attributes[] = {none, NULL};
	struct err why = {0};
	int message = 0;
	if (make_filter(w, &op->write, false, &why) < 0)
		return refuse(w, op, &why, err);
	int result = ldap_search_ext(w->handle, op->write.dn.at, LDAP_SCOPE_BASE, buf_string(&w->filter), attributes, 0,
				     NULL, NULL, NULL, LDAP_NO_LIMIT, &message);
	return take_sent(w, op, WRITE_CHECKING, result, message, err);
}

static int send_one(struct ldap_writer *w, struct write_op *op, struct err *err)
{
	if (memchr(op->write.dn.at, '\0', op->write.dn.len) != NULL)
		return settle_here(w, op, LDAP_INVALID_DN_SYNTAX, N_("not sent: the name holds a NUL"), err);
	bool checks = !w->fenced && op->write.kind != WRITE_ADD && !op->checked;
	return checks ? send_check(w, op, err) : send_write(w, op, err);
}

static int settle_orphans(struct ldap_writer *w, struct err *err)
{
	struct write_op *op;
	int e = 0;
	while (e == 0 && (op = write_queue_orphan(&w->queue)) != NULL)
		e = settle_here(w, op, LDAP_NO_SUCH_OBJECT, N_("not sent: the entry above it could not be added"), err);
	return e;
}

/* Sends what may go. */
static int pump(struct ldap_writer *w, struct err *err)
{
	struct write_op *op;
	int e = w->lost == 0 && w->stopped == 0 ? settle_orphans(w, err) : settle_waiting(w, err);
	while (e == 0 && (op = write_queue_ready(&w->queue)) != NULL)
		e = send_one(w, op, err);
	return e == SEND_LATER ? 0 : e;
}

/* ---- answers -------------------------------------------------------------------------------------- */

static int take_answer(struct ldap_writer *w, struct write_op *op, struct outcome *outcome, struct err *err)
{
	if (takes_nothing(outcome->result))
		w->stopped = outcome->result;
	if (op->state == WRITE_SENT)
		return settle(w, op, outcome, err);
	if (outcome->result != LDAP_SUCCESS)
		return settle(w, op, outcome, err);
	if (!op->found)
		return settle_here(w, op, LDAP_ASSERTION_FAILED, N_("somebody else has changed the entry"), err);
	op->checked = true;
	write_queue_return(&w->queue, op);
	return 0;
}

static int take_result(struct ldap_writer *w, struct write_op *op, LDAPMessage *message, struct err *err)
{
	struct outcome outcome = {.fenced = w->fenced || op->write.kind == WRITE_ADD};
	LDAPControl **controls = NULL;
	char *text = NULL, words[WORDS_SIZE];
	if (ldap_parse_result(w->handle, message, &outcome.result, NULL, &text, NULL, &controls, 0) != LDAP_SUCCESS)
		return lose(w, err);
	outcome.text = text_of(escape_quoted(words, sizeof(words), text_of(text)));
	post_read_take(controls, &outcome);
	int e = take_answer(w, op, &outcome, err);
	ldap_controls_free(controls);
	ldap_memfree(text);
	return e;
}

static int take_message(struct ldap_writer *w, int type, LDAPMessage *message, struct err *err)
{
	struct write_op *op = write_queue_find(&w->queue, ldap_msgid(message));
	if (op == NULL) /* RFC 4511 section 4.4.1: the server is about to close */
		return type == LDAP_RES_EXTENDED ? lose(w, err) : 0;
	if (type == LDAP_RES_SEARCH_ENTRY)
		op->found = true;
	if (type == LDAP_RES_SEARCH_ENTRY || type == LDAP_RES_SEARCH_REFERENCE || type == LDAP_RES_INTERMEDIATE)
		return 0;
	return take_result(w, op, message, err);
}

/* The next message; before waiting for it, whoever hears the outcomes is told. Type 0: none within libldap's own
 * time limit; the alarm has the last word. */
static int next_message(struct ldap_writer *w, LDAPMessage **ret, int *type, struct err *err)
{
	struct timeval at_once = {0, 0};
	*type = ldap_result(w->handle, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, ret);
	if (*type != 0)
		return 0;
	int e = w->each(w->ctx, NULL, err);
	if (e == 0)
		*type = ldap_result(w->handle, LDAP_RES_ANY, LDAP_MSG_ONE, NULL, ret);
	return e;
}

static int step(struct ldap_writer *w, struct err *err)
{
	LDAPMessage *message = NULL;
	int type = 0;
	int e = next_message(w, &message, &type, err);
	if (e < 0 || type == 0)
		return e;
	e = type < 0 ? lose(w, err) : take_message(w, type, message, err);
	ldap_msgfree(message);
	deadline_progress();
	return e == 0 ? pump(w, err) : e;
}

/* ---- the interface -------------------------------------------------------------------------------- */

int ldap_writer_new(struct ldap_connection *conn, const struct target_settings *set, outcome_fn each, void *ctx,
		    struct ldap_writer **ret, struct err *err)
{
	struct ldap_writer *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return err_nomem(err);
	w->handle = ldap_connection_handle(conn);
	w->set = set;
	w->each = each;
	w->ctx = ctx;
	w->fenced = ldap_connection_supports(conn, LDAP_CONTROL_ASSERT);
	buf_init(&w->filter);
	int e = write_queue_init(&w->queue, set->window > 0 ? set->window : WINDOW_DEFAULT, err);
	if (e == 0)
		e = post_read_control(!w->fenced, &w->post_read, err);
	if (e < 0) {
		ldap_writer_free(w);
		return e;
	}
	*ret = w;
	return 0;
}

bool ldap_writer_is_lost(const struct ldap_writer *w)
{
	return w->lost != 0;
}

struct ldap_writer *ldap_writer_free(struct ldap_writer *w)
{
	if (w == NULL)
		return NULL;
	write_queue_done(&w->queue);
	buf_done(&w->filter);
	ber_memfree(w->post_read.ldctl_value.bv_val);
	free(w);
	return NULL;
}

int ldap_writer_put(struct ldap_writer *w, const struct write *write, struct err *err)
{
	int e = write_queue_put(&w->queue, write, err);
	deadline_progress();
	if (e == 0)
		e = pump(w, err);
	while (e == 0 && write_queue_is_full(&w->queue))
		e = step(w, err);
	return e;
}

int ldap_writer_drain(struct ldap_writer *w, struct err *err)
{
	int e = 0;
	deadline_progress();
	while (e == 0 && write_queue_first(&w->queue) != NULL)
		e = step(w, err);
	if (e == 0 && w->lost != 0)
		e = ldap_result_err(err, w->handle, w->lost, "writing to the application's directory");
	return e;
}
