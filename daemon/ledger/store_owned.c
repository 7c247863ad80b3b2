/* SPDX-License-Identifier: EUPL-1.2 */
/* store_owned.c - which values are ours; see store.h and wire/ledger_message.h. */
#include "ledger/store.h"

#include "ledger/store_parts.h"
#include "model/dn.h"

#define KEY_CELLS 4

/* The first cells of every statement on "owned". Number and role only count for a group without a uuid. */
static int put_key(struct store *store, const struct owned_place *place, struct cell *ret, struct err *err)
{
	const bool waits = uuid_is_null(&place->group);
	buf_clear(&store->scratch);
	int code = dn_canonical(place->value, &store->scratch, err);
	if (code < 0)
		return err_prefix(err, "a member of institution %u", place->number);
	ret[0] = cell_uuid(&place->group);
	ret[1] = cell_number(waits ? place->number : 0);
	ret[2] = cell_number(waits ? place->role : 0);
	ret[3] = cell_text(buf_text(&store->scratch));
	return 0;
}

static int run_on(struct store *store, enum store_sql sql, const struct owned_place *place, struct err *err)
{
	struct cell cells[KEY_CELLS];
	int code = put_key(store, place, cells, err);
	return code < 0 ? code : store_run(store, sql, cells, KEY_CELLS, err);
}

int store_owned_intend(struct store *store, const struct owned_place *place, const struct uuid *source,
		       enum owned_state state, struct err *err)
{
	struct cell cells[KEY_CELLS + 3];
	int code = put_key(store, place, cells, err);
	if (code < 0)
		return code;
	cells[4] = cell_uuid(source);
	cells[5] = cell_number(store->cycle);
	cells[6] = cell_number(state);
	return store_run(store, SQL_OWNED_INTEND, cells, KEY_CELLS + 3, err);
}

int store_owned_settle(struct store *store, const struct owned_place *place, enum intent_kind kind, int result,
		       struct err *err)
{
	if (result == 0)
		return run_on(store, kind == INTENT_MEMBER_ADD ? SQL_OWNED_SETTLE : SQL_OWNED_REMOVED, place, err);
	int code = run_on(store, SQL_OWNED_DROP, place, err);
	return code < 0 ? code : run_on(store, SQL_OWNED_RESTORE, place, err);
}

int store_set_owned(struct store *store, const struct owned_record *owned, struct err *err)
{
	struct cell cells[KEY_CELLS + 3];
	struct owned_place place = {owned->group, owned->number, store_role(store, owned->role), owned->value};
	int code = put_key(store, &place, cells, err);
	if (code < 0)
		return code;
	if (owned->state == 0)
		return err_set(err, ERR_PROTOCOL, "an owned value without a state");
	cells[4] = cell_uuid(&owned->source);
	cells[5] = cell_number(owned->cycle);
	cells[6] = cell_number(owned->state);
	code = store_run(store, SQL_OWNED_SET, cells, KEY_CELLS + 3, err);
	if (code < 0 || owned->number == 0 || uuid_is_null(&owned->group))
		return code;
	place.group = (struct uuid){0};
	return run_on(store, SQL_OWNED_FORGET, &place, err);
}

int store_forget_owned(struct store *store, const struct owned_record *owned, struct err *err)
{
	const struct owned_place place = {owned->group, owned->number, store_role(store, owned->role), owned->value};
	if (!text_is_empty(owned->value))
		return run_on(store, SQL_OWNED_FORGET, &place, err);
	const struct cell cells[] = {cell_uuid(&owned->group), cell_uuid(&owned->source)};
	return store_run(store, SQL_OWNED_FORGET_PERSON, cells, 2, err);
}
