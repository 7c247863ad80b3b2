/* SPDX-License-Identifier: EUPL-1.2 */
/* fill.c - from the settings as they stand in the file to the structs that the modules take. See draft.h. */
#include <string.h>

#include "config/draft.h"

static void derive(struct draft *d, const char **text, const char *before, const char *base)
{
	if (*text == NULL && base != NULL)
		*text = draft_join(d, before, base);
}

static void fill_connection(struct connection_settings *c, const struct words *uris, bool starttls)
{
	c->uri = uris->count > 0 ? uris->at[0] : NULL;
	for (uint32_t i = 1; i < uris->count && i < URIS_MAX; i++)
		c->more_uris[c->more_uri_count++] = uris->at[i];
	bool ldaps = c->uri != NULL && text_starts_nocase(text_of(c->uri), text_of("ldaps:"));
	c->tls = ldaps ? TLS_LDAPS : starttls ? TLS_STARTTLS : TLS_NONE;
}

static uint32_t fill_list(const char **at, uint32_t max, const struct words *words)
{
	uint32_t count = words->count < max ? words->count : max;
	for (uint32_t i = 0; i < count; i++)
		at[i] = words->at[i];
	return count;
}

static void fill_source(struct draft *d)
{
	struct source_settings *s = &d->config.source;
	fill_connection(&s->connection, &d->source_uris, d->source_starttls);
	s->canary_count = fill_list(s->canaries, CANARIES_MAX, &d->source_canaries);
	s->grant_canary_count = fill_list(s->grant_canaries, CANARIES_MAX, &d->grant_canaries);
	if (s->grants.filter == NULL)
		s->grants.filter = "";
	if (s->grants.base == NULL || s->grants.base[0] == '\0')
		s->grants.map.count = 0;
	s->group_canary_count = fill_list(s->group_canaries, CANARIES_MAX, &d->group_canaries);
	if (s->groups.filter == NULL)
		s->groups.filter = "";
	if (s->groups.base == NULL || s->groups.base[0] == '\0')
		s->groups.map.count = 0;
	s->right = d->config.policy.right;
	d->config.source_bases.name = draft_copy(d, text_of(d->source_name));
	d->config.source_bases.groups = draft_copy(d, text_of(s->groups.base));
	d->config.source_bases.people = draft_copy(d, text_of(s->people.base));
	d->config.source_bases.institutions = draft_copy(d, text_of(s->institutions.base));
}

static void fill_target(struct draft *d)
{
	struct target_settings *t = &d->config.target;
	fill_connection(&t->connection, &d->target_uris, d->target_starttls);
	derive(d, &t->institutions_base, "ou=institutions,", t->base);
	derive(d, &t->people_base, "ou=people,", t->base);
	derive(d, &t->requests_base, "ou=requests,", t->base);
	derive(d, &t->overrides_base, "ou=overrides,", t->base);
	derive(d, &t->roles_base, "ou=roles,", t->base);
	if (!d->flat_roles)
		t->roles_base = "";
	derive(d, &t->sync_dn, "cn=sync,", t->base);
	t->canary_count = fill_list(t->canaries, CANARIES_MAX, &d->target_canaries);
	fill_list(t->institution_classes, CLASSES_MAX, &d->classes.institution);
	fill_list(t->group_classes, CLASSES_MAX, &d->classes.group);
	fill_list(t->person_classes, CLASSES_MAX, &d->classes.person);
	fill_list(t->sync_classes, CLASSES_MAX, &d->classes.sync);
	fill_list(t->request_classes, CLASSES_MAX, &d->classes.request);
	fill_list(t->override_classes, CLASSES_MAX, &d->classes.override);
	fill_list(t->role_classes, CLASSES_MAX, &d->classes.role);
}

static char **copy_list(struct draft *d, const char *const *at, uint32_t count)
{
	char **copy = arena_array(&d->arena, (size_t)count + 1, sizeof(*copy));
	if (copy == NULL)
		d->no_memory = true;
	for (uint32_t i = 0; copy != NULL && i < count; i++)
		copy[i] = draft_copy(d, text_of(at[i]));
	return copy;
}

/* As configured, or the attribute that says the same. */
static char *rdn_of(struct draft *d, const char *configured, enum field field)
{
	return draft_copy(d, text_of(configured != NULL ? configured : attribute_of(&d->config.target.map, field)));
}

static void fill_names(struct draft *d)
{
	const struct target_settings *t = &d->config.target;
	struct target_names *n = &d->config.names;
	const char *roles[POLICY_ROLES_MAX] = {0};
	for (uint32_t i = 0; i < d->role_count; i++)
		roles[i] = d->roles[i].name;
	n->base = draft_copy(d, text_of(t->base));
	n->institutions = draft_copy(d, text_of(t->institutions_base));
	n->people = draft_copy(d, text_of(t->people_base));
	n->requests = draft_copy(d, text_of(t->requests_base));
	n->overrides = draft_copy(d, text_of(t->overrides_base));
	n->roles_base = draft_copy(d, text_of(t->roles_base));
	n->person_rdn = draft_copy(d, text_of(attribute_of(&t->map, FIELD_UID)));
	n->institution_rdn = rdn_of(d, d->institution_rdn, FIELD_NUMBER);
	n->group_rdn = rdn_of(d, d->group_rdn, FIELD_CN);
	n->directive_rdn = rdn_of(d, NULL, FIELD_CN);
	n->group_name = draft_copy(d, text_of(d->group_name));
	n->instance = draft_copy(d, text_of(t->instance));
	n->roles = copy_list(d, roles, d->role_count);
	n->role_count = d->role_count;
	n->protected = copy_list(d, d->protected.at, d->protected.count);
	n->protected_count = d->protected.count;
	n->people_provisioned = t->people_provisioned;
	n->placeholder = draft_copy(d, text_of(d->placeholder));
}

void fill_policy(struct draft *d)
{
	struct policy_settings *p = &d->config.policy;
	for (uint32_t i = 0; i < d->role_count; i++)
		p->roles[i] = (struct policy_role){d->roles[i].name, d->roles[i].actions.at};
	p->role_count = d->role_count;
	for (uint32_t i = 0; i < d->kind_count; i++)
		d->kinds[i] = (struct policy_kind){d->draft_kinds[i].kind, (enum admission)d->draft_kinds[i].admission};
	p->kinds = d->kinds;
	p->kind_count = d->kind_count;
	p->programme_approved = d->programme_approved.at;
	p->person_active = d->person_active.at;
	p->institution_active = d->institution_active.at;
	p->grant_active = d->grant_active.at;
	p->has_values = attribute_of(&d->config.source.people.map, FIELD_RIGHT) != NULL;
	if (p->group_role == NULL)
		p->group_role = "";
	p->groups_name_right = attribute_of(&d->config.source.groups.map, FIELD_RIGHT) != NULL;
	p->grants_name_right = attribute_of(&d->config.source.grants.map, FIELD_RIGHT) != NULL;
	p->grants_name_grantor = attribute_of(&d->config.source.grants.map, FIELD_GRANTOR) != NULL;
	p->board_grantors = d->board_grantors.at;
}

void fill_config(struct draft *d)
{
	struct config *c = &d->config;
	fill_source(d);
	fill_target(d);
	fill_names(d);
	fill_policy(d);
	derive(d, &c->ledger.path, "",
	       c->run.state_dir != NULL ? draft_join(d, c->run.state_dir, "/ledger.sqlite") : NULL);
	c->ledger.instance = c->target.instance;
	c->ledger.role_count = d->role_count;
	for (uint32_t i = 0; i < d->role_count; i++)
		c->ledger.roles[i] = d->roles[i].name;
}
