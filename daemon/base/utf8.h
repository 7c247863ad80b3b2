/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * utf8.h - one decoder of UTF-8 (RFC 3629) for the text checks and the escapers.
 */
#ifndef DUAAL_BASE_UTF8_H
#define DUAAL_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Decodes the first character of a non-empty text. Returns its length in bytes, or 0 when the bytes are
 * not UTF-8: overlong, surrogate, above U+10FFFF, cut off. ret is untouched then. */
size_t utf8_decode(struct text t, uint32_t *ret);

bool utf8_is_control(uint32_t c); /* C0, DEL, C1, bidirectional controls */

#endif
