/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * think-bench - what each step of a cycle without changes costs the planner, without a directory.
 *
 *   think-bench PEOPLE SHAPE [EACH [SOURCES]]
 *
 * SHAPE tells how one in EACH (8) has a role: values, grants (entries of their own) or groups (of right, one for each role and
 * school). SOURCES 2: half of all of it stands at a second source. Prints the processor time of each step, the least of several
 * cycles. Counts that no busy machine disturbs come from
 *   valgrind --tool=callgrind --cache-sim=yes think-bench 100000 grants
 * and callgrind_annotate --inclusive=yes. For measuring only.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/guard.h"
#include "core/hold.h"
#include "core/timeline.h"
#include "model/dn.h"

#define CYCLES  5
#define SCHOOL  200 /* people */
#define ROLES   4
#define PEOPLE  "ou=gebruikers,dc=bron"
#define APP     "ou=werkplekduaal,dc=app"
#define HERE    "ou=people," APP
#define NOW_S   1793869200
#define ANYBODY ((struct csn){.time_us = 1780000000000000, .rest = 1u << 24})

enum step { READ, SEAL, JOIN, FREE, TIMELINE, POLICY, PLAN, GUARD, STEPS };
static const char *const step_names[STEPS] = {"add",      "seal",   "join", "free",
					      "timeline", "policy", "plan", "guard and holds"};
static double least[STEPS];

static const char *const no_actions[] = {NULL}, *const active[] = {"actief", NULL}, *const approved[] = {"goed*", NULL};
static const struct policy_kind kinds[] = {{"secundair*", ADMISSION_PROGRAMME}};
static struct zone_transition transitions[] = {{0, 3600}};
static char *roles[ROLES] = {"trajectbegeleider", "beheerder", "lezer", "planner"};
static const struct policy_settings settings = {.right = "WerkplekDuaalGebruiker",
						.roles = {{"trajectbegeleider", no_actions},
							  {"beheerder", no_actions},
							  {"lezer", no_actions},
							  {"planner", no_actions}},
						.role_count = ROLES,
						.audience = "OV",
						.kinds = kinds,
						.kind_count = 1,
						.programme_approved = approved,
						.person_active = active,
						.institution_active = active,
						.grant_active = active,
						.has_values = true,
						.grants_name_right = true};
static const struct guard_settings guard = {.institution_removals = 3, .removals = 50, .window_s = 86400};
static const struct target_names names = {.base = APP,
					  .institutions = "ou=institutions," APP,
					  .people = HERE,
					  .requests = "ou=requests," APP,
					  .overrides = "ou=overrides," APP,
					  .roles_base = "",
					  .person_rdn = "uid",
					  .institution_rdn = "duaalInstitutionNumber",
					  .group_rdn = "cn",
					  .directive_rdn = "cn",
					  .group_name = "%r-%n",
					  .instance = "duaalsync",
					  .roles = roles,
					  .role_count = ROLES,
					  .people_provisioned = true};

struct bench {
	uint32_t people, schools, each, sources, holders;
	const char *shape;
	struct source_snapshot *parts[2], *whole;
	struct target_snapshot *target;
	struct past past;
	struct entry **source_entries, **target_entries;
	uint32_t source_count, target_count;
};

static void need(bool done)
{
	if (!done) {
		fprintf(stderr, "think-bench: a step failed\n");
		exit(1);
	}
}

static double now_ms(void)
{
	return (double)clock_cpu_us() / 1000;
}

static void took(enum step step, double since_ms)
{
	double ms = now_ms() - since_ms;
	if (least[step] == 0 || ms < least[step])
		least[step] = ms;
}

/* ---- invented entries ---------------------------------------------------------------------------- */

/* In no order, as those of a directory. */
static struct uuid uuid_of(char kind, uint32_t number)
{
	const uint64_t parts[2] = {(uint64_t)kind << 32 | number, number};
	struct uuid uuid;
	uint64_t front = parts[0] * 0x9e3779b97f4a7c15u, back = (parts[1] ^ front >> 7) * 0xbf58476d1ce4e5b9u;
	memcpy(uuid.bytes, &front, sizeof(front));
	memcpy(uuid.bytes + sizeof(front), &back, sizeof(back));
	return uuid;
}

struct maker {
	struct entry_builder builder;
	char at[160];
};

PRINTF_LIKE(4, 5) static void begin(struct maker *m, enum entry_kind kind, const struct uuid uuid, const char *dn, ...)
{
	va_list args;
	va_start(args, dn);
	vsnprintf(m->at, sizeof(m->at), dn, args);
	va_end(args);
	entry_begin(&m->builder, kind, &uuid, &ANYBODY, kind == ENTRY_PERSON ? DN_UNDER_BASE : DN_WHOLE,
		    text_of(m->at));
}

PRINTF_LIKE(3, 4) static void put(struct maker *m, enum field field, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(m->at, sizeof(m->at), format, args);
	va_end(args);
	entry_add(&m->builder, field, text_of(m->at));
}

static void keep(struct maker *m, struct entry **list, uint32_t *count)
{
	const struct entry *entry = entry_end(&m->builder);
	need(entry != NULL);
	list[*count] = entry_keep(entry);
	need(list[(*count)++] != NULL);
}

static bool holds(const struct bench *b, uint32_t person)
{
	return person / 16 % b->each == 0;
}

static uint32_t school_of(const struct bench *b, uint32_t person)
{
	return 100000 + person % b->schools;
}

static const char *role_of(const struct bench *b, uint32_t person)
{
	return roles[person / b->schools % ROLES];
}

static void make_person(struct bench *b, struct maker *m, uint32_t i)
{
	begin(m, ENTRY_PERSON, uuid_of('p', i), "uid=0b6a1c9e-%08x-4f21-a7d2-6c1d", i);
	put(m, FIELD_VO_ID, "0b6a1c9e-%08x-4f21-a7d2-6c1d", i);
	put(m, FIELD_UID, "gebruiker%u", i);
	put(m, FIELD_CN, "Voornaam Achternaam%u", i);
	put(m, FIELD_SN, "Achternaam%u", i);
	put(m, FIELD_GIVEN_NAME, "Voornaam");
	put(m, FIELD_MAIL, "voornaam.achternaam.%u@school.example", i);
	put(m, FIELD_STATE, "actief");
	if (strcmp(b->shape, "values") == 0 && holds(b, i))
		put(m, FIELD_RIGHT, "WerkplekDuaalGebruiker-%s:%u", role_of(b, i), school_of(b, i));
	keep(m, b->source_entries, &b->source_count);
}

static void make_grant(struct bench *b, struct maker *m, uint32_t i)
{
	begin(m, ENTRY_GRANT, uuid_of('g', i), "cn=recht-%u,ou=gebruikersrechten,dc=bron", i);
	put(m, FIELD_STATE, "actief");
	put(m, FIELD_RIGHT, "WerkplekDuaalGebruiker");
	put(m, FIELD_NUMBER, "%u", school_of(b, i));
	put(m, FIELD_ROLE, "%s", role_of(b, i));
	put(m, FIELD_PERSON, "uid=0b6a1c9e-%08x-4f21-a7d2-6c1d," PEOPLE, i);
	keep(m, b->source_entries, &b->source_count);
}

/* Of everybody in that role at that school, at that source. */
static void make_group(struct bench *b, struct maker *m, uint32_t school, uint32_t role, uint32_t source)
{
	begin(m, ENTRY_RIGHT_GROUP, uuid_of('r', (source * ROLES + role) * b->schools + school),
	      "cn=%s-%u-%u,ou=groepen,dc=bron", roles[role], school, source);
	put(m, FIELD_NUMBER, "%u", 100000 + school);
	put(m, FIELD_ROLE, "%s", roles[role]);
	for (uint32_t i = role * b->schools + school; i < b->people; i += b->schools * ROLES)
		if (i % b->sources == source && holds(b, i))
			put(m, FIELD_MEMBER, "uid=0b6a1c9e-%08x-4f21-a7d2-6c1d," PEOPLE, i);
	keep(m, b->source_entries, &b->source_count);
}

/* Those of one source after the other: at[source] is where they end. */
static void make_source(struct bench *b, uint32_t *ends)
{
	struct maker m = {.at = ""};
	b->source_entries = calloc((size_t)b->people * 2 + (size_t)b->schools * ROLES * 4 + 4, sizeof(struct entry *));
	need(b->source_entries != NULL);
	for (uint32_t source = 0; source < b->sources; source++) {
		for (uint32_t i = source; i < b->people; i += b->sources)
			make_person(b, &m, i);
		for (uint32_t i = 0; source == 0 && i < b->schools; i++) {
			begin(&m, ENTRY_INSTITUTION, uuid_of('i', i), "ou=%u,dc=bron", i);
			put(&m, FIELD_STATE, "actief");
			put(&m, FIELD_NUMBER, "%u", 100000 + i);
			put(&m, FIELD_NAME, "School %u", i);
			put(&m, FIELD_KIND, "secundair onderwijs");
			put(&m, FIELD_AUDIENCE, "OV");
			put(&m, FIELD_PROGRAMME, "goedgekeurd");
			keep(&m, b->source_entries, &b->source_count);
		}
		for (uint32_t i = source; strcmp(b->shape, "grants") == 0 && i < b->people; i += b->sources)
			if (holds(b, i))
				make_grant(b, &m, i);
		for (uint32_t i = 0; strcmp(b->shape, "groups") == 0 && i < b->schools * ROLES; i++)
			make_group(b, &m, i % b->schools, i / b->schools, source);
		ends[source] = b->source_count;
	}
	entry_builder_done(&m.builder);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static struct certificate certificate_of(struct entry **entries, uint32_t count)
{
	struct certificate cert = {.checks = CHECKS_ALL};
	for (uint32_t i = 0; i < count; i++)
		cert.counts[entries[i]->kind]++;
	return cert;
}

static struct source_snapshot *read_source(struct bench *b, uint32_t source, uint32_t first, uint32_t end)
{
	struct source_bases bases = {
		.name = source == 0 ? "een" : "twee", .people = PEOPLE, .timed = true, .group_depth = 3};
	struct source_builder *builder;
	struct source_snapshot *ret;
	struct err err;
	struct certificate cert = certificate_of(b->source_entries + first, end - first);
	double began = now_ms();
	need(source_begin(&bases, b->parts[source], &builder, &err) == 0);
	for (uint32_t i = first; i < end; i++)
		need(source_add(builder, b->source_entries[i], &err) == 0);
	took(READ, began);
	began = now_ms();
	need(source_seal(builder, &cert, &ret, &err) == 0);
	took(SEAL, began);
	return ret;
}

static void read_sources(struct bench *b, const uint32_t *ends)
{
	struct source_snapshot *fresh[2] = {0}, *joined = NULL;
	struct err err;
	for (uint32_t i = 0; i < b->sources; i++)
		fresh[i] = read_source(b, i, i > 0 ? ends[i - 1] : 0, ends[i]);
	double began = now_ms();
	if (b->sources > 1)
		need(source_join((const struct source_snapshot *const *)fresh, b->sources, &joined, &err) == 0);
	took(JOIN, began);
	began = now_ms();
	for (uint32_t i = 0; i < b->sources; i++) {
		source_free(b->parts[i]);
		b->parts[i] = fresh[i];
	}
	if (b->sources > 1)
		source_free(b->whole);
	took(FREE, began);
	b->whole = b->sources > 1 ? joined : b->parts[0];
}

static void read_target(struct bench *b)
{
	struct target_builder *builder;
	struct err err;
	struct certificate cert = certificate_of(b->target_entries, b->target_count);
	struct target_snapshot *fresh;
	need(target_begin(&names, b->target, &builder, &err) == 0);
	for (uint32_t i = 0; i < b->target_count; i++)
		need(target_add(builder, b->target_entries[i], &err) == 0);
	need(target_seal(builder, &cert, &fresh, &err) == 0);
	target_free(b->target);
	b->target = fresh;
}

/* ---- the target as it should be ------------------------------------------------------------------ */

static void put_wanted(void *ctx, enum field field, struct text value)
{
	struct maker *m = ctx;
	entry_add(&m->builder, field, value);
}

static struct text person_dn(char out[static 160], uint32_t person, const struct bench *b)
{
	struct text vo_id = entry_value(b->whole->people[person].entry, FIELD_VO_ID);
	snprintf(out, 160, "uid=%.*s,%s", TEXT_ARG(vo_id), HERE);
	return text_of(out);
}

static void fill_people(struct bench *b, const struct plan_input *in, struct maker *m)
{
	for (uint32_t i = 0; i < b->whole->people_count; i++) {
		const struct uuid uuid = uuid_of('P', i);
		if (in->desired->person_keys[i] == 0)
			continue;
		b->holders++;
		entry_begin(&m->builder, ENTRY_PERSON, &uuid, &ANYBODY, DN_WHOLE, person_dn(m->at, i, b));
		wanted_person(in, i, put_wanted, m);
		keep(m, b->target_entries, &b->target_count);
	}
}

static void fill_institutions(struct bench *b, const struct plan_input *in, struct maker *m)
{
	for (uint32_t i = 0; i < in->desired->institution_count; i++) {
		const uint32_t number = in->desired->institutions[i].number;
		begin(m, ENTRY_INSTITUTION, uuid_of('I', number), "duaalInstitutionNumber=%u,ou=institutions," APP,
		      number);
		wanted_institution(in, i, put_wanted, m);
		keep(m, b->target_entries, &b->target_count);
	}
}

static void own(struct bench *b, const struct uuid *group, const struct desired_membership *membership)
{
	const struct past_group known = {
		.uuid = *group, .csn = ANYBODY, .number = membership->number, .role = membership->role};
	char dn[160];
	const struct owned_value owned = {.cycle = 1,
					  .key = dn_key(person_dn(dn, membership->person, b)),
					  .source = b->whole->people[membership->person].entry->uuid,
					  .state = OWNED_HELD};
	if (past_group(&b->past, group) == NULL)
		need(past_set_group(&b->past, &known) == 0);
	need(past_set_owned(&b->past, group, &owned) == 0);
}

static void fill_groups(struct bench *b, const struct plan_input *in, struct maker *m)
{
	const struct desired *desired = in->desired;
	for (uint32_t i = 0, end; i < desired->membership_count; i = end) {
		const struct desired_membership *first = &desired->memberships[i];
		const struct uuid uuid = uuid_of('G', first->number * ROLES + first->role);
		char dn[300];
		snprintf(dn, sizeof(dn), "cn=%s-%u,duaalInstitutionNumber=%u,ou=institutions,%s", roles[first->role],
			 first->number, first->number, APP);
		entry_begin(&m->builder, ENTRY_GROUP, &uuid, &ANYBODY, DN_WHOLE, text_of(dn));
		put(m, FIELD_NUMBER, "%u", first->number);
		put(m, FIELD_ROLE, "%s", roles[first->role]);
		for (end = i; end < desired->membership_count && desired->memberships[end].number == first->number &&
			      desired->memberships[end].role == first->role;
		     end++) {
			entry_add(&m->builder, FIELD_MEMBER, person_dn(m->at, desired->memberships[end].person, b));
			own(b, &uuid, &desired->memberships[end]);
		}
		put(m, FIELD_MANAGED_BY, "duaalsync");
		keep(m, b->target_entries, &b->target_count);
	}
}

static void remember_seen(struct bench *b)
{
	for (uint32_t i = 0; i < b->source_count; i++) {
		const struct seen_entry seen = {.uuid = b->source_entries[i]->uuid, .csn = ANYBODY};
		need(past_set_seen(&b->past, &seen) == 0);
	}
}

static void fill_target(struct bench *b)
{
	struct arena arena;
	struct err err;
	struct maker m = {.at = ""};
	const struct zone zone = {1, transitions};
	const struct policy_input policy = {b->whole, b->target, &settings, &zone, &b->past, NOW_S};
	struct plan_input in = {.policy = &policy, .target = b->target, .cycle = 1};
	struct desired *desired;
	arena_init(&arena, 0);
	need(policy_apply(&policy, &arena, &desired, &err) == 0);
	in.desired = desired;
	b->target_entries = calloc((size_t)b->people + (size_t)b->schools * (ROLES + 1) + 1, sizeof(struct entry *));
	need(b->target_entries != NULL && desired->membership_count > 0);
	fill_people(b, &in, &m);
	fill_institutions(b, &in, &m);
	fill_groups(b, &in, &m);
	for (uint32_t i = 0; i < desired->grant_count; i++)
		need(past_set_grant(&b->past, &desired->grants[i]) == 0);
	remember_seen(b);
	b->past.first_contact = false;
	entry_builder_done(&m.builder);
	arena_done(&arena);
}

/* ---- thinking ------------------------------------------------------------------------------------ */

static void think(struct bench *b)
{
	struct arena arena;
	struct err err;
	const struct zone zone = {1, transitions};
	const struct policy_input policy = {b->whole, b->target, &settings, &zone, &b->past, NOW_S};
	const struct drift_settings drift = {DRIFT_REPAIR, 900};
	struct plan_input in = {.policy = &policy, .target = b->target, .drift = &drift, .cycle = 2};
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
	const struct guard_past about = {.past = &b->past};
	struct timeline timeline;
	arena_init(&arena, 0);
	double began = now_ms();
	timeline_check(&b->past, b->whole, &timeline);
	took(TIMELINE, began);
	began = now_ms();
	need(policy_apply(&policy, &arena, &desired, &err) == 0);
	took(POLICY, began);
	in.desired = desired;
	began = now_ms();
	need(plan_build(&in, &arena, &plan, &err) == 0);
	took(PLAN, began);
	began = now_ms();
	need(guard_judge(plan, &in, &guard, &about, NOW_S, &arena, &verdict, &err) == 0);
	need(holds_match(plan, &in, &guard, &about, NOW_S, &arena, &verdict, &err) == 0);
	took(GUARD, began);
	need(plan->change_count == 0 && desired->grant_count == 0);
	arena_done(&arena);
}

int main(int argc, char **argv)
{
	struct bench b = {.shape = argc > 2 ? argv[2] : "grants",
			  .each = argc > 3 ? (uint32_t)atoi(argv[3]) : 8,
			  .sources = argc > 4 ? (uint32_t)atoi(argv[4]) : 1};
	uint32_t ends[2];
	b.people = argc > 1 ? (uint32_t)atoi(argv[1]) : 25000;
	b.schools = (b.people + SCHOOL - 1) / SCHOOL;
	past_init(&b.past);
	make_source(&b, ends);
	read_sources(&b, ends);
	read_target(&b);
	fill_target(&b);
	memset(least, 0, sizeof(least));
	for (int i = 0; i < CYCLES; i++) {
		read_sources(&b, ends);
		read_target(&b);
		think(&b);
	}
	printf("%u people, %u with a role, %s, %u source(s):", b.people, b.holders, b.shape, b.sources);
	for (int step = 0; step < STEPS; step++)
		printf(" %s %.1f", step_names[step], least[step]);
	printf(" ms\n");
	return 0;
}
