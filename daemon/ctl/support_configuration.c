/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * support_configuration.c - the configuration for a stranger. It is read as text and not as settings, so that a file with a fault in it is
 * told too: the form stays, and of its words those that are our own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/known_text.h"
#include "ctl/support_parts.h"

#define FILE_MAX (1u << 20)

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_of_word(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '@' || c == '\\';
}

/* "15min", "0.5", "7d" */
static bool is_amount(struct text word)
{
	size_t digits = 0, dots = 0, at = 0;
	for (; at < word.len && (is_digit(word.at[at]) || word.at[at] == '.'); at++) {
		digits += is_digit(word.at[at]);
		dots += word.at[at] == '.';
	}
	struct text unit = text_make(word.at + at, word.len - at);
	return digits > 0 && digits <= 7 && dots <= 1 && (unit.len == 0 || (unit.len <= 3 && known_word(unit)));
}

/* "source.uri" is two words. */
static bool is_ours(struct text word)
{
	struct text first, rest;
	while (text_split(word, '.', &first, &rest)) {
		if (!known_word(first))
			return false;
		word = rest;
	}
	return known_word(word);
}

static void add_word(struct pseudonyms *p, struct text word, struct buf *out)
{
	if (is_amount(word) || is_ours(word) || text_equal(word, text_of("-")))
		buf_add_text(out, word);
	else if (!pseudonyms_find(p, word, out))
		pseudonym_add(p, word, out);
}

/* A comment that begins here ends there; 0: none begins. */
static size_t comment_len(struct text rest)
{
	const char *end = NULL;
	if (rest.at[0] == '#' || (rest.len > 1 && rest.at[0] == '/' && rest.at[1] == '/'))
		end = memchr(rest.at, '\n', rest.len);
	else if (rest.len > 1 && rest.at[0] == '/' && rest.at[1] == '*') {
		end = memmem(rest.at + 2, rest.len - 2, "*/", 2);
		end = end != NULL ? end + 2 : NULL;
	} else {
		return 0;
	}
	return end != NULL ? (size_t)(end - rest.at) : rest.len;
}

static void add_words(struct pseudonyms *p, struct text in, struct buf *out)
{
	for (size_t at = 0; at < in.len;) {
		size_t len = 0;
		while (at + len < in.len && is_of_word(in.at[at + len]))
			len++;
		if (len > 0)
			add_word(p, text_make(in.at + at, len), out);
		else
			buf_add_char(out, in.at[at]);
		at += len > 0 ? len : 1;
	}
}

/* From behind the quote to the one that ends it, or to the end of the line. */
static size_t string_len(struct text rest)
{
	size_t len = 0;
	for (; len < rest.len && rest.at[len] != '"' && rest.at[len] != '\n'; len++)
		if (rest.at[len] == '\\' && len + 1 < rest.len)
			len++;
	return len;
}

static void add_string(struct pseudonyms *p, struct text string, struct buf *out)
{
	if (pseudonym_is_dn(string))
		pseudonym_dn(p, string, out);
	else
		add_words(p, string, out);
}

static bool begins_plain(struct text rest)
{
	return rest.at[0] != '"' && comment_len(rest) == 0;
}

void support_settings(struct pseudonyms *p, struct text in, struct buf *out)
{
	for (size_t at = 0, len; at < in.len; at += len) {
		struct text rest = text_make(in.at + at, in.len - at);
		if ((len = comment_len(rest)) > 0)
			continue;
		if (rest.at[0] == '"') {
			struct text string = text_make(rest.at + 1, rest.len - 1);
			string.len = string_len(string);
			buf_add_char(out, '"');
			add_string(p, string, out);
			len = string.len + 1;
			if (len < rest.len && rest.at[len] == '"') {
				buf_add_char(out, '"');
				len++;
			}
			continue;
		}
		while (len < rest.len && begins_plain(text_make(rest.at + len, rest.len - len)))
			len++;
		add_words(p, text_make(rest.at, len), out);
	}
}

static int cannot_read(struct buf *out, struct err *err)
{
	int why = errno;
	buf_format(out,
		   "The configuration could not be read: %s. It may be readable for root alone, or be another "
		   "file: --config names it.\n",
		   strerror(why));
	return err_set(err, ERR_IO, "%s", strerror(why));
}

int support_configuration(struct pseudonyms *p, const char *path, struct buf *out, struct err *err)
{
	struct buf in;
	char bytes[4096];
	size_t got;
	int code = 0;
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return cannot_read(out, err);
	buf_init(&in);
	while (in.len < FILE_MAX && (got = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(&in, bytes, got);
	if (ferror(file) != 0)
		code = cannot_read(out, err);
	fclose(file);
	support_settings(p, buf_text(&in), out);
	out->failed |= buf_failed(&in);
	buf_done(&in);
	return code;
}
