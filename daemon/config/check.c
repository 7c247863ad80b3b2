/* SPDX-License-Identifier: EUPL-1.2 */
/* check.c - what must fit together across settings. A setting that is missing or wrong by itself was reported; it is
 * passed over. */
#include <stdio.h>
#include <unistd.h>

#include "base/language.h"
#include "config/draft.h"
#include "model/dn.h"

bool check_is_below(struct draft *d, const char *dn, const char *base)
{
	bool below = true;
	if (dn != NULL && base != NULL && dn_is_below(text_of(dn), text_of(base), &below) < 0)
		d->no_memory = true;
	return below;
}

bool check_is_same(struct draft *d, const char *a, const char *b)
{
	bool same = false;
	if (a != NULL && b != NULL && dn_equal(text_of(a), text_of(b), &same) < 0)
		d->no_memory = true;
	return same;
}

static void fault_not_below(struct draft *d, const char *key, uint32_t item, const char *base, const char *other_base)
{
	if (other_base == base)
		fault_at(d, key, "item %u does not lie below %s and would never be seen", item, base);
	else
		fault_at(d, key, "item %u does not lie below %s or %s and would never be seen", item, base, other_base);
}

void check_canaries(struct draft *d, const char *key, const struct words *canaries, const char *base,
		    const char *other_base)
{
	for (uint32_t i = 0; i < canaries->count; i++) {
		if (!check_is_below(d, canaries->at[i], base) && !check_is_below(d, canaries->at[i], other_base))
			fault_not_below(d, key, i + 1, base, other_base);
		for (uint32_t k = 0; k < i; k++)
			if (check_is_same(d, canaries->at[i], canaries->at[k]))
				fault_at(d, key, "items %u and %u are the same entry", k + 1, i + 1);
	}
}

void need_attribute(struct draft *d, bool needed, const struct attribute_map *map, enum field field, const char *key,
		    const char *whose)
{
	if (needed && attribute_of(map, field) == NULL)
		fault_at(d, key, "is missing: %s needs it", tr(whose));
}

/* ---- target -------------------------------------------------------------------------------------- */

static void check_bases(struct draft *d)
{
	const struct target_settings *t = &d->config.target;
	const struct {
		const char *key, *dn;
		bool bound;
	} at[] = {
		{"target.institutions_base", t->institutions_base, true},
		{"target.people_base", t->people_base, t->people_provisioned},
		{"target.requests_base", t->requests_base, true},
		{"target.overrides_base", t->overrides_base, true},
		{"target.sync_dn", t->sync_dn, true},
		{"target.roles_base", d->flat_roles ? t->roles_base : NULL, d->flat_roles},
	};
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		if (at[i].bound && (!check_is_below(d, at[i].dn, t->base) || check_is_same(d, at[i].dn, t->base)))
			fault_at(d, at[i].key, "must lie below target.base");
		for (size_t k = 0; k < i; k++)
			if (check_is_same(d, at[i].dn, at[k].dn))
				fault_at(d, at[i].key, "is the same entry as %s", at[k].key);
	}
}

/* Nobody may ever gain by it, and it must not look like somebody. */
static void check_placeholder(struct draft *d)
{
	static const char key[] = "target.placeholder";
	const struct target_settings *t = &d->config.target;
	const char *dn = d->placeholder;
	if (dn == NULL || dn[0] == '\0') {
		if (d->config.names.empty_group == EMPTY_PLACEHOLDER)
			fault_at(d, key, "is missing: target.empty_group = \"placeholder\" needs it");
		return;
	}
	if ((t->people_base != NULL && check_is_below(d, dn, t->people_base)) ||
	    (t->institutions_base != NULL && check_is_below(d, dn, t->institutions_base)))
		fault_at(d, key, "must not lie below target.people_base or target.institutions_base: it is nobody");
	if (check_is_same(d, dn, t->connection.bind_dn))
		fault_at(d, key, "is target.bind_dn: it must be an entry that nobody can log in with");
	for (uint32_t i = 0; i < d->protected.count; i++)
		if (check_is_same(d, dn, d->protected.at[i]))
			fault_at(d, key, "is in target.protected too, which would leave it in every group");
}

static void check_group_name(struct draft *d)
{
	if (d->group_name != NULL && !target_names_is_pattern(d->group_name))
		fault_at(d, "target.group_name",
			 "must hold %%r and %%n once each and no other %%, with something between them that is no "
			 "digit: a group's "
			 "name is unique");
}

/* ---- policy -------------------------------------------------------------------------------------- */

static void check_role(struct draft *d, uint32_t at)
{
	char key[FAULT_KEY_MAX];
	const char *name = d->roles[at].name;
	if (name == NULL)
		return;
	snprintf(key, sizeof(key), "policy.roles.[%u].name", at);
	for (const char *c = name; *c != '\0'; c++)
		if (strchr(",: /", *c) != NULL || *c == '\\') {
			fault_at(d, key, "holds a character that a right or a group's name cannot hold");
			break;
		}
	for (uint32_t i = 0; i < at; i++)
		if (d->roles[i].name != NULL && text_equal_nocase(text_of(name), text_of(d->roles[i].name)))
			fault_at(d, key, "is the same role as policy.roles[%u]", i);
}

static void check_kind(struct draft *d, uint32_t at)
{
	char key[FAULT_KEY_MAX];
	const char *kind = d->draft_kinds[at].kind;
	snprintf(key, sizeof(key), "policy.kinds.[%u].kind", at);
	for (uint32_t i = 0; i < at && kind != NULL; i++)
		if (d->draft_kinds[i].kind != NULL && text_matches(text_of(kind), text_of(d->draft_kinds[i].kind)))
			fault_at(d, key, "never counts: policy.kinds[%u] fits first", i);
}

void check_policy(struct draft *d)
{
	check_attributes(d);
	check_grants_policy(d);
	for (uint32_t i = 0; i < d->role_count; i++)
		check_role(d, i);
	for (uint32_t i = 0; i < d->kind_count; i++)
		check_kind(d, i);
}

/* ---- run ----------------------------------------------------------------------------------------- */

static void check_schedule(struct draft *d)
{
	const struct run_settings *r = &d->config.run;
	if (r->backoff_min_s > r->backoff_max_s)
		fault_at(d, "schedule.backoff_max", "must not be shorter than schedule.backoff_min");
	if (r->stale_warning_s > r->stale_critical_s)
		fault_at(d, "schedule.stale_critical", "must not be shorter than schedule.stale_warning");
	if (r->stale_warning_s != 0 && r->interval_s > r->stale_warning_s)
		fault_at(d, "schedule.stale_warning", "must not be shorter than schedule.interval");
}

static void check_helpers(struct draft *d)
{
	static const char *const names[] = {"duaal-source", "duaal-target", "duaal-ledger"};
	const char *dir = d->config.run.helper_dir;
	for (size_t i = 0; dir != NULL && dir[0] != '\0' && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = draft_join(d, draft_join(d, dir, "/"), names[i]);
		if (path[0] != '\0' && access(path, X_OK) < 0)
			fault_at(d, "helper_dir", "there is no program %s in %s", names[i], dir);
	}
}

void check_word(struct draft *d, const char *key, const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	if (word != NULL && word[strspn(word, allowed)] != '\0')
		fault_at(d, key, "must be made of letters, digits, hyphens and underscores");
}

void check_draft(struct draft *d)
{
	const struct config *c = &d->config;
	check_word(d, "instance", c->target.instance);
	check_helpers(d);
	check_sources(d);
	check_policy(d);
	check_grants(d);
	check_connection(d, "target", &c->target.connection, d->target_starttls);
	check_bases(d);
	check_placeholder(d);
	check_group_name(d);
	check_canaries(d, "target.canaries", &d->target_canaries, c->target.base, c->target.people_base);
	check_schedule(d);
}
