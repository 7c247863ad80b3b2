/* SPDX-License-Identifier: EUPL-1.2 */
/* said.c - see said.h. */
#include "base/said.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/language.h"
#include "base/search.h"

#define PLACES_MAX    20 /* of a format */
#define PLACE_LEN_MAX 8  /* "%.100s" */
#define PARTS_MAX     12 /* of a sentence that are taken apart at one level; what is behind them stays one */
#define DEPTH_MAX     6
#define LETTERS_MIN   5 /* of its own that a format needs */
#define NONE          SIZE_MAX

struct out {
	char *at;
	size_t len;
	bool full;
	bool known; /* something was said again */
};

static void put(struct out *o, struct text t)
{
	o->full = o->full || t.len >= SAID_SIZE - o->len;
	if (o->full || t.len == 0)
		return;
	memcpy(o->at + o->len, t.at, t.len);
	o->len += t.len;
}

/* ---- a format, piece by piece -------------------------------------------------------------------------- */

enum piece { PIECE_END, PIECE_BYTE, PIECE_NUMBER, PIECE_TEXT };

/* What stands at *format, and past it. Of PIECE_BYTE the byte is the last one passed. */
static enum piece next_piece(const char **format)
{
	const char *at = *format;
	if (*at == '\0')
		return PIECE_END;
	*format = at + 1;
	if (*at != '%')
		return PIECE_BYTE;
	if (at[1] == '%') {
		*format = at + 2;
		return PIECE_BYTE;
	}
	at += 1 + strspn(at + 1, "-+#0");
	at += strspn(at, "0123456789.*");
	at += strspn(at, "hlzjt");
	if (*at == '\0' || strchr("diuxXfgcs", *at) == NULL)
		return PIECE_BYTE; /* a percent sign */
	*format = at + 1;
	return *at == 's' || *at == 'c' ? PIECE_TEXT : PIECE_NUMBER;
}

/* How much a format says by itself; 0: too little to look for it. Places for numbers decide between two that say as much. */
static unsigned weight_of(const char *format)
{
	unsigned letters = 0, numbers = 0;
	enum piece piece;
	while ((piece = next_piece(&format)) != PIECE_END) {
		letters += piece == PIECE_BYTE && isalpha((unsigned char)format[-1]) != 0;
		numbers += piece == PIECE_NUMBER;
	}
	return letters < LETTERS_MIN ? 0 : letters * (PLACES_MAX + 1) + numbers;
}

/* ---- does a text come from a format? --------------------------------------------------------------------- */

struct places {
	struct text at[PLACES_MAX];
	const char *behind[PLACES_MAX]; /* the format, past the place of a text; NULL: of a number */
	size_t count;
};

static bool is_digit(char c, bool hexadecimal)
{
	return hexadecimal ? isxdigit((unsigned char)c) != 0 : isdigit((unsigned char)c) != 0;
}

/* As printf writes one. A point behind it ends a sentence. */
static size_t number_length(struct text t, bool hexadecimal)
{
	size_t n = 0;
	while (n < t.len && (t.at[n] == ' ' || t.at[n] == '+' || t.at[n] == '-'))
		n++;
	const size_t begin = n;
	while (n < t.len && (is_digit(t.at[n], hexadecimal) ||
			     (t.at[n] == '.' && n > begin && n + 1 < t.len && is_digit(t.at[n + 1], false))))
		n++;
	return n > begin ? n : 0;
}

/* ": " and "; " part a sentence. */
static bool is_separator(const char *at, const char *end)
{
	return end - at > 1 && (at[0] == ':' || at[0] == ';') && at[1] == ' ';
}

static bool add_place(struct places *p, const char *at, size_t len, const char *behind)
{
	if (p->count == PLACES_MAX)
		return false;
	p->behind[p->count] = behind;
	p->at[p->count++] = text_make(at, len);
	return true;
}

/* How much of rest the piece takes; SIZE_MAX: it does not fit. format: behind the piece. */
static size_t take_piece(enum piece piece, const char *format, struct text rest, struct places *p)
{
	size_t n = 0;
	if (piece == PIECE_TEXT)
		return add_place(p, rest.at, 0, format) ? 0 : SIZE_MAX;
	if (piece == PIECE_END)
		return rest.len == 0 ? 0 : SIZE_MAX;
	if (piece == PIECE_BYTE)
		return rest.len > 0 && rest.at[0] == format[-1] ? 1 : SIZE_MAX;
	n = number_length(rest, format[-1] == 'x' || format[-1] == 'X');
	return n > 0 && add_place(p, rest.at, n, NULL) ? n : SIZE_MAX;
}

/* One byte more, or what stands between quotation marks as a whole; false: it cannot have it. A text that begins the sentence ends with its part:
 * what is behind is a part of its own. */
static bool reach_further(struct text *place, struct text t)
{
	const char *next = place->at + place->len, *end = t.at + t.len, *close;
	if (next == end || (place->at == t.at && is_separator(next, end)))
		return false;
	close = *next == '"' ? memchr(next + 1, '"', (size_t)(end - next - 1)) : next;
	place->len = (size_t)((close != NULL ? close + 1 : end) - place->at);
	return true;
}

/* Goes on from where the places so far end. A text filled in is as short as it can be: the last one reaches further when what is behind it
 * does not fit. last: it; NONE so far. */
static bool fits_on(const char *format, struct text t, struct places *p, size_t last)
{
	const char *at = p->count > 0 ? p->at[p->count - 1].at + p->at[p->count - 1].len : t.at, *end = t.at + t.len;
	for (;;) {
		const enum piece piece = next_piece(&format);
		const size_t n = take_piece(piece, format, text_make(at, (size_t)(end - at)), p);
		if (n == SIZE_MAX) {
			if (last == NONE || !reach_further(&p->at[last], t))
				return false;
			at = p->at[last].at + p->at[last].len;
			p->count = last + 1;
			format = p->behind[last];
			continue;
		}
		at += n;
		if (piece == PIECE_END)
			return true;
		if (piece == PIECE_TEXT)
			last = p->count - 1;
	}
}

static bool fits(const char *format, struct text t, struct places *p)
{
	p->count = 0;
	return fits_on(format, t, p, NONE);
}

/* Nothing stands between this place and the next one, or just what parts a sentence. */
static bool is_open_ended(const char *behind)
{
	return behind[0] == '%' || (is_separator(behind, behind + strlen(behind)) && behind[2] == '%');
}

/* Can it be taken apart in another way, with a longer text in one of the places? Then nobody knows what stood where. Of two places with nothing or ": " between
 * them it is the same what stands in which. */
static bool fits_otherwise(struct text t, const struct places *first)
{
	for (size_t i = 0; i < first->count; i++) {
		struct places other = *first;
		if (first->behind[i] == NULL || is_open_ended(first->behind[i]))
			continue;
		other.count = i + 1;
		if (reach_further(&other.at[i], t) && fits_on(first->behind[i], t, &other, i))
			return true;
	}
	return false;
}

/* ---- the format that fits best ----------------------------------------------------------------------------- */

struct found {
	const char *own; /* NULL: none */
	unsigned weight;
	bool twice; /* another one is as good, and says something else */
	struct places places;
};

static void try_form(const char *english, const char *own, struct text t, struct found *found)
{
	struct places places;
	if (own[0] == '\0' || !fits(english, t, &places))
		return;
	const unsigned weight = weight_of(english);
	if (weight == 0 || weight < found->weight)
		return;
	if (weight == found->weight) {
		found->twice = found->twice || strcmp(own, found->own) != 0;
		return;
	}
	*found = (struct found){.own = own, .weight = weight, .places = places};
}

/* The form behind this one, or NULL. */
static const char *next_form(const char *form, const char *text, size_t len)
{
	const char *next = form + strlen(form) + 1;
	return next < text + len ? next : NULL;
}

/* Calls take with each form of a text, and its translation. */
static void each_form(const struct language_text *text, void (*take)(void *ctx, const char *english, const char *own),
		      void *ctx)
{
	const char *english = text->english, *own = text->own;
	while (english != NULL && own != NULL) {
		take(ctx, english, own);
		english = next_form(english, text->english, text->english_len);
		own = next_form(own, text->own, text->own_len);
	}
}

/* Texts are in order: the first of those that begin with a byte, or with a later one. */
static uint32_t first_row(unsigned char begin)
{
	struct language_text text;
	uint32_t end = 1, at;
	while (language_text_at(end - 1, &text))
		end *= 2;
	LOWER_BOUND(at, 0, end, language_text_at(at, &text) && (unsigned char)text.english[0] < begin);
	return at;
}

struct trial {
	struct text t;
	struct found *found;
};

static void try_one(void *ctx, const char *english, const char *own)
{
	const struct trial *trial = ctx;
	if (english[0] == trial->t.at[0])
		try_form(english, own, trial->t, trial->found);
}

/* Those that begin with a letter of their own. One may be longer than what was made of it, but not by more than its places; so the long ones,
 * which are those of help, are not looked at. */
static void try_rows(struct text t, struct found *found)
{
	struct language_text text;
	struct trial trial = {t, found};
	for (uint32_t row = first_row((unsigned char)t.at[0]);
	     language_text_at(row, &text) && text.english[0] == t.at[0]; row++)
		if (text.english_len <= 2 * (t.len + PLACES_MAX * PLACE_LEN_MAX))
			each_form(&text, try_one, &trial);
}

/* ---- formats that begin with a place ------------------------------------------------------------------------ */

/* Every one of them may fit any text, so what each says by itself is looked for first. Worked out once for a catalogue. */
struct open_format {
	const char *english, *own;
	struct text piece; /* the longest between two places */
};
struct open_formats {
	size_t count;
	struct open_format at[];
};

static struct text longest_piece(const char *format)
{
	struct text longest = {0}, now = {format, 0};
	enum piece piece;
	while ((piece = next_piece(&format)) != PIECE_END) {
		if (piece == PIECE_BYTE && format[-1] != '%')
			now.len++;
		else
			now = text_make(format, 0);
		if (now.len > longest.len)
			longest = now;
	}
	return longest;
}

static void count_one(void *ctx, const char *english, const char *own)
{
	(void)own;
	*(size_t *)ctx += english[0] == '%' && weight_of(english) > 0;
}

static void add_one(void *ctx, const char *english, const char *own)
{
	struct open_formats *all = ctx;
	if (english[0] == '%' && weight_of(english) > 0)
		all->at[all->count++] = (struct open_format){english, own, longest_piece(english)};
}

static void each_text(void (*take)(void *ctx, const char *english, const char *own), void *ctx)
{
	struct language_text text;
	for (uint32_t row = 0; language_text_at(row, &text); row++)
		each_form(&text, take, ctx);
}

/* NULL: out of memory, and these stay English. */
static const struct open_formats *open_formats(void)
{
	void **note = language_note();
	size_t count = 0;
	if (*note != NULL)
		return *note;
	each_text(count_one, &count);
	*note = calloc(1, sizeof(struct open_formats) + count * sizeof(struct open_format));
	if (*note != NULL)
		each_text(add_one, *note);
	return *note;
}

static void try_open(struct text t, struct found *found)
{
	const struct open_formats *all = open_formats();
	for (size_t i = 0; all != NULL && i < all->count; i++)
		if (memmem(t.at, t.len, all->at[i].piece.at, all->at[i].piece.len) != NULL)
			try_form(all->at[i].english, all->at[i].own, t, found);
}

/* ---- saying it again ----------------------------------------------------------------------------------------- */

static void say(struct out *o, struct text t, unsigned depth);

/* A catalogue that is damaged may have places that the English has not. What stands between quotation marks is a name, or the words of others. */
static void compose(struct out *o, const struct found *found, unsigned depth)
{
	const char *own = found->own, *at;
	const struct places *p = &found->places;
	size_t place = 0;
	enum piece piece;
	for (at = own; (piece = next_piece(&own)) != PIECE_END; at = own) {
		if (piece == PIECE_BYTE)
			put(o, text_make(own - 1, 1));
		else if (place < p->count && p->behind[place] != NULL &&
			 !(at > found->own && at[-1] == '"' && own[0] == '"'))
			say(o, p->at[place++], depth + 1);
		else if (place < p->count)
			put(o, p->at[place++]);
	}
}

static bool say_part(struct out *o, struct text t, unsigned depth)
{
	struct found found = {0};
	if (t.len == 0 || depth == DEPTH_MAX)
		return false;
	try_rows(t, &found);
	try_open(t, &found);
	if (found.own == NULL || found.twice || fits_otherwise(t, &found.places))
		return false;
	o->known = true;
	compose(o, &found, depth);
	return true;
}

/* Where the parts end that ": " and "; " part, outside of quotation marks; the last end is that of the whole. */
static unsigned find_ends(struct text t, size_t ends[PARTS_MAX])
{
	unsigned n = 0;
	bool quoted = false;
	for (size_t i = 0; i + 1 < t.len && n + 1 < PARTS_MAX; i++) {
		quoted = quoted != (t.at[i] == '"');
		if (!quoted && is_separator(t.at + i, t.at + t.len))
			ends[n++] = i;
	}
	ends[n++] = t.len;
	return n;
}

static bool is_word(struct text t)
{
	return memchr(t.at, ' ', t.len) == NULL;
}

/* From begin to one of the ends: the longest that is known, else the first of them as it is. Which end it was. words: so is
 * a single one at the end. */
static unsigned say_longest(struct out *o, struct text t, size_t begin, const size_t *ends, unsigned count,
			    unsigned depth, bool words)
{
	for (unsigned i = count; i-- > 0;) {
		const struct text part = text_make(t.at + begin, ends[i] - begin);
		if ((words || i + 1 < count || !is_word(part)) && say_part(o, part, depth))
			return i;
	}
	put(o, text_make(t.at + begin, ends[0] - begin));
	return 0;
}

/* Single words are known in front ("source: people: search: ..."). One that a sentence ends with is an answer or a code, unless there are only such
 * words; and one that was filled in is a name, or a part of one: "source" is a part of a unit's. */
static void say(struct out *o, struct text t, unsigned depth)
{
	size_t ends[PARTS_MAX], begin = 0;
	const unsigned count = find_ends(t, ends);
	bool words = depth == 0;
	if (t.len == 0 || (depth > 0 && is_word(t))) {
		put(o, t);
		return;
	}
	for (unsigned part = 0; part < count; part++) {
		part += say_longest(o, t, begin, ends + part, count - part, depth, words);
		words = words && is_word(text_make(t.at + begin, ends[part] - begin));
		if (part + 1 == count)
			return;
		put(o, text_make(t.at + ends[part], 2));
		begin = ends[part] + 2;
	}
}

struct text said_text_into(char out[SAID_SIZE], struct text sentence)
{
	struct out o = {.at = out};
	if (language_used() == LANGUAGE_ENGLISH || sentence.len >= SAID_SIZE)
		return sentence;
	say(&o, sentence, 0);
	if (!o.known || o.full)
		return sentence;
	out[o.len] = '\0';
	return text_make(out, o.len);
}

const char *said_into(char out[SAID_SIZE], const char *sentence)
{
	const struct text before = text_of(sentence), after = said_text_into(out, before);
	return after.at == before.at ? sentence : after.at;
}
