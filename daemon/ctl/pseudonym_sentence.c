/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * pseudonym_sentence.c - a sentence is what our programs say, with something filled in. The first stays, everything else is replaced,
 * but small numbers and what is known to be public.
 *
 * From left to right: a person or a public name that a reply told; the longest text of ours; what is between two of those
 * is a gap. So a text that no program of ours says, from whomever it comes, becomes one pseudonym, and nothing has to be known about
 * how a sentence was made.
 */
#include "ctl/known_text.h"
#include "ctl/pseudonym.h"

#define NAME_WORDS_MAX 8

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of a word, an address, an identifier; not ASCII: a letter. */
static bool is_inner(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '@' ||
	       (unsigned char)c >= 0x80;
}

/* No word goes on across this place. */
static bool is_edge(struct text in, size_t at)
{
	return at == 0 || at >= in.len || !is_inner(in.at[at - 1]) || !is_inner(in.at[at]);
}

/* ---- numbers ----------------------------------------------------------------------------------------- */

/* '9' a digit, anything else itself; the whole text. */
static bool has_shape(struct text text, const char *shape)
{
	if (text.len != strlen(shape))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (shape[i] == '9' ? !is_digit(text.at[i]) : text.at[i] != shape[i])
			return false;
	return true;
}

bool pseudonym_is_number(struct text text)
{
	static const char *const shapes[] = {"9999-99-99", "9999-99-99T99:99:99Z", "99:99", "99:99:99", "9.9"};
	uint64_t number;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (has_shape(text, shapes[i]))
			return true;
	return text_number(text, 6, &number);
}

/* "12-3f9a2b": what stands behind the number is made from the people whom the hold names. */
static bool is_hold(struct text text, struct text *number)
{
	struct text digest;
	uint64_t ignored;
	if (!text_split(text, '-', number, &digest) || !text_number(*number, 6, &ignored) || digest.len < 6)
		return false;
	for (size_t i = 0; i < digest.len; i++)
		if (!is_digit(digest.at[i]) && (digest.at[i] < 'a' || digest.at[i] > 'f'))
			return false;
	return true;
}

/* ---- what is in a gap -------------------------------------------------------------------------------- */

static struct text without_marks(struct text word)
{
	while (word.len > 0 && !is_inner(word.at[0]))
		word = text_make(word.at + 1, word.len - 1);
	while (word.len > 0 && !is_inner(word.at[word.len - 1]))
		word.len--;
	return word;
}

static bool ends_with(const struct buf *out, const char *end)
{
	size_t len = strlen(end);
	return out->len >= len && memcmp(out->at + out->len - len, end, len) == 0;
}

/* A small word of ours, or a number; a hold without its digest. *digits: it is digits only, as the word before it was, if it was. false: it is
 * neither, and nothing was added. */
static bool add_small(struct pseudonyms *p, struct text word, bool *digits, struct buf *out)
{
	struct text marked = without_marks(word), hold;
	size_t before = marked.len > 0 ? (size_t)(marked.at - word.at) : word.len;
	uint64_t number;
	bool is = is_hold(marked, &hold), digits_before = *digits;
	*digits = marked.len > 0 ? text_number(marked, 6, &number) : digits_before;
	if (marked.len > 0 && *digits && digits_before)
		return false;
	if (marked.len > 0 && !is && !pseudonym_is_number(marked) && !known_word(marked))
		return false;
	buf_add(out, word.at, before);
	if (*digits && marked.len > 0 && ends_with(out, "uid ")) /* a user of this machine */
		pseudonym_add(p, marked, out);
	else
		buf_add_text(out, is ? hold : marked);
	buf_add(out, word.at + before + marked.len, word.len - before - marked.len);
	return true;
}

/* Small words and numbers of ours, as in "10 s ago"; two numbers side by side may be a telephone number. */
static bool add_harmless(struct pseudonyms *p, struct text gap, struct buf *out)
{
	size_t begin = out->len, at = 0;
	bool digits = false;
	while (at < gap.len) {
		size_t end = at;
		while (end < gap.len && gap.at[end] != ' ')
			end++;
		if (!add_small(p, text_make(gap.at + at, end - at), &digits, out)) {
			out->len = begin;
			return false;
		}
		if (end < gap.len)
			buf_add_char(out, ' ');
		at = end + 1;
	}
	return true;
}

/* A DN may have a word of ours in front, or what a server puts there ("dn:"). How many bytes that is; the DN's own begin is 0. -1: it is no
 * DN. */
static int before_dn(struct text core)
{
	struct text word, rest;
	if (pseudonym_is_dn(core))
		return 0;
	for (const char *mark = " :"; *mark != '\0'; mark++)
		if (text_split(core, *mark, &word, &rest) && known_word(word) && pseudonym_is_dn(rest))
			return (int)word.len + 1;
	return -1;
}

static void add_core(struct pseudonyms *p, struct text core, struct buf *out)
{
	int before = before_dn(core);
	if (core.len == 0 || add_harmless(p, core, out))
		return;
	if (before < 0) {
		pseudonym_add(p, core, out);
		return;
	}
	buf_add(out, core.at, (size_t)before);
	pseudonym_dn(p, text_make(core.at + before, core.len - (size_t)before), out);
}

static void add_piece(struct pseudonyms *p, struct text piece, struct buf *out)
{
	struct text core = without_marks(piece);
	size_t before = core.len > 0 ? (size_t)(core.at - piece.at) : piece.len;
	buf_add(out, piece.at, before);
	add_core(p, core, out);
	if (core.len > 0)
		buf_add(out, core.at + core.len, piece.len - before - core.len);
}

/* What is in quotes is a thing of its own. */
static void add_gap(struct pseudonyms *p, struct text gap, struct buf *out)
{
	struct text piece, rest;
	for (; text_split(gap, '"', &piece, &rest); gap = rest) {
		add_piece(p, piece, out);
		buf_add_char(out, '"');
	}
	add_piece(p, gap, out);
}

/* ---- what is known at a place ------------------------------------------------------------------------ */

/* Words of ours and counts are met everywhere. */
static bool is_common(struct text name)
{
	return known_word(name) || (name.len < 4 && pseudonym_is_number(name));
}

/* The longest name of a few words that a reply told. */
static size_t find_name(struct pseudonyms *p, struct text rest, struct buf *out)
{
	size_t ends[NAME_WORDS_MAX], count = 0;
	for (size_t at = 1; at <= rest.len && count < NAME_WORDS_MAX; at++)
		if (is_edge(rest, at) && is_inner(rest.at[at - 1]))
			ends[count++] = at;
	for (; count > 0; count--) {
		struct text name = text_make(rest.at, ends[count - 1]);
		if (!is_common(name) && pseudonyms_find(p, name, out))
			return name.len;
	}
	return 0;
}

/* The longest one that ends where no word goes on. */
static size_t find_text(struct text in, size_t at)
{
	struct text rest = text_make(in.at + at, in.len - at);
	size_t len = known_text_at(rest);
	while (len > 0 && !is_edge(in, at + len)) {
		rest.len = len - 1;
		len = known_text_at(rest);
	}
	return len;
}

void pseudonym_sentence(struct pseudonyms *p, struct text in, struct buf *out)
{
	size_t at = 0, gap = 0;
	struct buf name;
	buf_init(&name);
	while (at < in.len) {
		buf_clear(&name);
		size_t named = 0, len = 0;
		if (is_edge(in, at))
			named = find_name(p, text_make(in.at + at, in.len - at), &name);
		if (is_edge(in, at) && named == 0)
			len = find_text(in, at);
		if (named + len == 0) {
			at++;
			continue;
		}
		add_gap(p, text_make(in.at + gap, at - gap), out);
		buf_add_text(out, named > 0 ? buf_text(&name) : text_make(in.at + at, len));
		at += named + len;
		gap = at;
	}
	add_gap(p, text_make(in.at + gap, in.len - gap), out);
	if (buf_failed(&name))
		out->failed = true;
	buf_done(&name);
}

void pseudonym_code(struct pseudonyms *p, struct text in, struct buf *out)
{
	struct text number;
	if (in.len == 0 || known_word(in) || pseudonym_is_number(in))
		buf_add_text(out, in);
	else if (is_hold(in, &number))
		buf_add_text(out, number);
	else
		pseudonym_add(p, in, out);
}
