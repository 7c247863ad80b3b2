/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show_changes.h - a list of changes as a table: what, who, role, verdict, why.
 */
#ifndef DUAAL_CTL_SHOW_CHANGES_H
#define DUAAL_CTL_SHOW_CHANGES_H

#include <jansson.h>

#include "ctl/ctl.h"

/* Words for a kind of change; an unknown one is given back as it is. */
const char *show_kind(const char *kind);

/* A row of plan_columns for each; institution NULL: of those behind the first column. */
struct table;
void show_change_rows(struct table *table, const char *institution, const json_t *changes);
/* 0, or an exit status with the reason printed. Nothing is printed for an empty list. */
int show_changes(struct ctl *ctl, const json_t *changes);

#endif
