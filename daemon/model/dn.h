/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dn.h - distinguished names and the server's equality for them (RFC 4514, RFC 4518; I9).
 *
 * dn_canonical turns a DN into the byte string that is equal exactly when slapd calls two DNs equal:
 * attribute types by their short lower-case name (cn for commonName and 2.5.4.3), values unescaped and
 * prepared as the type's EQUALITY rule does (map, case fold, NFKC through utf8proc, insignificant space),
 * AVAs of an RDN sorted, escaped again in one way. Never folds more than the server: where we cannot be
 * sure (a type with an unknown rule) the value is kept as it is, so that two spellings stay different.
 * ASCII without escapes takes a short path. The form is for comparing only: taken as a DN it may name something
 * else (slapd folds case before it decomposes, so U+2122 becomes a "TM" that is not "tm").
 */
#ifndef DUAAL_MODEL_DN_H
#define DUAAL_MODEL_DN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends the canonical form to out. ERR_SYNTAX: not a DN (out as before). ERR_NOMEM. */
MUST_USE int dn_canonical(struct text dn, struct buf *out, struct err *err);

/* Are both the same to the server? false when either is not a DN. ERR_NOMEM: no answer (ret false). */
MUST_USE int dn_equal(struct text a, struct text b, bool *ret);

/* Is dn at or below base (canonical comparison)? The same otherwise. */
MUST_USE int dn_is_below(struct text dn, struct text base, bool *ret);

/* "type=escaped value" appended to out: builds an RDN from unescaped bytes. */
void dn_add_rdn(struct buf *out, const char *type, struct text value);

/* The key under which maps hold a DN: keyed hash of the canonical form; 0 when dn is not a DN. ERR_NOMEM: no answer. */
MUST_USE int dn_key_of(struct text dn, uint64_t *ret);
/* The same of what is a DN for certain: 0 then means that memory ran out. */
uint64_t dn_key(struct text dn);

#endif
