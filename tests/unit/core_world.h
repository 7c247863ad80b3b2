/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * core_world.h - both directories, the ledger and the settings in memory, written as small texts.
 *
 * A world is a list of records, each a paragraph of "key: value" lines, the first one "is: ...":
 *
 *   source   is: person | institution | grant | right-group | absent
 *   target   is: person | institution | group | request | override | foreign | flat
 *
 * "elsewhere: yes" puts an entry into a second source, "elsewhere". uuid is a small number; a target entry may leave out uuid, dn and managed-by. "member: uid=anna" stands for
 * that name below the people's base. past and settings are lines of the same shape (see world_settings,
 * world_past). Order: world_init, texts, world_think; then look at desired, plan, verdict or world_render.
 * world_apply carries out what goes and remembers it as run/ would; world_think again sees the outcome.
 *
 * Between cycles: world_carry ends one as run/ would (holds numbered and kept, end dates seen, released state), world_cycle thinks and
 * applies until nothing goes and then ends it, world_decide is what somebody orders, world_step one line of a story.
 */
#ifndef DUAAL_TESTS_CORE_WORLD_H
#define DUAAL_TESTS_CORE_WORLD_H

#include "base/buf.h"
#include "core/explain.h"
#include "core/flat.h"
#include "core/hold.h"
#include "core/timeline.h"
#include "model/number.h"

#define WORLD_PEOPLE "ou=people,ou=werkplekduaal,dc=app"
#define WORLD_FIELDS 40

struct record {
	enum entry_kind kind;
	struct uuid uuid;
	struct csn csn;
	bool absent_dn; /* the DN is made from the fields */
	bool gone;
	bool elsewhere; /* at a second source */
	uint32_t count;
	struct {
		enum field field;
		char *value;
	} at[WORLD_FIELDS];
	char *dn;
};

struct world {
	struct record *source, *target;
	size_t source_count, target_count, source_capacity, target_capacity;
	struct policy_settings settings;
	struct target_names names;
	struct guard_settings guard;
	struct drift_settings drift;
	uint32_t cycle;                   /* the one that thinks */
	bool source_stale, source_unread; /* unread: not since the start either; what is "elsewhere" was read now */
	enum person_reference grant_person;
	uint32_t group_depth;
	bool positions; /* the timeline is looked at; else settings say whether the source went back */
	struct zone zone;
	struct past past;
	struct guard_past guard_past;
	int64_t now_s;
	char *roles[2], *protected[4];
	struct arena texts, arena;
	uint32_t next_uuid;
	/* after world_think */
	struct source_snapshot *source_read;
	struct source_snapshot *part_read; /* where source_unread: what is elsewhere, or NULL */
	struct target_snapshot *target_read;
	struct policy_input policy_input;
	struct plan_input plan_input;
	struct desired *desired;
	struct plan *plan;
	struct guard_verdict verdict;
};

void world_init(struct world *w);
void world_done(struct world *w);
void world_source(struct world *w, const char *text);
void world_target(struct world *w, const char *text);
void world_past(struct world *w, const char *text);
void world_settings(struct world *w, const char *text);
void world_think(struct world *w);
void world_apply(struct world *w);
void world_keep(struct world *w); /* of world_apply: what was learnt without a change */
void world_carry(struct world *w);
void world_cycle(struct world *w);
void world_decide(struct world *w, uint32_t hold, enum hold_state state);
void world_restart(struct world *w, const uint8_t key[16]); /* with another key for its tables; the ledger stays */
/* later: HOURS | approve: ID | reject: ID | accept: ID | source: UUID KEY VALUE | source: UUID gone | target: ... |
 * settings: KEY: VALUE | past: KEY: VALUE - ends the cycle, does this, and thinks again. */
void world_step(struct world *w, const char *key, const char *value);
/* Lines of past and settings that core_past.c knows; false: another one. */
bool world_past_decided(struct world *w, const char *key, const char *value);
bool world_settings_guard(struct world *w, const char *key, const char *value);
enum field world_field(const char *word);
struct uuid world_uuid(uint32_t number);
struct record *world_find(struct world *w, bool source, uint32_t uuid);
const char *record_value(const struct record *record, enum field field);
void record_set(struct world *w, struct record *record, enum field field, const char *value); /* NULL: take out */

/* The whole outcome, one line a finding; in the world's arena until the next world_think. */
const char *world_render(struct world *w);
/* The same without what the policy says: changes, remarks and holds. */
const char *world_render_outcome(struct world *w);
/* Fail the test unless the line is there (or not). */
void world_expect(struct world *w, const char *line);
void world_refuse(struct world *w, const char *part);
uint32_t world_count(struct world *w, const char *part); /* how many lines hold it */

#endif
