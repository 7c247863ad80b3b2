/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bar.h - the last line of a terminal, drawn anew in place: a progress bar, or a few words. Never wider than the terminal, because a line
 * that it had to fold could not be taken back. A complaint takes it away first.
 */
#ifndef DUAAL_CTL_BAR_H
#define DUAAL_CTL_BAR_H

#include "ctl/ctl.h"

/* label: escaped here. expected 0: unknown. More may be done than was expected. */
void bar_draw(struct ctl *ctl, const char *label, long long done, long long expected);
void bar_words(struct ctl *ctl, const char *words); /* escaped here, and cut */
void bar_clear(struct ctl *ctl);                    /* nothing where none stands */

#endif
