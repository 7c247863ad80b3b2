/* SPDX-License-Identifier: EUPL-1.2 */
/* target_read.c - see target_read.h. */
#include "helper/target_read.h"

#include <stdlib.h>

#include "helper/proof.h"
#include "helper/sender.h"
#include "helper/target_entry.h"
#include "helper/tls_ends.h"
#include "ldap/choice.h"
#include "ldap/deadline.h"

struct reading {
	const struct target_settings *set;
	struct sender sender;
	struct ldap_connection *conn;
	struct certificate cert;
	struct target_entry entry;
	struct tree_search search; /* the one under way */
	struct text *spelled;      /* where a lookup by name puts the server's spelling */
	struct text bases[TREES];  /* as the server spells them; owned */
	struct text canaries[CANARIES_MAX];
	bool canary_seen[CANARIES_MAX];
	uint32_t entries;
};

/* ---- entries -------------------------------------------------------------------------------------- */

static int send_block(void *ctx, const struct entry *block, struct err *err)
{
	struct reading *r = ctx;
	r->cert.counts[block->kind]++;
	return sender_entry(&r->sender, block, err);
}

static bool look_for_canary(struct reading *r, struct text dn)
{
	for (uint32_t i = 0; i < r->set->canary_count; i++)
		if (text_equal(r->canaries[i], dn))
			return r->canary_seen[i] = true;
	return false;
}

static bool is_directive(enum entry_kind kind)
{
	return kind == ENTRY_REQUEST || kind == ENTRY_OVERRIDE;
}

static int on_entry(void *ctx, struct search_entry *from, struct err *err)
{
	struct reading *r = ctx;
	if (r->search.tree != TREE_SYNC && text_equal(from->dn, r->bases[r->search.tree]))
		return 0;
	int code = target_entry_read(&r->entry, &r->search, from, err);
	if (code < 0)
		return code;
	enum entry_kind kind = target_entry_kind(&r->entry, r->set, r->search.tree);
	if (kind != ENTRY_FOREIGN && look_for_canary(r, r->entry.dn) && is_directive(kind))
		return 0;
	code = target_entry_blocks(&r->entry, r->set, kind, send_block, r, err);
	return code < 0 ? code : sender_progress(&r->sender, ++r->entries, err);
}

/* ---- searches ------------------------------------------------------------------------------------- */

static int run(struct reading *r, const struct search *search, struct err *err)
{
	struct search_proof proof = {0};
	int code = search_run(r->conn, search, &proof, err);
	proof_search(&r->cert, &proof);
	return code < 0 ? code : sender_progress(&r->sender, r->entries, err);
}

static int read_tree(struct reading *r, enum tree tree, struct err *err)
{
	tree_search_make(r->set, tree, !r->cert.asserts, &r->search);
	const struct search search = {.base = r->search.base,
				      .scope = r->search.scope,
				      .filter = r->search.filter,
				      .attributes = r->search.names,
				      .page_size =
					      r->search.scope == LDAP_SCOPE_BASE ? 0 : r->set->connection.page_size,
				      .each = on_entry,
				      .ctx = r};
	struct certificate before = r->cert;
	int code = run(r, &search, err);
	if (code == ERR_NOT_FOUND && tree == TREE_SYNC) { /* not made yet */
		r->cert = before;
		return 0;
	}
	if (code < 0)
		err_prefix(err, "%s", r->search.base);
	return code;
}

/* ---- what must be there by name ------------------------------------------------------------------- */

static int on_named(void *ctx, struct search_entry *from, struct err *err)
{
	struct reading *r = ctx;
	free((char *)r->spelled->at);
	char *copy = malloc(from->dn.len + 1);
	*r->spelled = text_make(copy, from->dn.len);
	if (copy == NULL)
		return err_nomem(err);
	memcpy(copy, from->dn.at, from->dn.len);
	return 0;
}

/* The server's spelling of the name, by reading the entry. */
static int read_named(struct reading *r, const char *dn, struct text *ret, struct err *err)
{
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	const struct search search = {.base = dn,
				      .scope = LDAP_SCOPE_BASE,
				      .filter = "(objectClass=*)",
				      .attributes = none,
				      .each = on_named,
				      .ctx = r};
	r->spelled = ret;
	int code = run(r, &search, err);
	if (code == 0 && ret->at == NULL)
		code = err_set(err, ERR_INCOMPLETE, "it cannot be read");
	else if (code == ERR_NOT_FOUND)
		code = err->code = ERR_INCOMPLETE;
	return code;
}

/* format: what it is, with its name, for the sentence. */
#define find_named(r, dn, format, ret, err) (read_named(r, dn, ret, err) < 0 ? err_prefix(err, format, dn) : 0)

static int find_bases(struct reading *r, struct err *err)
{
	const struct target_settings *set = r->set;
	struct text base = {0};
	int code = find_named(r, set->base, "the base %s", &base, err);
	free((char *)base.at);
	if (code == 0)
		code = find_named(r, set->people_base, "the people's entry %s", &r->bases[TREE_PEOPLE], err);
	if (code == 0)
		code = find_named(r, set->institutions_base, "the institutions' entry %s", &r->bases[TREE_INSTITUTIONS],
				  err);
	if (code == 0)
		code = find_named(r, set->requests_base, "the requests' entry %s", &r->bases[TREE_REQUESTS], err);
	if (code == 0)
		code = find_named(r, set->overrides_base, "the overrides' entry %s", &r->bases[TREE_OVERRIDES], err);
	if (code == 0 && tree_is_asked(set, TREE_ROLES))
		code = find_named(r, set->roles_base, "the roles' entry %s", &r->bases[TREE_ROLES], err);
	for (uint32_t i = 0; i < set->canary_count && code == 0; i++)
		code = find_named(r, set->canaries[i], "the canary %s", &r->canaries[i], err);
	r->cert.checks |= code == 0 ? CHECK_BASE : 0;
	return code;
}

static int check_schema(struct reading *r, struct err *err)
{
	const char *attributes[TREE_ATTRIBUTES_MAX];
	tree_attributes(r->set, attributes);
	const char *filter = r->set->people_provisioned ? NULL : r->set->people_filter;
	int code = ldap_schema_check(r->conn, r->set->base, attributes, filter, err);
	r->cert.checks |= code == 0 ? CHECK_SCHEMA : 0;
	return code;
}

/* The position stands at the database's suffix. The writer's identity often may not see that: then it is not exposed. */
static int read_position(struct reading *r, struct err *err)
{
	int code = ldap_connection_position(r->conn, r->set->base, &r->cert.position, err);
	if (code != ERR_NOT_FOUND)
		return code;
	*err = (struct err){0};
	return 0;
}

/* ---- the certificate ------------------------------------------------------------------------------ */

static bool is_floor_reached(const struct certificate *cert, const struct target_settings *set)
{
	return cert->counts[ENTRY_PERSON] >= set->floor_people &&
	       cert->counts[ENTRY_INSTITUTION] >= set->floor_institutions &&
	       cert->counts[ENTRY_REQUEST] + cert->counts[ENTRY_OVERRIDE] >= set->floor_directives;
}

static void check_seen(struct reading *r)
{
	struct certificate *cert = &r->cert;
	for (uint32_t i = 0; i < r->set->canary_count; i++)
		cert->canaries_seen += r->canary_seen[i];
	if (cert->canaries_seen == cert->canaries_expected)
		cert->checks |= CHECK_CANARIES;
	if (is_floor_reached(cert, r->set))
		cert->checks |= CHECK_FLOOR;
}

/* An incomplete certificate is not sent: its sentence is the failure. */
static int send_certificate(struct reading *r, struct err *err)
{
	struct buf body;
	buf_init(&body);
	check_seen(r);
	int code = proof_end(&r->cert, &body, err);
	if (code == 0)
		code = sender_last(&r->sender, M_CERTIFICATE, &body, err);
	buf_done(&body);
	return code;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static int read_all(struct reading *r, struct err *err)
{
	proof_begin(&r->cert, r->set->canary_count);
	int code = ldap_choice_open(&r->set->connection, &r->conn, r->cert.passed_over, err);
	if (code < 0)
		return code;
	proof_connected(&r->cert, r->conn);
	r->cert.tls = tls_ends_read(&r->set->connection, r->conn);
	r->entry.own = certificate_own_dn(&r->cert);
	code = check_schema(r, err);
	if (code == 0)
		code = read_position(r, err);
	if (code == 0)
		code = find_bases(r, err);
	for (enum tree tree = 0; tree < TREES && code == 0; tree++)
		code = tree_is_asked(r->set, tree) ? read_tree(r, tree, err) : 0;
	return code < 0 ? code : send_certificate(r, err);
}

int target_read(struct channel *channel, const struct target_settings *set, struct err *err)
{
	struct reading r = {.set = set, .sender = {.channel = channel}};
	target_entry_init(&r.entry);
	int code = read_all(&r, err);
	for (enum tree tree = 0; tree < TREES; tree++)
		free((char *)r.bases[tree].at);
	for (uint32_t i = 0; i < CANARIES_MAX; i++)
		free((char *)r.canaries[i].at);
	target_entry_done(&r.entry);
	ldap_connection_close(r.conn);
	deadline_off();
	return code;
}
