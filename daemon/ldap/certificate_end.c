/* SPDX-License-Identifier: EUPL-1.2 */
/* certificate_end.c - see certificate_end.h. DER from the outside in: each element is a tag, a length and so many bytes. */
#include "ldap/certificate_end.h"

#include <stdio.h>

#include "model/date.h"

enum tag { TAG_SEQUENCE = 0x30, TAG_VERSION = 0xa0, TAG_UTC_TIME = 0x17, TAG_GENERALIZED_TIME = 0x18 };

/* The next element of from, which moves behind it. */
static bool take(struct text *from, unsigned char *ret_tag, struct text *ret)
{
	const unsigned char *at = (const unsigned char *)from->at;
	size_t head = 2, len;
	if (from->len < 2)
		return false;
	len = at[1];
	if (len >= 0x80) {
		size_t bytes = len & 0x7f;
		if (bytes == 0 || bytes > 3 || from->len < 2 + bytes)
			return false;
		for (len = 0; head < 2 + bytes; head++)
			len = len << 8 | at[head];
	}
	if (len > from->len - head)
		return false;
	*ret_tag = at[0];
	*ret = text_make(from->at + head, len);
	*from = text_make(from->at + head + len, from->len - head - len);
	return true;
}

static bool take_sequence(struct text *from, struct text *ret)
{
	unsigned char tag;
	return take(from, &tag, ret) && tag == TAG_SEQUENCE;
}

/* UTCTime has two digits of the year, from 1950 on. */
static bool read_time(unsigned char tag, struct text value, int64_t *ret_s)
{
	char text[GENERALIZED_TIME_SIZE];
	bool utc = tag == TAG_UTC_TIME;
	if ((!utc && tag != TAG_GENERALIZED_TIME) || value.len < 13 || value.len > 15)
		return false;
	int len = snprintf(text, sizeof(text), "%s%.*s", !utc ? "" : value.at[0] < '5' ? "20" : "19", TEXT_ARG(value));
	return len > 0 && instant_parse(text_make(text, (size_t)len), ret_s);
}

bool certificate_der_end(struct text der, int64_t *ret_s)
{
	struct text certificate, body, part, validity;
	unsigned char tag = 0;
	bool ok = true;
	if (!take_sequence(&der, &certificate) || !take_sequence(&certificate, &body) || !take(&body, &tag, &part))
		return false;
	if (tag == TAG_VERSION && !take(&body, &tag, &part)) /* then comes the serial number */
		return false;
	for (int i = 0; ok && i < 3; i++) /* the signature's algorithm, the issuer, the validity */
		ok = take_sequence(&body, &validity);
	for (int i = 0; ok && i < 2; i++) /* from, until */
		ok = take(&validity, &tag, &part);
	return ok && read_time(tag, part, ret_s);
}
