/* SPDX-License-Identifier: EUPL-1.2 */
/* examine_server.c - see examine_server.h. */
#include "helper/examine_server.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "helper/tls_ends.h"
#include "ldap/choice.h"
#include "ldap/examine.h"
#include "ldap/limits.h"
#include "ldap/search.h"

#define DAY_S            86400
#define CLOCK_WARNING_S  60
#define CLOCK_CRITICAL_S 3600
#define PAGE_ADVISED     1000 /* entries of one search from which on paging spares the server */

/* ---- connections ------------------------------------------------------------------------------------ */

static void tell_end(struct examine *e, enum finding_check check, const char *side, int64_t end_s)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t left_s = end_s - clock_wall_s();
	enum finding_severity severity = left_s < TLS_ENDS_NOW_S    ? SEVERITY_CRITICAL
					 : left_s < TLS_ENDS_SOON_S ? SEVERITY_WARNING
								    : SEVERITY_OK;
	clock_format(end_s, text);
	if (left_s < 0)
		examine_tell(e, check, severity, side, NULL, "it ended at %s", text);
	else
		examine_tell(e, check, severity, side, NULL,
			     tr_count("valid until %s, %lld day from now", "valid until %s, %lld days from now",
				      left_s / DAY_S),
			     text, (long long)(left_s / DAY_S));
}

static bool examine_other(struct examine *e, const char *side, const struct connection_settings *set)
{
	struct ldap_connection *conn = NULL;
	struct err why = {0};
	char about[300];
	int64_t end_s = 0;
	int code = ldap_choice_open(set, &conn, NULL, &why);
	if (code < 0)
		examine_tell(e, FINDING_OTHERS, SEVERITY_WARNING, side, NULL, "%s", why.text);
	else {
		examine_tell(e, FINDING_OTHERS, SEVERITY_OK, side, NULL, "connected to %s as %s",
			     ldap_connection_server(conn), ldap_connection_identity(conn));
		snprintf(about, sizeof(about), "%s: %s", side, set->uri);
		if (set->tls != TLS_NONE && ldap_server_certificate_end(conn, &end_s))
			tell_end(e, FINDING_CERTIFICATE, about, end_s);
	}
	ldap_connection_close(conn);
	return code != ERR_DENIED;
}

/* The next reads may need them. Where one refuses our credentials the rest is left alone: each try counts towards locking the account. */
static void examine_others(struct examine *e, const char *side, const struct connection_settings *set,
			   const char *taken)
{
	struct connection_settings one = *set;
	bool go_on = true;
	one.more_uri_count = 0;
	one.first_uri = 0;
	for (uint32_t i = 0; go_on && i < connection_uri_count(set); i++) {
		one.uri = i == 0 ? set->uri : set->more_uris[i - 1];
		if (strcmp(one.uri, taken) != 0)
			go_on = examine_other(e, side, &one);
	}
}

bool examine_connect(struct examine *e, const char *side, const struct connection_settings *set,
		     struct ldap_connection **ret)
{
	char passed[sizeof(((struct ldap_choice *)NULL)->passed)] = "";
	struct err why = {0};
	int code = ldap_choice_open(set, ret, passed, &why);
	if (examine_failed(e, FINDING_CONNECTION, side, code, &why))
		return false;
	examine_others(e, side, set, ldap_connection_server(*ret));
	if (passed[0] != '\0')
		examine_tell(e, FINDING_CONNECTION, SEVERITY_WARNING, side, NULL, "%s was taken, because %s",
			     ldap_connection_server(*ret), passed);
	else
		examine_tell(e, FINDING_CONNECTION, SEVERITY_OK, side, NULL, "connected to %s as %s",
			     ldap_connection_server(*ret), ldap_connection_identity(*ret));
	return true;
}

/* ---- certificates --------------------------------------------------------------------------------- */

static void examine_certificates(struct examine *e, const char *side, const struct connection_settings *set,
				 struct ldap_connection *conn)
{
	const struct tls_ends ends = tls_ends_read(set, conn);
	if (set->tls == TLS_NONE)
		return;
	if (ends.server_s != 0)
		tell_end(e, FINDING_CERTIFICATE, side, ends.server_s);
	if (ends.authority_s != 0)
		tell_end(e, FINDING_AUTHORITY, side, ends.authority_s);
	else
		examine_tell(e, FINDING_AUTHORITY, SEVERITY_WARNING, side, NULL,
			     "no certificate in %s can be read as PEM", set->ca_file);
	if (set->certificate_file == NULL || set->certificate_file[0] == '\0')
		return;
	if (ends.own_s != 0)
		tell_end(e, FINDING_OWN_CERTIFICATE, side, ends.own_s);
	else
		examine_tell(e, FINDING_OWN_CERTIFICATE, SEVERITY_WARNING, side, NULL, "%s cannot be read as PEM",
			     set->certificate_file);
}

/* ---- clock and paging ----------------------------------------------------------------------------- */

/* Only shown: nothing is decided by comparing two clocks (I20). */
static void examine_clock(struct examine *e, const char *side, struct ldap_connection *conn)
{
	int64_t server_s = 0;
	if (!ldap_server_clock(conn, &server_s))
		return;
	int64_t ahead_s = server_s - clock_wall_s(), far_s = ahead_s < 0 ? -ahead_s : ahead_s;
	enum finding_severity severity = far_s >= CLOCK_CRITICAL_S  ? SEVERITY_CRITICAL
					 : far_s >= CLOCK_WARNING_S ? SEVERITY_WARNING
								    : SEVERITY_OK;
	if (severity == SEVERITY_OK)
		examine_tell(e, FINDING_CLOCK, severity, side, NULL, "the same within a minute");
	else
		examine_tell(e, FINDING_CLOCK, severity, side, NULL,
			     ahead_s > 0 ? N_("the server's is %lld seconds ahead of ours")
					 : N_("the server's is %lld seconds behind ours"),
			     (long long)far_s);
}

static void examine_paging(struct examine *e, const char *side, const struct connection_settings *set,
			   struct ldap_connection *conn)
{
	bool offered = ldap_connection_supports(conn, LDAP_CONTROL_PAGEDRESULTS);
	if (set->page_size > 0 && !offered)
		examine_tell(e, FINDING_PAGING, SEVERITY_CRITICAL, side,
			     "set page_size = 0 in duaalsyncd.conf, then: systemctl reload duaalsyncd",
			     "page_size is %u, and the server does not offer paging", set->page_size);
	else if (set->page_size > 0)
		examine_tell(e, FINDING_PAGING, SEVERITY_OK, side, NULL, "page_size is %u, and the server offers it",
			     set->page_size);
	else
		examine_tell(e, FINDING_PAGING, SEVERITY_OK, side, NULL, "%s",
			     offered ? N_("page_size is 0: each search is read as one; the server offers paging")
				     : N_("page_size is 0: each search is read as one; the server does not offer "
					  "paging"));
}

void examine_server(struct examine *e, const char *side, const struct connection_settings *set,
		    struct ldap_connection *conn)
{
	examine_certificates(e, side, set, conn);
	examine_clock(e, side, conn);
	examine_paging(e, side, set, conn);
}

void examine_limits(struct examine *e, const char *side, struct ldap_connection *conn, const char *base)
{
	struct buf limits;
	buf_init(&limits);
	e->failed = e->failed < 0 ? e->failed : ldap_limits_read(conn, base, &limits, e->err);
	if (e->failed == 0 && limits.len > 0)
		examine_tell(e, FINDING_NUMBERS, SEVERITY_OK, side, NULL, "%s", buf_string(&limits));
	else if (e->failed == 0)
		examine_tell(e, FINDING_NUMBERS, SEVERITY_NOTICE, side, NULL,
			     "this identity is not shown what they are; a search that ends whole stays within them");
	buf_done(&limits);
}

/* ---- indexes -------------------------------------------------------------------------------------- */

struct used {
	const struct index_list *list;
	struct buf needed, missing; /* "voId eq, voRecht sub" */
};

static bool lists(const struct buf *uses, struct text one)
{
	struct text part, rest = buf_text(uses);
	while (text_split(rest, ',', &part, &rest))
		if (text_equal_nocase(text_trim(part), one))
			return true;
	return text_equal_nocase(text_trim(rest), one);
}

static void add_use(struct buf *to, struct text attribute, enum index_use use)
{
	char one[128];
	int len = snprintf(one, sizeof(one), "%.*s %s", TEXT_ARG(attribute), index_use_name(use));
	if (len < 0 || (size_t)len >= sizeof(one) || lists(to, text_make(one, (size_t)len)))
		return;
	buf_format(to, "%s%s", to->len > 0 ? ", " : "", one);
}

static void note_use(void *ctx, struct text attribute, enum index_use use)
{
	struct used *used = ctx;
	add_use(&used->needed, attribute, use);
	if (used->list->seen && !index_list_has(used->list, attribute, use))
		add_use(&used->missing, attribute, use);
}

static void tell_indexes(struct examine *e, const char *about, const struct used *used)
{
	struct buf mend;
	buf_init(&mend);
	buf_format(&mend,
		   tr("ask the directory's administrator: are these indexed? OpenLDAP: slapcat -n 0 | grep olcDbIndex; "
		      "389: dsconf INSTANCE backend index list userRoot. Needed: %s"),
		   buf_string(&used->needed));
	if (!used->list->seen)
		examine_tell(e, FINDING_INDEX, SEVERITY_NOTICE, about, buf_string(&mend),
			     "what is indexed cannot be seen by this identity");
	else if (used->missing.len == 0)
		examine_tell(e, FINDING_INDEX, SEVERITY_OK, about, NULL, "all that is searched for is indexed: %s",
			     buf_string(&used->needed));
	else {
		buf_clear(&mend);
		buf_format(&mend,
			   tr("ask the directory's administrator to index them. OpenLDAP: olcDbIndex: %s; 389: dsconf "
			      "INSTANCE backend index add, then reindex"),
			   buf_string(&used->missing));
		examine_tell(e, FINDING_INDEX, SEVERITY_WARNING, about, buf_string(&mend),
			     "not indexed, so that whoever looks for it looks through everything: %s",
			     buf_string(&used->missing));
	}
	buf_done(&mend);
}

void examine_indexes(struct examine *e, const char *about, const struct index_list *list, const char *filter,
		     const char *const *more)
{
	struct used used = {.list = list};
	struct err why = {0};
	buf_init(&used.needed);
	buf_init(&used.missing);
	int code = filter != NULL ? index_each_use(filter, note_use, &used, &why) : 0;
	for (size_t i = 0; more != NULL && more[i] != NULL; i++)
		note_use(&used, text_of(more[i]), INDEX_EQUAL);
	if (!examine_failed(e, FINDING_INDEX, about, code, &why))
		tell_indexes(e, about, &used);
	buf_done(&used.needed);
	buf_done(&used.missing);
}

/* ---- searches ------------------------------------------------------------------------------------- */

static int count(void *ctx, struct search_entry *entry, struct err *err)
{
	(void)entry, (void)err;
	++*(uint32_t *)ctx;
	return 0;
}

static bool is_limit(int result)
{
	return result == LDAP_TIMELIMIT_EXCEEDED || result == LDAP_SIZELIMIT_EXCEEDED ||
	       result == LDAP_ADMINLIMIT_EXCEEDED;
}

static void tell_count(struct examine *e, const char *about, uint32_t found, uint32_t least, uint32_t page_size)
{
	if (found < least || found == 0)
		examine_tell(e, FINDING_SEARCH, SEVERITY_CRITICAL, about, NULL,
			     tr_count("%u entry; at least %u are needed", "%u entries; at least %u are needed", found),
			     found, least > 0 ? least : 1);
	else
		examine_tell(e, FINDING_SEARCH, SEVERITY_OK, about, NULL, tr_count("%u entry", "%u entries", found),
			     found);
	if (page_size == 0 && found >= PAGE_ADVISED)
		examine_tell(e, FINDING_LIMIT, SEVERITY_NOTICE, about,
			     "set page_size = 500 in duaalsyncd.conf, then: systemctl reload duaalsyncd",
			     "all %u came as one; a server that has a size limit of its own cuts that off one day",
			     found);
	else
		examine_tell(e, FINDING_LIMIT, SEVERITY_OK, about, NULL, "the search came to its end");
}

void examine_search(struct examine *e, const char *about, struct ldap_connection *conn, const char *base, int scope,
		    const char *filter, const struct connection_settings *set, uint32_t least)
{
	static const char *const none[] = {LDAP_NO_ATTRS, NULL};
	uint32_t found = 0;
	struct search_proof proof = {0};
	struct err why = {0};
	const struct search search = {.base = base,
				      .scope = scope,
				      .filter = filter,
				      .attributes = none,
				      .page_size = scope == LDAP_SCOPE_BASE ? 0 : set->page_size,
				      .each = count,
				      .ctx = &found};
	int code = search_run(conn, &search, &proof, &why);
	if (code < 0 && is_limit(proof.result))
		examine_tell(e, FINDING_LIMIT, SEVERITY_CRITICAL, about, NULL,
			     "cut off after %u entries, and all are needed: %s", found, why.text);
	else if (!examine_failed(e, FINDING_SEARCH, about, code, &why))
		tell_count(e, about, found, least, set->page_size);
}
