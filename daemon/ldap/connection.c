/* SPDX-License-Identifier: EUPL-1.2 */
/* connection.c - see connection.h: opening in the order of the recipe, and closing. */
#include "ldap/connection_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "ldap/deadline.h"

#define DEFAULT_CONNECT_S  10
#define DEFAULT_DEADLINE_S 30

struct number_option {
	int option, value;
};

static const struct number_option fixed_options[] = {
	{LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3}, {LDAP_OPT_DEREF, LDAP_DEREF_NEVER},
	{LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT}, /* 0, not -1: with -1 the environment decides (59) */
	{LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT},        {LDAP_OPT_X_KEEPALIVE_IDLE, 60},
	{LDAP_OPT_X_KEEPALIVE_PROBES, 3},           {LDAP_OPT_X_KEEPALIVE_INTERVAL, 10},
};

static bool set_fixed(LDAP *handle)
{
	for (size_t i = 0; i < sizeof(fixed_options) / sizeof(fixed_options[0]); i++)
		if (ldap_set_option(handle, fixed_options[i].option, &fixed_options[i].value) != LDAP_OPT_SUCCESS)
			return false;
	return ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&  /* 67 */
	       ldap_set_option(handle, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON) == LDAP_OPT_SUCCESS; /* 63 */
}

static bool set_times(LDAP *handle, const struct connection_settings *set, unsigned answer_s)
{
	const struct timeval answer = {.tv_sec = answer_s}, connect = {.tv_sec = set->connect_timeout_s};
	const unsigned unacknowledged_ms = set->deadline_s * 1000;
	return ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &connect) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(handle, LDAP_OPT_TIMEOUT, &answer) == LDAP_OPT_SUCCESS &&
	       ldap_set_option(handle, LDAP_OPT_TCP_USER_TIMEOUT, &unacknowledged_ms) == LDAP_OPT_SUCCESS;
}

static int make_handle(struct ldap_connection *conn, const struct connection_settings *set, struct err *err)
{
	char *uri = NULL;
	int code = socket_check_settings(set, &uri, err);
	if (code < 0)
		return code;
	int result = ldap_initialize(&conn->handle, uri);
	free(uri);
	if (result != LDAP_SUCCESS)
		return ldap_result_err(err, NULL, result, set->uri);
	if (!set_fixed(conn->handle) || !set_times(conn->handle, set, conn->answer_s))
		return err_set(err, ERR_INVALID, "libldap refuses an option");
	code = socket_prepare(conn, err);
	if (code == 0 && set->bind == BIND_GSSAPI)
		code = gssapi_prepare(conn->handle, set, err);
	return code < 0 ? code : tls_prepare(conn->handle, set, err);
}

/* The alarm that was set before the first step counts for all of them. */
static int connect_and_bind(struct ldap_connection *conn, const struct connection_settings *set, enum open_stage *stage,
			    struct err *err)
{
	deadline_progress();
	*stage = OPEN_CONNECT;
	int code = socket_connect(conn, set, err);
	if (code == 0)
		code = tls_start(conn->handle, set, err);
	if (code == 0) {
		*stage = OPEN_BIND;
		code = bind_as_configured(conn->handle, set, err);
	}
	if (code == 0)
		code = socket_read_ahead(conn, err);
	if (code == 0)
		code = bind_check_identity(conn, set, err);
	if (code == 0)
		code = root_dse_read(conn, err);
	if (code == 0 && conn->answer_s != set->deadline_s)
		code = socket_limit(conn, set->deadline_s, err);
	deadline_progress();
	return code;
}

/* At most the time for a connection, and always less than the alarm's. */
static unsigned brief_limit(const struct connection_settings *set)
{
	unsigned most = set->deadline_s > 1 ? set->deadline_s - 1 : 1;
	return set->connect_timeout_s < most ? set->connect_timeout_s : most;
}

int ldap_connection_open_one(const struct connection_settings *set, bool brief, struct ldap_connection **ret,
			     enum open_stage *ret_stage, struct err *err)
{
	struct connection_settings with_defaults = *set;
	struct ldap_connection *conn = calloc(1, sizeof(*conn));
	if (conn == NULL || (conn->server = strdup(set->uri)) == NULL) {
		free(conn);
		return err_nomem(err);
	}
	if (with_defaults.connect_timeout_s == 0)
		with_defaults.connect_timeout_s = DEFAULT_CONNECT_S;
	if (with_defaults.deadline_s == 0)
		with_defaults.deadline_s = DEFAULT_DEADLINE_S;
	conn->answer_s = brief ? brief_limit(&with_defaults) : with_defaults.deadline_s;
	conn->max_incoming = set->max_incoming;
	*ret_stage = OPEN_LOCAL;
	int code = make_handle(conn, &with_defaults, err);
	if (code == 0)
		code = connect_and_bind(conn, &with_defaults, ret_stage, err);
	if (code < 0)
		ldap_connection_close(conn);
	else
		*ret = conn;
	return code;
}

struct ldap_connection *ldap_connection_close(struct ldap_connection *conn)
{
	if (conn == NULL)
		return NULL;
	ldap_msgfree(conn->root_dse);
	ldap_msgfree(conn->schema);
	if (conn->handle != NULL)
		ldap_unbind_ext(conn->handle, NULL, NULL);
	free(conn->schema_dn);
	free(conn->server);
	free(conn->identity);
	free(conn);
	return NULL;
}

LDAP *ldap_connection_handle(struct ldap_connection *conn)
{
	return conn->handle;
}

const char *ldap_connection_server(const struct ldap_connection *conn)
{
	return conn->server;
}

const char *ldap_connection_identity(const struct ldap_connection *conn)
{
	return conn->identity;
}
