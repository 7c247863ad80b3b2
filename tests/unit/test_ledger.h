/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_ledger.h - a ledger in a directory of its own, and what a load says about it; for the test_ledger_*.c files.
 */
#ifndef DUAAL_TEST_LEDGER_H
#define DUAAL_TEST_LEDGER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/ledger_message.h"
#include "wire/message.h"

#define LOADED_MAX 256

struct loaded {
	struct past_meta meta;
	struct past_group groups[4];
	struct seen_entry seen[4];
	struct past_removal removals[4];
	struct past_ambiguity ambiguities[4];
	struct past_grantor grantors[4];
	struct past_grant grants[4];
	struct owned_record owned[16];
	char values[16][128]; /* of owned */
	struct cycle_summary cycles[LOADED_MAX];
	struct past decided; /* holds, freezes, pins, directives, drifts */
	char drift_values[4][128];
	size_t group_count, seen_count, removal_count, ambiguity_count, grantor_count, grant_count, owned_count,
		cycle_count;
	bool complete;
};

struct ledger_place {
	char dir[256], path[300];
	struct ledger_settings set;
};

static inline int place_setup(void **state)
{
	static struct ledger_place place;
	const char *tmp = getenv("TMPDIR");
	snprintf(place.dir, sizeof(place.dir), "%.200s/duaal-ledger-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(place.dir) == NULL)
		return -1;
	snprintf(place.path, sizeof(place.path), "%s/ledger.db", place.dir);
	place.set = (struct ledger_settings){.path = place.path, .instance = "main", .deadline_s = 60};
	*state = &place;
	return 0;
}

static inline int place_teardown(void **state)
{
	struct ledger_place *place = *state;
	DIR *dir = opendir(place->dir);
	for (struct dirent *file; dir != NULL && (file = readdir(dir)) != NULL;)
		(void)unlinkat(dirfd(dir), file->d_name, 0);
	if (dir != NULL)
		closedir(dir);
	return rmdir(place->dir);
}

/* Before each load into it. */
static inline void loaded_clear(struct loaded *loaded)
{
	past_decided_done(&loaded->decided);
	*loaded = (struct loaded){0};
}

static inline int collect_hold(struct loaded *loaded, const void *body, size_t len)
{
	struct past_hold hold;
	int code = hold_decode(body, len, &hold, NULL);
	if (code == 0)
		code = past_set_hold(&loaded->decided, &hold);
	free(hold.ops);
	free(hold.said);
	return code;
}

static inline int collect_freeze(struct loaded *loaded, const void *body, size_t len)
{
	struct past_freeze freeze;
	int code = freeze_decode(body, len, &freeze, NULL);
	if (code == 0)
		code = past_set_freeze(&loaded->decided, &freeze);
	free(freeze.said);
	return code;
}

static inline int collect_drift(struct loaded *loaded, const void *body, size_t len)
{
	struct drift_record record;
	size_t n = loaded->decided.drift_count & 3;
	int code = drift_decode(body, len, &record, NULL);
	if (code == 0)
		code = past_set_drift(&loaded->decided, &record.drift);
	snprintf(loaded->drift_values[n], sizeof(loaded->drift_values[n]), "%.*s", TEXT_ARG(record.value));
	free(record.drift.author);
	return code;
}

static inline int collect_decided(struct loaded *loaded, uint16_t type, const void *body, size_t len)
{
	struct past_pin pin;
	struct past_directive directive;
	int code = 0;
	switch (type) {
	case M_PAST_HOLD: return collect_hold(loaded, body, len);
	case M_PAST_FREEZE: return collect_freeze(loaded, body, len);
	case M_PAST_DRIFT: return collect_drift(loaded, body, len);
	case M_PAST_PIN:
		code = pin_decode(body, len, &pin, NULL);
		return code < 0 ? code : past_set_pin(&loaded->decided, &pin);
	case M_PAST_DIRECTIVE:
		code = directive_decode(body, len, &directive, NULL);
		return code < 0 ? code : past_set_directive(&loaded->decided, &directive);
	default: fail_msg("a load says %u", type); return ERR_PROTOCOL;
	}
}

static inline void collect_owned(struct loaded *loaded, const void *body, size_t len)
{
	size_t n = loaded->owned_count++;
	assert_in_range(n, 0, 15);
	assert_int_equal(owned_decode(body, len, &loaded->owned[n], NULL), 0);
	snprintf(loaded->values[n], sizeof(loaded->values[n]), "%.*s", TEXT_ARG(loaded->owned[n].value));
}

/* One record of a load's answer. */
static inline void collect(struct loaded *loaded, uint16_t type, const void *body, size_t len)
{
	int code = 0;
	assert_false(loaded->complete);
	switch (type) {
	case M_PAST_META: code = past_meta_decode(body, len, &loaded->meta, NULL); break;
	case M_PAST_GROUP: code = past_group_decode(body, len, &loaded->groups[loaded->group_count++ & 3], NULL); break;
	case M_PAST_OWNED: collect_owned(loaded, body, len); break;
	case M_PAST_SEEN: code = seen_decode(body, len, &loaded->seen[loaded->seen_count++ & 3], NULL); break;
	case M_PAST_REMOVAL:
		code = removal_decode(body, len, &loaded->removals[loaded->removal_count++ & 3], NULL);
		break;
	case M_PAST_AMBIGUITY:
		code = ambiguity_decode(body, len, &loaded->ambiguities[loaded->ambiguity_count++ & 3], NULL);
		break;
	case M_PAST_GRANTOR:
		code = grantor_decode(body, len, &loaded->grantors[loaded->grantor_count++ & 3], NULL);
		break;
	case M_PAST_GRANT: code = past_grant_decode(body, len, &loaded->grants[loaded->grant_count++ & 3], NULL); break;
	case M_CYCLE:
		code = cycle_summary_decode(body, len, &loaded->cycles[loaded->cycle_count++ % LOADED_MAX], NULL);
		break;
	case M_LEDGER_LOADED: loaded->complete = true; break;
	default: code = collect_decided(loaded, type, body, len);
	}
	assert_int_equal(code, 0);
}

/* State of one value in one group, 0 when it is not owned. Looks at canonical values. */
static inline int owned_state_of(const struct loaded *loaded, const struct uuid *group, const char *value)
{
	for (size_t i = 0; i < loaded->owned_count; i++)
		if (uuid_equal(&loaded->owned[i].group, group) && strcmp(loaded->values[i], value) == 0)
			return loaded->owned[i].state;
	return 0;
}

static inline struct intent member_intent(uint32_t change, enum intent_kind kind, const struct uuid *group,
					  const char *value)
{
	struct intent intent = {.change = change,
				.kind = (uint8_t)kind,
				.role = 1,
				.number = 30569,
				.source_uuid = {{0xaa, 1}},
				.source_csn = {1764000000000001, 1},
				.target_uuid = *group};
	intent.dn = text_of("cn=trajectbegeleider-30569,ou=institutions,dc=x");
	intent.value = text_of(value);
	intent.person = text_of("Vo-Id-1234");
	intent.name = text_of("Ann Peeters");
	return intent;
}

static inline struct cycle_end cycle_end_of(uint32_t id)
{
	return (struct cycle_end){
		.summary = {.id = id, .ended_s = 1764000100, .result = "applied", .detail = "one", .grants = 3},
		.meta = {.generation = 9,
			 .positions = {2,
				       {{"noord", {1, {{1764000000000000, 1 << 24}}}, 3, 4},
					{"zuid", {1, {{1764000000000007, 1 << 24}}}, 5, 6}}},
			 .source_people = 5},
		.source_count = 1,
		.sources = {{.certificate = {.checks = CHECKS_ALL, .server = "ldapi:///", .identity = "dn:cn=reader"}}},
		.has_target = true};
}

#endif
