/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * environment.h - variables that would configure libldap, SASL or Kerberos from outside or lead a connection elsewhere (faults 59, 79).
 *
 * Called first thing in main by whoever reaches a directory or starts such a program, before any thread or library.
 */
#ifndef DUAAL_BASE_ENVIRONMENT_H
#define DUAAL_BASE_ENVIRONMENT_H

#include "base/err.h"

/* Removes LDAP* and *_proxy in any case and sets LDAPNOINIT=1; everything else stays. ERR_NOMEM or ERR_INVALID: the
 * process must not go on. */
MUST_USE int environment_clear(struct err *err);

#endif
