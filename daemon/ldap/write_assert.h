/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_assert.h - the two controls of a write: the entry is as it was read (RFC 4528), and what it became
 * (RFC 4527).
 */
#ifndef DUAAL_LDAP_WRITE_ASSERT_H
#define DUAAL_LDAP_WRITE_ASSERT_H

#include <ldap.h>

#include "wire/message.h"

/* Appends the filter that holds while nobody else has changed the entry:
 *
 *   (&(entryUUID=U)(entryCSN=C))                           C left out when the planner knows none
 *   (&(entryUUID=U)(modifyTimestamp=T)(entryUSN=N))        where C is a stamp (model/csn.h); N left out when it has none
 *   (&(entryUUID=U)(entryCSN=C)(!(member=*)))              must_be_empty
 *   (|(&...)(!(entryDN=D)))                                others_pass: every entry but the one named D
 *
 * others_pass because slapd 2.5 applies the assertion to its overlays' internal operations on other entries, too:
 * without it constraint refuses valid members (19), memberof forgets revocations and unique sees no twins. The entry
 * itself gains no leniency by it. Letting only the people base pass is not enough: constraint also looks at
 * placeholders and at search bases (tests/integration/test_acl_matrix.py). ERR_INVALID: no entryUUID in the write. */
MUST_USE int write_assert_filter(const struct target_settings *set, const struct write *write, bool others_pass,
				 struct buf *out, struct err *err);

/* Critical assertion control. ret's value is freed with ber_memfree. */
MUST_USE int write_assert_control(LDAP *handle, const char *filter, LDAPControl *ret, struct err *err);

/* Post-read of entryUUID and entryCSN, and of what makes a stamp where stamps is true; not critical. ret's value is freed with ber_memfree. */
MUST_USE int post_read_control(bool stamps, LDAPControl *ret, struct err *err);
/* Takes them out of an answer's controls (NULL allowed) into the outcome; what is not told stays as it is. */
void post_read_take(LDAPControl **controls, struct outcome *outcome);

#endif
