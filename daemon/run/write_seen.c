/* SPDX-License-Identifier: EUPL-1.2 */
/* write_seen.c - see write_seen.h. */
#include "run/write_seen.h"

#include "model/dn.h"
#include "run/facts_parts.h"

static int is_written_by_us(const struct target_snapshot *target, const struct target_group *group, bool *ret,
			    struct err *err)
{
	struct text name = entry_value(group->entry, FIELD_MODIFIERS_NAME);
	uint64_t own = 0, writer = 0;
	if (text_is_empty(name))
		return 0;
	if (dn_key_of(certificate_own_dn(&target->certificate), &own) < 0 || dn_key_of(name, &writer) < 0)
		return err_nomem(err);
	*ret = own != 0 && writer == own;
	return 0;
}

static int tell(struct ledger_client *ledger, struct owned_record *seen, uint64_t key,
		const struct target_snapshot *target, struct err *err)
{
	uint32_t at = target_group_find(target, seen->number, seen->role);
	bool same = at != NONE && target->groups[at].ours &&
		    (uuid_is_null(&seen->group) || uuid_equal(&seen->group, &target->groups[at].entry->uuid));
	bool proven = false;
	int e = same ? is_written_by_us(target, &target->groups[at], &proven, err) : 0;
	if (e < 0 || !proven || uuid_is_null(&seen->source))
		return e;
	seen->state = facts_member_of(target, &target->groups[at], key) != NONE ? OWNED_HELD : OWNED_REMOVED;
	return ledger_client_write_seen(ledger, seen, err);
}

int write_seen_tell(struct ledger_client *ledger, const struct past *past, const struct target_snapshot *target,
		    struct err *err)
{
	int e = 0;
	for (size_t i = 0; i < ledger->pending.count && e == 0; i++) {
		const struct pending_value *v = &ledger->pending.items[i];
		struct owned_record seen = {.source = v->source, .number = v->number, .role = v->role};
		e = tell(ledger, &seen, v->key, target, err);
	}
	for (size_t i = 0; i < past->owned_count && e == 0; i++) {
		const struct owned_value *owned = &past->owned[i];
		const struct past_group *group = &past->groups[owned->group];
		struct owned_record seen = {
			.group = group->uuid, .source = owned->source, .number = group->number, .role = group->role};
		if (owned->state == OWNED_INTENDED || owned->state == OWNED_REMOVING)
			e = tell(ledger, &seen, owned->key, target, err);
	}
	return e;
}
