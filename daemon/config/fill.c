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

/* What a further source leaves out of its connection is as in the first. An authority only where there is TLS: without it
 * a certificate that is named is a fault. */
static void inherit(struct connection_settings *c, const struct connection_settings *first)
{
	if (c->ca_file == NULL)
		c->ca_file = c->tls != TLS_NONE ? first->ca_file : "";
	if (c->deadline_s == 0)
		c->deadline_s = first->deadline_s;
	if (c->connect_timeout_s == 0)
		c->connect_timeout_s = first->connect_timeout_s;
	if (c->max_incoming == 0)
		c->max_incoming = first->max_incoming;
}

/* A shape of grants: what is not configured is not read. */
static void fill_shape(struct search_settings *shape, const struct search_settings *first)
{
	bool read = shape->base != NULL && shape->base[0] != '\0';
	if (shape->filter == NULL)
		shape->filter = "";
	shape->map = read ? first->map : (struct attribute_map){0};
}

static void fill_bases(struct draft *d, uint32_t at)
{
	struct source_bases *bases = &d->config.source_bases[at];
	const struct source_settings *s = &d->config.sources[at];
	bases->name = draft_copy(d, text_of(d->sources[at].name));
	bases->groups = draft_copy(d, text_of(s->groups.base));
	bases->people = draft_copy(d, text_of(s->people.base));
	bases->institutions = draft_copy(d, text_of(s->institutions.base));
	bases->grant_person = d->config.source_bases[0].grant_person;
	bases->group_depth = d->config.source_bases[0].group_depth;
}

/* Attributes are named once, for all sources. */
static void fill_source(struct draft *d, uint32_t at)
{
	const struct draft_source *from = &d->sources[at], *first = &d->sources[0];
	struct source_settings *s = &d->config.sources[at];
	*s = from->settings;
	fill_connection(&s->connection, &from->uris, from->starttls);
	if (at > 0)
		inherit(&s->connection, &first->settings.connection);
	s->canary_count = fill_list(s->canaries, CANARIES_MAX, &from->canaries);
	s->grant_canary_count = fill_list(s->grant_canaries, CANARIES_MAX, &from->grant_canaries);
	s->group_canary_count = fill_list(s->group_canaries, CANARIES_MAX, &from->group_canaries);
	s->people.map = first->settings.people.map;
	s->institutions.map = first->settings.institutions.map;
	fill_shape(&s->grants, &first->settings.grants);
	fill_shape(&s->groups, &first->settings.groups);
	s->right = d->config.policy.right;
	fill_bases(d, at);
}

static void fill_sources(struct draft *d)
{
	d->config.source_count = 1 + d->more_count;
	for (uint32_t i = 0; i < d->config.source_count; i++)
		fill_source(d, i);
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

/* Do grants that are entries, or right groups, say this themselves, in any source? */
static bool is_read(const struct draft *d, bool groups, enum field field)
{
	for (uint32_t i = 0; i < d->config.source_count; i++) {
		const struct source_settings *s = &d->config.sources[i];
		if (attribute_of(groups ? &s->groups.map : &s->grants.map, field) != NULL)
			return true;
	}
	return false;
}

static void fill_policy(struct draft *d)
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
	p->has_values = attribute_of(&d->config.sources[0].people.map, FIELD_RIGHT) != NULL;
	if (p->group_role == NULL)
		p->group_role = "";
	p->groups_name_right = is_read(d, true, FIELD_RIGHT);
	p->grants_name_right = is_read(d, false, FIELD_RIGHT);
	p->grants_name_grantor = is_read(d, false, FIELD_GRANTOR);
	p->board_grantors = d->board_grantors.at;
}

void fill_config(struct draft *d)
{
	struct config *c = &d->config;
	fill_sources(d);
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
