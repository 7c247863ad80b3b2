/* SPDX-License-Identifier: EUPL-1.2 */
/* settings.c - the table itself: see setting.h. In the order in which --help-config shows it. */
#include "config/setting.h"

#include "config/draft.h"

#define AT(member)       .offset = offsetof(struct draft, member)
#define CFG(member)      AT(config.member)
#define FIRST(member)    AT(sources[0].member)
#define ITEM(member)     .offset = offsetof(struct draft_source, member)
#define ROLE(member)     .offset = offsetof(struct draft_role, member)
#define KIND(member)     .offset = offsetof(struct draft_kind, member)
#define LIVE             .reload = RELOAD_LIVE
#define HELPER           .reload = RELOAD_HELPER
#define SCOPE            .reload = RELOAD_SCOPE
#define RESTART          .reload = RELOAD_RESTART
#define EACH             .reload = RELOAD_EACH
#define NEEDED           .required = true
#define POLICY           .policy = true
#define RANGE(low, high) .min = (low), .max = (high)
#define DAY              (24 * 3600)
/* What counts where nothing is given: in source and target a value; in a further source, what source says. */
#define OWN(value)      .fallback = value
#define AS_FIRST(value) .derived = "as in source"

/* One setting a paragraph reads better than one member a line. */
/* clang-format off */

/* How to reach a directory, alike for both. */
#define CONNECTION(side, OF, ELSE, c, starttls_member, uris_member)                                                      \
	{side ".uri", TYPE_URIS, HELPER, NEEDED, OF(uris_member), RANGE(1, URIS_MAX),                           \
	 .help = "server: ldaps://host, ldap://host or ldapi://%2Fpath; of several that hold the same, [ \"...\", " \
		 "\"...\" ], each is tried in order"},                                                             \
	{side ".starttls", TYPE_BOOLEAN, HELPER, OF(starttls_member), .fallback = "false",                      \
	 .help = "begin TLS on an ldap:// connection before anything else is sent"},                            \
	{side ".ca_file", TYPE_FILE, HELPER, OF(c.ca_file), ELSE("\"\""),                                \
	 .help = "certificates of the authorities that may have signed the server's; TLS needs it"},            \
	{side ".certificate_file", TYPE_FILE, HELPER, OF(c.certificate_file), .fallback = "\"\"",              \
	 .help = "our own certificate, for bind = \"external\" over TLS"},                                      \
	{side ".key_file", TYPE_KEY_FILE, HELPER, OF(c.key_file), .fallback = "\"\"",                          \
	 .help = "private key of certificate_file; for the helper to read, like every secret"},                                                            \
	{side ".bind", TYPE_CHOICE, HELPER, OF(c.bind), .choices = "simple|external|gssapi",                       \
	 .fallback = "\"simple\"",                                                                              \
	 .help = "with a name and a password; as whom the socket or our certificate shows (SASL EXTERNAL); or by Kerberos"}, \
	{side ".keytab_file", TYPE_KEY_FILE, HELPER, OF(c.keytab_file), .fallback = "\"\"",                    \
	 .help = "keytab with the key of our principal alone, for bind = \"gssapi\""},                          \
	{side ".kerberos_file", TYPE_FILE, HELPER, OF(c.kerberos_file), .fallback = "\"\"",                            \
	 .help = "configuration of Kerberos, for bind = \"gssapi\"; empty: /etc/krb5.conf"},                    \
	{side ".bind_dn", TYPE_DN, HELPER, OF(c.bind_dn), .fallback = "\"\"", .help = "name to bind with"},    \
	{side ".password_file", TYPE_SECRET_FILE, HELPER, OF(c.password_file), .fallback = "\"\"",             \
	 .help = "file that holds the password and nothing else; mode 0600, of the user that the helper runs as"},    \
	{side ".password_credential", TYPE_TEXT, HELPER, OF(c.password_credential), .fallback = "\"\"",        \
	 .help = "name of the systemd credential that holds the password (LoadCredential= of the helper's unit)"},                   \
	{side ".identity", TYPE_TEXT, HELPER, OF(c.identity), .fallback = "\"\"",                              \
	 .help = "what the server must answer to who-am-i, \"dn:cn=...\"; empty: dn: and bind_dn"},             \
	{side ".deadline", TYPE_DURATION, HELPER, OF(c.deadline_s), ELSE("\"30s\""), RANGE(2, 3600),     \
	 .help = "a helper that makes no progress for so long ends itself"},                                    \
	{side ".connect_timeout", TYPE_DURATION, HELPER, OF(c.connect_timeout_s), ELSE("\"10s\""),       \
	 RANGE(1, 300), .help = "for the connection itself"},                                                   \
	{side ".page_size", TYPE_INTEGER, HELPER, OF(c.page_size), .unit = "entries", .fallback = "0",         \
	 RANGE(0, 100000), .help = "0: no paging; paging is slower and only for servers that insist on it"},    \
	{side ".message_max", TYPE_INTEGER, HELPER, OF(c.max_incoming), .unit = "bytes",                       \
	 ELSE("16777216"), RANGE(65536, 1u << 30), .help = "largest LDAP message that is accepted"}

/* What each source says by itself, alike for source and more_sources. */
#define SERVER(side, OF, ELSE)                                                                                  \
	CONNECTION(side, OF, ELSE, settings.connection, starttls, uris),                                        \
	{side ".position", TYPE_CHOICE, SCOPE, OF(settings.position), .choices = "none|csn|usn",                \
	 .fallback = "\"none\"",                                                                                \
	 .help = "csn: the source shows contextCSN and entryCSN (OpenLDAP), usn: highestCommittedUSN and "      \
		 "uSNChanged (Active Directory), so a restored backup is noticed"},                             \
	{side ".entry_uuid", TYPE_CHOICE, SCOPE, OF(settings.entry_id), .later = true,                          \
	 .choices = "entryUUID|objectGUID|nsUniqueId", .fallback = "\"entryUUID\"",                             \
	 .help = "attribute that names an entry for its whole life: objectGUID with Active Directory, "         \
		 "nsUniqueId with 389 Directory Server without its entryUUID plugin"},                          \
	{side ".canaries", TYPE_DNS, HELPER, NEEDED, OF(canaries), RANGE(2, CANARIES_MAX),                      \
	 .help = "entries made for the purpose, with a right; a read that does not show them is incomplete"}
#define SEARCH(side, OF, part)                                                                                  \
	{side "." #part ".scope", TYPE_SWITCH, SCOPE, OF(settings.part.one_level), .choices = "subtree|one",    \
	 .fallback = "\"subtree\"", .help = "how deep below the base"},                                         \
	{side "." #part ".floor", TYPE_INTEGER, HELPER, OF(settings.floor_##part), .unit = "entries",           \
	 .fallback = "1", RANGE(1, 10000000), .help = "fewer than this is an incomplete read"}
#define PEOPLE(side, OF)                                                                                        \
	{side ".people.base", TYPE_DN, SCOPE, NEEDED, OF(settings.people.base), .help = "below it people stand"}, \
	{side ".people.filter", TYPE_FILTER, SCOPE, NEEDED, OF(settings.people.filter),                         \
	 .help = "who holds the right; keep it selective, only these entries are read"},                        \
	SEARCH(side, OF, people),                                                                               \
	{side ".people.national_number", TYPE_NAME, HELPER, OF(settings.national_number), .fallback = "\"\"",    \
	 .help = "attribute that holds the national number (eleven digits), for 'duaalctl why -'; it is searched by and never read. " \
		 "Empty: nobody is found by it"}
#define INSTITUTIONS(side, OF)                                                                                  \
	{side ".institutions.base", TYPE_DN, SCOPE, NEEDED, OF(settings.institutions.base),                     \
	 .help = "below it institutions stand"},                                                                \
	{side ".institutions.filter", TYPE_FILTER, SCOPE, NEEDED, OF(settings.institutions.filter),             \
	 .help = "what is an institution"},                                                                     \
	SEARCH(side, OF, institutions)
#define GRANTS(side, OF)                                                                                        \
	{side ".grants.base", TYPE_DN, SCOPE, OF(settings.grants.base), .fallback = "\"\"",                     \
	 .help = "below it grants stand that are entries of their own; empty: there are none"},                 \
	{side ".grants.filter", TYPE_FILTER, SCOPE, OF(settings.grants.filter),                                 \
	 .derived = "none; needed with " side ".grants.base", .help = "which of them are grants of the right"}, \
	SEARCH(side, OF, grants),                                                                               \
	{side ".grants.canaries", TYPE_DNS, HELPER, OF(grant_canaries), .fallback = "[]", RANGE(0, CANARIES_MAX), \
	 .help = "grants made for the purpose, two at least, that show every attribute below but the dates"}
#define GROUPS(side, OF)                                                                                        \
	{side ".groups.base", TYPE_DN, SCOPE, OF(settings.groups.base), .fallback = "\"\"",                     \
	 .help = "below it groups stand whose members have a role at an institution; empty: there are none"},   \
	{side ".groups.filter", TYPE_FILTER, SCOPE, OF(settings.groups.filter),                                 \
	 .derived = "none; needed with " side ".groups.base",                                                   \
	 .help = "which groups are read: those that name an institution, and all that may stand within one"},   \
	SEARCH(side, OF, groups),                                                                               \
	{side ".groups.canaries", TYPE_DNS, HELPER, OF(group_canaries), .fallback = "[]", RANGE(0, CANARIES_MAX), \
	 .help = "groups made for the purpose, two at least, that show every attribute below"}

/* What all of them have in common. */
#define DATES(part, member)                                                                                     \
	{"source." #part ".dates", TYPE_CHOICE, SCOPE, POLICY, CFG(policy.member), .choices = "day|instant",    \
	 .fallback = "\"day\"", .help = "what begin and end hold: a day, or an instant that falls on a Belgian day"}
#define ACTIVE(part, member, who)                                                                               \
	{"source." #part ".active", TYPE_WORDS, SCOPE, POLICY, AT(member), .fallback = "[]", RANGE(0, 64),      \
	 .help = "words of attributes.state that mean active; none: " who}

/* An attribute of the source; without a default it is required. */
#define SOURCE(part, name, number, ...)                                                                         \
	{"source." #part ".attributes." name, TYPE_ATTRIBUTE, SCOPE, .field = (number), FIRST(settings.part.map), __VA_ARGS__}
#define TARGET(name, number, default_name, ...)                                                                 \
	{"target.attributes." name, TYPE_ATTRIBUTE, SCOPE, .field = (number), CFG(target.map),                  \
	 .fallback = "\"" default_name "\"", RANGE(1, 0), __VA_ARGS__}
#define OPTIONAL .fallback = "\"\""

const struct setting setting_table[] = {
	{"instance", TYPE_TEXT, RESTART, CFG(target.instance), .fallback = "\"default\"", RANGE(1, 63),
	 .help = "name of this instance; marks what is ours in the target, and never changes afterwards"},
	{"helper_dir", TYPE_DIRECTORY, HELPER, CFG(run.helper_dir), .fallback = "\"" PACKAGE_LIBEXECDIR "\"",
	 .help = "where duaal-source, duaal-target and duaal-ledger are, for a daemon that starts them itself (without --helpers)"},
	{"state_dir", TYPE_PATH, RESTART, CFG(run.state_dir), .fallback = "\"" PACKAGE_LOCALSTATEDIR "/lib/duaalsync\"",
	 .help = "where the ledger is; one daemon for each. Of the daemon's user, or with --helpers of duaal-ledger's"},
	{"zone_file", TYPE_FILE, SCOPE, CFG(zone_file), .later = true, .fallback = "\"/usr/share/zoneinfo/Europe/Brussels\"",
	 RANGE(1, 0), .help = "time zone in which dates are days (package tzdata)"},
	{"log_to", TYPE_CHOICE, RESTART, CFG(log_sink), .choices = "auto|journal|syslog|stderr", .fallback = "\"auto\"",
	 .help = "where messages go; auto: the journal under systemd, else standard error or syslog"},

	{"source.name", TYPE_TEXT, SCOPE, FIRST(name), .later = true, .fallback = "\"source\"",
	 RANGE(1, SOURCE_NAME_SIZE - 1),
	 .help = "how it is called in status and ledger; under another name it is another source, whose position is not known"},
	SERVER("source", FIRST, OWN),
	PEOPLE("source", FIRST),
	DATES(people, person_dates),
	ACTIVE(people, person_active, "everybody is"),
	SOURCE(people, "vo_id", FIELD_VO_ID, NEEDED, .help = "stable key of a person"),
	SOURCE(people, "right", FIELD_RIGHT, OPTIONAL,
	 .help = "rights, RIGHT-ROLE:NUMBER; empty: grants are entries of their own (source.grants)"),
	SOURCE(people, "uid", FIELD_UID, .fallback = "\"uid\"", .help = "login name"),
	SOURCE(people, "cn", FIELD_CN, .fallback = "\"cn\"", RANGE(1, 0), .help = "full name"),
	SOURCE(people, "sn", FIELD_SN, .fallback = "\"sn\"", .help = "family name"),
	SOURCE(people, "given_name", FIELD_GIVEN_NAME, .fallback = "\"givenName\"", .help = "first name"),
	SOURCE(people, "mail", FIELD_MAIL, .fallback = "\"mail\"", .help = "mail address"),
	SOURCE(people, "state", FIELD_STATE, OPTIONAL, .help = "word that says whether the person is active"),
	SOURCE(people, "begin", FIELD_BEGIN, OPTIONAL, .help = "first valid day"),
	SOURCE(people, "end", FIELD_END, OPTIONAL, .help = "last valid day"),
	INSTITUTIONS("source", FIRST),
	DATES(institutions, institution_dates),
	ACTIVE(institutions, institution_active, "every institution is"),
	SOURCE(institutions, "number", FIELD_NUMBER, NEEDED, .help = "institution number (instellingsnummer)"),
	SOURCE(institutions, "name", FIELD_NAME, .fallback = "\"o\"", RANGE(1, 0), .help = "name"),
	SOURCE(institutions, "kind", FIELD_KIND, OPTIONAL, .help = "kind of education; policy.kinds judges it"),
	SOURCE(institutions, "state", FIELD_STATE, OPTIONAL,
	 .help = "word that says whether the institution is active"),
	SOURCE(institutions, "begin", FIELD_BEGIN, OPTIONAL, .help = "first valid day"),
	SOURCE(institutions, "end", FIELD_END, OPTIONAL, .help = "last valid day"),
	SOURCE(institutions, "audience", FIELD_AUDIENCE, OPTIONAL, .help = "audiences (doelgroep)"),
	SOURCE(institutions, "programme", FIELD_PROGRAMME, OPTIONAL, .help = "programme applications and their state"),
	SOURCE(institutions, "head_admin", FIELD_HEAD_ADMIN, OPTIONAL,
	 .help = "head local administrators, vo-id or DN"),
	SOURCE(institutions, "local_admin", FIELD_LOCAL_ADMIN, OPTIONAL, .help = "local administrators, vo-id or DN"),

	GRANTS("source", FIRST),
	{"source.grants.person", TYPE_CHOICE, SCOPE, CFG(source_bases[0].grant_person), .choices = "dn|vo_id|uid",
	 .fallback = "\"dn\"", .help = "what attributes.person holds: the person's DN, vo-id or login name"},
	DATES(grants, grant_dates),
	ACTIVE(grants, grant_active, "every grant is"),
	SOURCE(grants, "person", FIELD_PERSON, OPTIONAL, .help = "whose grant it is"),
	SOURCE(grants, "right", FIELD_RIGHT, OPTIONAL, .help = "name of the right; empty: the filter tells"),
	SOURCE(grants, "role", FIELD_ROLE, OPTIONAL, .help = "role"),
	SOURCE(grants, "number", FIELD_NUMBER, OPTIONAL, .help = "number of the institution it counts for"),
	SOURCE(grants, "begin", FIELD_BEGIN, OPTIONAL, .help = "first valid day"),
	SOURCE(grants, "end", FIELD_END, OPTIONAL, .help = "last valid day"),
	SOURCE(grants, "grantor", FIELD_GRANTOR, OPTIONAL,
	 .help = "who granted it, vo-id or DN; must be a (head) local administrator of the institution"),
	SOURCE(grants, "state", FIELD_STATE, OPTIONAL, .help = "word that says whether the grant is active"),

	GROUPS("source", FIRST),
	{"source.groups.depth", TYPE_INTEGER, SCOPE, CFG(source_bases[0].group_depth), .unit = "groups", .fallback = "8",
	 RANGE(0, GROUP_DEPTH_MAX), .help = "groups within groups are followed so far; 0: not at all"},
	{"source.groups.role", TYPE_TEXT, SCOPE, POLICY, CFG(policy.group_role), .fallback = "\"\"",
	 .help = "role of the members of a group that names none itself"},
	SOURCE(groups, "right", FIELD_RIGHT, OPTIONAL, .help = "name of the right; empty: the filter tells"),
	SOURCE(groups, "role", FIELD_ROLE, OPTIONAL, .help = "role; empty: source.groups.role"),
	SOURCE(groups, "number", FIELD_NUMBER, OPTIONAL,
	 .help = "number of the institution; a group without one only counts within another"),
	SOURCE(groups, "member", FIELD_MEMBER, .fallback = "\"member\"", .help = "people and groups, by DN"),

	{"more_sources", TYPE_GROUPS, EACH, AT(sources[1]), .count_offset = offsetof(struct draft, more_count),
	 .stride = sizeof(struct draft_source), .fallback = "()", RANGE(0, SOURCES_MAX - 1),
	 .help = "further sources, each with a server, people and institutions of its own; what is not among the settings "
		 "below is said once, in source"},
	{"more_sources[].name", TYPE_TEXT, SCOPE, NEEDED, ITEM(name), RANGE(1, SOURCE_NAME_SIZE - 1),
	 .help = "how it is called in status and ledger, and in the name of its helper's socket; no other source is called so"},
	SERVER("more_sources[]", ITEM, AS_FIRST),
	PEOPLE("more_sources[]", ITEM),
	INSTITUTIONS("more_sources[]", ITEM),
	GRANTS("more_sources[]", ITEM),
	GROUPS("more_sources[]", ITEM),

	CONNECTION("target", AT, OWN, config.target.connection, target_starttls, target_uris),
	{"target.base", TYPE_DN, SCOPE, NEEDED, CFG(target.base), .help = "our tree in the application's directory"},
	{"target.institutions_base", TYPE_DN, SCOPE, CFG(target.institutions_base),
	 .derived = "ou=institutions below target.base", .help = "institutions and their role groups"},
	{"target.institution_rdn", TYPE_NAME, SCOPE, AT(institution_rdn), .derived = "attributes.number",
	 .help = "attribute in the name of an institution's entry; it holds the number"},
	{"target.group_rdn", TYPE_NAME, SCOPE, AT(group_rdn), .derived = "attributes.cn",
	 .help = "attribute in the name of a role group's entry; it holds group_name"},
	{"target.group_name", TYPE_TEXT, SCOPE, AT(group_name), .later = true, .fallback = "\"%r-%n\"", RANGE(5, 128),
	 .help = "how a role group is called: %r stands for the role, %n for the institution number; both are needed"},
	{"target.people", TYPE_SWITCH, SCOPE, CFG(target.people_provisioned), .choices = "lookup|provisioned",
	 .fallback = "\"provisioned\"",
	 .help = "whether we make an entry for each person with access, or look people up"},
	{"target.people_base", TYPE_DN, SCOPE, CFG(target.people_base), .derived = "ou=people below target.base",
	 .help = "people; with people = \"lookup\" it may lie elsewhere"},
	{"target.people_filter", TYPE_FILTER, SCOPE, CFG(target.people_filter),
	 .fallback = "\"(objectClass=inetOrgPerson)\"", RANGE(1, 0), .help = "who is a person below people_base"},
	{"target.people_retention", TYPE_DURATION, LIVE, POLICY, CFG(policy.people_retention_s), .fallback = "\"30d\"",
	 RANGE(0, 3650u * DAY), .help = "an entry of ours for somebody without access goes after so long; 0: never"},
	{"target.requests_base", TYPE_DN, SCOPE, CFG(target.requests_base), .derived = "ou=requests below target.base",
	 .help = "requests for adult education, by directory administrators or duaalctl"},
	{"target.overrides_base", TYPE_DN, SCOPE, CFG(target.overrides_base),
	 .derived = "ou=overrides below target.base",
	 .help = "overrides that let in or keep out, by directory administrators or duaalctl"},
	{"target.flat_roles", TYPE_BOOLEAN, SCOPE, AT(flat_roles), .later = true, .fallback = "false",
	 .help = "one more group for each role, below roles_base, with everybody who has the role at any institution"},
	{"target.roles_base", TYPE_DN, SCOPE, CFG(target.roles_base), .derived = "ou=roles below target.base",
	 .help = "the groups of flat_roles"},
	{"target.accesslog_base", TYPE_DN, HELPER, CFG(target.accesslog_base), .fallback = "\"\"",
	 .help = "log of changes (overlay accesslog), to name who edited a group; empty: there is none"},
	{"target.sync_dn", TYPE_DN, HELPER, CFG(target.sync_dn), .derived = "cn=sync below target.base",
	 .help = "entry that shows applications how fresh their groups are"},
	{"target.protected", TYPE_DNS, SCOPE, AT(protected), .fallback = "[]", RANGE(0, 256),
	 .help = "members and groups that are never touched, whatever happens (break-glass)"},
	{"target.empty_group", TYPE_CHOICE, SCOPE, CFG(names.empty_group), .later = true, .choices = "allowed|placeholder|delete",
	 .fallback = "\"allowed\"",
	 .help = "a group that its last member leaves: it may be empty; target.placeholder stands in; or it goes (groupOfNames needs one of these two)"},
	{"target.placeholder", TYPE_DN, SCOPE, AT(placeholder), .later = true, .fallback = "\"\"",
	 .help = "stands in an empty group for nobody, and is never a member: an entry that nobody can log in with, not below people_base"},
	{"target.canaries", TYPE_DNS, HELPER, AT(target_canaries), .fallback = "[]", RANGE(0, CANARIES_MAX),
	 .help = "entries that every read must show"},
	{"target.people_floor", TYPE_INTEGER, HELPER, CFG(target.floor_people), .unit = "entries", .fallback = "0",
	 RANGE(0, 10000000), .help = "fewer than this is an incomplete read"},
	{"target.institutions_floor", TYPE_INTEGER, HELPER, CFG(target.floor_institutions), .unit = "entries",
	 .fallback = "0", RANGE(0, 1000000), .help = "fewer than this is an incomplete read"},
	{"target.directives_floor", TYPE_INTEGER, HELPER, CFG(target.floor_directives), .unit = "entries",
	 .fallback = "0", RANGE(0, 100000),
	 .help = "fewer requests and overrides together than this is an incomplete read"},
	{"target.write_window", TYPE_INTEGER, HELPER, CFG(target.window), .unit = "operations", .fallback = "32",
	 RANGE(1, 256), .help = "writes under way at the same time"},
	{"target.classes.institution", TYPE_NAMES, SCOPE, AT(classes.institution), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalInstitution\", \"duaalManaged\"]", .help = "object classes of an institution"},
	{"target.classes.group", TYPE_NAMES, SCOPE, AT(classes.group), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalGroup\", \"duaalRoleGroup\", \"duaalManaged\"]",
	 .help = "object classes of a role group"},
	{"target.classes.role", TYPE_NAMES, SCOPE, AT(classes.role), .later = true, RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalGroup\", \"duaalFlatGroup\", \"duaalManaged\"]",
	 .help = "object classes of a group of flat_roles"},
	{"target.classes.person", TYPE_NAMES, SCOPE, AT(classes.person), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"inetOrgPerson\", \"duaalPerson\", \"duaalManaged\"]", .help = "object classes of a person"},
	{"target.classes.sync", TYPE_NAMES, SCOPE, AT(classes.sync), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalSyncState\", \"duaalManaged\"]", .help = "object classes of the sync entry"},
	{"target.classes.request", TYPE_NAMES, SCOPE, AT(classes.request), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalRequest\", \"duaalManaged\"]", .help = "object classes of a request that duaalctl writes"},
	{"target.classes.override", TYPE_NAMES, SCOPE, AT(classes.override), RANGE(1, CLASSES_MAX),
	 .fallback = "[\"duaalOverride\", \"duaalManaged\"]",
	 .help = "object classes of an override that duaalctl writes"},
	TARGET("vo_id", FIELD_VO_ID, "duaalVoId", .help = "person, override: stable key"),
	TARGET("uid", FIELD_UID, "uid", .help = "person: name in the entry's own DN; it holds the vo-id"),
	TARGET("cn", FIELD_CN, "cn", .help = "person and group: name"),
	TARGET("sn", FIELD_SN, "sn", .help = "person: family name"),
	TARGET("given_name", FIELD_GIVEN_NAME, "givenName", .help = "person: first name"),
	TARGET("mail", FIELD_MAIL, "mail", .help = "person: mail address"),
	TARGET("number", FIELD_NUMBER, "duaalInstitutionNumber", .help = "institution, group, request, override: number"),
	TARGET("name", FIELD_NAME, "o", .help = "institution: name"),
	TARGET("kind", FIELD_KIND, "duaalInstitutionKind", .help = "institution: kind, as at the source"),
	TARGET("role", FIELD_ROLE, "duaalRole", .help = "group, override: role"),
	TARGET("action", FIELD_ACTION, "duaalAllowedAction", .help = "group: what its members may do"),
	TARGET("member", FIELD_MEMBER, "member", .help = "group: who"),
	TARGET("managed_by", FIELD_MANAGED_BY, "duaalManagedBy", .help = "our marker; holds the instance's name"),
	TARGET("source_uuid", FIELD_SOURCE_UUID, "duaalSourceUuid", .help = "person: entryUUID at the source"),
	TARGET("number_received", FIELD_NUMBER_RECEIVED, "duaalInstitutionNumberReceived",
	 .help = "institution: number as the source spells it"),
	TARGET("admission", FIELD_ADMISSION, "duaalAdmission", .help = "institution: admitted how"),
	TARGET("admitted_since", FIELD_ADMITTED_SINCE, "duaalAdmittedSince",
	 .help = "institution: admitted since when"),
	TARGET("reason", FIELD_REASON, "duaalReason", .help = "request, override: why"),
	TARGET("owner", FIELD_OWNER, "duaalOwner", .help = "request, override: who answers for it"),
	TARGET("valid_until", FIELD_VALID_UNTIL, "duaalValidUntil",
	 .help = "request, override, sync entry: until when it counts"),
	TARGET("effect", FIELD_EFFECT, "duaalEffect", .help = "override: include or exclude"),
	TARGET("last_complete_read", FIELD_LAST_COMPLETE_READ, "duaalLastCompleteRead", .help = "sync entry"),
	TARGET("last_applied", FIELD_LAST_APPLIED, "duaalLastApplied", .help = "sync entry"),
	TARGET("generation", FIELD_GENERATION, "duaalGeneration",
	 .help = "sync entry: number that grows with each change"),

	{"policy.right", TYPE_TEXT, SCOPE, CFG(policy.right), .fallback = "\"WerkplekDuaalGebruiker\"", RANGE(1, 128),
	 .help = "name of the right; values of other rights are not even read"},
	{"policy.roles", TYPE_GROUPS, SCOPE, POLICY, AT(roles), .count_offset = offsetof(struct draft, role_count),
	 .stride = sizeof(struct draft_role), RANGE(1, POLICY_ROLES_MAX),
	 .fallback = "( { name = \"trajectbegeleider\"; actions = [ \"overeenkomst-opmaken\", "
		     "\"overeenkomst-registreren\", \"overeenkomst-beeindigen\" ]; }, { name = \"beheerder\"; actions = []; } )",
	 .help = "the roles that count; one group for each at each institution"},
	{"policy.roles[].name", TYPE_TEXT, SCOPE, NEEDED, ROLE(name), RANGE(1, 64), .help = "word in the right"},
	{"policy.roles[].actions", TYPE_WORDS, SCOPE, ROLE(actions), .fallback = "[]", RANGE(0, 64),
	 .help = "what the role may do; applications read it at the group"},
	{"policy.audience", TYPE_TEXT, SCOPE, POLICY, CFG(policy.audience), .fallback = "\"OV\"",
	 .help = "audience that an institution must have; empty: not asked"},
	{"policy.kinds", TYPE_GROUPS, SCOPE, POLICY, AT(draft_kinds), .count_offset = offsetof(struct draft, kind_count),
	 .stride = sizeof(struct draft_kind), RANGE(1, DRAFT_KINDS_MAX),
	 .fallback = "( { kind = \"*volwassenen*\"; admission = \"request\"; }, { kind = \"*secundair*\"; "
		     "admission = \"programme\"; } )",
	 .help = "how institutions of each kind are admitted; the first that fits counts, no fit: not admitted"},
	{"policy.kinds[].kind", TYPE_TEXT, SCOPE, NEEDED, KIND(kind), RANGE(1, 128),
	 .help = "kind at the source; * stands for anything"},
	{"policy.kinds[].admission", TYPE_CHOICE, SCOPE, NEEDED, KIND(admission),
	 .choices = "never|always|programme|request", .help = "by an approved programme, by a recorded request, ..."},
	{"policy.programme_approved", TYPE_WORDS, SCOPE, POLICY, AT(programme_approved), RANGE(1, 64),
	 .fallback = "[ \"goedgekeurd\", \"goedgekeurd:*\", \"*:goedgekeurd\" ]",
	 .help = "programme values that mean approved; * stands for anything"},
	{"policy.board_grantors", TYPE_WORDS, SCOPE, POLICY, AT(board_grantors), .fallback = "[]", RANGE(0, 1000),
	 .help = "vo-ids or DNs of people who may grant for every institution"},

	{"guard.institution_removals", TYPE_INTEGER, LIVE, POLICY, CFG(guard.institution_removals), .unit = "members",
	 .fallback = "3", RANGE(0, 1000),
	 .help = "explicit removals at one institution in the window that pass by themselves"},
	{"guard.removals", TYPE_INTEGER, LIVE, POLICY, CFG(guard.removals), .unit = "members", .fallback = "50",
	 RANGE(0, 100000), .help = "explicit removals in all in the window that pass by themselves"},
	{"guard.removals_percent", TYPE_INTEGER, LIVE, POLICY, CFG(guard.removals_percent), .unit = "percent", .fallback = "5",
	 RANGE(0, 100), .help = "the same, of the members as last released; the smaller one counts"},
	{"guard.window", TYPE_DURATION, LIVE, POLICY, CFG(guard.window_s), .fallback = "\"24h\"",
	 RANGE(3600, PAST_WINDOW_MAX_S),
	 .help = "length of the window"},
	{"guard.shrink_percent", TYPE_INTEGER, LIVE, POLICY, CFG(guard.shrink_percent), .unit = "percent", .fallback = "10",
	 RANGE(0, 100), .help = "a source smaller by more than this holds all removals"},
	{"guard.halved_percent", TYPE_INTEGER, LIVE, POLICY, CFG(guard.halved_percent), .unit = "percent", .fallback = "50",
	 RANGE(0, 100), .help = "a role group that would lose more than this in the window is held"},
	{"guard.grants", TYPE_INTEGER, LIVE, POLICY, CFG(guard.grants), .unit = "members", .fallback = "50", RANGE(0, 1000000),
	 .help = "grants in one cycle that pass by themselves, those on their begin date apart"},
	{"guard.grants_percent", TYPE_INTEGER, LIVE, POLICY, CFG(guard.grants_percent), .unit = "percent", .fallback = "20",
	 RANGE(0, 100), .help = "the same, of the members as last released; the larger one counts"},
	{"guard.dates_percent", TYPE_INTEGER, LIVE, POLICY, CFG(guard.dates_percent), .unit = "percent", .fallback = "20",
	 RANGE(0, 100), .help = "removals by date of one day whose dates were moved lately: more, of all members, are held"},
	{"guard.dates_window", TYPE_DURATION, LIVE, POLICY, CFG(guard.dates_window_s), .fallback = "\"7d\"",
	 RANGE(3600, 60 * DAY), .help = "how long ago a date was moved lately"},
	{"guard.hold_expiry", TYPE_DURATION, LIVE, POLICY, CFG(guard.hold_s), .fallback = "\"72h\"", RANGE(60, 30 * DAY),
	 .help = "a hold that nobody decided expires; what it lists forms another one"},
	{"guard.first_fill", TYPE_SWITCH, LIVE, POLICY, CFG(guard.first_fill_go), .choices = "hold|go", .fallback = "\"hold\"",
	 .help = "whether the first fill of an empty target waits for a word"},

	{"drift.mode", TYPE_CHOICE, LIVE, POLICY, CFG(drift.mode), .choices = "repair|report|hold", .fallback = "\"repair\"",
	 .help = "hand edits of our groups: put right what was added, and hold what was taken out; only report; hold both"},
	{"drift.grace", TYPE_DURATION, LIVE, POLICY, CFG(drift.grace_s), .fallback = "\"15min\"", RANGE(0, 30 * DAY),
	 .help = "a value added by hand stays so long at least, and until a later complete read of the source"},

	{"directives.longest_override", TYPE_DURATION, LIVE, POLICY, CFG(policy.override_max_s), .fallback = "\"90d\"",
	 RANGE(3600, 366 * DAY), .help = "an override that ends later after its writing has no effect"},
	{"directives.warning", TYPE_DURATION, LIVE, POLICY, CFG(policy.directive_warning_s), .fallback = "\"7d\"",
	 RANGE(0, 90 * DAY), .help = "a request or override that lapses sooner is told in the status"},

	{"schedule.interval", TYPE_DURATION, LIVE, CFG(run.interval_s), .fallback = "\"15min\"", RANGE(5, 7 * DAY),
	 .help = "a full read of both directories every so often"},
	{"schedule.jitter_percent", TYPE_INTEGER, LIVE, CFG(run.jitter_percent), .unit = "percent", .fallback = "10",
	 RANGE(0, 50), .help = "of the interval, by chance, so that instances do not march in step"},
	{"schedule.backoff_min", TYPE_DURATION, LIVE, CFG(run.backoff_min_s), .fallback = "\"1s\"", RANGE(1, 3600),
	 .help = "pause after a first failure; it doubles"},
	{"schedule.backoff_max", TYPE_DURATION, LIVE, CFG(run.backoff_max_s), .fallback = "\"5min\"", RANGE(1, DAY),
	 .help = "longest pause after failures"},
	{"schedule.stale_warning", TYPE_DURATION, LIVE, CFG(run.stale_warning_s), .fallback = "\"1h\"",
	 RANGE(10, 30 * DAY), .help = "status warns when the last complete read is older"},
	{"schedule.stale_critical", TYPE_DURATION, LIVE, CFG(run.stale_critical_s), .fallback = "\"4h\"",
	 RANGE(10, 30 * DAY), .help = "status is critical when the last complete read is older"},
	{"schedule.questions_max", TYPE_INTEGER, LIVE, CFG(run.questions_max), .unit = "entries", .fallback = "200",
	 RANGE(0, 10000), .help = "missing entries that are asked for one by one; more: by a second full read"},
	{"schedule.sync_entry_interval", TYPE_DURATION, LIVE, CFG(run.sync_entry_s), .fallback = "\"5min\"",
	 RANGE(0, DAY), .help = "the sync entry is written at most so often; 0: never"},
	{"schedule.scheduled_notice", TYPE_DURATION, LIVE, POLICY, CFG(policy.scheduled_notice_s), .fallback = "\"24h\"",
	 RANGE(3600, 30 * DAY),
	 .help = "an end date that stood for so long is a scheduled removal, which the guard does not count"},

	{"control.socket", TYPE_PATH, RESTART, CFG(control.socket), .fallback = "\"/run/duaalsync/control\"",
	 RANGE(1, 107), .help = "local socket for duaalctl; a socket passed by systemd goes before"},
	{"control.group", TYPE_TEXT, RESTART, CFG(control.group), .fallback = "\"\"",
	 .help = "group that owns the socket and may ask; empty: the daemon's own. A socket passed by systemd has that of its unit (SocketGroup=), and who asks needs both"},
	{"control.operate_group", TYPE_TEXT, RESTART, CFG(control.operate_group), .fallback = "\"\"",
	 .help = "group that may sync, freeze, pause, ask the doctor, compare a configuration and search by national number; empty: root and the daemon's own user only"},
	{"control.approve_group", TYPE_TEXT, RESTART, CFG(control.approve_group), .fallback = "\"\"",
	 .help = "group that may decide holds, write directives and undo cycles; empty: root and the daemon's own user only"},
	{"control.connections", TYPE_INTEGER, RESTART, CFG(control.connections), .unit = "clients", .fallback = "16",
	 RANGE(3, 256), .help = "at the same time; two of them are kept for root"},
	{"control.idle", TYPE_DURATION, RESTART, CFG(control.idle_s), .fallback = "\"60s\"", RANGE(1, 3600),
	 .help = "an idle client is sent away after so long"},
	{"control.request_max", TYPE_INTEGER, RESTART, CFG(control.request_max), .unit = "bytes", .fallback = "4096",
	 RANGE(1024, 65536), .help = "longest request"},

	{"ledger.file", TYPE_PATH, RESTART, CFG(ledger.path), .derived = "ledger.sqlite in state_dir",
	 .help = "what was done and why"},
	{"ledger.retention", TYPE_DURATION, HELPER, CFG(ledger.retention_s), .fallback = "\"400d\"",
	 RANGE(0, 3650u * DAY), .help = "names of people leave the ledger after so long; 0: never"},
	{"ledger.deadline", TYPE_DURATION, HELPER, CFG(ledger.deadline_s), .fallback = "\"30s\"", RANGE(2, 3600),
	 .help = "a ledger that makes no progress for so long has failed"},
};

/* clang-format on */

const uint32_t setting_count = sizeof(setting_table) / sizeof(setting_table[0]);
