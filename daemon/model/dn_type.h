/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dn_type.h - the attribute types of RDNs that we know, and how their values are compared. For the dn_* files only.
 *
 * The table holds what OpenLDAP's core, cosine and inetorgperson schemas say. A type that is not in it has
 * DN_RULE_EXACT: its values are compared byte by byte, so that we never call two DNs equal that the server
 * holds apart (I9).
 */
#ifndef DUAAL_MODEL_DN_TYPE_H
#define DUAAL_MODEL_DN_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum dn_rule {
	DN_RULE_EXACT,   /* kept as it is */
	DN_RULE_FOLD,    /* caseIgnoreMatch */
	DN_RULE_IA5,     /* caseIgnoreIA5Match */
	DN_RULE_NUMERIC, /* numericStringMatch: spaces do not count */
	DN_RULE_PHONE,   /* telephoneNumberMatch: spaces and hyphens do not count, case does */
};

/* The canonical name (short, lower case) and the rule of a type written as name or OID in any case.
 * NULL name: not in the table. */
struct dn_type {
	const char *name;
	enum dn_rule rule;
};
struct dn_type dn_type_find(struct text written);

/* Is this lower-case text the canonical name of a type under DN_RULE_FOLD or DN_RULE_IA5? */
bool dn_type_folds(struct text lower);

/* Folds a whole DN in place. false: it is not plain, and the bytes are spoilt. */
bool dn_fold_plain(char *at, size_t len);

/* Does the server leave this character as it is, whatever Unicode says today? */
bool dn_is_inert(uint32_t c);

/* Appends the value as the rule compares it. ERR_SYNTAX: the rule's syntax does not allow it. */
MUST_USE int dn_value_prepare(enum dn_rule rule, struct text value, struct buf *out, struct err *err);

#endif
