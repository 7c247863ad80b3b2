/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * overlays.c - sends a script of writes, pipelined, each with post-read (RFC 4527) and, where the script gives one,
 * an assertion (RFC 4528), and prints what the server answered. Driven by run.py.
 *
 *     overlays URI BIND-DN PASSWORD < script
 *
 * A line of the script has fields separated by tabs:
 *     add LABEL DN ASSERTION attribute=value ...        ASSERTION: a filter, or - for none
 *     mod LABEL DN ASSERTION +attribute=value -attribute=value ...     all of one sign and attribute together, in order
 *     del LABEL DN ASSERTION
 *     wait                                               until everything before it is answered
 * Everything else is outstanding at once. One line an answer: LABEL, result code, entryCSN after the write or -, message.
 * An experiment, not a part of the daemon: its limits are small arrays, and it has no deadline but libldap's.
 */
#include <lber.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 64, OUTSTANDING_MAX = 256, CHANGES_MAX = 64, ANSWER_SECONDS = 20 };

struct outstanding {
	int message;
	char label[64];
};

struct run {
	LDAP *ld;
	struct outstanding sent[OUTSTANDING_MAX];
	int count;
};

static void fail(const char *what, int code)
{
	fprintf(stderr, "%s: %s\n", what, ldap_err2string(code));
	exit(1);
}

static void check(const char *what, int code)
{
	if (code != LDAP_SUCCESS)
		fail(what, code);
}

/* ---- controls ---- */

static LDAPControl *post_read(void)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval value;
	LDAPControl *control = NULL;

	if (ber == NULL || ber_printf(ber, "{s}", "entryCSN") < 0 || ber_flatten2(ber, &value, 0) < 0)
		fail("post-read", LDAP_ENCODING_ERROR);
	check("post-read", ldap_control_create(LDAP_CONTROL_POST_READ, 1, &value, 1, &control));
	ber_free(ber, 1);
	return control;
}

/* Post-read needs an entry that is still there, so a deletion goes without. */
static void controls_for(LDAP *ld, const char *assertion, int with_post_read, LDAPControl **ret)
{
	int count = 0;

	if (with_post_read)
		ret[count++] = post_read();
	if (strcmp(assertion, "-") != 0)
		check("assertion", ldap_create_assertion_control(ld, (char *)assertion, 1, &ret[count++]));
	ret[count] = NULL;
}

/* The entryCSN in a post-read response control; "-" where there is none. */
static void csn_after(LDAPControl **controls, char *ret, size_t size)
{
	LDAPControl *control = ldap_control_find(LDAP_CONTROL_POST_READ, controls, NULL);
	struct berval dn, type, value;
	BerElement *ber;

	snprintf(ret, size, "-");
	if (control == NULL || (ber = ber_init(&control->ldctl_value)) == NULL)
		return;
	if (ber_scanf(ber, "{m{{m[m", &dn, &type, &value) != LBER_ERROR)
		snprintf(ret, size, "%.*s", (int)value.bv_len, value.bv_val);
	ber_free(ber, 1);
}

/* ---- requests ---- */

struct changes {
	LDAPMod mods[CHANGES_MAX], *list[CHANGES_MAX + 1];
	char *values[CHANGES_MAX][FIELDS_MAX];
	int value_count[CHANGES_MAX], count;
};

/* Where a value belongs: the change last made if it is of the same kind and attribute, else a new one. */
static int change_for(struct changes *c, int op, char *type)
{
	int last = c->count - 1;

	if (last >= 0 && c->mods[last].mod_op == op && strcmp(c->mods[last].mod_type, type) == 0)
		return last;
	if (op == LDAP_MOD_ADD && last >= 0)
		for (int i = 0; i < c->count; i++)
			if (c->mods[i].mod_op == op && strcmp(c->mods[i].mod_type, type) == 0)
				return i;
	if (c->count == CHANGES_MAX)
		fail("script", LDAP_PARAM_ERROR);
	c->mods[c->count] = (LDAPMod){.mod_op = op, .mod_type = type, .mod_values = c->values[c->count]};
	c->list[c->count] = &c->mods[c->count];
	return c->count++;
}

static void changes_build(struct changes *c, char **fields, int count, int is_add)
{
	memset(c, 0, sizeof *c);
	for (int i = 0; i < count; i++) {
		int op = !is_add && fields[i][0] == '-' ? LDAP_MOD_DELETE : LDAP_MOD_ADD;
		char *type = fields[i] + !is_add, *equals = strchr(type, '=');
		int at;

		if (equals == NULL)
			fail(fields[i], LDAP_PARAM_ERROR);
		*equals = '\0';
		at = change_for(c, op, type);
		c->values[at][c->value_count[at]++] = equals + 1;
	}
}

static int send_write(LDAP *ld, char **fields, int count, LDAPControl **controls)
{
	struct changes changes;
	int message = -1, code;

	changes_build(&changes, fields + 4, count - 4, fields[0][0] == 'a');
	if (fields[0][0] == 'a')
		code = ldap_add_ext(ld, fields[2], changes.list, controls, NULL, &message);
	else if (fields[0][0] == 'm')
		code = ldap_modify_ext(ld, fields[2], changes.list, controls, NULL, &message);
	else
		code = ldap_delete_ext(ld, fields[2], controls, NULL, &message);
	check("send", code);
	return message;
}

static void run_send(struct run *run, char **fields, int count)
{
	LDAPControl *controls[3];

	if (count < 4 || run->count == OUTSTANDING_MAX)
		fail("script", LDAP_PARAM_ERROR);
	controls_for(run->ld, fields[3], fields[0][0] != 'd', controls);
	run->sent[run->count].message = send_write(run->ld, fields, count, controls);
	snprintf(run->sent[run->count].label, sizeof run->sent[0].label, "%s", fields[1]);
	run->count++;
	for (int i = 0; controls[i] != NULL; i++)
		ldap_control_free(controls[i]);
}

/* ---- answers ---- */

static const char *take_label(struct run *run, int message)
{
	static char label[64];

	for (int i = 0; i < run->count; i++) {
		if (run->sent[i].message != message)
			continue;
		memcpy(label, run->sent[i].label, sizeof label);
		run->sent[i] = run->sent[--run->count];
		return label;
	}
	fail("an answer to nothing", LDAP_PROTOCOL_ERROR);
	return NULL;
}

static void run_wait(struct run *run)
{
	while (run->count > 0) {
		struct timeval limit = {.tv_sec = ANSWER_SECONDS};
		LDAPMessage *answer = NULL;
		LDAPControl **controls = NULL;
		char *text = NULL, csn[64];
		int code;

		if (ldap_result(run->ld, LDAP_RES_ANY, LDAP_MSG_ALL, &limit, &answer) <= 0)
			fail("no answer", LDAP_SERVER_DOWN);
		check("answer", ldap_parse_result(run->ld, answer, &code, NULL, &text, NULL, &controls, 0));
		csn_after(controls, csn, sizeof csn);
		printf("%s\t%d\t%s\t%s\n", take_label(run, ldap_msgid(answer)), code, csn, text ? text : "");
		ldap_memfree(text);
		ldap_controls_free(controls);
		ldap_msgfree(answer);
	}
}

static int split(char *line, char **fields)
{
	int count = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *field = strtok(line, "\t"); field != NULL && count < FIELDS_MAX; field = strtok(NULL, "\t"))
		fields[count++] = field;
	return count;
}

int main(int argc, char **argv)
{
	static struct run run;
	int version = LDAP_VERSION3;
	struct berval password;
	char line[16384], *fields[FIELDS_MAX];

	if (argc != 4)
		fail("usage: overlays URI BIND-DN PASSWORD", LDAP_PARAM_ERROR);
	check("initialize", ldap_initialize(&run.ld, argv[1]));
	ldap_set_option(run.ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(run.ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ber_str2bv(argv[3], 0, 0, &password);
	check("bind", ldap_sasl_bind_s(run.ld, argv[2], LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL));
	while (fgets(line, sizeof line, stdin) != NULL) {
		int count = split(line, fields);

		if (count > 0 && strcmp(fields[0], "wait") == 0)
			run_wait(&run);
		else if (count > 0)
			run_send(&run, fields, count);
	}
	run_wait(&run);
	ldap_unbind_ext_s(run.ld, NULL, NULL);
	return 0;
}
