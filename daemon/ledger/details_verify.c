/* SPDX-License-Identifier: EUPL-1.2 */
/* details_verify.c - see details_verify.h. */
#include "ledger/details_verify.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "ledger/people.h"

typedef int check_fn(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err);

static bool is_commitment(struct text stored, const uint8_t wanted[COMMITMENT_SIZE])
{
	return stored.len == COMMITMENT_SIZE && memcmp(stored.at, wanted, COMMITMENT_SIZE) == 0;
}

static const uint8_t *salt_of(struct text salt)
{
	return salt.len == SALT_SIZE ? (const uint8_t *)salt.at : NULL;
}

/* A text and its commitment: both, or neither. */
static bool said_fits(struct text said, struct text stored, const uint8_t *salt)
{
	uint8_t wanted[COMMITMENT_SIZE];
	if (text_is_empty(said))
		return text_is_empty(stored);
	people_commit_said(said, salt, wanted);
	return is_commitment(stored, wanted);
}

/* ---- changes --------------------------------------------------------------------------------------- */

#define SELECT_DETAILS                                                                                                 \
	"SELECT c.cycle, c.n, c.subject, d.source_uuid, d.target_uuid, d.dn, d.said, o.said, d.person, p.key, p.salt"  \
	" FROM details d JOIN changes c ON c.cycle = d.cycle AND c.n = d.n"                                            \
	" LEFT JOIN outcomes o ON o.cycle = d.cycle AND o.n = d.n LEFT JOIN people p ON p.id = d.person"

static int subject_fits(struct sqlite3_stmt *row, struct buf *scratch, bool *ret, struct err *err)
{
	struct subject subject = {.dn = statement_text(row, 5)};
	const uint8_t *salt = salt_of(statement_text(row, 10));
	statement_uuid(row, 3, &subject.source);
	statement_uuid(row, 4, &subject.target);
	if (salt == NULL) { /* about no person */
		*ret = text_is_empty(statement_text(row, 2)) && statement_number(row, 8) == 0;
		return 0;
	}
	memcpy(subject.salt, salt, SALT_SIZE);
	int code = people_commit_subject(&subject, statement_text(row, 9), scratch, err);
	*ret = is_commitment(statement_text(row, 2), subject.commitment);
	return code;
}

static int check_change(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err)
{
	bool fits = false;
	int code = subject_fits(row, scratch, &fits, err);
	if (code < 0 ||
	    (fits && said_fits(statement_text(row, 6), statement_text(row, 7), salt_of(statement_text(row, 10)))))
		return code;
	return err_set(err, ERR_INVALID, "ledger %s: what is kept of change %lld of cycle %lld does not fit the chain",
		       db->path, (long long)statement_number(row, 1), (long long)statement_number(row, 0));
}

/* ---- decisions and holds --------------------------------------------------------------------------- */

#define SELECT_DECISIONS                                                                                               \
	"SELECT d.id, d.subject, x.salt, x.person, x.entry, x.said, x.answer, e.answer FROM decision_details x"        \
	" JOIN decisions d ON d.id = x.decision LEFT JOIN decision_ends e ON e.decision = x.decision"

static int check_decision(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err)
{
	const struct decision decision = {
		.person = statement_text(row, 3), .entry = statement_text(row, 4), .said = statement_text(row, 5)};
	const uint8_t *salt = salt_of(statement_text(row, 2));
	uint8_t wanted[COMMITMENT_SIZE];
	int code = salt != NULL ? people_commit_decision(&decision, salt, scratch, wanted, err) : 0;
	if (code < 0 || (salt != NULL && is_commitment(statement_text(row, 1), wanted) &&
			 said_fits(statement_text(row, 6), statement_text(row, 7), salt)))
		return code;
	return err_set(err, ERR_INVALID, "ledger %s: what is kept of decision %lld does not fit the chain", db->path,
		       (long long)statement_number(row, 0));
}

#define SELECT_ENDS                                                                                                    \
	"SELECT x.cycle, x.salt, x.said, e.detail FROM cycle_details x LEFT JOIN cycle_ends e ON e.cycle = x.cycle"

static int check_end(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err)
{
	char wanted[sizeof(CYCLE_COMMITMENT) + 2 * COMMITMENT_SIZE];
	uint8_t commitment[COMMITMENT_SIZE];
	const uint8_t *salt = salt_of(statement_text(row, 1));
	(void)scratch;
	people_commit_said(statement_text(row, 2), salt, commitment);
	int len = snprintf(wanted, sizeof(wanted), "%s", CYCLE_COMMITMENT);
	sodium_bin2hex(wanted + len, sizeof(wanted) - (size_t)len, commitment, sizeof(commitment));
	if (salt != NULL && text_equal(statement_text(row, 3), text_of(wanted)))
		return 0;
	return err_set(err, ERR_INVALID, "ledger %s: what is kept of the end of cycle %lld does not fit the chain",
		       db->path, (long long)statement_number(row, 0));
}

/* The list of a hold: its digest is over the ids in their order (core/hold.h). One row for each line of a list, and the
 * digest that the chain holds in the last one. */
#define SELECT_HOLDS                                                                                                   \
	"SELECT h.id, h.digest, (SELECT e.digest FROM hold_events e WHERE e.hold = h.id ORDER BY e.seq LIMIT 1)"       \
	" FROM holds h WHERE EXISTS (SELECT 1 FROM hold_ops o WHERE o.hold = h.id)"

static int digest_list(struct db *db, int64_t hold, uint8_t ret[COMMITMENT_SIZE], struct err *err)
{
	const struct cell key = cell_number(hold);
	crypto_generichash_state state;
	struct sqlite3_stmt *op = NULL;
	crypto_generichash_init(&state, NULL, 0, COMMITMENT_SIZE);
	int code = db_prepare(db, "SELECT id FROM hold_ops WHERE hold = ? ORDER BY n", &op, err);
	if (code == 0)
		code = statement_start(db, op, &key, 1, err);
	while (code == 0 && (code = statement_next(db, op, err)) == 1) {
		struct text id = statement_text(op, 0);
		crypto_generichash_update(&state, (const uint8_t *)id.at, id.len);
		code = 0;
	}
	sqlite3_finalize(op);
	crypto_generichash_final(&state, ret, COMMITMENT_SIZE);
	return code;
}

static int check_hold(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err)
{
	uint8_t digest[COMMITMENT_SIZE];
	(void)scratch;
	int code = digest_list(db, statement_number(row, 0), digest, err);
	if (code < 0 ||
	    (is_commitment(statement_text(row, 1), digest) && is_commitment(statement_text(row, 2), digest)))
		return code;
	return err_set(err, ERR_INVALID, "ledger %s: the list of hold %lld does not fit the chain", db->path,
		       (long long)statement_number(row, 0));
}

/* ---- what is in force ------------------------------------------------------------------------------ */

/* State is changed in place and no part of the chain; but whatever people decided is in the chain, too (I19). 2, 3, 4 are
 * HOLD_APPROVED, REJECTED and ACCEPTED, whose orders are 1, 2, 3; 10, 12, 14 and 9 are ORDER_FREEZE, PAUSE, UNDO and
 * DRIFT_UNDO. */
/* clang-format off */
#define NOT_DECIDED(kind, object) " NOT EXISTS (SELECT 1 FROM decisions d WHERE d.order_kind = " kind " AND " object ")"
#define SELECT_UNDECIDED                                                                               \
	"SELECT 'hold', h.id FROM holds h"                                                             \
	" LEFT JOIN (SELECT hold, max(seq) AS seq FROM hold_events GROUP BY hold) l ON l.hold = h.id"  \
	" LEFT JOIN hold_events e ON e.seq = l.seq WHERE e.state IS NOT h.state OR e.rule IS NOT h.rule" \
	" OR e.number IS NOT h.number OR e.decided_by IS NOT h.decided_by"                             \
	" UNION ALL SELECT 'hold', h.id FROM holds h WHERE h.state IN (2, 3, 4) AND"                   \
	NOT_DECIDED("h.state - 1", "d.object = h.id AND d.uid = h.decided_by")                         \
	" UNION ALL SELECT 'freeze', f.id FROM freezes f WHERE"                                        \
	NOT_DECIDED("iif(f.pause, 12, 10)", "d.number = f.number AND d.uid = f.by_uid")                \
	" UNION ALL SELECT 'undo of cycle', p.cycle FROM pins p WHERE"                                 \
	NOT_DECIDED("14", "d.object = p.cycle")                                                        \
	" UNION ALL SELECT 'hand edit', x.id FROM drifts x WHERE x.decision = 1 AND"                   \
	NOT_DECIDED("9", "d.object = x.id")
/* clang-format on */

static int check_decided(struct db *db, struct sqlite3_stmt *row, struct buf *scratch, struct err *err)
{
	(void)scratch;
	return err_set(err, ERR_INVALID, "ledger %s: %.*s %lld is not as it was decided", db->path,
		       TEXT_ARG(statement_text(row, 0)), (long long)statement_number(row, 1));
}

static int check_rows(struct db *db, const char *sql, check_fn *check, struct buf *scratch, struct err *err)
{
	struct sqlite3_stmt *row = NULL;
	int code = db_prepare(db, sql, &row, err);
	while (code == 0 && (code = statement_next(db, row, err)) == 1)
		code = check(db, row, scratch, err);
	sqlite3_finalize(row);
	return code;
}

int details_verify(struct db *db, struct err *err)
{
	struct buf scratch;
	buf_init(&scratch);
	int code = check_rows(db, SELECT_DETAILS, check_change, &scratch, err);
	if (code == 0)
		code = check_rows(db, SELECT_DECISIONS, check_decision, &scratch, err);
	if (code == 0)
		code = check_rows(db, SELECT_ENDS, check_end, &scratch, err);
	if (code == 0)
		code = check_rows(db, SELECT_HOLDS, check_hold, &scratch, err);
	if (code == 0)
		code = check_rows(db, SELECT_UNDECIDED, check_decided, &scratch, err);
	buf_done(&scratch);
	return code;
}
