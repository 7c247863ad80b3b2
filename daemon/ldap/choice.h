/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * choice.h - one server out of several that hold the same entries: the URIs of one connection, tried in order.
 *
 * Order: ldap_choice_begin, then ldap_choice_next until a connection suits; ldap_choice_pass says why one that was opened
 * does not. Each attempt has a handle of its own, with TLS, bind and who-am-i of its own (fault 72), and the alarm covers the
 * whole of it. After an answer to our credentials that is a refusal nobody else is asked: the same password would be wrong
 * there too, and every further try counts towards locking the account.
 */
#ifndef DUAAL_LDAP_CHOICE_H
#define DUAAL_LDAP_CHOICE_H

#include "ldap/connection.h"
#include "model/certificate.h"

struct ldap_choice {
	const struct connection_settings *set; /* borrowed */
	uint32_t tried;
	uint32_t unusable; /* of these: could not be opened */
	char passed[sizeof(
		((struct certificate *)NULL)->passed_over)]; /* which were passed over, each with its reason */
};

void ldap_choice_begin(struct ldap_choice *choice, const struct connection_settings *set);

/* The next server that can be opened. ERR_NOT_FOUND: there is none left, and passed says why. Other errors: it is not
 * safe, or of no use, to try the rest; the sentence names the URI. */
MUST_USE int ldap_choice_next(struct ldap_choice *choice, struct ldap_connection **ret, struct err *err);
void ldap_choice_pass(struct ldap_choice *choice, const char *format, ...) PRINTF_LIKE(2, 3);

/* How many servers the settings name. */
uint32_t connection_uri_count(const struct connection_settings *set);

/* The first that can be opened, where any of them will do. passed: may be NULL; at least sizeof choice.passed, empty when
 * it was the first. */
MUST_USE int ldap_choice_open(const struct connection_settings *set, struct ldap_connection **ret, char *passed,
			      struct err *err);

#endif
