/* SPDX-License-Identifier: EUPL-1.2 */
/* snapshot_parts.c - see snapshot_parts.h. */
#include "model/snapshot_parts.h"

#include "base/vec.h"
#include "model/number.h"

static const char *const kind_names[ENTRY_KINDS] = {
	"?",         "people",           "institutions",    "groups",
	"requests",  "sync entries",     "foreign entries", "absent entries",
	"overrides", "flat role groups", "grants",          "right groups",
};

struct entry *snapshot_keep(const struct entry *entry, struct entry *candidate)
{
	if (candidate != NULL && entry_same(entry, candidate))
		return entry_ref(candidate);
	return entry_keep(entry);
}

int snapshot_check(const struct certificate *cert, const uint32_t added[ENTRY_KINDS], struct err *err)
{
	char missing[256];
	if (!certificate_is_complete(cert))
		return err_set(err, ERR_INCOMPLETE, "the read is not complete: %s",
			       certificate_missing(cert, missing, sizeof(missing)));
	for (int kind = 0; kind < ENTRY_KINDS; kind++)
		if (cert->counts[kind] != added[kind])
			return err_set(err, ERR_INCOMPLETE, "the read is not complete: %u %s were sent, %u arrived",
				       cert->counts[kind], kind_names[kind], added[kind]);
	return 0;
}

int snapshot_check_uuid(const struct entry *entry, struct err *err)
{
	if (uuid_is_null(&entry->uuid))
		return err_set(err, ERR_INCOMPLETE, "an entry came without its entryUUID");
	return 0;
}

uint64_t snapshot_hash_uuid(const struct uuid *uuid)
{
	return map_hash(uuid->bytes, sizeof(uuid->bytes));
}

uint64_t snapshot_vo_id_key(struct text vo_id)
{
	vo_id = text_trim(vo_id);
	return text_is_empty(vo_id) ? 0 : map_hash_nocase(vo_id);
}

uint32_t snapshot_number(const struct entry *entry)
{
	uint32_t number = 0;
	if (entry_count(entry, FIELD_NUMBER) != 1 || !number_parse(entry_value(entry, FIELD_NUMBER), &number))
		return 0;
	return number;
}

int snapshot_reserve(void *items, size_t *capacity, uint32_t count, size_t size, struct err *err)
{
	if (count >= NONE - 1)
		return err_set(err, ERR_LIMIT, "more than 2^32 entries");
	return vec_reserve(items, capacity, (size_t)count + 1, size) < 0 ? err_nomem(err) : 0;
}
