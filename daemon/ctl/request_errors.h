/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * request_errors.h - what went wrong with a request, in words that say what to do; private to request.c. Each prints, and returns the exit status.
 */
#ifndef DUAAL_CTL_REQUEST_ERRORS_H
#define DUAAL_CTL_REQUEST_ERRORS_H

#include "ctl/ctl.h"
#include "ctl/varlink_client.h"

bool reply_is(const struct varlink_reply *reply, const char *error);

/* No answer came. */
int explain_failure(struct ctl *ctl, const struct err *err);
/* The answer is an error. client: it came from there, and there may be asked what could be chosen instead. */
int explain_error(struct ctl *ctl, struct varlink_client *client, const struct varlink_reply *reply);

#endif
