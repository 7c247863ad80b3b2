/* SPDX-License-Identifier: EUPL-1.2 */
/* sender.c - see sender.h. */
#include "helper/sender.h"

#include "ldap/deadline.h"
#include "wire/message.h"

#define BATCH_BYTES    (48u << 10) /* well below a packet: a put never sends before we flush */
#define RECORD_BYTES   16          /* a record's header and padding */
#define PROGRESS_EVERY 4096

static int put(struct sender *sender, uint16_t type, const void *body, size_t len, struct err *err)
{
	sender->waiting += len + RECORD_BYTES;
	if (sender->waiting < BATCH_BYTES)
		return channel_put(sender->channel, type, body, len, err);
	sender->waiting = 0;
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
	if (entries - sender->told < PROGRESS_EVERY)
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
