/* SPDX-License-Identifier: EUPL-1.2 */
/* identity.c - see identity.h: words and entryUUIDs hashed, each with its length, so that no two run into each other. */
#include "core/identity.h"

#include <sodium.h>
#include <string.h>

#include "base/search.h"
#include "model/dn.h"

/* ---- who ------------------------------------------------------------------------------------------ */

struct uuid change_who(const struct plan_input *in, const struct change *change)
{
	const struct target_snapshot *target = in->target;
	if (change->kind == CHANGE_MEMBER_REMOVE) {
		const struct owned_value *owned =
			past_owned(in->policy->past, &target->groups[change->target].entry->uuid,
				   target->members[change->member].key);
		if (owned != NULL && !uuid_is_null(&owned->source))
			return owned->source;
	}
	if (change->kind == CHANGE_PERSON_DELETE) {
		const struct entry *entry = target->people[change->target].entry;
		struct uuid source;
		return uuid_parse(entry_value(entry, FIELD_SOURCE_UUID), &source) ? source : (struct uuid){0};
	}
	return change->person != NONE ? in->policy->source->people[change->person].entry->uuid : (struct uuid){0};
}

/* ---- the id --------------------------------------------------------------------------------------- */

static void put_u32(struct buf *out, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
	buf_add(out, bytes, sizeof(bytes));
}

static void put_text(struct buf *out, struct text text)
{
	put_u32(out, (uint32_t)text.len);
	buf_add_text(out, text);
}

/* What is no DN is named by its bytes. */
static int put_value(struct buf *out, const struct target_snapshot *target, uint32_t member)
{
	struct buf raw, canonical;
	struct err err;
	buf_init(&raw);
	buf_init(&canonical);
	target_member_value(target, member, &raw);
	int rc = dn_canonical(buf_text(&raw), &canonical, &err);
	put_text(out, rc == 0 ? buf_text(&canonical) : buf_text(&raw));
	bool failed = rc == ERR_NOMEM || buf_failed(&raw);
	buf_done(&raw);
	buf_done(&canonical);
	return failed ? ERR_NOMEM : 0;
}

static int put_change(struct buf *out, const struct plan_input *in, const struct change *change)
{
	const struct policy_settings *settings = in->policy->settings;
	const struct uuid who = change_who(in, change);
	put_u32(out, change->kind);
	put_u32(out, change->number);
	put_text(out, text_of(change->role < settings->role_count ? settings->roles[change->role].name : ""));
	buf_add(out, who.bytes, sizeof(who.bytes));
	put_text(out, text_of(reason_code((enum reason)change->cause)));
	if (change->kind == CHANGE_PERSON_DELETE) {
		const struct uuid *entry = &in->target->people[change->target].entry->uuid;
		buf_add(out, entry->bytes, sizeof(entry->bytes));
	}
	if (change->kind == CHANGE_MEMBER_ADD)
		put_text(out, text_of(reason_code((enum reason)change->reason)));
	return change->kind == CHANGE_MEMBER_REMOVE && uuid_is_null(&who) ? put_value(out, in->target, change->member)
									  : 0;
}

static void close_id(const struct buf *buf, struct change_id *ret)
{
	crypto_generichash(ret->bytes, sizeof(ret->bytes), (const unsigned char *)buf->at, buf->len, NULL, 0);
}

int change_identify(const struct plan_input *in, const struct change *change, struct change_id *ret)
{
	struct buf buf;
	buf_init(&buf);
	int rc = put_change(&buf, in, change);
	if (buf_failed(&buf))
		rc = ERR_NOMEM;
	if (rc == 0)
		close_id(&buf, ret);
	buf_done(&buf);
	return rc;
}

void back_identify(const struct uuid *who, const char *source, uint32_t sid, struct change_id *ret)
{
	uint8_t bytes[1 + sizeof(who->bytes) + sizeof(sid)] = {0};
	memcpy(bytes + 1, who->bytes, sizeof(who->bytes));
	for (size_t i = 0; i < sizeof(sid); i++)
		bytes[1 + sizeof(who->bytes) + i] = (uint8_t)(sid >> (8 * i));
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof(ret->bytes));
	crypto_generichash_update(&state, bytes, sizeof(bytes));
	if (source != NULL)
		crypto_generichash_update(&state, (const uint8_t *)source, strlen(source));
	crypto_generichash_final(&state, ret->bytes, sizeof(ret->bytes));
}

int change_id_compare(const struct change_id *a, const struct change_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

const struct hold_op *hold_op_find(const struct past_hold *hold, const struct change_id *id)
{
	uint32_t at;
	LOWER_BOUND(at, 0, hold->op_count, change_id_compare(&hold->ops[at].id, id) < 0);
	return at < hold->op_count && change_id_compare(&hold->ops[at].id, id) == 0 ? &hold->ops[at] : NULL;
}

/* ---- evidence ------------------------------------------------------------------------------------- */

struct piece {
	crypto_generichash_state state;
};

static void piece_begin(struct piece *piece)
{
	crypto_generichash_init(&piece->state, NULL, 0, crypto_generichash_BYTES_MIN);
}

static void piece_add(struct piece *piece, const void *bytes, size_t len)
{
	crypto_generichash_update(&piece->state, bytes, len);
}

static void piece_add_u64(struct piece *piece, uint64_t value)
{
	uint8_t bytes[8];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	piece_add(piece, bytes, sizeof(bytes));
}

static uint64_t piece_end(struct piece *piece)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	uint64_t sum = 0;
	crypto_generichash_final(&piece->state, hash, sizeof(hash));
	for (size_t i = 0; i < sizeof(sum); i++)
		sum |= (uint64_t)hash[i] << (8 * i);
	return sum;
}

static uint64_t evidence_of_value(enum field field, struct text value)
{
	struct piece piece;
	piece_begin(&piece);
	piece_add_u64(&piece, field);
	piece_add(&piece, value.at, value.len);
	return piece_end(&piece);
}

/* A sum over the values: a server may tell them in any order, and that is no change. */
static uint64_t evidence_of_entry(const struct entry *entry)
{
	struct entry_cursor cursor = entry_values(entry);
	struct piece piece;
	enum field field;
	struct text value;
	piece_begin(&piece);
	piece_add(&piece, entry->uuid.bytes, sizeof(entry->uuid.bytes));
	piece_add_u64(&piece, (uint64_t)entry->csn.time_us);
	piece_add_u64(&piece, entry->csn.rest);
	piece_add(&piece, entry_dn_part(entry).at, entry->dn_len);
	uint64_t sum = piece_end(&piece);
	while (entry_next(&cursor, &field, &value))
		sum += evidence_of_value(field, value);
	return sum;
}

/* That the person is in it, and what it says of itself: who else is in it is no evidence. */
static uint64_t evidence_of_group(const struct entry *entry)
{
	struct entry_cursor cursor = entry_values(entry);
	uint64_t sum =
		evidence_of_value(FIELD_MEMBER, text_make((const char *)entry->uuid.bytes, sizeof(entry->uuid.bytes)));
	enum field field;
	struct text value;
	while (entry_next_before(&cursor, FIELD_MEMBER, &field, &value))
		sum += evidence_of_value(field, value);
	return sum;
}

/* Whatever of it changed, the answer may be another one. */
static uint64_t evidence_of_grants(const struct source_snapshot *source, uint32_t person)
{
	uint64_t sum = 0;
	uint32_t at, end;
	source_grants_of(source, person, &at, &end);
	for (; at < end; at++)
		sum += evidence_of_entry(source->grants[source->grant_order[at]].entry);
	source_ties_of(source, person, &at, &end);
	for (; at < end; at++)
		for (uint32_t step = source->ties[at].step; step != NONE; step = source->steps[step].up)
			sum += evidence_of_group(source->groups[source->steps[step].group].entry);
	return sum;
}

uint64_t change_evidence(const struct plan_input *in, const struct change *change)
{
	const struct source_snapshot *source = in->policy->source;
	const struct uuid who = change_who(in, change);
	uint32_t person = uuid_is_null(&who) ? NONE : source_person_by_uuid(source, &who);
	uint64_t sum = 0;
	if (person != NONE)
		sum = evidence_of_entry(source->people[person].entry) + evidence_of_grants(source, person);
	uint32_t at = change->number != 0 ? source_institution_by_number(source, change->number) : NONE;
	for (; at != NONE; at = source->institutions[at].same_as)
		sum += evidence_of_entry(source->institutions[at].entry);
	return sum;
}
