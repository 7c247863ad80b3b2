/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pseudonym_dn.c - a DN keeps its form: "uid=jan,ou=people,dc=school" is "uid=anon-1,ou=people,dc=anon-2". A value stays where it is a
 * word of ours, a small number, or a role with an institution's number. LDIF keeps its form too, and its values likewise.
 */
#include "ctl/known_text.h"
#include "ctl/pseudonym.h"

bool pseudonym_is_dn(struct text text)
{
	struct text type, rest;
	return text_split(text, '=', &type, &rest) && known_word(text_trim(type));
}

/* Where words of ours and institution numbers stand; elsewhere they may be somebody's login. */
static bool is_public_type(struct text type)
{
	static const char *const types[] = {"ou", "dc", "o", "cn", "duaalInstitutionNumber", "duaalAllowedAction",
					    /* of LDIF */
					    "version", "changetype", "add", "delete", "replace", "objectClass"};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (text_equal_nocase(type, text_of(types[i])))
			return true;
	return false;
}

/* "beheerder-30569" */
static bool is_role_group(struct pseudonyms *p, struct text value, struct buf *scratch)
{
	size_t dash = value.len;
	uint64_t number;
	while (dash > 0 && value.at[dash - 1] != '-')
		dash--;
	if (dash < 2 || !text_number(text_make(value.at + dash, value.len - dash), 6, &number))
		return false;
	struct text role = text_make(value.at, dash - 1);
	buf_clear(scratch);
	return pseudonyms_find(p, role, scratch) && text_equal(buf_text(scratch), role);
}

static void add_value(struct pseudonyms *p, struct text type, struct text value, struct buf *out)
{
	struct buf scratch;
	uint64_t number;
	buf_init(&scratch);
	bool public = is_public_type(type);
	if (value.len == 0 || (public && (known_word(value) || is_role_group(p, value, &scratch))))
		buf_add_text(out, value);
	else if (!pseudonyms_find(p, value, out)) { /* a number may be somebody's login */
		if (public && text_number(value, 6, &number))
			buf_add_text(out, value);
		else
			pseudonym_add(p, value, out);
	}
	out->failed |= buf_failed(&scratch);
	buf_done(&scratch);
}

/* Of an attribute, or a piece that has none. */
static void add_name(struct pseudonyms *p, struct text attribute, struct buf *out)
{
	if (attribute.len == 0 || known_word(attribute))
		buf_add_text(out, attribute);
	else if (!pseudonyms_find(p, attribute, out))
		pseudonym_add(p, attribute, out);
}

static void add_part(struct pseudonyms *p, struct text part, struct buf *out)
{
	struct text type, value;
	if (!text_split(part, '=', &type, &value)) {
		add_name(p, text_trim(part), out);
		return;
	}
	type = text_trim(type);
	add_name(p, type, out);
	buf_add_char(out, '=');
	add_value(p, type, text_trim(value), out);
}

/* To the next comma or plus that is not escaped. */
static size_t part_end(struct text in, size_t at)
{
	for (; at < in.len && in.at[at] != ',' && in.at[at] != '+'; at++)
		if (in.at[at] == '\\' && at + 1 < in.len)
			at++;
	return at;
}

void pseudonym_dn(struct pseudonyms *p, struct text in, struct buf *out)
{
	for (size_t at = 0; at <= in.len;) {
		size_t end = part_end(in, at);
		add_part(p, text_make(in.at + at, end - at), out);
		if (end < in.len)
			buf_add_char(out, in.at[end]);
		at = end + 1;
	}
}

/* ---- LDIF -------------------------------------------------------------------------------------------- */

static void add_attribute_value(struct pseudonyms *p, struct text attribute, struct text value, struct buf *out)
{
	if (pseudonym_is_dn(value))
		pseudonym_dn(p, value, out);
	else
		add_value(p, attribute, value, out);
}

/* What is in base64 is replaced as it stands. */
static void add_line(struct pseudonyms *p, struct text line, struct buf *out)
{
	struct text attribute, value;
	if (line.len > 0 && line.at[0] == '#') {
		pseudonym_sentence(p, line, out);
	} else if (!text_split(line, ':', &attribute, &value)) {
		if (line.len > 0)
			buf_add_string(out, text_equal(line, text_of("-")) ? "-" : "#");
	} else {
		bool encoded = value.len > 0 && value.at[0] == ':';
		add_name(p, attribute, out);
		buf_add_string(out, ": ");
		if (encoded)
			pseudonym_add(p, value, out);
		else
			add_attribute_value(p, attribute, text_trim(value), out);
	}
	buf_add_char(out, '\n');
}

/* A line that begins with a space goes on the one before. */
void pseudonym_ldif(struct pseudonyms *p, struct text in, struct buf *out)
{
	struct buf line;
	buf_init(&line);
	for (size_t at = 0; at < in.len; at++) {
		if (in.at[at] != '\n') {
			buf_add_char(&line, in.at[at]);
		} else if (at + 1 < in.len && in.at[at + 1] == ' ') {
			at++;
		} else {
			add_line(p, buf_text(&line), out);
			buf_clear(&line);
		}
	}
	if (line.len > 0)
		add_line(p, buf_text(&line), out);
	out->failed |= buf_failed(&line);
	buf_done(&line);
}
