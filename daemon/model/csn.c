/* SPDX-License-Identifier: EUPL-1.2 */
/* csn.c - see csn.h. */
#include "model/csn.h"

#include <stdio.h>

#include "model/date.h"

static bool parse_hex(struct text t, size_t digits, uint64_t *ret)
{
	uint64_t value = 0;
	if (t.len != digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = t.at[i];
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | (uint64_t)((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	*ret = value;
	return true;
}

/* "20261124015000.123456Z"; slapd before 2.4 wrote no fraction. */
static bool parse_time(struct text t, int64_t *ret_us)
{
	char seconds[15];
	int64_t s, us = 0;
	if ((t.len != 15 && t.len != 22) || t.at[t.len - 1] != 'Z')
		return false;
	memcpy(seconds, t.at, 14);
	seconds[14] = 'Z';
	if (!instant_parse(text_make(seconds, sizeof(seconds)), &s))
		return false;
	if (t.len == 22 && t.at[14] != '.')
		return false;
	for (size_t i = 15; i + 1 < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		us = us * 10 + (t.at[i] - '0');
	}
	*ret_us = s * 1000000 + us;
	return true;
}

bool csn_parse(struct text text, struct csn *ret)
{
	struct text time, count_text, sid_text, mod_text;
	int64_t time_us;
	uint64_t count, sid, mod;
	if (!text_split(text, '#', &time, &text) || !text_split(text, '#', &count_text, &text) ||
	    !text_split(text, '#', &sid_text, &mod_text))
		return false;
	if (!parse_time(time, &time_us) || !parse_hex(count_text, 6, &count) || !parse_hex(sid_text, 3, &sid) ||
	    !parse_hex(mod_text, 6, &mod))
		return false;
	*ret = (struct csn){time_us, count << 36 | sid << 24 | mod};
	return true;
}

bool csn_stamp_parse(struct text modified, struct text usn, struct csn *ret)
{
	int64_t time_s;
	uint64_t count = 0;
	if (!instant_parse(modified, &time_s))
		return false;
	if (usn.len > 0 && !text_number(usn, CSN_USN_DIGITS, &count))
		return false;
	*ret = (struct csn){time_s * 1000000, CSN_STAMP | count};
	return true;
}

bool csn_is_stamp(const struct csn *csn)
{
	return (csn->rest & CSN_STAMP) != 0;
}

uint64_t csn_stamp_usn(const struct csn *stamp)
{
	return stamp->rest & ~CSN_STAMP;
}

const char *csn_format(const struct csn *csn, char out[CSN_TEXT_SIZE])
{
	char time[GENERALIZED_TIME_SIZE];
	int64_t s = csn->time_us / 1000000, us = csn->time_us % 1000000;
	if (us < 0) {
		us += 1000000;
		s--;
	}
	instant_format(s, time);
	if (csn_is_usn(csn))
		snprintf(out, CSN_TEXT_SIZE, "usn:%lld@%016llx", (long long)csn->time_us,
			 (unsigned long long)(csn->rest & ~CSN_USN));
	else if (csn_is_none(csn) || strlen(time) != 15)
		snprintf(out, CSN_TEXT_SIZE, "-");
	else if (csn_is_stamp(csn))
		snprintf(out, CSN_TEXT_SIZE, "%.15s#%llu", time, (unsigned long long)csn_stamp_usn(csn));
	else
		snprintf(out, CSN_TEXT_SIZE, "%.14s.%06dZ#%06x#%03x#%06x", time, (int)us,
			 (unsigned)(csn->rest >> 36 & 0xffffff), csn_sid(csn), (unsigned)(csn->rest & 0xffffff));
	return out;
}

#define USN_SERVER_BITS (~(CSN_USN | UINT64_C(1) << 62 | UINT64_C(0xfff) << 24))

struct csn csn_of_usn(uint64_t usn, uint64_t server)
{
	return (struct csn){(int64_t)(usn & INT64_MAX), CSN_USN | (server & USN_SERVER_BITS)};
}

bool csn_is_usn(const struct csn *csn)
{
	return (csn->rest & CSN_USN) != 0;
}

bool csn_parse_usn(struct text text, struct csn *ret)
{
	const struct text mark = text_of("usn:");
	struct text digits, server;
	uint64_t usn = 0, bits = 0;
	if (!text_starts_nocase(text, mark) ||
	    !text_split(text_make(text.at + mark.len, text.len - mark.len), '@', &digits, &server) ||
	    !parse_hex(server, 16, &bits) || !text_number(digits, 19, &usn))
		return false;
	*ret = csn_of_usn(usn, bits);
	return true;
}

bool csn_is_older(const struct csn *a, const struct csn *b)
{
	if (csn_is_none(a) || csn_is_none(b) || csn_is_usn(a) != csn_is_usn(b))
		return false;
	if (csn_is_usn(a) && a->rest != b->rest)
		return false;
	return csn_compare(a, b) < 0;
}

bool csn_is_exact(const struct csn *csn)
{
	return !csn_is_none(csn) && (!csn_is_stamp(csn) || csn_stamp_usn(csn) != 0);
}

bool csn_is_none(const struct csn *csn)
{
	return csn->time_us == 0 && csn->rest == 0;
}

unsigned csn_sid(const struct csn *csn)
{
	return (unsigned)(csn->rest >> 24 & 0xfff);
}

int csn_compare(const struct csn *a, const struct csn *b)
{
	if (a->time_us != b->time_us)
		return a->time_us < b->time_us ? -1 : 1;
	/* rest holds count, SID and modification from high to low: one comparison */
	return a->rest < b->rest ? -1 : a->rest > b->rest;
}

bool csn_vector_merge(struct csn_vector *vector, const struct csn *csn)
{
	uint32_t at = 0;
	if (csn_is_none(csn))
		return true;
	while (at < vector->count && csn_sid(&vector->at[at]) < csn_sid(csn))
		at++;
	if (at < vector->count && csn_sid(&vector->at[at]) == csn_sid(csn)) {
		bool alike = csn_is_usn(csn) ? vector->at[at].rest == csn->rest : !csn_is_usn(&vector->at[at]);
		if (!alike || csn_compare(&vector->at[at], csn) < 0)
			vector->at[at] = *csn;
		return true;
	}
	if (vector->count >= CSN_VECTOR_MAX)
		return false;
	memmove(&vector->at[at + 1], &vector->at[at], (vector->count - at) * sizeof(*csn));
	vector->at[at] = *csn;
	vector->count++;
	return true;
}

const struct csn *csn_vector_find(const struct csn_vector *vector, unsigned sid)
{
	for (uint32_t i = 0; i < vector->count; i++)
		if (csn_sid(&vector->at[i]) == sid)
			return &vector->at[i];
	return NULL;
}

static bool is_counted(const struct csn_vector *vector)
{
	return vector->count > 0 && csn_is_usn(&vector->at[0]);
}

bool csn_vector_is_behind(const struct csn_vector *now, const struct csn_vector *then, unsigned *ret_sid)
{
	for (uint32_t i = 0; i < then->count; i++) {
		const unsigned sid = csn_sid(&then->at[i]);
		const struct csn *at = csn_vector_find(now, sid);
		if (at != NULL ? csn_is_older(at, &then->at[i]) : !is_counted(now) && !csn_is_usn(&then->at[i])) {
			*ret_sid = sid;
			return true;
		}
	}
	return false;
}
