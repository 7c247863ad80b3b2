/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * settings_copy.h - reading settings whose texts are C strings, for message_settings.c and ledger_message.c.
 *
 * The body is copied once; each text in the copy moves down over the last byte of its own length field, which makes
 * room for a NUL behind it. So all strings live in one block. Order: settings_copy_open, settings_get_string and
 * record_get_*, settings_copy_close, which hands the block over, or frees it when the body was malformed.
 */
#ifndef DUAAL_WIRE_SETTINGS_COPY_H
#define DUAAL_WIRE_SETTINGS_COPY_H

#include "wire/record.h"

struct settings_copy {
	struct record_in in;
	void *memory;
};

MUST_USE int settings_copy_open(struct settings_copy *copy, const void *body, size_t len, struct err *err);
const char *settings_get_string(struct record_in *in); /* "" after a failure; holding NUL: failed */
MUST_USE int settings_copy_close(struct settings_copy *copy, const char *what, void **ret_memory, struct err *err);

#endif
