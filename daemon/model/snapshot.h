/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * snapshot.h - everything a complete read of one directory said. Immutable once sealed.
 *
 * Order: *_begin, *_add (any number; target: people before groups), *_seal. There is no other way to get a snapshot,
 * and seal fails without a complete certificate whose counts match what was added: an incomplete read therefore has no
 * snapshot (I1). *_abandon drops a begun one. Entries whose bytes did not change since prev are shared with it by
 * reference.
 *
 * An entry that the read brought twice (same entryUUID: a move during paging) is kept once, the later
 * one. Two entries of one vo-id are both kept and marked (R9). Lookups are O(1).
 */
#ifndef DUAAL_MODEL_SNAPSHOT_H
#define DUAAL_MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "model/certificate.h"
#include "model/entry.h"

#define NONE UINT32_MAX /* "no position" in every index below */

/* What people are matched by: a keyed hash of the vo-id, caseless and trimmed; 0: there is none. */
uint64_t snapshot_vo_id_key(struct text vo_id);

/* ---- source -------------------------------------------------------------------------------------- */

struct source_bases {
	char *name;   /* owned, as all of them; of the source */
	char *people; /* the search base texts, as configured */
	char *institutions;
};

struct source_institution {
	struct entry *entry;
	uint32_t number;  /* 0: unreadable; such an institution is reported and names nothing */
	uint32_t same_as; /* next institution with the same number, or NONE */
};

struct source_person {
	struct entry *entry;
	uint64_t vo_id_key; /* snapshot_vo_id_key of its vo-id */
	uint32_t same_as;   /* another person with the same vo-id, or NONE: ambiguous (R9, I25) */
	bool invited;       /* came with the answer to a question by vo-id, and was not in the read */
};

struct source_snapshot {
	struct certificate certificate;
	struct source_bases bases;
	struct source_institution *institutions; /* ascending by number */
	struct source_person *people;            /* order of arrival */
	uint32_t institution_count, people_count;
	struct uuid *absent; /* ascending; entryUUIDs whose absence was proven by a question */
	uint32_t absent_count;
	uint32_t asked_count;   /* people that came from a question, at the end of people */
	uint32_t invited_count; /* of these: asked for by vo-id, for an override; not part of what the read found */
	struct map people_by_uuid, people_by_vo_id;
};

struct source_builder;

MUST_USE int source_begin(const struct source_bases *bases, const struct source_snapshot *prev,
			  struct source_builder **ret, struct err *err);
/* ENTRY_PERSON, ENTRY_INSTITUTION; entry is a checked block and is copied or shared. */
MUST_USE int source_add(struct source_builder *b, const struct entry *entry, struct err *err);
/* Takes b in every case. ERR_INCOMPLETE with the missing checks or the counts that differ. */
MUST_USE int source_seal(struct source_builder *b, const struct certificate *cert, struct source_snapshot **ret,
			 struct err *err);
struct source_builder *source_abandon(struct source_builder *b);
struct source_snapshot *source_free(struct source_snapshot *s);

/* Adds the answers to questions by entryUUID (the second question) and, the last invited of them, by vo-id: ENTRY_PERSON
 * joins the people (or replaces the one with its entryUUID), ENTRY_ABSENT joins absent. The only change a sealed snapshot
 * knows; cert is the questions' own certificate and must be complete. All or nothing. */
MUST_USE int source_add_answers(struct source_snapshot *s, const struct entry *const *answers, uint32_t count,
				uint32_t invited, const struct certificate *cert, struct err *err);

uint32_t source_person_by_uuid(const struct source_snapshot *s, const struct uuid *uuid);
uint32_t source_person_by_vo_id(const struct source_snapshot *s, struct text vo_id);     /* ASCII-caseless */
uint32_t source_institution_by_number(const struct source_snapshot *s, uint32_t number); /* the first */
bool source_is_absent(const struct source_snapshot *s, const struct uuid *uuid);

/* ---- target -------------------------------------------------------------------------------------- */

struct target_names {       /* owned texts; how our entries are called there */
	char *base;         /* ou=werkplekduaal,... */
	char *institutions; /* DN of ou=institutions */
	char *people;       /* DN below which people stand */
	char *requests;
	char *overrides;
	char *person_rdn; /* attribute type of a provisioned person's RDN: "uid" */
	char *instance;   /* our marker value */
	char **roles;     /* words, position = role number */
	uint32_t role_count;
	char **protected; /* DNs never touched (I5) */
	uint32_t protected_count;
	bool people_provisioned; /* false: people are looked up, never written */
};

struct target_member {
	uint64_t key;    /* dn_key of the value; 0: not a DN */
	uint32_t person; /* position in people, or NONE: no such entry */
	uint32_t raw;    /* position in raw, or NONE: bytes are exactly that person's DN */
};

struct target_group {
	struct entry *entry; /* without its member values */
	uint32_t number;     /* 0: unreadable */
	uint8_t role;        /* position in roles, or UINT8_MAX */
	bool ours;           /* carries our marker with our instance's name */
	bool protected;
	uint32_t first_member, member_count; /* in members */
};

struct target_institution {
	struct entry *entry;
	uint32_t number;
	bool ours, protected;
};

struct target_person {
	struct entry *entry;
	uint64_t key;        /* dn_key */
	uint64_t vo_id_key;  /* snapshot_vo_id_key of its vo-id */
	uint64_t values_key; /* of what the entry says besides vo-id, marker and last writer: see values_key.h */
	bool ours, protected;
};

struct target_snapshot {
	struct certificate certificate;
	const struct target_names *names;        /* borrowed; outlives the snapshot */
	struct target_institution *institutions; /* ascending by number */
	struct target_group *groups;             /* ascending by number, role */
	struct target_member *members;
	struct target_person *people;
	struct entry **requests;
	struct entry **overrides;
	struct entry **foreign; /* in our subtrees without our marker: reported, untouched */
	struct entry *sync;     /* cn=sync or NULL */
	struct text *raw;       /* member values whose bytes differ from the person's DN */
	struct arena texts;     /* holds them */
	uint32_t institution_count, group_count, member_count, people_count, request_count, override_count,
		foreign_count;
	uint32_t raw_count;
	struct map people_by_key, people_by_vo_id;
};

struct target_builder;

MUST_USE int target_begin(const struct target_names *names, const struct target_snapshot *prev,
			  struct target_builder **ret, struct err *err);
/* Every kind but ENTRY_ABSENT. A group with many values may come as several blocks of one entryUUID, one right
 * after the other; each counts in the certificate. ERR_PROTOCOL: a person after a group. ERR_INCOMPLETE: an entry
 * that changed its kind during the read, or a group whose blocks repeat a member (at the next entry, or at the
 * seal): read again. */
MUST_USE int target_add(struct target_builder *b, const struct entry *entry, struct err *err);
MUST_USE int target_seal(struct target_builder *b, const struct certificate *cert, struct target_snapshot **ret,
			 struct err *err);
struct target_builder *target_abandon(struct target_builder *b);
struct target_snapshot *target_free(struct target_snapshot *s);

uint32_t target_institution_by_number(const struct target_snapshot *s, uint32_t number);
uint32_t target_group_find(const struct target_snapshot *s, uint32_t number, uint8_t role); /* ours or not; NONE */
uint32_t target_person_by_key(const struct target_snapshot *s, uint64_t key);
uint32_t target_person_by_vo_id(const struct target_snapshot *s, struct text vo_id);
uint32_t target_person_by_vo_id_key(const struct target_snapshot *s, uint64_t key);
/* Member value exactly as read, appended. */
void target_member_value(const struct target_snapshot *s, uint32_t member, struct buf *out);
/* DN of an entry as it stands there, appended; target_names_*_dn: where one of ours stands or would. */
void target_person_dn(const struct target_snapshot *s, uint32_t person, struct buf *out);
/* The base of entries of this kind, for entry_dn (DN_UNDER_BASE). Groups stand below the institutions. */
struct text target_names_base(const struct target_names *names, enum entry_kind kind);
void target_names_person_dn(const struct target_names *names, struct text vo_id, struct buf *out);
void target_names_institution_dn(const struct target_names *names, uint32_t number, struct buf *out);
void target_names_group_dn(const struct target_names *names, uint32_t number, uint8_t role, struct buf *out);
void target_group_dn(const struct target_snapshot *s, uint32_t group, struct buf *out);
/* Is dn one of the protected DNs (equal to the server, not below)? */
bool target_names_is_protected(const struct target_names *names, struct text dn);

#endif
