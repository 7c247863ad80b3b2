/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * source_server.c - see source_session.h: the server that is read, among those that hold the same entries.
 *
 * Positions are compared per server id, and only with what was applied already: one that is older in any of them lags, or
 * was restored from a backup, and showing it to the planner would take fresh grants away and bring revoked ones back (32,
 * 33). So the next that is current is taken. Where none is: if every server was heard, the source itself went back, and the
 * planner is shown the first, to hold all of it; else the newer one may merely be out of reach, and there is no read.
 */
#include "helper/proof.h"
#include "helper/source_session.h"
#include "helper/tls_ends.h"
#include "ldap/choice.h"

struct choosing {
	struct source_session *session;
	const struct source_demand *demand;
	struct ldap_choice choice;
	struct ldap_connection *behind; /* the first that is older than it must be */
	struct csn_vector behind_position;
};

/* Before the first search: what changes later is read again, not lost. */
static int read_position(struct source_session *s, struct ldap_connection *conn, struct csn_vector *ret,
			 struct err *err)
{
	uint64_t server = 0;
	int code = 0;
	*ret = (struct csn_vector){0};
	if (s->set->position == POSITION_CSN)
		code = ldap_connection_position(conn, s->set->people.base, ret, err);
	else if (s->set->position == POSITION_USN)
		code = ldap_connection_usn(conn, ret, &server, err);
	if (code == 0 && ret->count == 0 && s->set->position != POSITION_NONE)
		code = err_set(err, ERR_INCOMPLETE,
			       "the source shows no %s to this identity: make it readable, or say position = none",
			       s->set->position == POSITION_CSN ? "contextCSN" : "highestCommittedUSN");
	s->usn_server = server;
	return code;
}

static void pass_behind(struct choosing *c, const struct ldap_connection *conn, const struct csn_vector *position,
			unsigned sid)
{
	char then[CSN_TEXT_SIZE], now[CSN_TEXT_SIZE];
	const struct csn none = {0}, *at = csn_vector_find(position, sid),
			 *want = csn_vector_find(c->demand->at_least, sid);
	ldap_choice_pass(&c->choice, "%s is behind: for server id %03x it stands at %s, and %s was applied already",
			 ldap_connection_server(conn), sid, csn_format(at != NULL ? at : &none, now),
			 csn_format(want != NULL ? want : &none, then));
}

/* 1: this one; 0: another one, and conn is taken or closed; or an error. */
static int consider(struct choosing *c, struct ldap_connection *conn, struct err *err)
{
	struct csn_vector position;
	struct err why = {0};
	unsigned sid = 0;
	int code = read_position(c->session, conn, &position, &why);
	if (code < 0 && connection_uri_count(c->choice.set) == 1) {
		ldap_connection_close(conn);
		return err_set(err, code, "%s", why.text);
	}
	if (code < 0) {
		c->choice.unusable++;
		ldap_choice_pass(&c->choice, "%s: %s", ldap_connection_server(conn), why.text);
		ldap_connection_close(conn);
		return 0;
	}
	if (!csn_vector_is_behind(&position, c->demand->at_least, &sid)) {
		c->session->conn = conn;
		c->session->cert.position = position;
		return 1;
	}
	pass_behind(c, conn, &position, sid);
	if (c->behind != NULL) {
		ldap_connection_close(conn);
		return 0;
	}
	c->behind = conn;
	c->behind_position = position;
	return 0;
}

static int take_behind(struct choosing *c, struct err *err)
{
	if (c->behind == NULL)
		return err_set(err, ERR_UNAVAILABLE, "none of the %u servers can be used: %s", c->choice.tried,
			       c->choice.passed);
	if (c->choice.unusable > 0 || c->demand->never_older)
		return err_set(
			err, ERR_STALE,
			"nothing is decided on older data, so a server that has caught up is waited for (one that "
			"will not come back: take it out of uri): %s",
			c->choice.passed);
	c->session->conn = c->behind;
	c->session->cert.position = c->behind_position;
	c->behind = NULL;
	c->choice.passed[0] = '\0'; /* all of them are: that is the planner's to judge */
	return 0;
}

int source_server_choose(struct source_session *s, const struct source_demand *demand, struct err *err)
{
	struct choosing c = {.session = s, .demand = demand};
	struct ldap_connection *conn = NULL;
	int code = 0;
	ldap_choice_begin(&c.choice, &s->set->connection);
	while (code == 0) {
		code = ldap_choice_next(&c.choice, &conn, err);
		if (code == 0)
			code = consider(&c, conn, err);
	}
	if (code == ERR_NOT_FOUND && s->conn == NULL)
		code = take_behind(&c, err);
	ldap_connection_close(c.behind);
	if (code < 0)
		return code;
	proof_connected(&s->cert, s->conn); /* this one serves every search that follows */
	s->cert.tls = tls_ends_read(&s->set->connection, s->conn);
	proof_passed_over(&s->cert, c.choice.passed);
	return 0;
}
