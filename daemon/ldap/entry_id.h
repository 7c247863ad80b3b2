/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entry_id.h - the attribute that names an entry for its whole life, which is not called the same everywhere.
 *
 *   entryUUID     text of RFC 4530: OpenLDAP, 389 Directory Server with its plugin
 *   objectGUID    16 bytes, the first three fields little-endian: Active Directory, Samba
 *   nsUniqueId    8-8-8-8 hexadecimal digits: 389 Directory Server
 *
 * Inside they are all the same 16 bytes, in the order in which the server's own tools show them.
 */
#ifndef DUAAL_LDAP_ENTRY_ID_H
#define DUAAL_LDAP_ENTRY_ID_H

#include "base/buf.h"
#include "base/uuid.h"
#include "wire/message.h"

const char *entry_id_attribute(enum entry_id kind);
bool entry_id_parse(enum entry_id kind, struct text value, struct uuid *ret); /* false leaves ret */
/* Appends the filter that finds this entry, escaped as RFC 4515 wants it. */
void entry_id_filter(struct buf *out, enum entry_id kind, const struct uuid *uuid);

#endif
