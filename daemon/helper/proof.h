/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proof.h - the certificate of one read, as it grows in duaal-source and in duaal-target (I1).
 *
 * Order: proof_begin, proof_connected, proof_search after each search, proof_end. What a search did not prove is lost
 * for the whole read. Schema, base, canaries and floor are set by whoever looks at them; proof_end makes nothing of a
 * certificate that lacks a check.
 */
#ifndef DUAAL_HELPER_PROOF_H
#define DUAAL_HELPER_PROOF_H

#include "base/buf.h"
#include "ldap/search.h"
#include "model/certificate.h"

void proof_begin(struct certificate *cert, uint32_t canaries_expected);
/* The one connection of the read, opened with who-am-i. */
void proof_connected(struct certificate *cert, const struct ldap_connection *conn);
/* Which servers could not be used instead; empty: none was tried. */
void proof_passed_over(struct certificate *cert, const char *passed_over);
void proof_search(struct certificate *cert, const struct search_proof *search);
/* Appends the body of CERTIFICATE to out. ERR_INCOMPLETE names the checks that are missing. */
MUST_USE int proof_end(struct certificate *cert, struct buf *out, struct err *err);

#endif
