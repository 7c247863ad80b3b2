/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write.h - pipelined writes with at most window outstanding and never two on one entry.
 *
 * Each modify and delete asserts the entry as read (RFC 4528), in a way that keeps overlays' internal lookups working:
 *   (|(&(entryUUID=U)(entryCSN=C))(!(entryDN=D)))      D: the entry's own name
 * (write_assert.h says why every other entry passes), and a modify asks for entryCSN and entryUUID back
 * (RFC 4527 post-read). Without a csn the entryUUID alone is asserted. Values go out as value-wise add and delete,
 * never replace. A server without the assertion control: the entry is re-read just before, and the outcome says so
 * (fenced = false).
 *
 * Every write gets exactly one outcome, and nothing is tried twice. Results that no server gave:
 *   WRITE_NOT_SENT (message.h)  the connection was lost, or the server takes nothing (3 10 11 51 52 53 80), first
 *   negative                    the connection was lost after it was sent: unknown (fault 52)
 *   LDAP_NO_SUCH_OBJECT         not sent, because the add of the entry above it failed; the text says so
 *   LDAP_PROTOCOL_ERROR, LDAP_INVALID_DN_SYNTAX   not sent, because no request can be made of it; the text says why
 * One writer for one round of writes; the connection may serve many, until one of them lost it.
 */
#ifndef DUAAL_LDAP_WRITE_H
#define DUAAL_LDAP_WRITE_H

#include "ldap/connection.h"

struct ldap_writer;

/* The outcome is valid during the call; NULL: the writer is about to wait, a time to flush. Not 0: the writer gives up
 * and returns it; the rest gets no outcome. */
typedef int (*outcome_fn)(void *ctx, const struct outcome *outcome, struct err *err);

/* conn and set are borrowed until free. */
MUST_USE int ldap_writer_new(struct ldap_connection *conn, const struct target_settings *set, outcome_fn each,
			     void *ctx, struct ldap_writer **ret, struct err *err);
/* Sends now, or after an outstanding operation on the same DN (or its parent's add) has its outcome; may wait
 * for outcomes meanwhile. write is borrowed for the call. Errors: ERR_NOMEM, each's own. */
MUST_USE int ldap_writer_put(struct ldap_writer *writer, const struct write *write, struct err *err);
/* Until every outcome has been told. ERR_UNAVAILABLE: all are told and the connection is lost: close it, read again. */
MUST_USE int ldap_writer_drain(struct ldap_writer *writer, struct err *err);
bool ldap_writer_is_lost(const struct ldap_writer *writer);
struct ldap_writer *ldap_writer_free(struct ldap_writer *writer);

#endif
