/* SPDX-License-Identifier: EUPL-1.2 */
/* people.c - see people.h. */
#include "ledger/people.h"

#include <sodium.h>

#include "model/dn.h"
#include "wire/record.h"

_Static_assert(SALT_SIZE >= crypto_generichash_KEYBYTES_MIN, "a salt is a key of BLAKE2b");
_Static_assert(COMMITMENT_SIZE <= crypto_generichash_BYTES_MAX, "a commitment is a BLAKE2b hash");

int people_commit_subject(struct subject *subject, struct text key, struct buf *scratch, struct err *err)
{
	buf_clear(scratch);
	record_put_text(scratch, key);
	record_put_uuid(scratch, &subject->source);
	record_put_uuid(scratch, &subject->target);
	record_put_text(scratch, subject->dn);
	if (buf_failed(scratch))
		return err_nomem(err);
	crypto_generichash(subject->commitment, COMMITMENT_SIZE, (const uint8_t *)scratch->at, scratch->len,
			   subject->salt, SALT_SIZE);
	return 0;
}

/* vo-id, or "dn:" and the canonical DN of somebody whose vo-id nobody knows. Built in scratch. */
static int make_key(struct store *store, const struct intent *intent, struct err *err)
{
	buf_clear(&store->scratch);
	if (!text_is_empty(intent->person)) {
		buf_add_text(&store->scratch, intent->person);
		return buf_failed(&store->scratch) ? err_nomem(err) : 0;
	}
	buf_add_string(&store->scratch, "dn:");
	return dn_canonical(intent->value, &store->scratch, err);
}

static int read_person(struct store *store, struct sqlite3_stmt *row, struct subject *ret, struct err *err)
{
	struct buf bytes;
	struct text salt = statement_text(row, 2);
	if (salt.len != SALT_SIZE)
		return err_set(err, ERR_INVALID, "ledger %s: a person without a salt", store->db->path);
	ret->person = statement_number(row, 0);
	memcpy(ret->salt, salt.at, SALT_SIZE);
	buf_init(&bytes);
	int code = people_commit_subject(ret, statement_text(row, 1), &bytes, err);
	buf_done(&bytes);
	return code;
}

/* Whether the intent knows the name or the uuid otherwise. What it does not know, it does not change. */
static bool knows_better(struct sqlite3_stmt *row, const struct intent *intent)
{
	struct uuid source;
	statement_uuid(row, 4, &source);
	return (!text_is_empty(intent->name) && !text_equal(intent->name, statement_text(row, 3))) ||
	       (!uuid_is_null(&intent->source_uuid) && !uuid_equal(&intent->source_uuid, &source));
}

static int update_person(struct store *store, const struct intent *intent, int64_t person, struct err *err)
{
	const struct cell cells[] = {cell_number(person), cell_text(intent->name), cell_uuid(&intent->source_uuid)};
	return store_run(store, SQL_PERSON_UPDATE, cells, 3, err);
}

/* 1: found, and in ret; 0: not there. The key stands in scratch. */
static int look_up(struct store *store, const struct intent *intent, struct subject *ret, struct err *err)
{
	const struct cell key = cell_text(buf_text(&store->scratch));
	struct sqlite3_stmt *row;
	int code = store_start(store, SQL_PERSON, &key, 1, &row, err);
	if (code == 0)
		code = statement_next(store->db, row, err);
	if (code != 1)
		return code;
	bool better = knows_better(row, intent);
	code = read_person(store, row, ret, err);
	statement_reset(row);
	if (code == 0 && better)
		code = update_person(store, intent, ret->person, err);
	return code < 0 ? code : 1;
}

static int add_person(struct store *store, const struct intent *intent, struct err *err)
{
	uint8_t salt[SALT_SIZE];
	randombytes_buf(salt, sizeof(salt));
	const struct cell cells[] = {cell_text(buf_text(&store->scratch)), cell_text(intent->name),
				     cell_uuid(&intent->source_uuid), cell_bytes(salt, sizeof(salt))};
	return store_run(store, SQL_PERSON_ADD, cells, 4, err);
}

static int find_person(struct store *store, const struct intent *intent, struct subject *ret, struct err *err)
{
	int code = make_key(store, intent, err);
	if (code == 0)
		code = look_up(store, intent, ret, err);
	if (code != 0)
		return code < 0 ? code : 0;
	code = add_person(store, intent, err);
	if (code == 0)
		code = look_up(store, intent, ret, err);
	return code == 0 ? err_set(err, ERR_IO, "ledger %s: a person was not stored", store->db->path)
			 : (code < 0 ? code : 0);
}

int people_subject(struct store *store, const struct intent *intent, struct subject *ret, struct err *err)
{
	*ret = (struct subject){0};
	if (text_is_empty(intent->person) && text_is_empty(intent->value))
		return 0;
	ret->present = true;
	ret->source = intent->source_uuid;
	ret->dn = intent->value;
	if (text_is_empty(intent->value)) { /* the person's own entry */
		ret->dn = intent->dn;
		ret->target = intent->target_uuid;
	}
	return find_person(store, intent, ret, err);
}

void people_commit_said(struct text said, const uint8_t *salt, uint8_t ret[COMMITMENT_SIZE])
{
	crypto_generichash(ret, COMMITMENT_SIZE, (const uint8_t *)said.at, said.len, salt,
			   salt != NULL ? SALT_SIZE : 0);
}

int people_commit_decision(const struct decision *decision, const uint8_t salt[SALT_SIZE], struct buf *scratch,
			   uint8_t ret[COMMITMENT_SIZE], struct err *err)
{
	buf_clear(scratch);
	record_put_text(scratch, decision->person);
	record_put_text(scratch, decision->entry);
	record_put_text(scratch, decision->said);
	if (buf_failed(scratch))
		return err_nomem(err);
	crypto_generichash(ret, COMMITMENT_SIZE, (const uint8_t *)scratch->at, scratch->len, salt, SALT_SIZE);
	return 0;
}
