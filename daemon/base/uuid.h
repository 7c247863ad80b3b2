/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * uuid.h - 16 bytes that name an entry for its whole life (RFC 4530 entryUUID).
 */
#ifndef DUAAL_BASE_UUID_H
#define DUAAL_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define UUID_TEXT_SIZE 37 /* 36 characters and NUL */

struct uuid {
	uint8_t bytes[16];
};

bool uuid_parse(struct text text, struct uuid *ret); /* 8-4-4-4-12 hexadecimal, any case; false leaves ret */
const char *uuid_format(const struct uuid *uuid, char out[UUID_TEXT_SIZE]); /* lower case */
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_null(const struct uuid *uuid);
int uuid_compare(const struct uuid *a, const struct uuid *b);

#endif
