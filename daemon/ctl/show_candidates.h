/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show_candidates.h - the daemon's error Ambiguous: who answers to what was typed, and how to ask again.
 */
#ifndef DUAAL_CTL_SHOW_CANDIDATES_H
#define DUAAL_CTL_SHOW_CANDIDATES_H

#include <jansson.h>

#include "ctl/ctl.h"

int show_candidates(struct ctl *ctl, const json_t *parameters); /* EXIT_NOT_FOUND, or EXIT_SOFTWARE */

#endif
