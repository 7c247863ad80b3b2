/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pages.h - an answer that comes in pages, put together to one.
 */
#ifndef DUAAL_CTL_PAGES_H
#define DUAAL_CTL_PAGES_H

#include <jansson.h>

#include "ctl/ctl.h"

/* The whole becomes the page, with the list of all before it in front: whatever else there is to say is as it is by now. *whole: NULL before the
 * first page, and the caller's (json_decref); page, the parameters of a reply, is changed, and still the caller's too. 0, or EXIT_SOFTWARE with
 * the reason printed and *whole fit for json_decref only. */
int pages_join(struct ctl *ctl, json_t **whole, json_t *page, const char *list);

#endif
