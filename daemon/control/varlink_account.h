/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * varlink_account.h - how much of the planner's time each user has had lately, so that nobody's questions hold up a cycle or other
 * people's questions. By user and not by connection: who was sent away comes again.
 *
 * A user may have VARLINK_SHARE_PERCENT of the time, and VARLINK_BURST_US at once. Who has had more is answered when nothing else is to be
 * done. Root and the daemon's own user are not counted.
 */
#ifndef DUAAL_CONTROL_VARLINK_ACCOUNT_H
#define DUAAL_CONTROL_VARLINK_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VARLINK_ACCOUNTS      32 /* users with something on their account at the same time; more share the last one */
#define VARLINK_SHARE_PERCENT 10
#define VARLINK_BURST_US      50000

struct varlink_account {
	uid_t uid;
	int64_t used_us, at_ms; /* so much stood on it then; it goes down by itself */
};

/* accounts: VARLINK_ACCOUNTS of them, zeros at first. now_ms: clock_boot_ms. */
void varlink_account_add(struct varlink_account *accounts, uid_t uid, int64_t us, int64_t now_ms);
bool varlink_account_is_spent(const struct varlink_account *accounts, uid_t uid, int64_t now_ms);

#endif
