/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_target.c - EXAMINE of duaal-target; see target_read.h and examine.h. */
#include "base/escape.h"
#include "base/language.h"
#include "helper/examine_server.h"
#include "helper/target_read.h"
#include "helper/target_tree.h"
#include "ldap/deadline.h"
#include "ldap/examine.h"
#include "ldap/search.h"

#define SAMPLE 5 /* groups on which writing is tried */

static const char *member_of(const struct target_settings *set)
{
	const char *member = attribute_of(&set->map, FIELD_MEMBER);
	return member != NULL ? member : "member";
}

/* ---- schema --------------------------------------------------------------------------------------- */

struct classes {
	const char *unknown;   /* the first that the schema does not know */
	const char *demanding; /* the group class that must have a member */
};

static int look_at_classes(struct ldap_connection *conn, const struct target_settings *set,
			   const char *const names[CLASSES_MAX + 1], struct classes *ret, struct err *err)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		bool known, demands;
		int code = ldap_class_demands(conn, set->base, names[i], member_of(set), &known, &demands, err);
		if (code < 0)
			return code;
		if (!known && ret->unknown == NULL)
			ret->unknown = names[i];
		if (demands)
			ret->demanding = names[i];
	}
	return 0;
}

static int look_at_all_classes(struct ldap_connection *conn, const struct target_settings *set, struct classes *ret,
			       struct err *err)
{
	const char *const *const others[] = {set->institution_classes, set->request_classes, set->override_classes,
					     set->sync_classes, set->people_provisioned ? set->person_classes : NULL};
	struct classes unheeded = {0};
	int code = look_at_classes(conn, set, set->group_classes, ret, err);
	for (size_t i = 0; code == 0 && i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] != NULL)
			code = look_at_classes(conn, set, others[i], &unheeded, err);
	if (ret->unknown == NULL)
		ret->unknown = unheeded.unknown;
	return code;
}

static void examine_schema(struct examine *e, struct ldap_connection *conn, const struct target_settings *set)
{
	const char *attributes[TREE_ATTRIBUTES_MAX];
	struct classes classes = {0};
	struct err why = {0};
	tree_attributes(set, attributes);
	int code = ldap_schema_check(conn, set->base, attributes, set->people_provisioned ? NULL : set->people_filter,
				     &why);
	if (code == 0)
		code = look_at_all_classes(conn, set, &classes, &why);
	if (examine_failed(e, FINDING_SCHEMA, "target", code, &why))
		return;
	if (classes.unknown != NULL)
		examine_tell(e, FINDING_SCHEMA, SEVERITY_CRITICAL, "target", NULL,
			     "the server's schema does not know the class %s", classes.unknown);
	else
		examine_tell(e, FINDING_SCHEMA, SEVERITY_OK, "target", NULL, "all attributes and classes are known");
	if (classes.demanding != NULL)
		examine_tell(e, FINDING_EMPTY_GROUP, SEVERITY_NOTICE, "target", NULL,
			     "entries of the class %s must have a %s; target.empty_group says what becomes of a group "
			     "when its last one goes",
			     classes.demanding, member_of(set));
	else
		examine_tell(e, FINDING_EMPTY_GROUP, SEVERITY_OK, "target", NULL, "no class of groups demands a %s",
			     member_of(set));
}

/* ---- the tree ------------------------------------------------------------------------------------- */

static void examine_trees(struct examine *e, struct ldap_connection *conn, const struct target_settings *set)
{
	static const char *const about[TREES] = {
		"target: people", "target: institutions", "target: requests", "target: overrides", NULL,
		"target: roles"};
	for (enum tree tree = 0; tree < TREES; tree++) {
		struct tree_search search;
		if (about[tree] == NULL || !tree_is_asked(set, tree)) /* the sync entry is made by us */
			continue;
		tree_search_make(set, tree, false, &search);
		examine_search(e, about[tree], conn, search.base, search.scope, search.filter, &set->connection, 0);
	}
}

/* A read asks for everything there is, except people that are looked up; what keeps names unique looks for ours when we make an entry. */
static void examine_target_indexes(struct examine *e, struct ldap_connection *conn, const struct target_settings *set)
{
	struct index_list indexes;
	struct tree_search people;
	tree_search_make(set, TREE_PEOPLE, false, &people);
	const char *unique[] = {attribute_of(&set->map, FIELD_VO_ID), attribute_of(&set->map, FIELD_SOURCE_UUID), NULL};
	const bool ours = set->people_provisioned;
	e->failed = e->failed < 0 ? e->failed : ldap_index_read(conn, people.base, &indexes, e->err);
	if (e->failed == 0) {
		examine_indexes(e, "target: people", &indexes, ours ? NULL : people.filter, ours ? unique : NULL);
		index_list_done(&indexes);
	}
}

static int see_nothing(void *ctx, struct search_entry *entry, struct err *err)
{
	(void)entry, (void)err;
	*(bool *)ctx = true;
	return 0;
}

static void examine_canaries(struct examine *e, struct ldap_connection *conn, const struct target_settings *set)
{
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	for (uint32_t i = 0; i < set->canary_count; i++) {
		bool seen = false;
		struct search_proof proof;
		struct err why = {0};
		const struct search search = {.base = set->canaries[i],
					      .scope = LDAP_SCOPE_BASE,
					      .filter = "(objectClass=*)",
					      .attributes = none,
					      .each = see_nothing,
					      .ctx = &seen};
		int code = search_run(conn, &search, &proof, &why);
		if (code == 0 && seen)
			continue;
		examine_tell(e, FINDING_CANARY, SEVERITY_CRITICAL, "target", NULL, "%s cannot be read: %s",
			     set->canaries[i], code < 0 ? why.text : N_("the server shows no such entry"));
		return;
	}
	if (set->canary_count > 0)
		examine_tell(e, FINDING_CANARY, SEVERITY_OK, "target", NULL, "all %u can be read", set->canary_count);
}

/* ---- the right to write --------------------------------------------------------------------------- */

static void tell_trial(struct examine *e, const struct write_trial *trial, const char *member)
{
	if (trial->written > 0)
		examine_tell(e, FINDING_WRITE, SEVERITY_CRITICAL, "target",
			     "look at that entry; report this server as one that carries out half of a modify",
			     "%s took a %s that had just gone, though the modify had to fail", trial->dn, member);
	else if (trial->denied > 0)
		examine_tell(e, FINDING_WRITE, SEVERITY_CRITICAL, "target", NULL,
			     "the server denies this identity to write %s of %u of %u groups, as %s", member,
			     trial->denied, trial->tried, trial->dn);
	else if (trial->other != 0)
		examine_tell(e, FINDING_WRITE, SEVERITY_WARNING, "target", NULL,
			     "trying to write %s of %s gives result %d, where 20 is expected", member, trial->dn,
			     trial->other);
	else if (trial->allowed > 0)
		examine_tell(e, FINDING_WRITE, SEVERITY_OK, "target", NULL,
			     "%s of %u groups that were tried; to make and to delete entries cannot be tried without "
			     "writing",
			     member, trial->allowed);
	else
		examine_tell(
			e, FINDING_WRITE, SEVERITY_NOTICE, "target", "duaalctl plan, then: duaalctl sync --wait",
			"no group of ours that was looked at has a member below target.people, so it cannot be tried "
			"without writing");
}

static int filter_of_groups(const struct target_settings *set, struct buf *out, struct err *err)
{
	const char *managed_by = attribute_of(&set->map, FIELD_MANAGED_BY);
	buf_format(out, "(&(%s=*)(%s=", member_of(set), managed_by != NULL ? managed_by : "duaalManagedBy");
	escape_filter(out, text_of(set->instance));
	buf_add_string(out, "))");
	return buf_failed(out) ? err_nomem(err) : 0;
}

static void examine_writing(struct examine *e, struct ldap_connection *conn, const struct target_settings *set)
{
	struct buf filter;
	struct write_trial trial = {0};
	struct err why = {0};
	bool asserts = ldap_connection_supports(conn, LDAP_CONTROL_ASSERT);
	if (asserts)
		examine_tell(e, FINDING_FENCE, SEVERITY_OK, "target", NULL, "it does");
	else
		examine_tell(e, FINDING_FENCE, SEVERITY_NOTICE, "target", NULL, "it does not");
	buf_init(&filter);
	int code = filter_of_groups(set, &filter, &why);
	if (code == 0)
		code = ldap_try_write(conn, set->institutions_base, buf_string(&filter), member_of(set),
				      set->people_base, SAMPLE, &trial, &why);
	if (!examine_failed(e, FINDING_WRITE, "target", code, &why))
		tell_trial(e, &trial, member_of(set));
	buf_done(&filter);
}

int target_examine(struct channel *channel, const struct target_settings *set, struct err *err)
{
	struct ldap_connection *conn = NULL;
	struct examine e = {.channel = channel, .err = err};
	examine_confinement(&e, "target");
	if (examine_connect(&e, "target", &set->connection, &conn)) {
		examine_server(&e, "target", &set->connection, conn);
		examine_schema(&e, conn, set);
		examine_trees(&e, conn, set);
		examine_target_indexes(&e, conn, set);
		examine_limits(&e, "target", conn, set->base);
		examine_canaries(&e, conn, set);
		examine_writing(&e, conn, set);
	}
	ldap_connection_close(conn);
	deadline_off();
	return examine_end(&e);
}
