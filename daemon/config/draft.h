/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * draft.h - a configuration while it is being loaded: the settings of the table as they stand in the file, and the
 * faults.
 *
 * Only for config/. Order: file_read fills file, load_settings fills the draft from file and table (values and types),
 * check_draft looks at what belongs together, fill_config makes the structs of the modules out of it. Every step
 * reports all it finds into faults and goes on. The struct config that config_load returns is the first member;
 * everything else lives as long as it does.
 */
#ifndef DUAAL_CONFIG_DRAFT_H
#define DUAAL_CONFIG_DRAFT_H

#include <libconfig.h>
#include <sodium.h>

#include "base/arena.h"
#include "config/config.h"
#include "config/setting.h"

struct words {           /* a list of texts */
	const char **at; /* NULL-ended; NULL only before loading */
	uint32_t count;
};

#define DRAFT_KINDS_MAX 64

struct draft_role {
	const char *name;
	struct words actions;
};

struct draft_kind {
	const char *kind;
	int admission; /* enum admission */
};

struct draft_classes {
	struct words institution, group, person, sync, request, override, role;
};

struct draft_source {
	char key[24], shown[24]; /* where it stands in the file: "more_sources.[1]"; for people: "more_sources[1]" */
	struct source_settings settings; /* as far as the file says them */
	const char *name;
	bool starttls;
	struct words uris, canaries, grant_canaries, group_canaries;
};

struct draft {
	struct config config;
	/* settings that a module gets in another shape */
	struct draft_source sources[SOURCES_MAX]; /* source first, then more_sources */
	uint32_t more_count;                      /* of more_sources */
	bool target_starttls, flat_roles;
	struct words target_uris, target_canaries, protected;
	const char *placeholder, *institution_rdn, *group_rdn, *group_name;
	struct draft_classes classes;
	struct draft_role roles[POLICY_ROLES_MAX];
	uint32_t role_count;
	struct draft_kind draft_kinds[DRAFT_KINDS_MAX];
	uint32_t kind_count;
	struct policy_kind kinds[DRAFT_KINDS_MAX]; /* what config.policy.kinds points at */
	struct words programme_approved, person_active, institution_active, grant_active, board_grantors;
	/* while loading */
	enum config_secrets secrets;
	config_t file;
	struct config_faults *faults;
	crypto_generichash_state *scope; /* of every setting with reload scope, as it came in; NULL: none is made */
	const char *fallback_key;        /* a default is being stored: its faults are this setting's, and on no line */
	bool whole_list;                 /* an item of a list is being loaded that counts in scope as a whole */
	bool no_memory;                  /* sticky; config_load asks once, at its end */
	struct arena arena;
};

/* Adds a fault in order of lines. The text is a format; values of the file that might be secrets never go into it. */
void fault_add(struct draft *d, unsigned line, const char *key, const char *format, ...) PRINTF_LIKE(4, 5);
/* At a setting of the table, "source.people.filter" or "policy.roles.[1].name": its line is found in the file, or the
 * line of the nearest group round it. */
void fault_at(struct draft *d, const char *key, const char *format, ...) PRINTF_LIKE(3, 4);
/* At a place in the file: line and path are the setting's own, "policy.roles[1].name". */
void fault_on(struct draft *d, const config_setting_t *at, const char *format, ...) PRINTF_LIKE(3, 4);

#define FAULT_KEY_MAX sizeof(((struct config_fault *)0)->key)
/* Path of a setting in the file. With generic, list positions are left out: "policy.roles[].name". */
void setting_path(const config_setting_t *at, bool generic, char *out, size_t size);

/* file.c: reads path safely and parses it into d->file. false: a fault says why, there is nothing to go on with. */
bool file_read(struct draft *d, const char *path);
/* load.c: every setting of the table into the draft; unknown keys, secrets, wrong types, ranges, missing ones are
 * faults. */
void load_settings(struct draft *d);
/* Is some group round the setting there, but no group? That was reported; its settings are not missed too. */
bool is_inside_wrong_type(const struct draft *d, const char *key);
/* One setting of it, apart: from is its value. For proposal_take.c; no part of the fingerprint of the scope. */
void load_setting(struct draft *d, const struct setting *s, const config_setting_t *from);
/* The default of a setting that has one, as if it stood in a file; NULL: no memory. file: config_destroy it in any case. */
config_setting_t *fallback_read(const struct setting *s, config_t *file);
/* scope.c: the fingerprint that config.scope gets. begin; add for each value that is stored; end. */
void scope_begin(struct draft *d, crypto_generichash_state *state); /* borrowed until scope_end */
void scope_add(struct draft *d, const struct setting *s, const config_setting_t *from);
void scope_end(struct draft *d);
/* fill.c: derived defaults, then the modules' structs. Called with faults too: it only uses what is there. */
void fill_config(struct draft *d);
void fill_policy(struct draft *d); /* of these, what policy_settings holds; any number of times */
/* check.c, check_source.c, check_grants.c, check_connection.c: what belongs together. After fill_config. */
void check_draft(struct draft *d);
void check_sources(struct draft *d);
void check_grants(struct draft *d);
void check_policy(struct draft *d);     /* of these, what belongs together in a policy, and what it needs to be read */
void check_attributes(struct draft *d); /* the parts of it: what people and institutions show, ... */
void check_grants_policy(struct draft *d); /* ... and grants of other shapes */
void check_connection(struct draft *d, const char *side, const struct connection_settings *c, bool starttls);
/* For the checks. A DN that is missing or wrong was reported: it lies below every base, and is no other's equal. */
bool check_is_below(struct draft *d, const char *dn, const char *base);
bool check_is_same(struct draft *d, const char *a, const char *b);
/* Words that stand in a directory, a ledger, a socket's name or a line of status. */
void check_word(struct draft *d, const char *key, const char *word);
/* At a setting of one source: "people.base". */
void fault_at_source(struct draft *d, const struct draft_source *source, const char *setting, const char *format, ...)
	PRINTF_LIKE(4, 5);
/* key: the list that is at fault. Each canary lies below one of the bases (which may be the same, and NULL where it
 * was reported), and once. */
void check_canaries(struct draft *d, const char *key, const struct words *canaries, const char *base,
		    const char *other_base);
/* key: of the attribute that is missing. whose: the setting that needs it. */
void need_attribute(struct draft *d, bool needed, const struct attribute_map *map, enum field field, const char *key,
		    const char *whose);

/* NUL-ended, in the draft's arena; "" and no_memory when there is no memory. */
char *draft_copy(struct draft *d, struct text text);
char *draft_join(struct draft *d, const char *before, const char *after);

#endif
