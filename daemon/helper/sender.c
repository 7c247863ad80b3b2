/* SPDX-License-Identifier: EUPL-1.2 */
/* sender.c - see sender.h. */
#include "helper/sender.h"

#include "base/clock.h"
#include "ldap/deadline.h"
#include "wire/message.h"

#define BATCH_BYTES    (48u << 10) /* well below a packet: a put never sends before we flush */
#define RECORD_BYTES   16          /* a record's header and padding */
#define PROGRESS_EVERY 4096
#define SILENT_MS      5000 /* the planner gives up a helper that says nothing for long */

static bool is_silent(struct sender *sender)
{
	int64_t now_ms = clock_boot_ms();
	if (sender->spoke_ms == 0)
		sender->spoke_ms = now_ms;
	return now_ms - sender->spoke_ms >= SILENT_MS;
}

static int put(struct sender *sender, uint16_t type, const void *body, size_t len, struct err *err)
{
	sender->waiting += len + RECORD_BYTES;
	if (sender->waiting < BATCH_BYTES && !is_silent(sender))
		return channel_put(sender->channel, type, body, len, err);
	sender->waiting = 0;
	sender->spoke_ms = clock_boot_ms();
	deadline_off();
	int code = channel_put(sender->channel, type, body, len, err);
	if (code == 0)
		code = channel_flush(sender->channel, err);
	deadline_progress();
	return code;
}

int sender_entry(struct sender *sender, const struct entry *entry, struct err *err)
{
	return put(sender, M_ENTRY, entry, entry->size, err);
}

int sender_progress(struct sender *sender, uint32_t entries, struct err *err)
{
	if (entries - sender->told < PROGRESS_EVERY && !is_silent(sender))
		return 0;
	sender->told = entries;
	return put(sender, M_PROGRESS, NULL, 0, err);
}

int sender_last(struct sender *sender, uint16_t type, const struct buf *body, struct err *err)
{
	if (buf_failed(body))
		return err_nomem(err);
	deadline_off();
	int code = channel_put(sender->channel, type, body->at, body->len, err);
	sender->waiting = 0;
	return code < 0 ? code : channel_flush(sender->channel, err);
}
