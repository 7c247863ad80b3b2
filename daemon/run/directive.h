/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * directive.h - requests and overrides as entries of the application's directory: which of them stand there for one thing, and the
 * LDAP operations that write one, change it or take it out.
 *
 * One directive of ours for one thing: giving it again changes the entry that stands there, in one modify, so that no moment is
 * without it; more of ours for the same thing go. What does not carry our marker is somebody else's and never touched. An
 * entry's name holds the institution and the role, never the person. What an entry says is judged by the policy (core/directive.h);
 * here only what is needed to find it.
 */
#ifndef DUAAL_RUN_DIRECTIVE_H
#define DUAAL_RUN_DIRECTIVE_H

#include "model/snapshot.h"
#include "run/run.h"

struct directive_key {
	bool request;    /* of an institution; else an override of one membership: */
	uint32_t number; /* institution */
	uint8_t role;
	struct text vo_id; /* caseless */
};

/* The next entry for this thing from *at on, which moves on; NULL at the end. Start with 0. */
const struct entry *directive_next(const struct run_config *config, const struct target_snapshot *target,
				   const struct directive_key *key, uint32_t *at);
bool directive_is_ours(const struct run_config *config, const struct entry *entry);
bool directive_has_lapsed(const struct entry *entry, int64_t now_s);
void directive_dn(const struct run_config *config, const struct entry *entry, struct buf *out);

struct directive_text { /* what it says; empty texts and 0 are left out */
	struct text reason, owner;
	int64_t until_s;
	bool exclude; /* overrides */
};

/* An entry that is not there yet, by a name that is free. */
void directive_compose_add(const struct run_config *config, const struct directive_key *key, struct text name,
			   const struct directive_text *text, struct buf *out);
/* 1; or 0: it says so already, and what was appended is worth nothing. */
int directive_compose_modify(const struct run_config *config, const struct directive_key *key,
			     const struct entry *there, const struct directive_text *text, struct buf *out);
void directive_compose_delete(const struct run_config *config, const struct entry *there, struct buf *out);

/* The cn of a new one, which is free in the target as it was read, and where it stands then. */
void directive_new_name(const struct run_config *config, const struct target_snapshot *target,
			const struct directive_key *key, struct buf *out);
void directive_named_dn(const struct run_config *config, const struct directive_key *key, struct text name,
			struct buf *out);

#endif
