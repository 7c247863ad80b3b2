/* SPDX-License-Identifier: EUPL-1.2 */
/* search_entry.c - see search.h and search_parts.h. */
#include <stdlib.h>

#include "base/escape.h"
#include "ldap/search_parts.h"

void entry_reader_init(struct entry_reader *reader, LDAP *handle, struct search_proof *proof)
{
	*reader = (struct entry_reader){.handle = handle, .proof = proof};
	arena_init(&reader->bytes, 0);
}

int entry_reader_open(struct entry_reader *reader, LDAPMessage *entry, struct search_entry *ret, struct err *err)
{
	struct berval dn;
	reader->failed = 0;
	reader->message = entry;
	int result = ldap_get_dn_ber(reader->handle, entry, &reader->ber, &dn);
	if (result == LDAP_NO_MEMORY)
		return err_nomem(err);
	if (result != LDAP_SUCCESS) {
		reader->proof->decoded = false;
		return err_set(err, ERR_INCOMPLETE, "an entry could not be decoded");
	}
	reader->dn = text_make(dn.bv_val, dn.bv_len);
	*ret = (struct search_entry){.dn = reader->dn, .cursor = reader};
	return 0;
}

void entry_reader_close(struct entry_reader *reader)
{
	ber_memfree(reader->values);
	reader->values = NULL;
	if (reader->ber != NULL)
		ber_free(reader->ber, 0); /* 0: the bytes belong to the message */
	reader->ber = NULL;
	if (reader->bytes.used > 0)
		arena_done(&reader->bytes);
}

void entry_reader_done(struct entry_reader *reader)
{
	entry_reader_close(reader);
	free(reader->joined);
	arena_done(&reader->bytes);
}

static int fail(struct entry_reader *reader, int code)
{
	reader->failed = code;
	return code;
}

static int undecodable(struct entry_reader *reader, struct err *err)
{
	char dn[128];
	reader->proof->decoded = false;
	err_set(err, ERR_INCOMPLETE, "%s: could not be decoded", escape_short(dn, sizeof(dn), reader->dn));
	return fail(reader, ERR_INCOMPLETE);
}

/* The next attribute as it stands in the message: 1, 0 at the end. */
static int next_raw(struct entry_reader *reader, struct text *name, struct text *options, struct err *err)
{
	struct berval attribute;
	ber_memfree(reader->values);
	reader->values = NULL;
	if (ldap_get_attribute_ber(reader->handle, reader->message, reader->ber, &attribute, &reader->values) !=
	    LDAP_SUCCESS)
		return undecodable(reader, err);
	if (attribute.bv_val == NULL)
		return 0;
	struct text whole = text_make(attribute.bv_val, attribute.bv_len);
	if (!text_split(whole, ';', name, options)) {
		*name = whole;
		*options = text_of(NULL);
	}
	return 1;
}

int search_entry_next(struct search_entry *entry, struct text *attribute, struct text *options, struct berval **values,
		      struct err *err)
{
	struct entry_reader *reader = entry->cursor;
	size_t first, last;
	bool open;
	if (reader->failed < 0)
		return err_set(err, reader->failed, "the entry could not be read");
	int more = next_raw(reader, attribute, options, err);
	if (more <= 0)
		return more;
	*values = reader->values != NULL ? reader->values : &reader->no_values;
	if (text_is_empty(*options) || !range_parse(*options, options, &first, &last, &open))
		return 1;
	int code = first == 0 ? 0 : err_set(err, ERR_INCOMPLETE, "a range of values does not begin at 0");
	if (code == 0 && open)
		code = range_fetch_rest(reader, *attribute, *options, last, *values, err);
	if (code == 0 && open)
		*values = reader->joined;
	if (code < 0)
		reader->proof->ranges_whole = false;
	return code < 0 ? fail(reader, code) : 1;
}

int entry_reader_finish(struct entry_reader *reader, struct search_entry *entry, struct err *err)
{
	struct text attribute, options;
	struct berval *values;
	int more = reader->failed;
	if (more < 0 && (err == NULL || err->code == 0))
		return err_set(err, more, "the entry could not be read");
	while (more >= 0 && (more = search_entry_next(entry, &attribute, &options, &values, err)) > 0) {
	}
	return more;
}
