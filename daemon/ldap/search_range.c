/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search_range.c - see search_parts.h. Some servers send long value lists in parts, "member;range=0-1499" and so on to
 * "member;range=3000-*". The rest is asked for on the same connection while the search itself goes on.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/vec.h"
#include "ldap/deadline.h"
#include "ldap/search_parts.h"

static bool take_number(struct text *rest, size_t *ret)
{
	size_t digits = 0;
	*ret = 0;
	while (digits < rest->len && digits < 10 && rest->at[digits] >= '0' && rest->at[digits] <= '9')
		*ret = *ret * 10 + (size_t)(rest->at[digits++] - '0');
	*rest = text_make(rest->at + digits, rest->len - digits);
	return digits > 0;
}

/* "0-1499" or "1500-*". What cannot be read is open from the start, so that the read counts as incomplete. */
static void read_bounds(struct text bounds, size_t *first, size_t *last, bool *open)
{
	*open = true;
	*last = SIZE_MAX;
	if (!take_number(&bounds, first) || bounds.len < 2 || bounds.at[0] != '-') {
		*first = SIZE_MAX;
		return;
	}
	bounds = text_make(bounds.at + 1, bounds.len - 1);
	if (text_equal(bounds, text_of("*")))
		*open = false;
	else if (!take_number(&bounds, last) || bounds.len > 0)
		*first = SIZE_MAX;
}

/* Only the first or the last option can be the range; that is how servers send it. */
bool range_parse(struct text options, struct text *ret_others, size_t *ret_first, size_t *ret_last, bool *ret_open)
{
	const struct text word = text_of("range=");
	struct text before = text_of(NULL), rest = options, option, after;
	while (!text_starts_nocase(rest, word)) {
		if (!text_split(rest, ';', &option, &after))
			return false;
		before = text_make(options.at, (size_t)(after.at - options.at) - 1);
		rest = after;
	}
	if (text_split(rest, ';', &option, &after)) {
		before = after;
		rest = option;
	}
	*ret_others = before;
	read_bounds(text_make(rest.at + word.len, rest.len - word.len), ret_first, ret_last, ret_open);
	return true;
}

static int append(struct entry_reader *reader, size_t at, const struct berval *value, struct err *err)
{
	if (vec_reserve(&reader->joined, &reader->joined_capacity, at + 2, sizeof(*reader->joined)) < 0)
		return err_nomem(err);
	char *copy = arena_copy(&reader->bytes, text_make(value->bv_val, value->bv_len));
	if (copy == NULL)
		return err_nomem(err);
	reader->joined[at] = (struct berval){.bv_len = value->bv_len, .bv_val = copy};
	reader->joined[at + 1] = (struct berval){0};
	return 0;
}

struct part {
	struct berval **values;
	size_t last;
	bool open;
};

static bool is_next_part(const char *description, struct text attribute, size_t first, struct part *part)
{
	struct text name, options, others;
	size_t begins;
	return text_split(text_of(description), ';', &name, &options) && text_equal_nocase(name, attribute) &&
	       range_parse(options, &others, &begins, &part->last, &part->open) && begins == first;
}

/* Finds the attribute that continues at first. */
static bool find_part(LDAP *handle, LDAPMessage *entry, struct text attribute, size_t first, struct part *part)
{
	BerElement *ber = NULL;
	char *description = ldap_first_attribute(handle, entry, &ber);
	bool found = false;
	while (description != NULL && !found) {
		found = is_next_part(description, attribute, first, part);
		if (found)
			part->values = ldap_get_values_len(handle, entry, description);
		ldap_memfree(description);
		description = found ? NULL : ldap_next_attribute(handle, entry, ber);
	}
	if (ber != NULL)
		ber_free(ber, 0);
	return found && part->values != NULL;
}

static int read_part(struct entry_reader *reader, const char *dn, const char *asked, struct text attribute,
		     size_t *count, struct part *part, struct err *err)
{
	const char *attributes[] = {asked, NULL};
	LDAPMessage *message = NULL;
	size_t before = *count;
	int code = ldap_read_entry(reader->handle, dn, "(objectClass=*)", attributes, &message, err);
	deadline_progress();
	if (code < 0)
		return code;
	*part = (struct part){0};
	if (!find_part(reader->handle, ldap_first_entry(reader->handle, message), attribute, *count, part))
		code = err_set(err, ERR_INCOMPLETE, "%s: the server does not send %s", dn, asked);
	for (size_t i = 0; code == 0 && part->values != NULL && part->values[i] != NULL; i++)
		code = append(reader, (*count)++, part->values[i], err);
	if (code == 0 && (*count == before || (part->open && part->last + 1 != *count)))
		code = err_set(err, ERR_INCOMPLETE, "%s: the server sent another number of values than %s", dn, asked);
	ldap_value_free_len(part->values);
	ldap_msgfree(message);
	return code;
}

int range_fetch_rest(struct entry_reader *reader, struct text attribute, struct text others, size_t last,
		     const struct berval *values, struct err *err)
{
	struct part part = {.open = true};
	size_t count = 0;
	int code = 0;
	for (; code == 0 && values[count].bv_val != NULL; count++)
		code = append(reader, count, &values[count], err);
	if (code == 0 && (count == 0 || count != last + 1))
		code = err_set(err, ERR_INCOMPLETE, "a range of values has not as many values as it says");
	char *dn = strndup(reader->dn.at, reader->dn.len);
	while (code == 0 && part.open) {
		char asked[256];
		int len = snprintf(asked, sizeof(asked), "%.*s%s%.*s;range=%zu-*", TEXT_ARG(attribute),
				   others.len > 0 ? ";" : "", TEXT_ARG(others), count);
		if (dn == NULL || len < 0 || (size_t)len >= sizeof(asked))
			code = err_nomem(err);
		else
			code = read_part(reader, dn, asked, attribute, &count, &part, err);
	}
	free(dn);
	return code;
}
