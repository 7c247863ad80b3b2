/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bare-writer - the floor for filling a directory: finished entries from LDIF, added over one connection with a window.
 *
 *   bare-writer URI BIND-DN PASSWORD WINDOW FILE...
 *
 * Nothing but libldap: no assertion, no post-read, no order but this: a file is answered before the next one begins (so
 * that parents come before children). Any answer but 0 ends it with 1. For measuring only: scripts/bench compares
 * duaal-target with it.
 */
#include <stdio.h>
#include <ldap.h>
#include <ldif.h>
#include <stdlib.h>
#include <string.h>

#define ATTRIBUTES_MAX 32
#define VALUES_MAX     20000

static LDAP *handle;
static int outstanding;

static void fail(const char *what, int result)
{
	fprintf(stderr, "bare-writer: %s: %s (%d)\n", what, ldap_err2string(result), result);
	exit(1);
}

static void take_answer(void)
{
	LDAPMessage *message = NULL;
	int result = 0;
	if (ldap_result(handle, LDAP_RES_ANY, LDAP_MSG_ONE, NULL, &message) <= 0)
		fail("waiting", LDAP_SERVER_DOWN);
	if (ldap_parse_result(handle, message, &result, NULL, NULL, NULL, NULL, 1) != LDAP_SUCCESS ||
	    result != LDAP_SUCCESS)
		fail("answer", result);
	outstanding--;
}

/* ---- one record of LDIF --------------------------------------------------------------------------- */

struct record {
	char *dn;
	LDAPMod mods[ATTRIBUTES_MAX], *pointers[ATTRIBUTES_MAX + 1];
	struct berval values[VALUES_MAX], *value_pointers[VALUES_MAX + ATTRIBUTES_MAX];
	size_t mod_count, value_count, pointer_count;
};

static void end_attribute(struct record *r)
{
	if (r->mod_count > 0)
		r->value_pointers[r->pointer_count++] = NULL;
}

static void begin_attribute(struct record *r, char *type)
{
	end_attribute(r);
	if (r->mod_count == ATTRIBUTES_MAX)
		fail("too many attributes", LDAP_OTHER);
	LDAPMod *mod = &r->mods[r->mod_count];
	mod->mod_op = LDAP_MOD_ADD | LDAP_MOD_BVALUES;
	mod->mod_type = type;
	mod->mod_bvalues = &r->value_pointers[r->pointer_count];
	r->pointers[r->mod_count++] = mod;
}

/* Values of one attribute stand together, as slapcat and our generators write them. */
static void take_line(struct record *r, char *line)
{
	char *type, *value;
	ber_len_t len;
	if (ldif_parse_line(line, &type, &value, &len) != 0)
		fail(line, LDAP_OTHER);
	if (r->dn == NULL) {
		r->dn = value;
		ber_memfree(type);
		return;
	}
	if (r->mod_count == 0 || strcmp(r->mods[r->mod_count - 1].mod_type, type) != 0)
		begin_attribute(r, type);
	else
		ber_memfree(type);
	if (r->value_count == VALUES_MAX)
		fail("too many values", LDAP_OTHER);
	struct berval *at = &r->values[r->value_count++];
	*at = (struct berval){.bv_val = value, .bv_len = len};
	r->value_pointers[r->pointer_count++] = at;
}

static void record_done(struct record *r)
{
	for (size_t i = 0; i < r->value_count; i++)
		ber_memfree(r->values[i].bv_val);
	for (size_t i = 0; i < r->mod_count; i++)
		ber_memfree(r->mods[i].mod_type);
	ber_memfree(r->dn);
	r->dn = NULL;
	r->mod_count = r->value_count = r->pointer_count = 0;
}

static void send_record(struct record *r)
{
	int message;
	end_attribute(r);
	r->pointers[r->mod_count] = NULL;
	int result = ldap_add_ext(handle, r->dn, r->pointers, NULL, NULL, &message);
	if (result != LDAP_SUCCESS)
		fail(r->dn, result);
	outstanding++;
}

static void write_file(const char *path, int window)
{
	static struct record record;
	unsigned long line = 0;
	char *text = NULL, *at, *next;
	int size = 0;
	LDIFFP *file = ldif_open(path, "r");
	if (file == NULL)
		fail(path, LDAP_LOCAL_ERROR);
	while (ldif_read_record(file, &line, &text, &size) > 0) {
		at = text;
		while ((next = ldif_getline(&at)) != NULL)
			take_line(&record, next);
		while (outstanding >= window)
			take_answer();
		send_record(&record);
		record_done(&record);
	}
	while (outstanding > 0)
		take_answer();
	ber_memfree(text);
	ldif_close(file);
}

int main(int argc, char **argv)
{
	const int version = LDAP_VERSION3;
	if (argc < 6) {
		fprintf(stderr, "usage: bare-writer URI BIND-DN PASSWORD WINDOW FILE...\n");
		return 2;
	}
	struct berval password = {.bv_val = argv[3], .bv_len = strlen(argv[3])};
	int result = ldap_initialize(&handle, argv[1]);
	if (result == LDAP_SUCCESS)
		result = ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
	if (result == LDAP_SUCCESS)
		result = ldap_sasl_bind_s(handle, argv[2], LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL);
	if (result != LDAP_SUCCESS)
		fail("bind", result);
	for (int i = 5; i < argc; i++)
		write_file(argv[i], atoi(argv[4]));
	ldap_unbind_ext_s(handle, NULL, NULL);
	return 0;
}
