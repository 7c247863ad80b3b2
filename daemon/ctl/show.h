/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show.h - pieces of a reply that several commands print. Each prints its own head, with an empty line before, or
 * nothing at all.
 */
#ifndef DUAAL_CTL_SHOW_H
#define DUAAL_CTL_SHOW_H

#include <jansson.h>

#include "ctl/ctl.h"

/* The lists "holds" and "remarks" of a reply, at most max lines each; omitted: how many more the daemon left out. */
void show_holds(struct ctl *ctl, const json_t *reply, size_t max, long long omitted);
void show_remarks(struct ctl *ctl, const json_t *reply, size_t max, long long omitted);

/* A line for one cycle: "cycle 43: applied; ...". */
void show_cycle(struct ctl *ctl, const json_t *cycle);

#endif
