/* SPDX-License-Identifier: EUPL-1.2 */
/* result.c - every LDAP result code as one of ours, with its name and what to do; see connection.h. */
#include "ldap/connection.h"

#include "base/escape.h"
#include "base/language.h"

#define DIAGNOSTIC_SIZE 160

struct result_row {
	int result;
	int code;
	const char *name, *advice; /* advice: may be NULL */
};

/* clang-format off */
static const struct result_row rows[] = {
	{1, ERR_PROTOCOL, "operationsError", NULL},
	{2, ERR_PROTOCOL, "protocolError", NULL},
	{3, ERR_INCOMPLETE, "timeLimitExceeded", N_("the server's time limit for this identity must be unlimited")},
	{4, ERR_INCOMPLETE, "sizeLimitExceeded", N_("the server's size limit for this identity must be unlimited")},
	{5, ERR_PROTOCOL, "compareFalse", NULL},
	{6, ERR_PROTOCOL, "compareTrue", NULL},
	{7, ERR_DENIED, "authMethodNotSupported", N_("the server does not offer this way to bind")},
	{8, ERR_DENIED, "strongerAuthRequired", N_("the server wants TLS or a stronger way to bind")},
	{9, ERR_INCOMPLETE, "partialResults", NULL},
	{10, ERR_INCOMPLETE, "referral", N_("the data is on another server: configure that one; referrals are never followed")},
	{11, ERR_INCOMPLETE, "adminLimitExceeded", N_("an index is missing at the server, or its limits for this identity are too small")},
	{12, ERR_INVALID, "unavailableCriticalExtension", N_("the server does not know a control that was asked for")},
	{13, ERR_DENIED, "confidentialityRequired", N_("the server wants TLS")},
	{14, ERR_PROTOCOL, "saslBindInProgress", NULL},
	{16, ERR_CONFLICT, "noSuchAttribute", NULL},
	{17, ERR_INVALID, "undefinedAttributeType", N_("the server's schema lacks an attribute")},
	{18, ERR_INVALID, "inappropriateMatching", NULL},
	{19, ERR_INVALID, "constraintViolation", NULL},
	{20, ERR_CONFLICT, "attributeOrValueExists", NULL},
	{21, ERR_INVALID, "invalidAttributeSyntax", NULL},
	{32, ERR_NOT_FOUND, "noSuchObject", N_("it does not exist, or this identity may not see it")},
	{33, ERR_INVALID, "aliasProblem", NULL},
	{34, ERR_INVALID, "invalidDNSyntax", NULL},
	{36, ERR_INVALID, "aliasDereferencingProblem", NULL},
	{48, ERR_DENIED, "inappropriateAuthentication", NULL},
	{49, ERR_DENIED, "invalidCredentials", N_("the DN or the password is wrong, or the account is locked")},
	{50, ERR_DENIED, "insufficientAccessRights", N_("the server's access rules refuse it for this identity")},
	{51, ERR_UNAVAILABLE, "busy", NULL},
	{52, ERR_UNAVAILABLE, "unavailable", NULL},
	{53, ERR_UNAVAILABLE, "unwillingToPerform", NULL},
	{54, ERR_INVALID, "loopDetect", NULL},
	{64, ERR_INVALID, "namingViolation", NULL},
	{65, ERR_INVALID, "objectClassViolation", NULL},
	{66, ERR_CONFLICT, "notAllowedOnNonLeaf", NULL},
	{67, ERR_INVALID, "notAllowedOnRDN", NULL},
	{68, ERR_CONFLICT, "entryAlreadyExists", NULL},
	{69, ERR_INVALID, "objectClassModsProhibited", NULL},
	{71, ERR_INVALID, "affectsMultipleDSAs", NULL},
	{80, ERR_UNAVAILABLE, "other", NULL},
	{118, ERR_PROTOCOL, "canceled", NULL},
	{119, ERR_PROTOCOL, "noSuchOperation", NULL},
	{120, ERR_PROTOCOL, "tooLate", NULL},
	{121, ERR_PROTOCOL, "cannotCancel", NULL},
	{122, ERR_CONFLICT, "assertionFailed", N_("somebody else changed the entry first")},
	{123, ERR_DENIED, "authorizationDenied", NULL},
	{4096, ERR_STALE, "syncRefreshRequired", NULL},
	/* libldap's own */
	{-1, ERR_UNAVAILABLE, N_("no connection"), N_("the server closed it or cannot be reached")},
	{-2, ERR_UNAVAILABLE, "local error", NULL},
	{-3, ERR_UNAVAILABLE, "encoding error", NULL},
	{-4, ERR_UNAVAILABLE, "decoding error", N_("what the server sent is not LDAP")},
	{-5, ERR_UNAVAILABLE, "timeout", N_("the server did not answer in time")},
	{-6, ERR_UNAVAILABLE, "unknown authentication method", NULL},
	{-7, ERR_INVALID, "filter error", N_("the filter cannot be read")},
	{-8, ERR_UNAVAILABLE, "cancelled", NULL},
	{-9, ERR_INVALID, "parameter error", NULL},
	{-10, ERR_NOMEM, "out of memory", NULL},
	{-11, ERR_UNAVAILABLE, "connect error", NULL},
	{-12, ERR_UNAVAILABLE, "not supported", NULL},
	{-13, ERR_UNAVAILABLE, "control not found", NULL},
	{-14, ERR_UNAVAILABLE, "no results", NULL},
	{-15, ERR_UNAVAILABLE, "more results", NULL},
	{-16, ERR_UNAVAILABLE, "client loop", NULL},
	{-17, ERR_UNAVAILABLE, "referral limit exceeded", NULL},
	{-18, ERR_UNAVAILABLE, "still connecting", NULL},
};
/* clang-format on */

/* A code that no document knows: nothing is assumed about it but that the operation did not succeed. */
static const struct result_row unknown = {0, ERR_UNAVAILABLE, N_("unknown result"), NULL};

static const struct result_row *find_row(int result)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].result == result)
			return &rows[i];
	return &unknown;
}

static void read_diagnostic(LDAP *handle, char out[DIAGNOSTIC_SIZE])
{
	char *message = NULL;
	out[0] = '\0';
	if (handle == NULL || ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &message) != 0 || message == NULL)
		return;
	if (message[0] != '\0' && strcmp(message, "(unknown error code)") != 0)
		escape_quoted(out, DIAGNOSTIC_SIZE, text_of(message));
	ldap_memfree(message);
}

int ldap_result_err(struct err *err, LDAP *handle, int result, const char *what)
{
	char diagnostic[DIAGNOSTIC_SIZE];
	if (result == LDAP_SUCCESS)
		return 0;
	const struct result_row *row = find_row(result);
	read_diagnostic(handle, diagnostic);
	return err_set(err, row->code, "%s: %s (result %d)%s%s%s%s", what, row->name, result,
		       diagnostic[0] != '\0' ? ": " : "", diagnostic, row->advice != NULL ? "; " : "",
		       row->advice != NULL ? row->advice : "");
}
