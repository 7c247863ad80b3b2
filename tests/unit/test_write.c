/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_write.c - the writer against a server that the test plays: libldap's calls are faked at link time.
 *
 * Each request that leaves is noted with its dn, changes and assertion filter; the test says which one is answered next
 * and how.
 */
#include "unit.h"

#include <ldap.h>

#include "ldap/deadline.h"
#include "ldap/write.h"

#define PEOPLE "ou=people,dc=x"
#define GROUPS "ou=institutions,dc=x"

/* ---- the fake ------------------------------------------------------------------------------------- */

enum request_kind { REQUEST_ADD, REQUEST_MODIFY, REQUEST_DELETE, REQUEST_SEARCH };

struct request {
	enum request_kind kind;
	char dn[128], filter[512], changes[512];
	bool answered;
};

static struct {
	struct request requests[512];
	int count, outstanding, most;
	int send_result;           /* for the next request only */
	bool asserts;              /* the server knows assertions */
	int (*serve)(int message); /* result for a request; -1: the connection is lost */
	int entries_left;          /* of the search under way */
	int (*pick)(void);
} fake;

struct ldap_connection {
	int unused;
};

LDAP *ldap_connection_handle(struct ldap_connection *conn)
{
	return (LDAP *)conn;
}

bool ldap_connection_supports(const struct ldap_connection *conn, const char *oid)
{
	(void)conn;
	return fake.asserts && strcmp(oid, "1.3.6.1.1.12") == 0;
}

int ldap_result_err(struct err *err, LDAP *handle, int result, const char *what)
{
	(void)handle;
	return err_set(err, ERR_UNAVAILABLE, "%s: %d", what, result);
}

void deadline_progress(void)
{
}

static int note(enum request_kind kind, const char *dn, LDAPControl **controls, int *message)
{
	int result = fake.send_result;
	fake.send_result = 0;
	if (result != 0)
		return result;
	struct request *r = &fake.requests[fake.count];
	*r = (struct request){.kind = kind};
	snprintf(r->dn, sizeof(r->dn), "%s", dn);
	for (; controls != NULL && *controls != NULL; controls++)
		if (strcmp((*controls)->ldctl_oid, LDAP_CONTROL_ASSERT) == 0) {
			assert_true((*controls)->ldctl_iscritical);
			snprintf(r->filter, sizeof(r->filter), "%s", (*controls)->ldctl_value.bv_val);
		}
	*message = ++fake.count;
	if (++fake.outstanding > fake.most)
		fake.most = fake.outstanding;
	return 0;
}

static void note_mods(LDAPMod **mods)
{
	struct request *r = &fake.requests[fake.count - 1];
	size_t len = 0;
	for (; mods != NULL && *mods != NULL; mods++) {
		len += (size_t)snprintf(r->changes + len, sizeof(r->changes) - len, "%c%s",
					((*mods)->mod_op & ~LDAP_MOD_BVALUES) == LDAP_MOD_ADD ? '+' : '-',
					(*mods)->mod_type);
		for (struct berval **v = (*mods)->mod_bvalues; *v != NULL; v++)
			len += (size_t)snprintf(r->changes + len, sizeof(r->changes) - len, " %.*s/%d",
						(int)(*v)->bv_len, (*v)->bv_val, (int)(*v)->bv_len);
		len += (size_t)snprintf(r->changes + len, sizeof(r->changes) - len, ";");
	}
}

int ldap_add_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **s, LDAPControl **c, int *message)
{
	(void)ld, (void)c;
	int result = note(REQUEST_ADD, dn, s, message);
	if (result == 0)
		note_mods(mods);
	return result;
}

int ldap_modify_ext(LDAP *ld, const char *dn, LDAPMod **mods, LDAPControl **s, LDAPControl **c, int *message)
{
	(void)ld, (void)c;
	int result = note(REQUEST_MODIFY, dn, s, message);
	if (result == 0)
		note_mods(mods);
	return result;
}

int ldap_delete_ext(LDAP *ld, const char *dn, LDAPControl **s, LDAPControl **c, int *message)
{
	(void)ld, (void)c;
	return note(REQUEST_DELETE, dn, s, message);
}

int ldap_search_ext(LDAP *ld, const char *base, int scope, const char *filter, char **attributes, int only,
		    LDAPControl **s, LDAPControl **c, struct timeval *timeout, int limit, int *message)
{
	(void)ld, (void)attributes, (void)only, (void)c, (void)timeout, (void)limit;
	assert_int_equal(scope, LDAP_SCOPE_BASE);
	int result = note(REQUEST_SEARCH, base, s, message);
	if (result == 0)
		snprintf(fake.requests[fake.count - 1].filter, sizeof(fake.requests[0].filter), "%s", filter);
	return result;
}

int ldap_create_assertion_control_value(LDAP *ld, char *filter, struct berval *value)
{
	(void)ld;
	value->bv_val = ber_strdup(filter);
	value->bv_len = strlen(filter);
	return 0;
}

/* A message is the number of its request, with a sign for a search's entry. */
int ldap_result(LDAP *ld, int id, int all, struct timeval *timeout, LDAPMessage **ret)
{
	(void)ld, (void)id, (void)all;
	static int message;
	if (timeout != NULL) /* asked without waiting: nothing yet */
		return 0;
	assert_true(fake.outstanding > 0);
	message = fake.pick();
	*ret = (LDAPMessage *)&message;
	struct request *r = &fake.requests[message - 1];
	assert_false(r->answered);
	if (fake.serve(message) < 0)
		return -1;
	if (r->kind == REQUEST_SEARCH && fake.entries_left > 0) {
		fake.entries_left--;
		return LDAP_RES_SEARCH_ENTRY;
	}
	r->answered = true;
	fake.outstanding--;
	return r->kind == REQUEST_SEARCH ? LDAP_RES_SEARCH_RESULT : LDAP_RES_MODIFY;
}

int ldap_msgid(LDAPMessage *message)
{
	return *(int *)message;
}

int ldap_msgfree(LDAPMessage *message)
{
	(void)message;
	return 0;
}

int ldap_parse_result(LDAP *ld, LDAPMessage *message, int *result, char **matched, char **text, char ***referrals,
		      LDAPControl ***controls, int freeit)
{
	(void)ld, (void)matched, (void)referrals, (void)controls, (void)freeit;
	*result = fake.serve(*(int *)message);
	*text = ber_strdup("said the server");
	return 0;
}

int ldap_get_option(LDAP *ld, int option, void *ret)
{
	(void)ld;
	assert_int_equal(option, LDAP_OPT_RESULT_CODE);
	*(int *)ret = LDAP_SERVER_DOWN;
	return 0;
}

/* ---- what a test says and sees -------------------------------------------------------------------- */

static struct {
	struct outcome outcomes[512];
	bool told[512];
	char text[512][64];
	int count;
} seen;

static struct target_settings set;
static struct ldap_connection conn;
static struct ldap_writer *writer;

static int on_outcome(void *ctx, const struct outcome *outcome, struct err *err)
{
	(void)ctx, (void)err;
	if (outcome == NULL)
		return 0;
	assert_false(seen.told[outcome->id]);
	seen.told[outcome->id] = true;
	seen.outcomes[outcome->id] = *outcome;
	snprintf(seen.text[outcome->id], sizeof(seen.text[0]), "%.*s", TEXT_ARG(outcome->text));
	seen.count++;
	return 0;
}

static int first_unanswered(void)
{
	int at = 0;
	while (fake.requests[at].answered)
		at++;
	return at + 1;
}

static struct chance chance;

static int any_unanswered(void)
{
	int at;
	do
		at = (int)chance_below(&chance, (uint32_t)fake.count);
	while (fake.requests[at].answered);
	return at + 1;
}

static int all_well(int message)
{
	(void)message;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&seen, 0, sizeof(seen));
	fake.asserts = true;
	fake.serve = all_well;
	fake.pick = first_unanswered;
	set = (struct target_settings){
		.people_base = PEOPLE, .window = 4, .group_classes = {"groupOfNames", "duaalManaged"}};
	set.map.count = 2;
	set.map.at[0].field = FIELD_MEMBER;
	set.map.at[0].attribute = "member";
	set.map.at[1].field = FIELD_NUMBER;
	set.map.at[1].attribute = "duaalInstitutionNumber";
	return ldap_writer_new(&conn, &set, on_outcome, NULL, &writer, NULL);
}

static int teardown(void **state)
{
	(void)state;
	writer = ldap_writer_free(writer);
	return 0;
}

static struct write begin(uint32_t id, enum write_kind kind, const char *dn)
{
	struct write write = {.id = id, .kind = kind, .entry_kind = ENTRY_GROUP, .dn = text_of(dn)};
	memset(write.uuid.bytes, 0xab, sizeof(write.uuid.bytes));
	assert_true(csn_parse(text_of("20261124015000.000001Z#000000#001#000000"), &write.csn));
	return write;
}

/* One change with one value that holds a NUL. */
static void put(struct write write, enum mod_kind kind, enum field field)
{
	struct buf body;
	struct err err = {0};
	buf_init(&body);
	if (write.kind != WRITE_DELETE) {
		write_mod(&body, kind, field, 1);
		write_value(&body, text_make("v\0w", 3));
	}
	write.mods = buf_text(&body);
	assert_int_equal(ldap_writer_put(writer, &write, &err), 0);
	buf_done(&body);
}

static void modify(uint32_t id, const char *dn)
{
	put(begin(id, WRITE_MODIFY, dn), MOD_ADD, FIELD_MEMBER);
}

static void many(uint32_t count)
{
	char dn[64];
	for (uint32_t i = 0; i < count; i++) {
		snprintf(dn, sizeof(dn), "cn=%u,%s", i, GROUPS);
		modify(i, dn);
	}
}

static int drain(void)
{
	struct err err = {0};
	return ldap_writer_drain(writer, &err);
}

/* ---- tests ---------------------------------------------------------------------------------------- */

#define AS_READ                                                                                                        \
	"(entryUUID=abababab-abab-abab-abab-abababababab)(entryCSN=20261124015000.000001Z\\23000000\\23001\\23000000)"

static void test_requests(void **state)
{
	(void)state;
	struct write empty = begin(2, WRITE_DELETE, "cn=b," GROUPS), sync = begin(3, WRITE_MODIFY, "cn=sync,dc=x");
	empty.must_be_empty = true;
	sync.csn = (struct csn){0};
	put(begin(0, WRITE_ADD, "cn=a," GROUPS), MOD_ADD, FIELD_NUMBER);
	put(begin(1, WRITE_MODIFY, "cn=(c)," GROUPS), MOD_DELETE, FIELD_MEMBER);
	put(empty, MOD_ADD, FIELD_MEMBER);
	put(sync, MOD_ADD, FIELD_NUMBER);
	assert_int_equal(drain(), 0);
	assert_int_equal(seen.count, 4);
	assert_int_equal(fake.requests[0].kind, REQUEST_ADD);
	assert_string_equal(fake.requests[0].filter, "");
	assert_string_equal(fake.requests[0].changes,
			    "+objectClass groupOfNames/12 duaalManaged/12;+duaalInstitutionNumber v/3;");
	assert_string_equal(fake.requests[1].changes, "-member v/3;");
	assert_string_equal(fake.requests[1].filter,
			    "(|(&" AS_READ ")(!(entryDN=cn\\3d\\28c\\29\\2cou\\3dinstitutions\\2cdc\\3dx)))");
	assert_int_equal(fake.requests[2].kind, REQUEST_DELETE);
	assert_string_equal(fake.requests[2].filter,
			    "(|(&" AS_READ "(!(member=*)))(!(entryDN=cn\\3db\\2cou\\3dinstitutions\\2cdc\\3dx)))");
	assert_string_equal(fake.requests[3].filter,
			    "(|(&(entryUUID=abababab-abab-abab-abab-abababababab))(!(entryDN=cn\\3dsync\\2cdc\\3dx)))");
	assert_true(seen.outcomes[1].fenced);
	assert_string_equal(seen.text[1], "\"said the server\"");
}

static void test_window_and_order(void **state)
{
	(void)state;
	chance = chance_start("write");
	fake.pick = any_unanswered;
	many(300);
	assert_int_equal(drain(), 0);
	assert_int_equal(seen.count, 300);
	assert_int_equal(fake.most, 4);
}

static void test_same_entry_one_after_the_other(void **state)
{
	(void)state;
	modify(0, "cn=a," GROUPS);
	modify(1, "CN=a," GROUPS);
	modify(2, "cn=b," GROUPS);
	assert_int_equal(fake.count, 2);
	assert_string_equal(fake.requests[1].dn, "cn=b," GROUPS);
	assert_int_equal(drain(), 0);
	assert_string_equal(fake.requests[2].dn, "CN=a," GROUPS);
}

static int second_is_lost(int message)
{
	return message < 3 ? 0 : -1;
}

static void test_connection_lost(void **state)
{
	(void)state;
	fake.serve = second_is_lost;
	many(30);
	assert_int_equal(drain(), ERR_UNAVAILABLE);
	assert_true(ldap_writer_is_lost(writer));
	assert_int_equal(fake.count, 6);
	for (uint32_t i = 0; i < 30; i++)
		assert_int_equal(seen.outcomes[i].result, i < 2 ? 0 : i < 6 ? LDAP_SERVER_DOWN : WRITE_NOT_SENT);
	assert_int_equal(seen.count, 30);
}

static void test_request_that_cannot_leave(void **state)
{
	(void)state;
	modify(0, "cn=a," GROUPS);
	fake.send_result = LDAP_SERVER_DOWN;
	modify(1, "cn=b," GROUPS);
	modify(2, "cn=c," GROUPS);
	assert_int_equal(drain(), ERR_UNAVAILABLE);
	assert_int_equal(seen.outcomes[0].result, LDAP_SERVER_DOWN);
	assert_int_equal(seen.outcomes[1].result, WRITE_NOT_SENT);
	assert_int_equal(seen.outcomes[2].result, WRITE_NOT_SENT);
	assert_int_equal(fake.count, 1);
}

static void test_request_that_must_wait(void **state)
{
	(void)state;
	modify(0, "cn=a," GROUPS);
	fake.send_result = LDAP_BUSY;
	modify(1, "cn=b," GROUPS);
	assert_int_equal(fake.count, 1);
	assert_int_equal(drain(), 0);
	assert_int_equal(seen.outcomes[1].result, 0);
	assert_int_equal(fake.count, 2);
}

static int takes_nothing_from_third;

static int third_stops(int message)
{
	return message < 3 ? 0 : takes_nothing_from_third;
}

static void test_server_that_takes_nothing(void **state)
{
	(void)state;
	static const int results[] = {53, 80, 51, 52, 10};
	for (size_t n = 0; n < sizeof(results) / sizeof(results[0]); n++) {
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		takes_nothing_from_third = results[n];
		fake.serve = third_stops;
		many(100);
		assert_int_equal(drain(), 0);
		assert_int_equal(seen.count, 100);
		assert_int_equal(fake.count, 6); /* what was outstanding when the third answer came */
		for (uint32_t i = 0; i < 100; i++)
			assert_int_equal(seen.outcomes[i].result, i < 2 ? 0 : i < 6 ? results[n] : WRITE_NOT_SENT);
	}
}

static int refuses_second(int message)
{
	return message == 2 ? 19 : 0;
}

static void test_refusal_stops_nobody_else(void **state)
{
	(void)state;
	fake.serve = refuses_second;
	many(20);
	assert_int_equal(drain(), 0);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(seen.outcomes[i].result, i == 1 ? 19 : 0);
}

static int refuses_first(int message)
{
	return message == 1 ? 50 : 0;
}

static void test_orphan(void **state)
{
	(void)state;
	fake.serve = refuses_first;
	put(begin(0, WRITE_ADD, "n=1," GROUPS), MOD_ADD, FIELD_NUMBER);
	put(begin(1, WRITE_ADD, "cn=g,n=1," GROUPS), MOD_ADD, FIELD_NUMBER);
	assert_int_equal(drain(), 0);
	assert_int_equal(fake.count, 1);
	assert_int_equal(seen.outcomes[1].result, 32);
	assert_string_equal(seen.text[1], "not sent: the entry above it could not be added");
}

static void test_unfenced(void **state)
{
	(void)state;
	fake.asserts = false;
	writer = ldap_writer_free(writer);
	assert_int_equal(ldap_writer_new(&conn, &set, on_outcome, NULL, &writer, NULL), 0);
	fake.entries_left = 1; /* the second entry is not as it was read */
	modify(0, "cn=a," GROUPS);
	modify(1, "cn=b," GROUPS);
	assert_int_equal(drain(), 0);
	assert_int_equal(fake.count, 3);
	assert_int_equal(fake.requests[0].kind, REQUEST_SEARCH);
	assert_string_equal(fake.requests[0].filter, "(&" AS_READ ")");
	assert_int_equal(fake.requests[1].kind, REQUEST_SEARCH);
	assert_int_equal(fake.requests[2].kind, REQUEST_MODIFY);
	assert_string_equal(fake.requests[2].dn, "cn=a," GROUPS);
	assert_string_equal(fake.requests[2].filter, "");
	assert_int_equal(seen.outcomes[0].result, 0);
	assert_false(seen.outcomes[0].fenced);
	assert_int_equal(seen.outcomes[1].result, 122);
}

/* Where the server has no entryCSN, the entry is known by when it was changed last, and by the server's count of changes. */
static void test_unfenced_by_stamp(void **state)
{
	(void)state;
	struct write counted = begin(0, WRITE_MODIFY, "cn=a," GROUPS),
		     uncounted = begin(1, WRITE_DELETE, "cn=b," GROUPS);
	fake.asserts = false;
	writer = ldap_writer_free(writer);
	assert_int_equal(ldap_writer_new(&conn, &set, on_outcome, NULL, &writer, NULL), 0);
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of("19"), &counted.csn));
	assert_true(csn_stamp_parse(text_of("20261124015000Z"), text_of(""), &uncounted.csn));
	put(counted, MOD_ADD, FIELD_MEMBER);
	put(uncounted, MOD_ADD, FIELD_MEMBER);
	assert_int_equal(drain(), 0);
	assert_int_equal(fake.count, 2);
	assert_string_equal(fake.requests[0].filter, "(&(entryUUID=abababab-abab-abab-abab-abababababab)"
						     "(modifyTimestamp=20261124015000Z)(entryUSN=19))");
	assert_string_equal(fake.requests[1].filter, "(&(entryUUID=abababab-abab-abab-abab-abababababab)"
						     "(modifyTimestamp=20261124015000Z))");
}

static void test_no_request_can_be_made(void **state)
{
	(void)state;
	static const char nul[] = "cn=a\0b," GROUPS;
	struct write nameless = begin(0, WRITE_MODIFY, "cn=a," GROUPS), hole = begin(1, WRITE_MODIFY, "");
	struct write person = begin(3, WRITE_ADD, "uid=a," PEOPLE);
	nameless.uuid = (struct uuid){0};
	hole.dn = text_make(nul, sizeof(nul) - 1);
	person.entry_kind = ENTRY_PERSON; /* no classes in set */
	put(nameless, MOD_ADD, FIELD_MEMBER);
	put(hole, MOD_ADD, FIELD_MEMBER);
	put(begin(2, WRITE_MODIFY, "cn=b," GROUPS), MOD_ADD, FIELD_MAIL);
	put(person, MOD_ADD, FIELD_NUMBER);
	put(begin(4, WRITE_ADD, "cn=c," GROUPS), MOD_DELETE, FIELD_NUMBER);
	assert_int_equal(drain(), 0);
	assert_int_equal(fake.count, 0);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(seen.outcomes[i].result, i == 1 ? LDAP_INVALID_DN_SYNTAX : LDAP_PROTOCOL_ERROR);
}

static void test_no_whole_attribute(void **state)
{
	(void)state;
	struct buf body;
	struct err err = {0};
	struct write write = begin(0, WRITE_MODIFY, "cn=a," GROUPS);
	buf_init(&body);
	write_mod(&body, MOD_DELETE, FIELD_MEMBER, 0);
	write.mods = buf_text(&body);
	assert_int_equal(ldap_writer_put(writer, &write, &err), 0);
	buf_done(&body);
	assert_int_equal(fake.count, 0);
	assert_int_equal(seen.outcomes[0].result, LDAP_PROTOCOL_ERROR);
}

#define WRITE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WRITE_TEST(test_requests),
		WRITE_TEST(test_window_and_order),
		WRITE_TEST(test_same_entry_one_after_the_other),
		WRITE_TEST(test_connection_lost),
		WRITE_TEST(test_request_that_cannot_leave),
		WRITE_TEST(test_request_that_must_wait),
		WRITE_TEST(test_server_that_takes_nothing),
		WRITE_TEST(test_refusal_stops_nobody_else),
		WRITE_TEST(test_orphan),
		WRITE_TEST(test_unfenced),
		WRITE_TEST(test_unfenced_by_stamp),
		WRITE_TEST(test_no_request_can_be_made),
		WRITE_TEST(test_no_whole_attribute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
