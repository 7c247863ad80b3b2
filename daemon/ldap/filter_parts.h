/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter_parts.h - the attribute and matching rule names in a search filter (RFC 4515), for the schema check.
 *
 * A server answers success and nothing for an attribute that it does not know (fault 13), so every name counts.
 * Stricter than libldap: what this cannot read is refused before it is sent.
 */
#ifndef DUAAL_LDAP_FILTER_PARTS_H
#define DUAAL_LDAP_FILTER_PARTS_H

#include "base/err.h"
#include "base/text.h"

enum filter_part { FILTER_ATTRIBUTE, FILTER_RULE };

/* name: without options; borrowed from the filter. Not 0: the walk ends with it. */
typedef int (*filter_part_fn)(void *ctx, enum filter_part part, struct text name, struct err *err);

/* Calls each for every name in the order of the filter, repeats included. ERR_SYNTAX: not a filter. */
MUST_USE int filter_each_part(const char *filter, filter_part_fn each, void *ctx, struct err *err);

#endif
