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
#include "model/source_positions.h"

#define NONE UINT32_MAX /* "no position" in every index below */

/* What people are matched by: a keyed hash of the vo-id, caseless and trimmed; 0: there is none. */
uint64_t snapshot_vo_id_key(struct text vo_id);

/* ---- source -------------------------------------------------------------------------------------- */

/* How a grant that is an entry names its person. */
enum person_reference { PERSON_BY_DN, PERSON_BY_VO_ID, PERSON_BY_UID };

struct source_bases {
	char *name;   /* owned, as all of them; of the source */
	char *people; /* the search base texts, as configured */
	char *institutions;
	bool timed; /* it says how far it is and when each entry was changed: setting position = csn or usn */
	enum person_reference grant_person;
	char *groups;         /* owned; base of right groups, to tell an unread group from an unknown person */
	uint32_t group_depth; /* groups within groups are followed so far */
};

struct source_institution {
	struct entry *entry;
	uint32_t number;  /* 0: unreadable; such an institution is reported and names nothing */
	uint32_t same_as; /* next institution with the same number, or NONE */
	uint8_t source;   /* position in sources; 0 where there is only one */
};

struct source_person { /* two of everybody while a read goes on: what can stand in the entry does */
	struct entry *entry;
	uint32_t same_as; /* another person with the same vo-id, or NONE: ambiguous (R9, I25) */
	bool invited;     /* came with the answer to a question by vo-id, and was not in the read */
	uint8_t source;   /* position in sources; 0 where there is only one */
};

struct source_grant { /* an entry of its own; what it says is the policy's to read */
	struct entry *entry;
	uint32_t person; /* position in people, or NONE: it names nobody, several, or somebody who is not shown */
};

#define GROUP_DEPTH_MAX 32

struct source_right_group {
	struct entry *entry;
	bool looped; /* it, or one within it, contains itself by way of others: harmless, and told */
	bool open;   /* it, or one within it, has a member that is neither a person nor a group that was read */
	bool cut;    /* groups within it were not followed: too deep, or too many members in all */
};

/* How a right group leads to people: itself, then each group within it, nearest first. */
struct source_step {
	uint32_t group; /* position in groups */
	uint32_t up;    /* position in steps of the group round it, or NONE: the one that names the institution */
};

struct source_tie {      /* somebody in a right group, each once for each of those that name an institution */
	uint32_t person; /* position in people */
	uint32_t step;   /* of the group that lists the person */
};

struct joined_source { /* one of the sources that were joined */
	struct source_bases bases;
	struct certificate certificate;
	uint32_t grant_end,
		group_end; /* its grants and groups end before these; they begin where those of the one before end */
};

struct source_snapshot {
	struct certificate
		certificate;       /* of several sources: all of them together, without server, identity or position */
	struct source_bases bases; /* of several: empty texts, see source_bases_of */
	struct joined_source *sources; /* in the order in which they were joined; NULL: there is only one */
	uint32_t source_count;
	struct source_institution *institutions; /* ascending by number */
	struct source_person *people;            /* order of arrival */
	uint32_t institution_count, people_count;
	struct uuid *absent; /* ascending; entryUUIDs whose absence was proven by a question */
	uint32_t absent_count;
	uint32_t asked_count;   /* people that came from a question, at the end of people */
	uint32_t invited_count; /* of these: asked for by vo-id, for an override; not part of what the read found */
	struct map people_by_uuid, people_by_vo_id;
	struct source_grant *grants; /* order of arrival */
	uint32_t *grant_starts; /* people + 1: where each person's begin in grant_order; NULL: there are no grants */
	uint32_t *grant_order;  /* positions in grants, by person */
	uint32_t grant_count;
	struct map grants_by_uuid;
	struct source_right_group *groups; /* order of arrival */
	struct source_step *steps;
	struct source_tie *ties; /* by person */
	uint32_t *tie_starts;    /* people + 1: where each person's begin in ties; NULL: there are none */
	uint32_t group_count, step_count, tie_count;
	uint32_t unclear_groups;            /* open or cut */
	struct source_grant *group_entries; /* holds the references behind groups */
	struct map groups_by_uuid;          /* over group_entries */
};

/* An entry whose absence has to be proven, and what it was: where to look for it. */
struct source_question {
	struct uuid uuid;
	uint8_t kind; /* ENTRY_PERSON, ENTRY_GRANT or ENTRY_RIGHT_GROUP */
};

/* No read at all: it shows nobody, and nobody is absent. What is thought with it says so (plan_input.source_unread). */
extern const struct source_snapshot source_unread;

struct source_builder;

MUST_USE int source_begin(const struct source_bases *bases, const struct source_snapshot *prev,
			  struct source_builder **ret, struct err *err);
/* ENTRY_PERSON, ENTRY_INSTITUTION, ENTRY_GRANT, ENTRY_RIGHT_GROUP; entry is a checked block and is copied or shared. */
MUST_USE int source_add(struct source_builder *b, const struct entry *entry, struct err *err);
/* Takes b in every case. ERR_INCOMPLETE with the missing checks or the counts that differ. */
MUST_USE int source_seal(struct source_builder *b, const struct certificate *cert, struct source_snapshot **ret,
			 struct err *err);
struct source_builder *source_abandon(struct source_builder *b);
struct source_snapshot *source_free(struct source_snapshot *s);

/* Adds the answers to questions by entryUUID (the second question) and, the last invited of them, by vo-id: ENTRY_PERSON
 * joins the people (or replaces the one with its entryUUID), ENTRY_GRANT and ENTRY_RIGHT_GROUP likewise, ENTRY_ABSENT joins absent. The only change a sealed snapshot
 * knows; cert is the questions' own certificate and must be complete. All or nothing. */
MUST_USE int source_add_answers(struct source_snapshot *s, const struct entry *const *answers, uint32_t count,
				uint32_t invited, const struct certificate *cert, struct err *err);

/* Several sources as one. parts: sealed, 2 to SOURCES_MAX, each with a name of its own; they stay as they are and may go
 * before *ret does (entries are shared). Grants and right groups keep to their own source. Two of one vo-id are
 * ambiguous (R9) and so are two institutions of one number, wherever they stand. An entry is absent when every source
 * says so. Answers join the parts, which are then joined anew. ERR_INCOMPLETE: two sources show one entryUUID; the text
 * names both. ERR_INVALID: a part is itself joined, or their number or names are wrong. */
MUST_USE int source_join(const struct source_snapshot *const *parts, uint32_t count, struct source_snapshot **ret,
			 struct err *err);
/* One by one, whether they were joined or there is only one: source is below source_number, or a person's or an
 * institution's own. */
static inline uint32_t source_number(const struct source_snapshot *s)
{
	return s->sources != NULL ? s->source_count : 1;
}
static inline const struct source_bases *source_bases_of(const struct source_snapshot *s, uint32_t source)
{
	return s->sources != NULL ? &s->sources[source].bases : &s->bases;
}
static inline const struct certificate *source_certificate_of(const struct source_snapshot *s, uint32_t source)
{
	return s->sources != NULL ? &s->sources[source].certificate : &s->certificate;
}

struct source_size {
	uint32_t people; /* of the read */
	uint32_t shown;  /* and those that were found when asked for by entryUUID */
	uint32_t institutions;
};
struct source_size source_size_of(const struct source_snapshot *s, uint32_t source); /* O(entries) */

uint32_t source_person_by_uuid(const struct source_snapshot *s, const struct uuid *uuid);
uint32_t source_person_by_vo_id(const struct source_snapshot *s, struct text vo_id);     /* ASCII-caseless */
uint32_t source_institution_by_number(const struct source_snapshot *s, uint32_t number); /* the first */
bool source_is_absent(const struct source_snapshot *s, const struct uuid *uuid);
bool source_has(const struct source_snapshot *s, const struct source_question *question); /* does it show the entry? */
uint32_t source_group_by_uuid(const struct source_snapshot *s, const struct uuid *uuid);
/* A person's ties: positions first up to end in ties. */
static inline void source_ties_of(const struct source_snapshot *s, uint32_t person, uint32_t *first, uint32_t *end)
{
	*first = s->tie_starts != NULL ? s->tie_starts[person] : 0;
	*end = s->tie_starts != NULL ? s->tie_starts[person + 1] : 0;
}
uint32_t source_grant_by_uuid(const struct source_snapshot *s, const struct uuid *uuid);
/* A person's grants: positions first up to end in grant_order. */
static inline void source_grants_of(const struct source_snapshot *s, uint32_t person, uint32_t *first, uint32_t *end)
{
	*first = s->grant_starts != NULL ? s->grant_starts[person] : 0;
	*end = s->grant_starts != NULL ? s->grant_starts[person + 1] : 0;
}

/* ---- target -------------------------------------------------------------------------------------- */

/* What becomes of a role group that its last member leaves. Some classes need a member (groupOfNames, RFC 4519 section 3.5). */
enum empty_group {
	EMPTY_ALLOWED,     /* it stays, without members */
	EMPTY_PLACEHOLDER, /* the placeholder takes the last one's place, and leaves with the next one */
	EMPTY_DELETE,      /* the group goes, and is made again for the next one */
};

struct target_names {       /* owned texts; how our entries are called there */
	char *base;         /* ou=werkplekduaal,... */
	char *institutions; /* DN of ou=institutions */
	char *people;       /* DN below which people stand */
	char *requests;
	char *overrides;
	char *roles_base; /* DN of ou=roles; "": there are no flat groups */
	/* Attribute types of the RDNs of what we make: "uid" (it holds the vo-id), "duaalInstitutionNumber", "cn", "cn". */
	char *person_rdn, *institution_rdn, *group_rdn, *directive_rdn;
	char *group_name; /* value of a role group's RDN: "%r-%n", with the role for %r and the number for %n */
	char *instance;   /* our marker value */
	char **roles;     /* words, position = role number */
	uint32_t role_count;
	char **protected; /* DNs never touched (I5) */
	uint32_t protected_count;
	bool people_provisioned; /* false: people are looked up, never written */
	enum empty_group empty_group;
	char *placeholder; /* DN that stands for nobody: never a member, whatever empty_group says; "": none */
};

struct target_member {
	uint64_t key;    /* dn_key of the value; 0: not a DN */
	uint32_t person; /* position in people, or NONE: no such entry */
	uint32_t raw;    /* position in raw, or NONE: bytes are exactly that person's DN */
};

struct target_group {
	struct entry *entry; /* without its member values */
	uint32_t number;     /* 0: unreadable; NUMBER_EVERYWHERE: the flat group of its role */
	uint8_t role;        /* position in roles, or UINT8_MAX */
	bool ours;           /* carries our marker with our instance's name */
	bool protected;
	uint32_t first_member, member_count; /* in members; the placeholder is none */
	struct text placeholder;             /* as it stands there; empty: it does not */
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
/* Is this a pattern for group_name: %r and %n once each, and between them what keeps them apart? */
bool target_names_is_pattern(const char *pattern);
void target_names_group_dn(const struct target_names *names, uint32_t number, uint8_t role, struct buf *out);
void target_group_dn(const struct target_snapshot *s, uint32_t group, struct buf *out);
bool target_names_has_flat(const struct target_names *names); /* flat role groups */
/* Memberships in role groups, those in flat groups apart. */
uint32_t target_memberships(const struct target_snapshot *s);
/* Is the DN of this key (dn_key_of) one of the protected DNs, not below? ERR_NOMEM. */
MUST_USE int target_names_is_protected(const struct target_names *names, uint64_t key, bool *ret);

#endif
