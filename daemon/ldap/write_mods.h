/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_mods.h - the changes of one write as libldap wants them: attribute names instead of fields, binary-safe values.
 */
#ifndef DUAAL_LDAP_WRITE_MODS_H
#define DUAAL_LDAP_WRITE_MODS_H

#include <ldap.h>

#include "base/arena.h"
#include "wire/message.h"

/* The changes in the order given, NULL-ended, in arena; values are borrowed from the write. An add gets the objectClass
 * values of its entry kind in front. ERR_INVALID: a field without an attribute name, a kind without classes, a value to
 * delete from an entry that is to be added, a change without values (that would delete a whole attribute). */
MUST_USE int write_mods_build(const struct target_settings *set, const struct write *write, struct arena *arena,
			      LDAPMod ***ret, struct err *err);

#endif
