/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target_read.h - one complete read of the application's tree over a connection of its own: ENTRY*, CERTIFICATE.
 *
 * Order: identity, schema, position, then base, containers and canaries by name (the server's own spelling of them is
 * kept), then people, institutions with their groups, requests, overrides, cn=sync (which may be missing). Anything that
 * is not proven whole ends the read with an error and no certificate (I1); what was sent of it counts for nothing. A
 * canary among the requests or overrides is no directive: it is seen, and never sent.
 */
#ifndef DUAAL_HELPER_TARGET_READ_H
#define DUAAL_HELPER_TARGET_READ_H

#include "wire/channel.h"
#include "wire/message.h"

/* An error is for the planner to hear; the helper goes on. */
MUST_USE int target_read(struct channel *channel, const struct target_settings *set, struct err *err);

/* EXAMINE: what is right and wrong here (examine.h); writes nothing. */
MUST_USE int target_examine(struct channel *channel, const struct target_settings *set, struct err *err);

#endif
