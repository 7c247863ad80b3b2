/* SPDX-License-Identifier: EUPL-1.2 */
/* store_past.c - the other facts that a start needs; see store.h and model/past.h. */
#include "ledger/store.h"

#include "ledger/store_parts.h"

int store_set_group(struct store *store, const struct past_group *group, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&group->uuid),
				     cell_number(group->csn.time_us),
				     cell_number((int64_t)group->csn.rest),
				     cell_number(group->number),
				     cell_number(store_role(store, group->role)),
				     cell_number(group->released)};
	if (group->number != 0)
		return store_run(store, SQL_GROUP_SET, cells, 6, err);
	if (uuid_is_null(&group->uuid))
		return err_set(err, ERR_PROTOCOL, "a role group without a uuid");
	int code = store_run(store, SQL_GROUP_FORGET, cells, 1, err);
	return code < 0 ? code : store_run(store, SQL_OWNED_FORGET_GROUP, cells, 1, err);
}

int store_set_seen(struct store *store, const struct seen_entry *seen, struct err *err)
{
	const struct cell cells[] = {
		cell_uuid(&seen->uuid),           cell_number(seen->csn.time_us), cell_number((int64_t)seen->csn.rest),
		cell_number(seen->end_day),       cell_number(seen->end_since_s), cell_number(seen->begin_day),
		cell_number(seen->begin_since_s), cell_number(seen->end_moved)};
	return store_run(store, SQL_SEEN, cells, 8, err);
}

int store_add_removal(struct store *store, const struct past_removal *removal, struct err *err)
{
	const uint8_t sort = removal->sort != 0 ? removal->sort : REMOVAL_ORDINARY; /* not said: counts everywhere */
	const struct cell cells[] = {cell_number(removal->at_s), cell_number(removal->number),
				     cell_number(store_role(store, removal->role)), cell_number(sort)};
	return store_run(store, SQL_REMOVAL, cells, 4, err);
}

int store_set_ambiguity(struct store *store, const struct past_ambiguity *ambiguity, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&ambiguity->first), cell_number(ambiguity->since_s)};
	if (ambiguity->since_s == 0)
		return store_run(store, SQL_AMBIGUITY_FORGET, cells, 1, err);
	return store_run(store, SQL_AMBIGUITY_SET, cells, 2, err);
}

int store_set_clock(struct store *store, const struct past_clock *clock, struct err *err)
{
	const struct cell cells[] = {cell_number(clock->wall_s), cell_number(clock->up_s), cell_number(clock->ahead_s),
				     cell_bytes(clock->boot, sizeof(clock->boot))};
	return store_run(store, SQL_CLOCK, cells, 4, err);
}

int store_set_idle(struct store *store, const struct past_idle *idle, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&idle->entry), cell_number(idle->since_s)};
	return store_run(store, idle->since_s == 0 ? SQL_IDLE_FORGET : SQL_IDLE_SET, cells, idle->since_s == 0 ? 1 : 2,
			 err);
}

int store_set_grantor(struct store *store, const struct past_grantor *grantor, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&grantor->person), cell_number(grantor->number),
				     cell_number(store_role(store, grantor->role)), cell_number(grantor->accepted)};
	return store_run(store, SQL_GRANTOR, cells, 4, err);
}

int store_set_grant(struct store *store, const struct past_grant *grant, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&grant->entry), cell_uuid(&grant->person), cell_number(grant->number),
				     cell_number(store_role(store, grant->role)), cell_number(grant->kind)};
	return store_run(store, SQL_GRANT_SET, cells, 5, err);
}

int store_forget_grant(struct store *store, const struct past_grant *grant, struct err *err)
{
	const struct cell cells[] = {cell_uuid(&grant->entry), cell_uuid(&grant->person), cell_number(grant->number),
				     cell_number(store_role(store, grant->role))};
	return store_run(store, SQL_GRANT_FORGET, cells, 4, err);
}
