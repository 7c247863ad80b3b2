/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config.h - the configuration file: one table of settings drives loading, defaults, ranges, checks and documentation.
 *
 * libconfig syntax, one file, no includes. Everything is checked before anything is used (I15): all faults of a file
 * are reported together, each with line and key; an unknown key is a fault; so are a secret in the file and loose
 * permissions on a secret or on the file itself. A loaded config is immutable; a reload builds another one.
 */
#ifndef DUAAL_CONFIG_CONFIG_H
#define DUAAL_CONFIG_CONFIG_H

#include "base/log.h"
#include "control/control.h"
#include "run/run.h"

struct config {
	struct source_settings sources[SOURCES_MAX]; /* source first, then more_sources in their order */
	struct source_bases source_bases[SOURCES_MAX];
	uint32_t source_count;
	struct target_settings target;
	struct target_names names;
	struct policy_settings policy;
	struct guard_settings guard;
	struct drift_settings drift;
	uint8_t scope[16]; /* fingerprint of every setting with reload scope: another one means another scope (I15) */
	struct run_settings run;
	struct control_settings control;
	struct ledger_settings ledger;
	enum log_sink log_sink;
	const char *zone_file; /* /usr/share/zoneinfo/Europe/Brussels */
	void *memory;          /* config's own: holds every text */
};

#define CONFIG_FAULTS_MAX 100

struct config_faults {
	uint32_t count; /* may be more than kept */
	struct config_fault {
		unsigned line;  /* 0: the file as a whole */
		char key[128];  /* path of the setting: source.people.filter */
		char text[512]; /* what is wrong and what to do */
	} at[CONFIG_FAULTS_MAX];
};

/* Who reads the files that hold secrets. Where helpers have users of their own we cannot, and only their paths are checked. */
enum config_secrets { SECRETS_OURS, SECRETS_OF_HELPERS };

/* 0, ERR_INVALID with faults filled, ERR_NOMEM. faults is in order of lines. */
MUST_USE int config_load(const char *path, enum config_secrets secrets, struct config **ret,
			 struct config_faults *faults, struct err *err);
struct config *config_free(struct config *config);

/* Each as one sentence, FILE:LINE: key: what is wrong, and how many more there are than were kept. */
void config_faults_tell(const char *path, const struct config_faults *faults,
			void (*tell)(void *ctx, const char *sentence), void *ctx);

/* What takes a restart of the daemon stays as it was at its start, with texts that are borrowed from that configuration. The keys of such settings
 * that the file of the other one says otherwise, with ", " between, owned by config; or NULL. */
const char *config_keep_restarts(struct config *config, const struct config *at_start);

/* The table of settings as reference text (key, type, unit, default, range, reload scope, meaning), for --help-config. */
void config_document(struct buf *out);

#endif
