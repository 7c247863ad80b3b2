/* SPDX-License-Identifier: EUPL-1.2 */
/* write_assert.c - see write_assert.h. */
#include "ldap/write_assert.h"

#include "base/escape.h"
#include "model/date.h"

static void add_state(const struct csn *csn, struct buf *out)
{
	char text[CSN_TEXT_SIZE], modified[GENERALIZED_TIME_SIZE];
	if (csn_is_none(csn))
		return;
	if (!csn_is_stamp(csn)) {
		buf_add_string(out, "(entryCSN=");
		escape_filter(out, text_of(csn_format(csn, text)));
		buf_add_char(out, ')');
		return;
	}
	instant_format(csn->time_us / 1000000, modified);
	buf_format(out, "(modifyTimestamp=%s)", modified);
	if (csn_stamp_usn(csn) != 0)
		buf_format(out, "(entryUSN=%llu)", (unsigned long long)csn_stamp_usn(csn));
}

static void add_as_read(const struct target_settings *set, const struct write *write, struct buf *out)
{
	char uuid[UUID_TEXT_SIZE];
	const char *member = attribute_of(&set->map, FIELD_MEMBER);
	buf_format(out, "(&(entryUUID=%s)", uuid_format(&write->uuid, uuid));
	add_state(&write->csn, out);
	if (write->must_be_empty)
		buf_format(out, "(!(%s=*))", member != NULL ? member : "member");
	buf_add_char(out, ')');
}

int write_assert_filter(const struct target_settings *set, const struct write *write, bool others_pass, struct buf *out,
			struct err *err)
{
	if (uuid_is_null(&write->uuid))
		return err_set(err, ERR_INVALID, "a change of an entry must name its entryUUID");
	buf_add_string(out, others_pass ? "(|" : "");
	add_as_read(set, write, out);
	if (others_pass) {
		buf_add_string(out, "(!(entryDN=");
		escape_filter(out, write->dn);
		buf_add_string(out, ")))");
	}
	return buf_failed(out) ? err_nomem(err) : 0;
}

int write_assert_control(LDAP *handle, const char *filter, LDAPControl *ret, struct err *err)
{
	*ret = (LDAPControl){.ldctl_oid = LDAP_CONTROL_ASSERT, .ldctl_iscritical = 1};
	int result = ldap_create_assertion_control_value(handle, (char *)filter, &ret->ldctl_value);
	if (result == LDAP_NO_MEMORY)
		return err_nomem(err);
	return result != LDAP_SUCCESS ? err_set(err, ERR_INVALID, "the assertion %s cannot be encoded", filter) : 0;
}

int post_read_control(bool stamps, LDAPControl *ret, struct err *err)
{
	*ret = (LDAPControl){.ldctl_oid = LDAP_CONTROL_POST_READ};
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	bool done = ber != NULL && ber_printf(ber, "{ss", "entryUUID", "entryCSN") >= 0 &&
		    (!stamps || ber_printf(ber, "ss", "modifyTimestamp", "entryUSN") >= 0) &&
		    ber_printf(ber, "}") >= 0 && ber_flatten2(ber, &ret->ldctl_value, 1) >= 0;
	ber_free(ber, 1);
	return done ? 0 : err_nomem(err);
}

/* What an answer says about the state of the entry, until all of it has been heard. */
struct state {
	struct text modified, usn;
};

static void take_value(const struct berval *type, const struct berval *value, struct state *state,
		       struct outcome *outcome)
{
	struct text name = text_make(type->bv_val, type->bv_len), text = text_make(value->bv_val, value->bv_len);
	struct uuid uuid;
	struct csn csn;
	if (text_equal_nocase(name, text_of("entryUUID")) && uuid_parse(text, &uuid))
		outcome->uuid = uuid;
	else if (text_equal_nocase(name, text_of("entryCSN")) && csn_parse(text, &csn))
		outcome->csn = csn;
	else if (text_equal_nocase(name, text_of("modifyTimestamp")))
		state->modified = text;
	else if (text_equal_nocase(name, text_of("entryUSN")))
		state->usn = text;
}

/* An entry as in a search: {dn {{type [value...]}...}}. Borrowed from the control's bytes. */
static void take_entry(BerElement *ber, struct state *state, struct outcome *outcome)
{
	struct berval dn, type, value;
	ber_tag_t tag;
	ber_len_t len;
	char *last, *last_value;
	if (ber_scanf(ber, "{m", &dn) == LBER_ERROR)
		return;
	for (tag = ber_first_element(ber, &len, &last); tag != LBER_DEFAULT; tag = ber_next_element(ber, &len, last)) {
		if (ber_scanf(ber, "{m", &type) == LBER_ERROR)
			return;
		for (tag = ber_first_element(ber, &len, &last_value); tag != LBER_DEFAULT;
		     tag = ber_next_element(ber, &len, last_value)) {
			if (ber_scanf(ber, "m", &value) == LBER_ERROR)
				return;
			take_value(&type, &value, state, outcome);
		}
	}
}

void post_read_take(LDAPControl **controls, struct outcome *outcome)
{
	LDAPControl *control = ldap_control_find(LDAP_CONTROL_POST_READ, controls, NULL);
	if (control == NULL)
		return;
	struct state state = {0};
	BerElement *ber = ber_init(&control->ldctl_value);
	if (ber != NULL)
		take_entry(ber, &state, outcome);
	if (csn_is_none(&outcome->csn))
		(void)csn_stamp_parse(state.modified, state.usn, &outcome->csn);
	ber_free(ber, 1);
}
