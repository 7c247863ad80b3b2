/* SPDX-License-Identifier: EUPL-1.2 */
/* varlink_account.c - see varlink_account.h. */
#include "control/varlink_account.h"

#include <unistd.h>

#define SHARED (VARLINK_ACCOUNTS - 1)

static bool is_counted(uid_t uid)
{
	return uid != 0 && uid != geteuid();
}

static int64_t left_us(const struct varlink_account *account, int64_t now_ms)
{
	int64_t left = account->used_us - (now_ms - account->at_ms) * 1000 * VARLINK_SHARE_PERCENT / 100;
	return left > 0 ? left : 0;
}

/* Of this user; else one with nothing on it; else the shared one. */
static int find(const struct varlink_account *accounts, uid_t uid, int64_t now_ms)
{
	int empty = SHARED;
	for (int i = 0; i < SHARED; i++) {
		bool is_empty = left_us(&accounts[i], now_ms) == 0;
		if (!is_empty && accounts[i].uid == uid)
			return i;
		if (is_empty)
			empty = i;
	}
	return empty;
}

void varlink_account_add(struct varlink_account *accounts, uid_t uid, int64_t us, int64_t now_ms)
{
	if (!is_counted(uid))
		return;
	struct varlink_account *account = &accounts[find(accounts, uid, now_ms)];
	*account = (struct varlink_account){.uid = uid, .used_us = left_us(account, now_ms) + us, .at_ms = now_ms};
}

bool varlink_account_is_spent(const struct varlink_account *accounts, uid_t uid, int64_t now_ms)
{
	return is_counted(uid) && left_us(&accounts[find(accounts, uid, now_ms)], now_ms) > VARLINK_BURST_US;
}
