/* SPDX-License-Identifier: EUPL-1.2 */
/* any_world.c - see any_world.h. */
#include "any_world.h"

#include <stdarg.h>
#include <stdio.h>

static uint64_t chance;

void any_world_seed(uint64_t seed)
{
	chance = seed;
}

uint32_t below(uint32_t limit)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(chance >> 33) % limit;
}

bool rarely(void)
{
	return below(8) == 0;
}

const char *one_of(const char *const *words, size_t count)
{
	return words[below((uint32_t)count)];
}

/* Lines of one record, or of past and settings. */
static char text[4096];

static void line(const char *format, ...) PRINTF_LIKE(1, 2);
static void line(const char *format, ...)
{
	va_list args;
	size_t len = strlen(text);
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len, format, args);
	va_end(args);
}

static const char *role(void)
{
	return ONE_OF("trajectbegeleider", "beheerder");
}

/* No value twice: a directory holds none. */
static void members(void)
{
	if (below(10) == 0)
		line("member: cn=niemand,dc=app\n");
	uint32_t first = 12 + below(ANY_PEOPLE);
	for (uint32_t id = first; id < first + 4; id++)
		if (below(2) == 0)
			line("member: uid=p%u\n", id);
	if (rarely())
		line("member: %s\n", ONE_OF("uid=ghost", "no DN", "cn=nobody,dc=app",
					    "uid=\\C3\\A9t\\C3\\A9,ou=people,ou=werkplekduaal,dc=app", "uid=glass",
					    "UID=p11 , OU=people,ou=werkplekduaal,DC=app",
					    "telephoneNumber=1 2,ou=people,ou=werkplekduaal,dc=app"));
}

/* ---- the government's directory ---------------------------------------------------------------------- */

static bool two_sources;

static void at_some_source(struct world *w)
{
	if (two_sources && below(3) == 0)
		line("elsewhere: yes\n");
	world_source(w, text);
}

static void dates(void)
{
	if (rarely())
		line("begin: %s\n", ONE_OF("20261105", "20261104", "20261106", "binnenkort", "20260101"));
	if (rarely())
		line("end: %s\n", ONE_OF("20261104", "20261105", "20270831", "ooit"));
	if (below(40) == 0)
		line("end: 20261201\n");
}

static void source_institution(struct world *w, uint32_t uuid, uint32_t number)
{
	text[0] = '\0';
	line("is: institution\nuuid: %u\nname: School %u\n", uuid, number);
	line("number: %s%u\n", rarely() ? "0" : "", number);
	line("csn: %u\n", 1 + below(3));
	if (!rarely())
		line("kind: %s\n", ONE_OF("secundair onderwijs", "secundair onderwijs", "volwassenenonderwijs", "clb",
					  "syntra", "basis"));
	if (!rarely())
		line("state: %s\n", ONE_OF("actief", "actief", "actief", "gesloten"));
	if (!rarely())
		line("audience: OV\n");
	if (!rarely())
		line("programme: %s\n", ONE_OF("goedgekeurd 2026", "goedgekeurd", "geweigerd"));
	dates();
	at_some_source(w);
}

static void source_person(struct world *w, uint32_t id)
{
	text[0] = '\0';
	line("is: person\nuuid: %u\ncsn: %u\n", id, 1 + below(3));
	if (!rarely())
		line("cn: %s %u\n", rarely() ? "P\x01" : "P", id);
	if (!rarely())
		line("sn: P\n");
	if (below(30) != 0)
		line("vo-id: %s%u\n", rarely() ? "P" : "p", below(15) == 0 ? id - 1 : id);
	if (below(40) == 0)
		line("vo-id: %s\n", ONE_OF("two", "a,b"));
	if (rarely())
		line("uid: %s\n", ONE_OF("login", "log in", "l\x02"));
	if (rarely())
		line("mail: p%u@example.org\n", id);
	if (!rarely())
		line("state: %s\n", ONE_OF("actief", "actief", "actief", "uit dienst"));
	dates();
	for (uint32_t rights = below(3); rights > 0; rights--)
		line("right: %s-%s:%s%u%s\n", ONE_OF("WerkplekDuaalGebruiker", "WerkplekDuaalGebruiker", "AnderRecht"),
		     ONE_OF("trajectbegeleider", "beheerder", "beheerder,trajectbegeleider", "directeur"),
		     rarely() ? "0" : "", 1 + below(ANY_NUMBERS), ONE_OF("", "", ", 3", ",1x"));
	if (below(30) == 0)
		line("right: WerkplekDuaalGebruiker\n");
	at_some_source(w);
}

/* A grant that is an entry of its own. Which values it has and how often is left to chance. */
static void source_grant(struct world *w, uint32_t uuid)
{
	text[0] = '\0';
	line("is: grant\nuuid: %u\ncsn: %u\n", uuid, 1 + below(3));
	if (below(12) != 0)
		line("person: %s%u\n", w->grant_person == PERSON_BY_DN ? "uid=p" : "p", 11 + below(ANY_PEOPLE));
	if (below(20) == 0)
		line("person: uid=ghost\n");
	if (below(12) != 0)
		line("role: %s\n", rarely() ? "directeur" : role());
	if (below(20) == 0)
		line("role: %s\n", "twee");
	if (below(15) != 0)
		line("number: %s\n", below(20) == 0 ? "1x" : ONE_OF("1", "2", "3", "04", "5"));
	if (below(20) == 0)
		line("number: 6\n");
	if (below(15) != 0)
		line("state: %s\n", ONE_OF("actief", "actief", "actief", "ingetrokken"));
	if (rarely())
		line("grantor: %s\n", ONE_OF("p11", "p12", "koepel"));
	if (below(20) == 0)
		line("grantor: p13\n");
	if (rarely() || w->settings.grants_name_right)
		line("right: %s\n", rarely() ? "AnderRecht" : "werkplekduaalgebruiker");
	if (below(20) == 0)
		line("outside: ja\n");
	dates();
	at_some_source(w);
}

/* A right group. Its members are people, other groups, and what leads nowhere; it may contain itself. */
static void source_group(struct world *w, uint32_t uuid)
{
	text[0] = '\0';
	line("is: right-group\nuuid: %u\n", uuid);
	if (below(4) != 0)
		line("number: %s\n", below(20) == 0 ? "1x" : ONE_OF("1", "2", "03", "4"));
	if (below(20) == 0)
		line("number: 5\n");
	if (below(6) != 0)
		line("role: %s\n", rarely() ? "directeur" : role());
	if (below(20) == 0)
		line("role: twee\n");
	if (rarely() || w->settings.groups_name_right)
		line("right: %s\n", rarely() ? "AnderRecht" : "WerkplekDuaalGebruiker");
	if (below(20) == 0)
		line("outside: ja\n");
	for (uint32_t id = 11 + below(ANY_PEOPLE), end = id + below(4); id < end; id++)
		line("member: uid=p%u\n", id);
	if (below(3) == 0)
		line("member: cn=%u,ou=right-groups,dc=gov\n", 41 + below(7));
	if (below(20) == 0)
		line("member: uid=niemand,dc=gov\n");
	at_some_source(w);
}

static void source(struct world *w)
{
	two_sources = rarely();
	for (uint32_t number = 1; number < ANY_NUMBERS; number++)
		if (!rarely())
			source_institution(w, number, number);
	if (rarely())
		source_institution(w, 9, 1 + below(ANY_NUMBERS));
	for (uint32_t id = 11; id < 11 + ANY_PEOPLE; id++)
		if (!rarely())
			source_person(w, id);
	text[0] = '\0';
	line("is: absent\nuuid: %u\n", 500 + below(3));
	if (rarely())
		world_source(w, text);
	for (uint32_t uuid = 31, grants = below(2) * below(8); uuid < 31 + grants; uuid++)
		source_grant(w, uuid);
	for (uint32_t uuid = 41, groups = below(2) * below(6); uuid < 41 + groups; uuid++)
		source_group(w, uuid);
	for (uint32_t uuid = 38; uuid < 41 && rarely(); uuid++) {
		text[0] = '\0';
		line("is: absent\nuuid: %u\n", uuid);
		world_source(w, text);
	}
}

/* ---- the application's -------------------------------------------------------------------------------- */

static void stranger(void)
{
	if (rarely())
		line("managed-by: somebody\n");
	if (rarely())
		line("writer: %s\n", ONE_OF("cn=admin,dc=app", "cn=duaalsync,dc=app", "cn=Duaalsync, dc=app"));
}

static void target_institution(struct world *w, uint32_t number)
{
	text[0] = '\0';
	line("is: institution\nnumber: %u\nname: %s %u\nkind: secundair onderwijs\n", number,
	     rarely() ? "Else" : "School", number);
	line("number-received: %u\nadmission: programme\nadmitted-since: 20260101000000Z\n", number);
	if (below(20) == 0)
		line("dn: duaalInstitutionNumber=%u,ou=elsewhere,ou=institutions,ou=werkplekduaal,dc=app\n", number);
	stranger();
	world_target(w, text);
}

static void target_person(struct world *w, uint32_t id, bool second)
{
	text[0] = '\0';
	line("is: person\nvo-id: %s%u\ncn: P %u\nsn: P\n", rarely() ? "P" : "p", id, id);
	if (!rarely())
		line("source-uuid: %u\n", rarely() ? id + 1 : id);
	if (second)
		line("dn: uid=second%u,ou=people,ou=werkplekduaal,dc=app\n", id);
	stranger();
	world_target(w, text);
}

static void target_group(struct world *w, uint32_t number, const char *word)
{
	text[0] = '\0';
	line("is: group\nnumber: %u\nrole: %s\n", below(30) == 0 ? 0 : number, rarely() ? "directeur" : word);
	if (*word == 't')
		line("action: overeenkomst-opmaken\naction: overeenkomst-registreren\n%s",
		     rarely() ? "" : "action: overeenkomst-beeindigen\n");
	if (below(12) == 0)
		line("dn: cn=%s-%u,duaalInstitutionNumber=%u,ou=institutions,ou=werkplekduaal,dc=app\n", word,
		     1 + below(ANY_NUMBERS), 1 + below(ANY_NUMBERS));
	line("csn: %u\n", 900 + below(200));
	stranger();
	members();
	world_target(w, text);
}

/* Of one role over all institutions. */
static void target_flat(struct world *w, const char *word)
{
	text[0] = '\0';
	line("is: flat\nrole: %s\ncsn: %u\n", word, 900 + below(200));
	stranger();
	members();
	world_target(w, text);
}

static void directives(struct world *w, uint32_t uuid)
{
	text[0] = '\0';
	if (below(2) == 0)
		line("is: request\nuuid: %u\nnumber: %u\n%s", uuid, 1 + below(ANY_NUMBERS),
		     rarely() ? "role: beheerder\n" : "");
	else
		line("is: override\nuuid: %u\nvo-id: p%u\nnumber: %u\nrole: %s\neffect: %s\n", uuid,
		     11 + below(ANY_PEOPLE), 1 + below(ANY_NUMBERS), rarely() ? "directeur" : role(),
		     ONE_OF("include", "exclude", "Include", "else"));
	if (!rarely())
		line("until: %s\n",
		     ONE_OF("20261105090000Z", "20261106090000Z", "20270101090000Z", "20290101090000Z", "later"));
	if (!rarely())
		line("written: %s\n", ONE_OF("20261101090000Z", "20261001090000Z", "when"));
	world_target(w, text);
}

static void target(struct world *w)
{
	for (uint32_t id = 11; id < 11 + ANY_PEOPLE; id++)
		if (below(4) != 0) {
			target_person(w, id, below(20) == 0);
			if (below(20) == 0)
				target_person(w, id, true);
		}
	for (uint32_t number = 1; number <= ANY_NUMBERS; number++) {
		if (below(4) != 0)
			target_institution(w, number);
		if (below(3) != 0)
			target_group(w, number, "trajectbegeleider");
		if (below(3) != 0)
			target_group(w, number, "beheerder");
	}
	if (w->names.roles_base != NULL && !rarely())
		target_flat(w, "trajectbegeleider");
	if (w->names.roles_base != NULL && rarely())
		target_flat(w, "beheerder");
	for (uint32_t i = 0; i < 6; i++)
		if (below(2) == 0)
			directives(w, 700 + i);
	text[0] = '\0';
	line("is: foreign\ndn: cn=x,cn=%s-%u,duaalInstitutionNumber=%u,ou=institutions,ou=werkplekduaal,dc=app\n",
	     role(), 1 + below(ANY_NUMBERS), 1 + below(ANY_NUMBERS));
	line("is: foreign\ndn: duaalInstitutionNumber=%u,ou=institutions,ou=werkplekduaal,dc=app\n", 8 + below(2));
	line("is: foreign\ndn: uid=p%u,ou=people,ou=werkplekduaal,dc=app\n", 30 + below(2));
	if (rarely())
		world_target(w, text);
}

/* ---- what is known and how it is set ------------------------------------------------------------------ */

static void memories(void)
{
	uint32_t number = 1 + below(ANY_NUMBERS), id = 11 + below(ANY_PEOPLE);
	switch (below(17)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		line("owned: %u %s uid=p%u %u %s\n", number, role(), id,
		     rarely()   ? 0
		     : rarely() ? id + 1
				: id,
		     ONE_OF("held", "held", "held", "intended", "removing", "adopted", "removed"));
		break;
	case 5:
		line("drift: %u %s %u %s uid=p%u %u %u %u %s\n", 1 + below(9),
		     ONE_OF("added-by-hand", "removed-by-hand"), number, role(), id, rarely() ? 0 : id, below(40),
		     95 + below(6), ONE_OF("undo", "-"));
		if (rarely())
			line("drift: 10 entry-removed-by-hand %u %s - 0 60 99 %s\n", number, ONE_OF("-", "beheerder"),
			     ONE_OF("undo", "-"));
		if (rarely())
			line("drift: 11 attribute-by-hand 0 - p%u 0 60 99 %s\n", id, ONE_OF("undo", "-"));
		break;
	case 6:
		line("directive: %u %s %u %s %u %s %u\n", 700 + below(9), ONE_OF("include", "exclude"), number, role(),
		     id, ONE_OF("20261105090000Z", "20261101090000Z", "20270101090000Z"), below(60));
		break;
	case 7:
		line("directive: %u request %u - 0 %s %u\n", 700 + below(9), number, ONE_OF("20261101090000Z", "-"),
		     below(60));
		break;
	case 8:
		line("pin: %u %s %u %s %s\n", number, rarely() ? "directeur" : role(), id, ONE_OF("present", "absent"),
		     ONE_OF("20261105090000Z", "20261201090000Z"));
		break;
	case 9:
		line("seen: %u %s %u %u\n", rarely() ? number : id, ONE_OF("-", "20261104", "20261105", "20270831"),
		     below(60), 1 + below(4));
		break;
	case 10: line("removed: %u %s %u\n", number, role(), below(30)); break;
	case 11: line("group: %u %s %u\n", number, role(), 900 + below(300)); break;
	case 12:
		line("%s: %u %s %u\n", ONE_OF("approved", "excluded", "drifted", "ended"), number, role(), below(30));
		break;
	case 13: line("grant: %u %u %u %s\n", below(2) == 0 ? 31 + below(9) : 41 + below(7), id, number, role()); break;
	case 14:
	case 15:
		line("owned: %u %s uid=p%u %u %s\n", NUMBER_EVERYWHERE, role(), id, rarely() ? 0 : id,
		     ONE_OF("held", "held", "held", "intended", "removing", "adopted", "removed"));
		break;
	default: line("ambiguous: %u %u\n", id, below(12)); break;
	}
}

void any_world_past(struct world *w)
{
	text[0] = '\0';
	line("first-contact: %s\n", rarely() ? "yes" : "no");
	for (uint32_t i = 8 + below(20); i > 0; i--)
		memories();
	if (rarely())
		line("freeze: %u %u\n", below(2) * below(ANY_NUMBERS), 1 + below(40));
	if (below(20) == 0)
		line("pause: %u\n", 1 + below(4));
	if (below(3) == 0)
		line("released: %u\n", below(60));
	if (rarely())
		line("source-people: %u\nsource-institutions: %u\n", below(60), below(12));
	for (uint32_t id = 11; id < 11 + ANY_PEOPLE && rarely(); id++)
		line("began: %u 20261105 %u\nmoved: %u\n", id, below(60), id);
	world_past(w, text);
}

/* Which shapes grants have, and what becomes of entries that nobody needs. */
static void shapes(struct world *w)
{
	if (below(3) == 0)
		line("flat-roles: yes\n");
	if (below(3) == 0)
		line("people-retention: %u\n", 1 + below(60));
	if (below(3) == 0)
		line("empty-group: %s\nplaceholder: cn=niemand,dc=app\n", ONE_OF("delete", "placeholder"));
	if (rarely())
		line("values: no\n");
	if (rarely())
		line("grant-dates: instant\n");
	if (below(3) == 0)
		line("grant-person: %s\n", ONE_OF("vo-id", "uid"));
	if (rarely())
		line("grantor: yes\n");
	line("group-depth: %u\n", below(4));
	if (rarely())
		line("group-role: %s\n", role());
	w->settings.grants_name_right = rarely();
	w->settings.groups_name_right = rarely();
}

static void settings(struct world *w)
{
	text[0] = '\0';
	line("drift: %s\n", ONE_OF("repair", "repair", "report", "hold"));
	shapes(w);
	if (rarely())
		line("people: looked-up\n");
	if (rarely())
		line("dates: instant\n");
	for (uint32_t i = below(5) / 2; i > 0; i--)
		line("protected: %s\n",
		     ONE_OF("uid=p12", "uid=glass",
			    "cn=beheerder-3,duaalInstitutionNumber=3,ou=institutions,ou=werkplekduaal,dc=app",
			    "duaalInstitutionNumber=4,ou=institutions,ou=werkplekduaal,dc=app"));
	if (rarely())
		line("first-fill: hold\n");
	if (rarely())
		line("scope: changed\n");
	if (rarely())
		line("ledger: old\n");
	if (rarely())
		line("source: unread\n");
	if (rarely())
		line("%s\n", ONE_OF("went-back: yes", "positions: csn"));
	if (below(3) == 0)
		line("grants: %u\ninstitution-removals: %u\nremovals: %u\n", below(6), below(4), below(6));
	world_settings(w, text);
	static const char *const nothing[] = {NULL};
	if (rarely())
		w->settings.audience = "";
	if (rarely())
		w->settings.person_active = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.institution_active = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.programme_approved = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.grant_active = below(2) == 0 ? nothing : NULL;
	if (rarely())
		w->settings.board_grantors = NULL;
	if (rarely())
		w->settings.kind_count = below(3);
}

void any_world_make(struct world *w)
{
	settings(w);
	source(w);
	target(w);
	any_world_past(w);
}
