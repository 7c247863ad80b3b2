/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * remarks.h - everything that is not as it should be in one row, and which hand edit is behind it.
 *
 * A hand edit stands in the plan's list before it is on record, and then without a number: it is known by what it is
 * about. All of it needs a complete cycle (view->explain), but for remarks_count.
 */
#ifndef DUAAL_CONTROL_REMARKS_H
#define DUAAL_CONTROL_REMARKS_H

#include "control/view.h"

/* Everything that is remarked: on directives first, then on the rest of the target. */
uint32_t remarks_count(const struct view *view);
struct remark remark_at(const struct view *view, uint32_t position);

/* The hand edit behind a remark, in the plan's list, and the other way round; NULL: there is none. */
const struct past_drift *drift_of_remark(const struct view *view, const struct remark *remark);
const struct remark *remark_of_drift(const struct view *view, const struct past_drift *drift);
uint32_t drift_number(const struct view *view, const struct past_drift *drift); /* 0: not on record yet */
const struct past_drift *drift_record(const struct view *view, const struct past_drift *drift); /* or itself */

/* The target entry that a remark is about, or NULL. */
const struct entry *remark_entry(const struct view *view, const struct remark *remark);

#endif
