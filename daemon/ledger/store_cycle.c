/* SPDX-License-Identifier: EUPL-1.2 */
/* store_cycle.c - the beginning and the end of a cycle; see store.h. */
#include <sodium.h>
#include <stdio.h>

#include "ledger/people.h"
#include "ledger/positions.h"
#include "ledger/store.h"

int store_begin_cycle(struct store *store, const struct cycle_summary *cycle, uint32_t *ret_id, struct err *err)
{
	int64_t id = 0;
	if (store->cycle != 0)
		return err_set(err, ERR_PROTOCOL, "a cycle begins before cycle %u has ended", store->cycle);
	int code = db_check_place(store->db, err);
	if (code == 0)
		code = db_begin(store->db, err);
	if (code == 0)
		code = db_number(store->db, "SELECT coalesce(max(id), 0) + 1 FROM cycles", &id, err);
	if (code < 0)
		return code;
	const struct cell cells[] = {cell_number(id), cell_number(cycle->started_s), cell_text(text_of(cycle->trigger)),
				     cell_number(cycle->trigger_uid)};
	code = chain_add(&store->chain, CHAIN_CYCLES, cells, sizeof(cells) / sizeof(cells[0]), err);
	if (code == 0)
		code = store_commit(store, err);
	if (code < 0)
		return code;
	store->cycle = (uint32_t)id;
	*ret_id = store->cycle;
	return 0;
}

static int add_certificate(struct store *store, const char *side, const struct certificate *cert, struct err *err)
{
	char missing[512];
	struct buf positions;
	const bool complete = certificate_is_complete(cert);
	buf_init(&positions);
	positions_put(&positions, &cert->position);
	const struct cell cells[] = {
		cell_number(store->cycle),
		cell_text(text_of(side)),
		cell_text(text_of(complete ? "" : certificate_missing(cert, missing, sizeof(missing)))),
		cell_number(cert->checks),
		cell_number(cert->counts[ENTRY_PERSON]),
		cell_number(cert->counts[ENTRY_INSTITUTION]),
		cell_number(cert->counts[ENTRY_GROUP]),
		cell_number(cert->counts[ENTRY_REQUEST]),
		cell_number(cert->counts[ENTRY_SYNC]),
		cell_number(cert->counts[ENTRY_FOREIGN]),
		cell_number(cert->counts[ENTRY_ABSENT]),
		cell_number(cert->canaries_seen),
		cell_number(cert->canaries_expected),
		cell_number(cert->references),
		cell_number(cert->pages),
		cell_number(cert->started_s),
		cell_number(cert->ended_s),
		cell_number(cert->started_boot_ms),
		cell_number(cert->duration_ms),
		cell_text(buf_text(&positions)),
		cell_text(text_of(cert->server)),
		cell_text(text_of(cert->identity)),
	};
	int code = buf_failed(&positions) ? err_nomem(err) : 0;
	if (code == 0)
		code = chain_add(&store->chain, CHAIN_CERTIFICATES, cells, sizeof(cells) / sizeof(cells[0]), err);
	buf_done(&positions);
	return code;
}

static int add_source(struct store *store, const struct cycle_read *read, struct err *err)
{
	char side[8 + sizeof(read->name)];
	snprintf(side, sizeof(side), "source%s%s", read->name[0] != '\0' ? ":" : "", read->name);
	return add_certificate(store, side, &read->certificate, err);
}

/* The sentence behind the result may name an entry, and so a person: the chain gets a commitment to it, in detail. */
static int add_detail(struct store *store, const char *said, char *detail, size_t size, struct err *err)
{
	uint8_t salt[SALT_SIZE], commitment[COMMITMENT_SIZE];
	detail[0] = '\0';
	if (said[0] == '\0')
		return 0;
	randombytes_buf(salt, sizeof(salt));
	people_commit_said(text_of(said), salt, commitment);
	int len = snprintf(detail, size, "%s", CYCLE_COMMITMENT);
	sodium_bin2hex(detail + len, size - (size_t)len, commitment, sizeof(commitment));
	const struct cell cells[] = {cell_number(store->cycle), cell_bytes(salt, sizeof(salt)),
				     cell_text(text_of(said))};
	return store_run(store, SQL_CYCLE_DETAIL, cells, 3, err);
}

static int add_end(struct store *store, const struct cycle_summary *cycle, struct err *err)
{
	char detail[sizeof(CYCLE_COMMITMENT) + 2 * COMMITMENT_SIZE];
	int code = add_detail(store, cycle->detail, detail, sizeof(detail), err);
	if (code < 0)
		return code;
	const struct cell cells[] = {
		cell_number(store->cycle),
		cell_number(cycle->ended_s),
		cell_text(text_of(cycle->result)),
		cell_text(text_of(detail)),
		cell_number(cycle->grants),
		cell_number(cycle->removals),
		cell_number(cycle->structure),
		cell_number(cycle->held),
		cell_number(cycle->failed),
		cell_number(cycle->refusals),
		cell_number(cycle->remarks),
		cell_number(cycle->source_people),
		cell_number(cycle->source_institutions),
		cell_number(cycle->memberships),
		cell_number(cycle->read_ms),
		cell_number(cycle->think_ms),
		cell_number(cycle->apply_ms),
		cell_bytes(cycle->plan_digest, sizeof(cycle->plan_digest)),
		cell_number((int64_t)cycle->generation),
	};
	return chain_add(&store->chain, CHAIN_CYCLE_ENDS, cells, sizeof(cells) / sizeof(cells[0]), err);
}

static int set_position(struct store *store, uint32_t n, const struct source_position *position, struct err *err)
{
	struct buf text;
	buf_init(&text);
	positions_put(&text, &position->vector);
	const struct cell cells[] = {cell_number(n), cell_text(text_of(position->name)), cell_text(buf_text(&text)),
				     cell_number(position->people), cell_number(position->institutions)};
	int code = buf_failed(&text) ? err_nomem(err) : store_run(store, SQL_POSITION_SET, cells, 5, err);
	buf_done(&text);
	return code;
}

static int set_state(struct store *store, const struct past_meta *meta, struct err *err)
{
	const struct cell cells[] = {cell_number(meta->first_contact),    cell_number((int64_t)meta->generation),
				     cell_number(meta->source_people),    cell_number(meta->source_institutions),
				     cell_number(meta->released_members), cell_bytes(meta->scope, sizeof(meta->scope))};
	int code = store_run(store, SQL_SET_STATE, cells, 6, err);
	if (code == 0)
		code = store_run(store, SQL_POSITIONS_FORGET, NULL, 0, err);
	for (uint32_t i = 0; i < meta->positions.count && code == 0; i++)
		code = set_position(store, i, &meta->positions.at[i], err);
	return code;
}

int store_end_cycle(struct store *store, const struct cycle_end *end, struct err *err)
{
	if (store->cycle == 0 || end->summary.id != store->cycle)
		return err_set(err, ERR_PROTOCOL, "the end of cycle %u, which is not open", end->summary.id);
	const struct cell old = cell_number(end->summary.ended_s - PAST_REMOVALS_KEPT_S);
	int code = store_run(store, SQL_FORGET_REMOVALS, &old, 1, err);
	for (uint32_t i = 0; code == 0 && i < end->source_count; i++)
		code = add_source(store, &end->sources[i], err);
	if (code == 0 && end->has_target)
		code = add_certificate(store, "target", &end->target, err);
	if (code == 0)
		code = set_state(store, &end->meta, err);
	if (code == 0)
		code = add_end(store, &end->summary, err);
	if (code == 0)
		code = store_purge(store, end->summary.ended_s, err);
	if (code == 0)
		code = store_commit(store, err);
	if (code == 0)
		store->cycle = 0;
	return code;
}
