/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * proposal.h - the policy of another configuration file, to be thought through with what a running daemon has read already.
 *
 * duaalctl: proposal_load the file, proposal_compare it with what the daemon tells of its settings (proposal_settings), and send what
 * differs. The daemon: proposal_take, which judges each value by its row of the table and all of them together like those of a file, and
 * trusts nothing. Which rows these are: setting.h, policy. Everything else decides what is read, and takes another read.
 *
 * A value travels as JSON of its type: text, whole number (durations in seconds), true or false, a word of a choice, a list of texts,
 * a list of objects. A digest of a setting is over that.
 */
#ifndef DUAAL_CONFIG_PROPOSAL_H
#define DUAAL_CONFIG_PROPOSAL_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"

struct config;
struct run_proposal;

/* A file with all its checks, but for the secrets, which are their helpers' to read. Each fault, or the want of memory, is one sentence
 * for tell, with file, line and key. 0 or a code; free with config_free. */
MUST_USE int proposal_load(const char *path, void (*tell)(void *ctx, const char *sentence), void *ctx,
			   struct config **ret);
struct config *config_free(struct config *config);

/* What Settings answers, of a struct config: { "settings": [ { "key", "digest", "policy" } ... ] }. NULL: out of memory. */
json_t *proposal_settings(const void *present);

struct proposal_difference {
	json_t *policy;    /* key: value, of the settings that are policy and differ; owned */
	struct buf others; /* keys of the other settings that differ, with ", " between; owned */
	bool rescoped;     /* one of those changes who or what is covered */
};

/* in_force: an answer of Settings, as it came. ERR_PROTOCOL: it is none; ERR_NOMEM. done in both cases. */
MUST_USE int proposal_compare(const struct config *config, const json_t *in_force, struct proposal_difference *ret,
			      struct err *err);
void proposal_difference_done(struct proposal_difference *difference);

/* present, a struct config, is borrowed until proposal_drop. settings: of a caller, with nothing known about it. ERR_INVALID: "KEY: what is
 * wrong"; ERR_NOMEM. These are what run/ takes as its run_proposer. */
MUST_USE int proposal_take(const void *present, const json_t *settings, struct run_proposal *ret, struct err *err);
void proposal_drop(struct run_proposal *proposal);

#endif
