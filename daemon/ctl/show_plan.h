/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show_plan.h - a plan on the screen: of the daemon, of another policy, or one that duaal-plan worked out.
 */
#ifndef DUAAL_CTL_SHOW_PLAN_H
#define DUAAL_CTL_SHOW_PLAN_H

#include <jansson.h>

#include "ctl/ctl.h"

/* reply: as Plan answers, or PlanWith. 0, or an exit status with the reason printed. */
int show_plan_reply(struct ctl *ctl, const json_t *reply);
bool plan_is_pending(const json_t *reply); /* something would change, or is held or refused */
/* For a program that has a plan itself: as duaalctl would print it. false: with the reason on err. */
bool print_plan(const json_t *reply, bool json, FILE *out, FILE *err);

#endif
