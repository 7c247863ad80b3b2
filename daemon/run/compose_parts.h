/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * compose_parts.h - what the files of compose share: compose.c makes operations, compose_names.c says what a change is about.
 */
#ifndef DUAAL_RUN_COMPOSE_PARTS_H
#define DUAAL_RUN_COMPOSE_PARTS_H

#include "run/compose.h"

/* The target's entry that is changed, or whose value is; NULL: it is still to be made. */
const struct entry *compose_entry(const struct thought *t, const struct change *c);
enum entry_kind compose_entry_kind(const struct change *c);

/* Appended: the DN of that entry, also of one that is to be made; and of a member's change the value. */
void compose_put_dn(const struct thought *t, const struct change *c, struct buf *out);
void compose_put_member(const struct thought *t, const struct change *c, struct buf *out);

#endif
