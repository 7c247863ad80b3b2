/* SPDX-License-Identifier: EUPL-1.2 */
/* proof.c - see proof.h. */
#include "helper/proof.h"

#include <stdio.h>

#include "base/clock.h"
#include "wire/message.h"

void proof_begin(struct certificate *cert, uint32_t canaries_expected)
{
	*cert = (struct certificate){
		.checks = CHECK_RESULT | CHECK_REFERENCE | CHECK_PAGES | CHECK_RANGE | CHECK_DECODED,
		.canaries_expected = canaries_expected,
		.started_s = clock_wall_s(),
		.started_boot_ms = clock_boot_ms(),
	};
}

void proof_connected(struct certificate *cert, const struct ldap_connection *conn)
{
	cert->checks |= CHECK_IDENTITY | CHECK_CONNECTION;
	cert->asserts = ldap_connection_supports(conn, LDAP_CONTROL_ASSERT);
	snprintf(cert->server, sizeof(cert->server), "%s", ldap_connection_server(conn));
	snprintf(cert->identity, sizeof(cert->identity), "%s", ldap_connection_identity(conn));
}

void proof_passed_over(struct certificate *cert, const char *passed_over)
{
	snprintf(cert->passed_over, sizeof(cert->passed_over), "%s", passed_over);
}

void proof_search(struct certificate *cert, const struct search_proof *search)
{
	unsigned lost = 0;
	lost |= search->result != LDAP_SUCCESS ? CHECK_RESULT : 0;
	lost |= search->references > 0 ? CHECK_REFERENCE : 0;
	lost |= !search->pages_whole ? CHECK_PAGES : 0;
	lost |= !search->ranges_whole ? CHECK_RANGE : 0;
	lost |= !search->decoded ? CHECK_DECODED : 0;
	cert->checks &= ~lost;
	cert->references += search->references;
	cert->pages += search->pages;
}

int proof_end(struct certificate *cert, struct buf *out, struct err *err)
{
	char missing[256];
	cert->ended_s = clock_wall_s();
	cert->duration_ms = (uint32_t)(clock_boot_ms() - cert->started_boot_ms);
	if (!certificate_is_complete(cert))
		return err_set(err, ERR_INCOMPLETE, "%s", certificate_missing(cert, missing, sizeof(missing)));
	certificate_encode(out, cert);
	return buf_failed(out) ? err_nomem(err) : 0;
}
