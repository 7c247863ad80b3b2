/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bind_gssapi.c - see connection_parts.h: Kerberos, as the principal of our keytab.
 *
 * The Kerberos library takes a ticket for itself from the keytab, and another one when the old one nears its end, so each
 * connection has one that is good: there is no ticket to be renewed by somebody else. Tickets live in this process's memory
 * and nowhere else. The library is configured by environment variables only; environment_clear has taken out all that came
 * from outside. The protection of the data is TLS's (or the machine's own, on loopback): a second layer is not asked for,
 * which Active Directory would refuse over TLS.
 */
#include "ldap/connection_parts.h"

#include <sasl/sasl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"

static int set_variable(const char *name, const char *before, const char *value, struct err *err)
{
	struct buf text;
	buf_init(&text);
	buf_format(&text, "%s%s", before, value);
	int failed = buf_failed(&text) ? -1 : setenv(name, buf_string(&text), 1);
	buf_done(&text);
	return failed < 0 ? err_nomem(err) : 0;
}

static int set_kerberos(const struct connection_settings *set, struct err *err)
{
	int code = set_variable("KRB5CCNAME", "MEMORY:", "duaalsync", err);
	if (code == 0)
		code = set_variable("KRB5_CLIENT_KTNAME", "FILE:", set->keytab_file, err);
	if (code == 0 && set->kerberos_file != NULL && set->kerberos_file[0] != '\0')
		code = set_variable("KRB5_CONFIG", "", set->kerberos_file, err);
	return code;
}

/* Nobody is there to be asked: the mechanism needs no answers when there is a ticket. */
static int no_questions(LDAP *handle, unsigned flags, void *defaults, void *questions)
{
	(void)handle, (void)flags, (void)defaults;
	for (sasl_interact_t *q = questions; q->id != SASL_CB_LIST_END; q++) {
		q->result = "";
		q->len = 0;
	}
	return LDAP_SUCCESS;
}

int gssapi_prepare(LDAP *handle, const struct connection_settings *set, struct err *err)
{
	if (set->keytab_file == NULL || access(set->keytab_file, R_OK) < 0)
		return err_set(err, ERR_IO, "%s: cannot be read (keytab_file)",
			       set->keytab_file != NULL ? set->keytab_file : "");
	if (ldap_set_option(handle, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(handle, LDAP_OPT_X_SASL_SECPROPS, "noplain,noanonymous,maxssf=0") != LDAP_OPT_SUCCESS)
		return err_set(err, ERR_INVALID, "libldap has no SASL, which bind = \"gssapi\" needs");
	return set_kerberos(set, err);
}

int bind_gssapi(LDAP *handle, struct err *err)
{
	int result =
		ldap_sasl_interactive_bind_s(handle, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET, no_questions, NULL);
	if (result == LDAP_AUTH_UNKNOWN || result == LDAP_AUTH_METHOD_NOT_SUPPORTED)
		return err_set(err, ERR_INVALID,
			       "bind with SASL GSSAPI: this machine or the server does not have it; here it is in the "
			       "package libsasl2-modules-gssapi-mit");
	return ldap_result_err(err, handle, result, "bind with SASL GSSAPI");
}
