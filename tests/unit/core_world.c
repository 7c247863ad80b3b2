/* SPDX-License-Identifier: EUPL-1.2 */
/* core_world.c - see core_world.h: texts to records, records to snapshots. */
#include "core_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/vec.h"
#include "model/dn.h"

#define INSTANCE "duaalsync"
#define IDENTITY "dn:cn=duaalsync,dc=app"

static const char *const actions[] = {"overeenkomst-opmaken", "overeenkomst-registreren", "overeenkomst-beeindigen",
				      NULL};
static const char *const no_actions[] = {NULL};
static const struct policy_kind kinds[] = {{"secundair*", ADMISSION_PROGRAMME},
					   {"volwassenen*", ADMISSION_REQUEST},
					   {"syntra", ADMISSION_ALWAYS},
					   {"clb", ADMISSION_NEVER}};
static const char *const approved[] = {"goedgekeurd*", NULL};
static const char *const active[] = {"actief", NULL};
static const char *const boards[] = {"koepel", NULL};
/* Brussels, 2026 and 2027: winter, summer, winter, summer, winter. */
static struct zone_transition transitions[] = {
	{0, 3600}, {1774746000, 7200}, {1792890000, 3600}, {1806195600, 7200}, {1824944400, 3600}};

static const struct {
	const char *word;
	enum field field;
} words[] = {{"vo-id", FIELD_VO_ID},
	     {"uid", FIELD_UID},
	     {"cn", FIELD_CN},
	     {"sn", FIELD_SN},
	     {"given-name", FIELD_GIVEN_NAME},
	     {"mail", FIELD_MAIL},
	     {"state", FIELD_STATE},
	     {"begin", FIELD_BEGIN},
	     {"end", FIELD_END},
	     {"right", FIELD_RIGHT},
	     {"number", FIELD_NUMBER},
	     {"name", FIELD_NAME},
	     {"kind", FIELD_KIND},
	     {"audience", FIELD_AUDIENCE},
	     {"programme", FIELD_PROGRAMME},
	     {"head-admin", FIELD_HEAD_ADMIN},
	     {"local-admin", FIELD_LOCAL_ADMIN},
	     {"role", FIELD_ROLE},
	     {"action", FIELD_ACTION},
	     {"member", FIELD_MEMBER},
	     {"managed-by", FIELD_MANAGED_BY},
	     {"source-uuid", FIELD_SOURCE_UUID},
	     {"number-received", FIELD_NUMBER_RECEIVED},
	     {"admission", FIELD_ADMISSION},
	     {"admitted-since", FIELD_ADMITTED_SINCE},
	     {"valid-until", FIELD_VALID_UNTIL},
	     {"until", FIELD_VALID_UNTIL},
	     {"effect", FIELD_EFFECT},
	     {"reason", FIELD_REASON},
	     {"owner", FIELD_OWNER},
	     {"written", FIELD_MODIFY_TIMESTAMP},
	     {"writer", FIELD_MODIFIERS_NAME},
	     {"person", FIELD_PERSON},
	     {"grantor", FIELD_GRANTOR},
	     {"outside", FIELD_OUTSIDE}};

void world_init(struct world *w)
{
	*w = (struct world){.now_s = 1793869200 /* 2026-11-05T09:00:00Z */, .next_uuid = 100000};
	w->settings = (struct policy_settings){.right = "WerkplekDuaalGebruiker",
					       .roles = {{"trajectbegeleider", actions}, {"beheerder", no_actions}},
					       .role_count = 2,
					       .audience = "OV",
					       .kinds = kinds,
					       .kind_count = sizeof(kinds) / sizeof(kinds[0]),
					       .programme_approved = approved,
					       .person_active = active,
					       .institution_active = active,
					       .grant_active = active,
					       .has_values = true,
					       .board_grantors = boards,
					       .scheduled_notice_s = 86400,
					       .override_max_s = 90 * 86400,
					       .directive_warning_s = 7 * 86400};
	w->guard = (struct guard_settings){.institution_removals = 3,
					   .removals = 50,
					   .removals_percent = 5,
					   .window_s = 86400,
					   .shrink_percent = 10,
					   .halved_percent = 50,
					   .first_fill_go = true,
					   .grants = 50,
					   .grants_percent = 20,
					   .dates_percent = 20,
					   .dates_window_s = 7 * 86400,
					   .hold_s = 72 * 3600};
	w->drift = (struct drift_settings){DRIFT_REPAIR, 900};
	w->cycle = 100;
	w->group_depth = 3;
	w->zone = (struct zone){sizeof(transitions) / sizeof(transitions[0]), transitions};
	arena_init(&w->texts, 0);
	arena_init(&w->arena, 0);
	past_init(&w->past);
	w->roles[0] = arena_copy(&w->texts, text_of("trajectbegeleider"));
	w->roles[1] = arena_copy(&w->texts, text_of("beheerder"));
	w->names = (struct target_names){
		.base = arena_copy(&w->texts, text_of("ou=werkplekduaal,dc=app")),
		.institutions = arena_copy(&w->texts, text_of("ou=institutions,ou=werkplekduaal,dc=app")),
		.people = arena_copy(&w->texts, text_of(WORLD_PEOPLE)),
		.requests = arena_copy(&w->texts, text_of("ou=requests,ou=werkplekduaal,dc=app")),
		.overrides = arena_copy(&w->texts, text_of("ou=overrides,ou=werkplekduaal,dc=app")),
		.person_rdn = arena_copy(&w->texts, text_of("uid")),
		.institution_rdn = arena_copy(&w->texts, text_of("duaalInstitutionNumber")),
		.group_rdn = arena_copy(&w->texts, text_of("cn")),
		.directive_rdn = arena_copy(&w->texts, text_of("cn")),
		.group_name = arena_copy(&w->texts, text_of("%r-%n")),
		.instance = arena_copy(&w->texts, text_of(INSTANCE)),
		.roles = w->roles,
		.role_count = 2,
		.protected = w->protected,
		.people_provisioned = true};
	w->guard_past.past = &w->past;
}

static void forget_reads(struct world *w)
{
	source_free(w->source_read);
	target_free(w->target_read);
	source_free(w->part_read);
	w->source_read = w->part_read = NULL;
	w->target_read = NULL;
	arena_done(&w->arena);
}

void world_done(struct world *w)
{
	forget_reads(w);
	past_done(&w->past);
	arena_done(&w->texts);
	free(w->source);
	free(w->target);
}

struct uuid world_uuid(uint32_t number)
{
	struct uuid uuid = {.bytes = {0xda}};
	for (int i = 0; i < 4; i++)
		uuid.bytes[15 - i] = (uint8_t)(number >> (8 * i));
	uuid.bytes[1] = (uint8_t)(number / 100000000); /* large ones differ at the front as well */
	return uuid;
}

/* ---- texts ---------------------------------------------------------------------------------------- */

static struct csn csn_of(const char *value)
{
	return (struct csn){.time_us = atoll(value) * 1000000, .rest = 1u << 24};
}

static enum entry_kind kind_of(const char *word)
{
	static const char *const kind_words[ENTRY_KINDS] = {NULL,       "person", "institution", "group",
							    "request",  "sync",   "foreign",     "absent",
							    "override", "flat",   "grant",       "right-group"};
	for (int kind = 1; kind < ENTRY_KINDS; kind++)
		if (strcmp(word, kind_words[kind]) == 0)
			return (enum entry_kind)kind;
	fail_msg("no kind of entry: %s", word);
	return 0;
}

static char *whole_dn(struct world *w, const char *value)
{
	if (strchr(value, ',') != NULL || strncmp(value, "uid=", 4) != 0)
		return arena_copy(&w->texts, text_of(value));
	return arena_format(&w->texts, "%s,%s", value, WORLD_PEOPLE);
}

void record_set(struct world *w, struct record *record, enum field field, const char *value)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < record->count; i++)
		if (record->at[i].field != field)
			record->at[kept++] = record->at[i];
	record->count = kept;
	if (value == NULL)
		return;
	record->at[kept].field = field;
	record->at[kept].value = arena_copy(&w->texts, text_of(value));
	record->count++;
}

static void record_add(struct world *w, struct record *record, enum field field, const char *value)
{
	assert_true(record->count < WORLD_FIELDS);
	record->at[record->count].field = field;
	record->at[record->count++].value = whole_dn(w, value);
}

enum field world_field(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].field;
	fail_msg("no such field: %s", word);
	return 0;
}

static void read_line(struct world *w, struct record *record, const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(key, words[i].word) == 0) {
			char uuid[UUID_TEXT_SIZE];
			struct uuid number = world_uuid((uint32_t)atol(value));
			record_add(w, record, words[i].field,
				   words[i].field == FIELD_SOURCE_UUID ? uuid_format(&number, uuid) : value);
			return;
		}
	if (strcmp(key, "is") == 0)
		record->kind = kind_of(value);
	else if (strcmp(key, "uuid") == 0)
		record->uuid = world_uuid((uint32_t)atol(value));
	else if (strcmp(key, "csn") == 0)
		record->csn = csn_of(value);
	else if (strcmp(key, "elsewhere") == 0)
		record->elsewhere = strcmp(value, "yes") == 0;
	else if (strcmp(key, "dn") == 0)
		record->dn = arena_copy(&w->texts, text_of(value));
	else
		fail_msg("no such key: %s", key);
}

/* Calls back for each "key: value" line; key NULL ends a paragraph. */
static void each_line(struct world *w, const char *text, void (*line)(struct world *, const char *, char *))
{
	char *copy = arena_copy(&w->texts, text_of(text)), *next;
	for (char *at = copy; at != NULL; at = next) {
		next = strchr(at, '\n');
		if (next != NULL)
			*next++ = '\0';
		while (*at == ' ' || *at == '\t')
			at++;
		char *colon = strstr(at, ": ");
		if (*at == '#')
			continue;
		if (colon == NULL) {
			assert_true(*at == '\0');
			line(w, NULL, NULL);
			continue;
		}
		*colon = '\0';
		line(w, at, colon + 2);
	}
	line(w, NULL, NULL);
}

static struct record *begin_record(struct record **records, size_t *count, size_t *capacity)
{
	assert_int_equal(vec_reserve(records, capacity, *count + 1, sizeof(**records)), 0);
	(*records)[*count] = (struct record){0};
	return &(*records)[(*count)++];
}

static void source_line(struct world *w, const char *key, char *value)
{
	if (key == NULL)
		return;
	if (strcmp(key, "is") == 0)
		begin_record(&w->source, &w->source_count, &w->source_capacity);
	read_line(w, &w->source[w->source_count - 1], key, value);
}

static void target_line(struct world *w, const char *key, char *value)
{
	if (key == NULL)
		return;
	if (strcmp(key, "is") == 0) {
		struct record *record = begin_record(&w->target, &w->target_count, &w->target_capacity);
		record->uuid = world_uuid(w->next_uuid++);
		record->csn = csn_of("1000");
	}
	read_line(w, &w->target[w->target_count - 1], key, value);
}

void world_source(struct world *w, const char *text)
{
	each_line(w, text, source_line);
}

void world_target(struct world *w, const char *text)
{
	each_line(w, text, target_line);
}

struct record *world_find(struct world *w, bool source, uint32_t number)
{
	struct uuid uuid = world_uuid(number);
	struct record *records = source ? w->source : w->target;
	size_t count = source ? w->source_count : w->target_count;
	for (size_t i = 0; i < count; i++)
		if (uuid_equal(&records[i].uuid, &uuid) && !records[i].gone)
			return &records[i];
	return NULL;
}

const char *record_value(const struct record *record, enum field field)
{
	for (uint32_t i = 0; i < record->count; i++)
		if (record->at[i].field == field)
			return record->at[i].value;
	return NULL;
}

/* ---- what the ledger remembers, and settings -------------------------------------------------------- */

static uint8_t role_of(const char *word)
{
	return strcmp(word, "trajectbegeleider") == 0 ? 0 : strcmp(word, "beheerder") == 0 ? 1 : UINT8_MAX;
}

/* The group's entry in the target, else one that is gone. */
static struct uuid group_uuid(struct world *w, uint32_t number, uint8_t role)
{
	for (size_t i = 0; i < w->target_count; i++) {
		const struct record *record = &w->target[i];
		uint32_t there;
		if (record->kind == ENTRY_ROLE && number == NUMBER_EVERYWHERE &&
		    role_of(record_value(record, FIELD_ROLE)) == role)
			return record->uuid;
		if (record->kind == ENTRY_GROUP && number_parse(text_of(record_value(record, FIELD_NUMBER)), &there) &&
		    there == number && role_of(record_value(record, FIELD_ROLE)) == role)
			return record->uuid;
	}
	return world_uuid(900000000 + number * 2 + role);
}

static uint8_t state_of(const char *word)
{
	return strcmp(word, "intended") == 0   ? OWNED_INTENDED
	       : strcmp(word, "removing") == 0 ? OWNED_REMOVING
	       : strcmp(word, "adopted") == 0  ? OWNED_ADOPTED
	       : strcmp(word, "removed") == 0  ? OWNED_REMOVED
					       : OWNED_HELD;
}

/* owned: NUMBER ROLE MEMBER SOURCE STATE */
static void past_owned_line(struct world *w, char *value)
{
	uint32_t number, source;
	char role[32], member[128], state[16];
	assert_int_equal(sscanf(value, "%u %31s %127s %u %15s", &number, role, member, &source, state), 5);
	struct past_group group = {
		.uuid = group_uuid(w, number, role_of(role)), .number = number, .role = role_of(role)};
	if (past_group(&w->past, &group.uuid) == NULL)
		assert_int_equal(past_set_group(&w->past, &group), 0);
	struct owned_value owned = {.cycle = 7, .key = dn_key(text_of(whole_dn(w, member))), .state = state_of(state)};
	if (source != 0)
		owned.source = world_uuid(source);
	assert_int_equal(past_set_owned(&w->past, &group.uuid, &owned), 0);
}

/* group: NUMBER ROLE CSN - the highest entryCSN seen there */
static void past_group_line(struct world *w, char *value)
{
	uint32_t number;
	char role[32], csn[32];
	assert_int_equal(sscanf(value, "%u %31s %31s", &number, role, csn), 3);
	struct past_group group = {.uuid = group_uuid(w, number, role_of(role)),
				   .csn = csn_of(csn),
				   .number = number,
				   .role = role_of(role)};
	assert_int_equal(past_set_group(&w->past, &group), 0);
}

/* removed: NUMBER ROLE HOURS-AGO */
static void past_removed_line(struct world *w, char *value)
{
	uint32_t number;
	char role[32];
	long hours;
	assert_int_equal(sscanf(value, "%u %31s %ld", &number, role, &hours), 3);
	struct past_removal removal = {w->now_s - hours * 3600, number, role_of(role), REMOVAL_ORDINARY};
	assert_int_equal(past_add_removal(&w->past, &removal), 0);
}

/* seen: UUID END-DAY SINCE-HOURS-AGO CSN */
static void past_seen_line(struct world *w, char *value)
{
	uint32_t uuid;
	char day[32], csn[32];
	long hours;
	assert_int_equal(sscanf(value, "%u %31s %ld %31s", &uuid, day, &hours, csn), 4);
	struct seen_entry seen = {.uuid = world_uuid(uuid),
				  .csn = csn_of(csn),
				  .end_day = DAY_NONE,
				  .end_since_s = w->now_s - hours * 3600};
	if (strcmp(day, "-") != 0)
		assert_true(date_parse(text_of(day), DATE_DAY, &w->zone, &seen.end_day));
	assert_int_equal(past_set_seen(&w->past, &seen), 0);
}

static uint16_t reason_of(const char *code)
{
	for (int reason = 0; reason < REASON_COUNT; reason++)
		if (strcmp(reason_code((enum reason)reason), code) == 0)
			return (uint16_t)reason;
	fail_msg("no such reason: %s", code);
	return 0;
}

/* The target entry that drift of an institution, a group or a person concerns; of what is gone: null. */
static struct uuid drift_entry(struct world *w, const struct past_drift *drift, const char *member)
{
	for (size_t i = 0; i < w->target_count && drift->reason != R_DRIFT_ENTRY_GONE; i++) {
		const struct record *record = &w->target[i];
		const char *number = record_value(record, FIELD_NUMBER), *vo_id = record_value(record, FIELD_VO_ID);
		bool institution = record->kind == ENTRY_INSTITUTION && drift->role == UINT8_MAX && number != NULL &&
				   (uint32_t)atol(number) == drift->number;
		bool person = record->kind == ENTRY_PERSON && drift->number == 0 && vo_id != NULL &&
			      strcmp(vo_id, member) == 0;
		if (institution || person)
			return record->uuid;
	}
	if (drift->reason == R_DRIFT_ENTRY_GONE)
		return (struct uuid){0};
	return group_uuid(w, drift->number, drift->role);
}

/* drift: ID REASON NUMBER ROLE MEMBER SOURCE MINUTES-AGO CYCLE DECISION - member "-": none; of an entry: the vo-id */
static void past_drift_line(struct world *w, char *value)
{
	char reason[32], role[32], member[128], decision[16];
	uint32_t source;
	long minutes;
	struct past_drift drift = {0};
	assert_int_equal(sscanf(value, "%u %31s %u %31s %127s %u %ld %u %15s", &drift.id, reason, &drift.number, role,
				member, &source, &minutes, &drift.first_cycle, decision),
			 9);
	drift.reason = reason_of(reason);
	drift.role = role_of(role);
	drift.decision = strcmp(decision, "undo") == 0 ? DRIFT_UNDO : DRIFT_UNDECIDED;
	drift.first_s = w->now_s - minutes * 60;
	drift.entry = drift_entry(w, &drift, member);
	if (source != 0)
		drift.person = world_uuid(source);
	if (strchr(member, '=') != NULL)
		drift.key = dn_key(text_of(whole_dn(w, member)));
	assert_int_equal(past_set_drift(&w->past, &drift), 0);
}

static int64_t instant_of(const char *word)
{
	int64_t at_s = INT64_MAX;
	if (strcmp(word, "-") != 0)
		assert_true(instant_parse(text_of(word), &at_s));
	return at_s;
}

/* directive: UUID KIND NUMBER ROLE SOURCE UNTIL SINCE-HOURS-AGO - UNTIL "-": open; of a request role "-" and source 0 */
static void past_directive_line(struct world *w, char *value)
{
	uint32_t uuid, source;
	char kind[16], role[32], until[32];
	long hours;
	struct past_directive d = {0};
	assert_int_equal(
		sscanf(value, "%u %15s %u %31s %u %31s %ld", &uuid, kind, &d.number, role, &source, until, &hours), 7);
	d.uuid = world_uuid(uuid);
	if (source != 0)
		d.person = world_uuid(source);
	d.kind = strcmp(kind, "request") == 0   ? DIRECTIVE_REQUEST
		 : strcmp(kind, "include") == 0 ? DIRECTIVE_INCLUDE
						: DIRECTIVE_EXCLUDE;
	d.role = role_of(role);
	d.until_s = instant_of(until);
	d.since_s = w->now_s - hours * 3600;
	assert_int_equal(past_set_directive(&w->past, &d), 0);
}

/* pin: NUMBER ROLE SOURCE present|absent UNTIL - what "undo" put back or took out */
static void past_pin_line(struct world *w, char *value)
{
	uint32_t source;
	char role[32], how[16], until[32];
	struct past_pin pin = {.cycle = 7};
	assert_int_equal(sscanf(value, "%u %31s %u %15s %31s", &pin.number, role, &source, how, until), 5);
	pin.person = world_uuid(source);
	pin.role = role_of(role);
	pin.present = strcmp(how, "present") == 0;
	pin.until_s = instant_of(until);
	assert_int_equal(past_set_pin(&w->past, &pin), 0);
}

/* grant: ENTRY-UUID PERSON-UUID NUMBER ROLE - an entry that gave a membership */
static void past_grant_line(struct world *w, char *value)
{
	uint32_t entry, person;
	char role[32];
	const struct record *record = NULL;
	struct past_grant grant = {.kind = ENTRY_GRANT};
	assert_int_equal(sscanf(value, "%u %u %u %31s", &entry, &person, &grant.number, role), 4);
	grant.entry = world_uuid(entry);
	record = world_find(w, true, entry);
	if (record != NULL && record->kind == ENTRY_RIGHT_GROUP)
		grant.kind = ENTRY_RIGHT_GROUP;
	grant.person = world_uuid(person);
	grant.role = role_of(role);
	assert_int_equal(past_set_grant(&w->past, &grant), 0);
}

static void past_line(struct world *w, const char *key, char *value)
{
	struct uuid uuid;
	if (key == NULL)
		return;
	if (strcmp(key, "owned") == 0)
		past_owned_line(w, value);
	else if (strcmp(key, "group") == 0)
		past_group_line(w, value);
	else if (strcmp(key, "removed") == 0)
		past_removed_line(w, value);
	else if (strcmp(key, "seen") == 0)
		past_seen_line(w, value);
	else if (strcmp(key, "grant") == 0)
		past_grant_line(w, value);
	else if (strcmp(key, "drift") == 0)
		past_drift_line(w, value);
	else if (strcmp(key, "directive") == 0)
		past_directive_line(w, value);
	else if (strcmp(key, "pin") == 0)
		past_pin_line(w, value);
	else if (strcmp(key, "first-contact") == 0)
		w->past.first_contact = strcmp(value, "yes") == 0;
	else if (strcmp(key, "source-people") == 0)
		w->past.source_people = (uint32_t)atol(value);
	else if (strcmp(key, "source-institutions") == 0)
		w->past.source_institutions = (uint32_t)atol(value);
	else if (strcmp(key, "released") == 0)
		w->past.released_members = (uint32_t)atol(value);
	else if (strcmp(key, "ambiguous") == 0) { /* UUID DAYS-AGO */
		uuid = world_uuid((uint32_t)atol(value));
		assert_int_equal(past_set_ambiguity(&w->past, &uuid, w->now_s - atol(strchr(value, ' ')) * 86400), 0);
	} else if (!world_past_decided(w, key, value)) {
		fail_msg("past: no such key: %s", key);
	}
}

void world_past(struct world *w, const char *text)
{
	each_line(w, text, past_line);
}

static void settings_line(struct world *w, const char *key, char *value)
{
	if (key == NULL)
		return;
	if (strcmp(key, "now") == 0)
		assert_true(instant_parse(text_of(value), &w->now_s));
	else if (strcmp(key, "first-fill") == 0)
		w->guard.first_fill_go = strcmp(value, "go") == 0;
	else if (strcmp(key, "people") == 0)
		w->names.people_provisioned = strcmp(value, "looked-up") != 0;
	else if (strcmp(key, "dates") == 0)
		w->settings.person_dates = strcmp(value, "instant") == 0 ? DATE_INSTANT : DATE_DAY;
	else if (strcmp(key, "grant-dates") == 0)
		w->settings.grant_dates = strcmp(value, "instant") == 0 ? DATE_INSTANT : DATE_DAY;
	else if (strcmp(key, "grant-person") == 0)
		w->grant_person = strcmp(value, "vo-id") == 0 ? PERSON_BY_VO_ID : PERSON_BY_UID;
	else if (strcmp(key, "group-depth") == 0)
		w->group_depth = (uint32_t)atol(value);
	else if (strcmp(key, "group-role") == 0)
		w->settings.group_role = arena_copy(&w->texts, text_of(value));
	else if (strcmp(key, "grantor") == 0)
		w->settings.grants_name_grantor = strcmp(value, "yes") == 0;
	else if (strcmp(key, "values") == 0)
		w->settings.has_values = strcmp(value, "yes") == 0;
	else if (strcmp(key, "protected") == 0)
		w->protected[w->names.protected_count++] = whole_dn(w, value);
	else if (strcmp(key, "drift") == 0)
		w->drift.mode = strcmp(value, "report") == 0 ? DRIFT_REPORT
				: strcmp(value, "hold") == 0 ? DRIFT_HOLD
							     : DRIFT_REPAIR;
	else if (strcmp(key, "empty-group") == 0)
		w->names.empty_group = strcmp(value, "delete") == 0        ? EMPTY_DELETE
				       : strcmp(value, "placeholder") == 0 ? EMPTY_PLACEHOLDER
									   : EMPTY_ALLOWED;
	else if (strcmp(key, "placeholder") == 0)
		w->names.placeholder = whole_dn(w, value);
	else if (strcmp(key, "flat-roles") == 0)
		w->names.roles_base = arena_copy(&w->texts, text_of("ou=roles,ou=werkplekduaal,dc=app"));
	else if (strcmp(key, "people-retention") == 0)
		w->settings.people_retention_s = (uint32_t)atoi(value) * 3600;
	else if (strcmp(key, "went-back") == 0)
		w->guard_past.source_went_back = strcmp(value, "yes") == 0;
	else if (!world_settings_guard(w, key, value))
		fail_msg("settings: no such key: %s", key);
}

void world_settings(struct world *w, const char *text)
{
	each_line(w, text, settings_line);
}

/* ---- snapshots ------------------------------------------------------------------------------------ */

static void make_dn(struct world *w, const struct record *record, struct buf *dn)
{
	uint32_t number = 0;
	const char *value = record_value(record, FIELD_NUMBER);
	if (record->dn != NULL)
		buf_add_string(dn, record->dn);
	else if (record->kind == ENTRY_PERSON && record_value(record, FIELD_VO_ID) != NULL)
		target_names_person_dn(&w->names, text_of(record_value(record, FIELD_VO_ID)), dn);
	else if (record->kind == ENTRY_INSTITUTION && number_parse(text_of(value), &number))
		target_names_institution_dn(&w->names, number, dn);
	else if (record->kind == ENTRY_ROLE && role_of(record_value(record, FIELD_ROLE)) != UINT8_MAX)
		target_names_group_dn(&w->names, NUMBER_EVERYWHERE, role_of(record_value(record, FIELD_ROLE)), dn);
	else if (record->kind == ENTRY_GROUP && number_parse(text_of(value), &number) &&
		 role_of(record_value(record, FIELD_ROLE)) != UINT8_MAX)
		target_names_group_dn(&w->names, number, role_of(record_value(record, FIELD_ROLE)), dn);
	else if (record->kind == ENTRY_RIGHT_GROUP)
		buf_format(dn, "cn=%u,ou=right-groups,dc=gov", (unsigned)record->uuid.bytes[15]);
	else if (record->kind == ENTRY_GRANT)
		buf_format(dn, "cn=%u,ou=grants,dc=gov", (unsigned)record->uuid.bytes[15]);
	else
		buf_format(dn, "cn=%u,ou=%s,ou=werkplekduaal,dc=app", (unsigned)record->uuid.bytes[15],
			   record->kind == ENTRY_OVERRIDE ? "overrides" : "requests");
}

static const struct entry *build(struct world *w, const struct record *record, struct entry_builder *b, bool source)
{
	struct buf dn;
	buf_init(&dn);
	make_dn(w, record, &dn);
	entry_begin(b, record->kind, &record->uuid, &record->csn, DN_WHOLE, buf_text(&dn));
	for (unsigned field = 1; field < 64; field++) {
		if (field == FIELD_MANAGED_BY && !source && record_value(record, FIELD_MANAGED_BY) == NULL)
			entry_add(b, FIELD_MANAGED_BY, text_of(INSTANCE));
		for (uint32_t i = 0; i < record->count; i++)
			if (record->at[i].field == field)
				entry_add(b, (enum field)field, text_of(record->at[i].value));
	}
	const struct entry *entry = entry_end(b);
	assert_non_null(entry);
	buf_done(&dn);
	return entry;
}

static bool has_two_sources(const struct world *w)
{
	for (size_t i = 0; i < w->source_count; i++)
		if (w->source[i].elsewhere)
			return true;
	return false;
}

static void answer_absent(struct world *w, struct source_snapshot *s)
{
	struct certificate cert = {.checks = CHECKS_ALL, .counts = {[ENTRY_ABSENT] = 1}};
	struct entry_builder b = {0};
	struct err err;
	for (size_t i = 0; i < w->source_count; i++) {
		if (w->source[i].kind != ENTRY_ABSENT)
			continue;
		const struct entry *entry = build(w, &w->source[i], &b, true);
		if (source_add_answers(s, &entry, 1, 0, &cert, &err) < 0)
			fail_msg("answers: %s", err.text);
	}
	entry_builder_done(&b);
}

static struct source_snapshot *read_one_source(struct world *w, const char *name, bool elsewhere)
{
	struct source_bases bases = {.name = (char *)(uintptr_t)name,
				     .people = (char *)(uintptr_t) "ou=people,dc=gov",
				     .institutions = (char *)(uintptr_t) "ou=institutions,dc=gov",
				     .timed = true,
				     .grant_person = w->grant_person,
				     .groups = (char *)(uintptr_t) "ou=right-groups,dc=gov",
				     .group_depth = w->group_depth};
	struct certificate cert = {.checks = CHECKS_ALL};
	struct entry_builder b = {0};
	struct source_builder *builder = NULL;
	struct source_snapshot *s = NULL;
	struct err err;
	assert_int_equal(source_begin(&bases, NULL, &builder, &err), 0);
	for (size_t i = 0; i < w->source_count; i++) {
		if (w->source[i].gone || w->source[i].kind == ENTRY_ABSENT || w->source[i].elsewhere != elsewhere)
			continue;
		const struct entry *entry = build(w, &w->source[i], &b, true);
		assert_int_equal(source_add(builder, entry, &err), 0);
		cert.counts[entry->kind]++;
	}
	if (source_seal(builder, &cert, &s, &err) < 0)
		fail_msg("source: %s", err.text);
	entry_builder_done(&b);
	answer_absent(w, s);
	return s;
}

static void read_source(struct world *w)
{
	struct err err;
	w->source_read = read_one_source(w, "source", false);
	if (!has_two_sources(w))
		return;
	if (w->source_unread) {
		w->part_read = read_one_source(w, "elsewhere", true);
		return;
	}
	struct source_snapshot *first = w->source_read, *second = read_one_source(w, "elsewhere", true);
	const struct source_snapshot *const parts[] = {first, second};
	if (source_join(parts, 2, &w->source_read, &err) < 0)
		fail_msg("sources: %s", err.text);
	source_free(first);
	source_free(second);
}

static void add_targets(struct world *w, struct target_builder *builder, struct certificate *cert, bool groups)
{
	struct entry_builder b = {0};
	struct err err;
	for (size_t i = 0; i < w->target_count; i++) {
		bool group = w->target[i].kind == ENTRY_GROUP || w->target[i].kind == ENTRY_ROLE;
		if (w->target[i].gone || group != groups)
			continue;
		const struct entry *entry = build(w, &w->target[i], &b, false);
		if (target_add(builder, entry, &err) < 0)
			fail_msg("target: %s", err.text);
		cert->counts[entry->kind]++;
	}
	entry_builder_done(&b);
}

static void read_target(struct world *w)
{
	struct certificate cert = {.checks = CHECKS_ALL, .asserts = true, .identity = IDENTITY};
	struct target_builder *builder = NULL;
	struct err err;
	assert_int_equal(target_begin(&w->names, NULL, &builder, &err), 0);
	add_targets(w, builder, &cert, false);
	add_targets(w, builder, &cert, true);
	if (target_seal(builder, &cert, &w->target_read, &err) < 0)
		fail_msg("target: %s", err.text);
}

void world_think(struct world *w)
{
	struct err err;
	forget_reads(w);
	read_source(w);
	read_target(w);
	const struct source_snapshot *source = w->source_unread ? &source_unread : w->source_read;
	w->policy_input = (struct policy_input){source, w->target_read, &w->settings, &w->zone, &w->past, w->now_s};
	assert_int_equal(policy_apply(&w->policy_input, &w->arena, &w->desired, &err), 0);
	w->plan_input = (struct plan_input){.policy = &w->policy_input,
					    .desired = w->desired,
					    .target = w->target_read,
					    .drift = &w->drift,
					    .cycle = w->cycle,
					    .adopts = w->guard_past.ledger_old,
					    .source_stale = w->source_stale,
					    .source_unread = w->source_unread,
					    .parts = (const struct source_snapshot *const *)&w->part_read,
					    .part_count = w->part_read != NULL};
	assert_int_equal(plan_build(&w->plan_input, &w->arena, &w->plan, &err), 0);
	struct timeline timeline;
	timeline_check(&w->past, source, &timeline);
	if (w->positions)
		w->guard_past.source_went_back = timeline_went_back(&timeline);
	assert_int_equal(
		guard_judge(w->plan, &w->plan_input, &w->guard, &w->guard_past, w->now_s, &w->arena, &w->verdict, &err),
		0);
	assert_int_equal(
		holds_match(w->plan, &w->plan_input, &w->guard, &w->guard_past, w->now_s, &w->arena, &w->verdict, &err),
		0);
	assert_int_equal(flat_follow(w->plan, &w->plan_input, &w->verdict, &err), 0);
}
