/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write.h - pipelined writes with at most window outstanding and never two on one entry.
 *
 * Each modify and delete asserts the entry as read (RFC 4528), with the filter that keeps overlays' internal lookups working:
 *   (|(&(entryUUID=U)(entryCSN=C))(entryDN:dnSubtreeMatch:=<people base>))
 * for entries outside the people base (people themselves assert plainly), and asks for entryCSN and entryUUID back (RFC 4527
 * post-read). Values go out as value-wise add and delete, never replace. A server without the assertion control: the entry is
 * re-read just before, and the outcome says so (fenced = false).
 */
#ifndef DUAAL_LDAP_WRITE_H
#define DUAAL_LDAP_WRITE_H

#include "ldap/connection.h"

struct ldap_writer;

typedef int (*outcome_fn)(void *ctx, const struct outcome *outcome, struct err *err);

MUST_USE int ldap_writer_new(struct ldap_connection *conn, const struct target_settings *set, outcome_fn each, void *ctx,
                             struct ldap_writer **ret, struct err *err);
/* Sends now, or after an outstanding operation on the same DN (or its parent's add) has its outcome. Borrowed for the call. */
MUST_USE int ldap_writer_put(struct ldap_writer *writer, const struct write *write, struct err *err);
MUST_USE int ldap_writer_drain(struct ldap_writer *writer, struct err *err); /* until every outcome has been told */
struct ldap_writer *ldap_writer_free(struct ldap_writer *writer);

#endif
