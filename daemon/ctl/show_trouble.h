/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * show_trouble.h - the fields trouble and as_of of a reply: what it stands on is not as it should be, and it may be otherwise by now.
 */
#ifndef DUAAL_CTL_SHOW_TROUBLE_H
#define DUAAL_CTL_SHOW_TROUBLE_H

#include <jansson.h>

#include "ctl/ctl.h"
#include "ctl/screen.h"

bool has_trouble(const json_t *reply);
/* That there is nothing, a sentence of N_(): sure in its colour, or, where there is trouble, by what is known. */
void say_none(struct ctl *ctl, const json_t *reply, enum colour colour, const char *sure, const char *by_what_is_known);
/* A line for each part: "  source is warning (unread): DETAIL". Where only a table is asked for, a complaint for each. */
void show_trouble_parts(struct ctl *ctl, const json_t *reply);
/* That complaint, whatever is asked for. */
void complain_of_trouble(struct ctl *ctl, const json_t *reply);
/* An empty line, of when it is what is shown, and those lines; nothing where there is no trouble. */
void show_trouble(struct ctl *ctl, const json_t *reply);

#endif
