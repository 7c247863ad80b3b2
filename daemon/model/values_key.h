/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * values_key.h - a keyed hash over what an entry says, so that two entries can be compared without visiting either.
 *
 * Order: values_key_begin, values_key_add for each value, fields ascending, values_key_end. Equal fields and bytes in
 * equal order give equal keys in one process; the key of nothing is not 0. As with dn_key, different ones are taken to
 * be different and equal ones to be equal: 64 bits of SipHash under a key that nobody outside knows.
 */
#ifndef DUAAL_MODEL_VALUES_KEY_H
#define DUAAL_MODEL_VALUES_KEY_H

#include "model/entry.h"

struct values_key {
	size_t len;      /* of bytes that are not hashed yet */
	uint64_t before; /* hash of those that are; hashed again in front of the rest */
	char bytes[496];
};

void values_key_begin(struct values_key *key);
void values_key_add(struct values_key *key, enum field field, struct text value);
uint64_t values_key_end(struct values_key *key);

#endif
