/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * message.h - what planner and helpers say to each other.
 *
 *   planner                          helper
 *   HELLO(settings)        ->
 *                          <-        READY                              or FAILURE
 *   READ                   ->                                           source, target
 *                          <-        ENTRY* PROGRESS* CERTIFICATE       or FAILURE; the helper may go on
 *   ASK(uuids, vo-ids)     ->                                           source
 *                          <-        ENTRY* CERTIFICATE                 one ENTRY_PERSON or ENTRY_ABSENT for each uuid; each
 *                                                                       ENTRY_PERSON that carries one of the vo-ids
 *   FIND(national number)  ->                                           source
 *                          <-        FOUND                              or FAILURE; then the helper ends, whatever came: with
 *                                                                       its memory goes all that a library copied of the number
 *   AUTHOR(dn, value, add) ->                                           target
 *                          <-        AUTHORED                           who made that change, as accesslog tells it
 *   EXAMINE                ->                                           all three
 *                          <-        FINDING* EXAMINED                  what is wrong is a finding (finding.h), no FAILURE
 *   WRITE* WRITE_END       ->                                           target
 *                          <-        OUTCOME* (any order) WRITE_DONE    or FAILURE: the rest has an unknown outcome
 *   (ledger: see ledger_message.h)
 *
 * One request at a time. A helper ends itself when it makes no progress (alarm) and when its channel closes.
 * Encoders append a body to a buffer; decoders return 0 or ERR_PROTOCOL and borrow from the body.
 */
#ifndef DUAAL_WIRE_MESSAGE_H
#define DUAAL_WIRE_MESSAGE_H

#include "base/buf.h"
#include "base/err.h"
#include "model/certificate.h"
#include "model/snapshot.h"
#include "model/entry.h"

enum message_type {
	M_HELLO = 1,
	M_READY = 2,
	M_FAILURE = 3,
	M_PROGRESS = 4, /* no body: a long read goes on */
	M_READ = 10,
	M_ASK = 11,
	M_ENTRY = 12,
	M_CERTIFICATE = 13,
	M_AUTHOR = 14,
	M_AUTHORED = 15,
	M_EXAMINE = 16, /* no body */
	M_FINDING = 17,
	M_EXAMINED = 18, /* no body */
	M_WRITE = 20,
	M_WRITE_END = 21,
	M_OUTCOME = 22,
	M_WRITE_DONE = 23,
	M_FIND = 24,
	M_FOUND = 25,
	M_LEDGER_FIRST = 40, /* ledger_message.h */
};

struct failure {
	int code;         /* enum err_code */
	int result;       /* LDAP result code, 0: none; libldap's own are negative */
	struct text text; /* one sentence, not yet escaped for display */
};
void failure_encode(struct buf *out, const struct failure *failure);
MUST_USE int failure_decode(const void *body, size_t len, struct failure *ret, struct err *err);

void certificate_encode(struct buf *out, const struct certificate *cert);
MUST_USE int certificate_decode(const void *body, size_t len, struct certificate *ret, struct err *err);

/* Body of READ for duaal-source: the position that the server must have reached, per server id; count 0: any. */
void read_encode(struct buf *out, const struct csn_vector *at_least);
MUST_USE int read_decode(const void *body, size_t len, struct csn_vector *ret_at_least, struct err *err);

struct question {
	const struct source_question *entries;
	const struct text *vo_ids;
	uint32_t entry_count, vo_id_count;
	struct csn_vector at_least; /* of the read that the question is about: no older server may answer */
};
void ask_encode(struct buf *out, const struct question *question);
/* ret borrows texts from the body; *ret_memory holds its lists, the caller frees it. */
MUST_USE int ask_decode(const void *body, size_t len, struct question *ret, void **ret_memory, struct err *err);

/* Body of FIND: eleven digits. The decoder's text is borrowed, and nothing else is a number. Whoever encodes wipes the buffer (buf_wipe). */
void find_encode(struct buf *out, struct text number);
MUST_USE int find_decode(const void *body, size_t len, struct text *ret_number, struct err *err);

#define FOUND_MAX 20 /* people that are told; all are counted */
struct found_people {
	uint32_t total, count;
	struct {
		struct uuid uuid;
		struct text vo_id; /* empty: the entry shows none */
	} at[FOUND_MAX];
};
void found_encode(struct buf *out, const struct found_people *found);
MUST_USE int found_decode(const void *body, size_t len, struct found_people *ret, struct err *err);

/* Who changed one value of one entry by hand. Answered with found false where accesslog cannot be read or does not tell. */
struct author_question {
	struct text dn,
		value; /* of the entry; of the attribute that feeds FIELD_MEMBER. value empty: who deleted the entry */
	bool added;
};
void author_question_encode(struct buf *out, const struct author_question *question);
MUST_USE int author_question_decode(const void *body, size_t len, struct author_question *ret, struct err *err);
struct author {
	bool found;
	int64_t at_s;
	struct text dn;
};
void author_encode(struct buf *out, const struct author *author);
MUST_USE int author_decode(const void *body, size_t len, struct author *ret, struct err *err);

/* ---- settings, sent with HELLO. Texts are borrowed from the configuration or from the body ---------- */

enum tls_mode { TLS_NONE, TLS_LDAPS, TLS_STARTTLS }; /* ldapi and plain ldap to a loopback address: TLS_NONE */
enum bind_mode { BIND_SIMPLE, BIND_EXTERNAL, BIND_GSSAPI };

#define URIS_MAX 8
struct connection_settings {
	const char *uri;                     /* one URI: ldap://, ldaps://, ldapi:// */
	const char *more_uris[URIS_MAX - 1]; /* other servers with the same entries, tried after it, in order */
	uint32_t more_uri_count;
	uint32_t first_uri; /* where to begin, 0: with uri. Moved on by the planner after a read that failed */
	enum tls_mode tls;
	const char *ca_file;
	const char *certificate_file, *key_file; /* client certificate for EXTERNAL; may be empty */
	enum bind_mode bind;
	const char *bind_dn;
	const char *password_file;       /* or */
	const char *password_credential; /* name below $CREDENTIALS_DIRECTORY */
	const char *keytab_file;         /* of our principal, for GSSAPI */
	const char *kerberos_file;       /* krb5.conf; empty: the system's */
	const char *identity;            /* what who-am-i must answer ("dn:cn=..."); empty: "dn:" and bind_dn */
	uint32_t deadline_s;             /* without progress: the helper ends */
	uint32_t connect_timeout_s;
	uint32_t page_size;    /* 0: unpaged */
	uint32_t max_incoming; /* bytes of one LDAP message; 0: 16 MiB */
};

#define MAP_MAX 32
struct attribute_map { /* which directory attribute feeds which field */
	uint32_t count;
	struct {
		enum field field;
		const char *attribute;
	} at[MAP_MAX];
};

/* The attribute that feeds field; NULL: none does. */
const char *attribute_of(const struct attribute_map *map, enum field field);

struct search_settings {
	const char *base;
	const char *filter;
	bool one_level;
	struct attribute_map map;
};

enum entry_id { ENTRY_ID_UUID, ENTRY_ID_GUID, ENTRY_ID_UNIQUE };  /* see ldap/entry_id.h */
enum position_kind { POSITION_NONE, POSITION_CSN, POSITION_USN }; /* how a server that went back is noticed */

#define CANARIES_MAX 16
#define CLASSES_MAX  7
struct source_settings {
	struct connection_settings connection;
	struct search_settings people; /* its filter is selective: holders of the right */
	struct search_settings institutions;
	const char *right; /* values that do not begin with it (caselessly, spaces apart) stay in the helper */
	const char *canaries[CANARIES_MAX]; /* DNs made for the purpose; at least two */
	uint32_t canary_count;
	uint32_t floor_people, floor_institutions, floor_grants, floor_groups;
	struct search_settings grants;            /* entries of their own; base empty: there are none */
	const char *grant_canaries[CANARIES_MAX]; /* at least two where there are */
	uint32_t grant_canary_count;
	struct search_settings groups; /* right groups; base empty: there are none */
	const char *group_canaries[CANARIES_MAX];
	uint32_t group_canary_count;
	enum position_kind
		position; /* csn: contextCSN and entryCSN are read; usn: highestCommittedUSN and uSNChanged */
	enum entry_id entry_id;
	const char
		*national_number; /* attribute of people that FIND searches by and never reads; empty: there is none */
};

struct target_settings {
	struct connection_settings connection;
	const char *base, *institutions_base, *people_base, *requests_base, *overrides_base;
	const char *roles_base;     /* empty: there are no flat role groups */
	const char *accesslog_base; /* empty: there is none */
	const char *sync_dn;
	struct attribute_map map; /* names of our own attributes there */
	const char *instance;     /* marker value */
	bool people_provisioned;
	const char *people_filter; /* who is a person when looked up */
	const char *institution_classes[CLASSES_MAX + 1], *group_classes[CLASSES_MAX + 1],
		*person_classes[CLASSES_MAX + 1], *sync_classes[CLASSES_MAX + 1], *request_classes[CLASSES_MAX + 1],
		*override_classes[CLASSES_MAX + 1], *role_classes[CLASSES_MAX + 1]; /* objectClass values, NULL-ended */
	const char *canaries[CANARIES_MAX];
	uint32_t canary_count;
	uint32_t floor_people, floor_institutions, floor_directives; /* requests and overrides together */
	uint32_t window;                                             /* writes outstanding: 32 */
	bool read_only;                                              /* whatever is asked of it, nothing is written */
};

/* objectClass values of an entry of this kind that is added, NULL-ended; NULL: we make none of that kind. */
const char *const *target_classes_of(const struct target_settings *set, enum entry_kind kind);

void source_settings_encode(struct buf *out, const struct source_settings *settings);
/* ret borrows texts from a copy in *ret_memory, which the caller frees. */
MUST_USE int source_settings_decode(const void *body, size_t len, struct source_settings *ret, void **ret_memory,
				    struct err *err);
void target_settings_encode(struct buf *out, const struct target_settings *settings);
MUST_USE int target_settings_decode(const void *body, size_t len, struct target_settings *ret, void **ret_memory,
				    struct err *err);

/* ---- writing --------------------------------------------------------------------------------------- */

enum write_kind { WRITE_ADD = 1, WRITE_MODIFY = 2, WRITE_DELETE = 3 };
enum mod_kind { MOD_ADD = 1, MOD_DELETE = 2 }; /* value-wise; never replace (fault 51) */

/* One LDAP operation. Built with write_begin, write_mod_begin, write_value*, write_end; read with a cursor. */
struct write {
	uint32_t id;
	enum write_kind kind;
	enum entry_kind entry_kind; /* the helper adds the objectClass values of that kind to an add */
	struct uuid uuid;           /* asserted with csn on modify and delete (RFC 4528); ignored on add */
	struct csn csn;
	bool must_be_empty; /* delete: assert that no member is there */
	struct text dn;
	struct text mods; /* encoded */
};

void write_encode(struct buf *out, const struct write *write); /* without mods; then: */
void write_mod(struct buf *out, enum mod_kind kind, enum field field, uint32_t value_count);
void write_value(struct buf *out, struct text value); /* exactly value_count times */
MUST_USE int write_decode(const void *body, size_t len, struct write *ret, struct err *err);

struct mod_cursor {
	struct text left;
};
/* 1 and the mod, 0 at the end, ERR_PROTOCOL. values is a cursor over value_count texts: record_get_text. */
MUST_USE int write_next_mod(struct mod_cursor *cursor, enum mod_kind *kind, enum field *field, uint32_t *value_count,
			    struct text *values, struct err *err);

#define WRITE_NOT_SENT (-1000) /* outcome.result: the operation never left the helper, nothing happened */
/* Of a change of which nobody told the outcome, on record only: what the next complete read of the target showed of it. Stored. */
#define WRITE_SEEN_DONE   (-1001)
#define WRITE_SEEN_UNDONE (-1002)

struct outcome {
	uint32_t id;
	int result;       /* LDAP result code; 0 done; negative: libldap's, outcome unknown unless it never left */
	struct uuid uuid; /* of an added entry, by post-read; null when not told */
	struct csn csn;   /* the entry's new entryCSN, by post-read (RFC 4527) */
	bool fenced;      /* the server honoured the assertion; false: re-read just before instead */
	struct text text; /* the server's diagnostic message in quotation marks, or the helper's own word without */
};
void outcome_encode(struct buf *out, const struct outcome *outcome);
MUST_USE int outcome_decode(const void *body, size_t len, struct outcome *ret, struct err *err);

#endif
