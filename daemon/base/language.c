/* SPDX-License-Identifier: EUPL-1.2 */
/* language.c - see language.h. The format of the files is in the manual of gettext: "The Format of GNU MO Files". */
#include "base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOMAIN         "duaalsync"
#define MAGIC          0x950412deu
#define CATALOGUE_MAX  (8u << 20) /* bytes: far more than anybody writes */
#define HEADER_NUMBERS 5          /* magic, revision, count, place of the originals, place of the translations */

struct catalogue {
	char *bytes; /* NULL: none */
	size_t size;
	uint32_t count, originals, translations; /* places of two tables with a length and a place for each text */
	void *note;                              /* said.c's */
};

static const char *const names[LANGUAGES] = {[LANGUAGE_ENGLISH] = "en", [LANGUAGE_DUTCH] = "nl"};

/* See language.h: one process speaks one language at a time. */
static struct {
	enum language used;
	struct catalogue catalogues[LANGUAGES];
} state;

/* ---- one catalogue ----------------------------------------------------------------------------------- */

static uint32_t number_at(const struct catalogue *c, size_t at)
{
	const uint8_t *byte = (const uint8_t *)c->bytes + at;
	return byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

/* With its NUL, within the file. */
static bool text_fits(const struct catalogue *c, size_t row)
{
	size_t len = number_at(c, row), at = number_at(c, row + 4);
	return at < c->size && len < c->size - at && c->bytes[at + len] == '\0';
}

static bool table_fits(const struct catalogue *c, uint32_t at)
{
	if (at > c->size || c->count > (c->size - at) / 8)
		return false;
	for (uint32_t i = 0; i < c->count; i++)
		if (!text_fits(c, at + (size_t)i * 8))
			return false;
	return true;
}

static bool is_sound(struct catalogue *c)
{
	if (c->size < HEADER_NUMBERS * sizeof(uint32_t) || number_at(c, 0) != MAGIC || number_at(c, 4) >> 16 != 0)
		return false;
	c->count = number_at(c, 8);
	c->originals = number_at(c, 12);
	c->translations = number_at(c, 16);
	return table_fits(c, c->originals) && table_fits(c, c->translations);
}

static const char *text_at(const struct catalogue *c, uint32_t table, uint32_t row, size_t *ret_len)
{
	*ret_len = number_at(c, table + (size_t)row * 8);
	return c->bytes + number_at(c, table + (size_t)row * 8 + 4);
}

/* The translation of a text, or of the first of its two forms; then the other stands behind its NUL. NULL: there is none. */
static const char *find(const char *text, size_t *ret_len)
{
	const struct catalogue *c = &state.catalogues[state.used];
	uint32_t begin = 0, end = c->bytes != NULL ? c->count : 0;
	while (begin < end) {
		uint32_t middle = begin + (end - begin) / 2;
		int order = strcmp(text, text_at(c, c->originals, middle, ret_len));
		if (order == 0)
			return text_at(c, c->translations, middle, ret_len);
		if (order < 0)
			end = middle;
		else
			begin = middle + 1;
	}
	return NULL;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static bool read_whole(int fd, char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t got = read(fd, bytes, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		size -= (size_t)got;
	}
	return true;
}

static void read_catalogue(int fd, struct catalogue *ret)
{
	struct catalogue c = {0};
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > CATALOGUE_MAX)
		return;
	c.size = (size_t)st.st_size;
	c.bytes = calloc(1, c.size);
	if (c.bytes != NULL && read_whole(fd, c.bytes, c.size) && is_sound(&c))
		*ret = c;
	else
		free(c.bytes);
}

void language_open(const char *folder)
{
	const char *other = secure_getenv("DUAALSYNC_LOCALEDIR");
	char path[PATH_MAX];
	language_close();
	for (int i = LANGUAGE_ENGLISH + 1; i < LANGUAGES; i++) {
		int len = snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" DOMAIN ".mo",
				   other != NULL ? other : folder, names[i]);
		int fd = len < (int)sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
		if (fd < 0)
			continue;
		read_catalogue(fd, &state.catalogues[i]);
		close(fd);
	}
}

void language_close(void)
{
	for (int i = 0; i < LANGUAGES; i++) {
		free(state.catalogues[i].bytes);
		free(state.catalogues[i].note);
		state.catalogues[i] = (struct catalogue){0};
	}
	state.used = LANGUAGE_ENGLISH;
}

/* ---- which ------------------------------------------------------------------------------------------- */

/* LANGUAGES: none of ours. */
static enum language find_language(const char *locale, size_t len)
{
	for (int i = 0; i < LANGUAGES; i++) {
		size_t own = strlen(names[i]);
		if (len >= own && strncmp(locale, names[i], own) == 0 &&
		    (len == own || strchr("_.@-", locale[own]) != NULL))
			return (enum language)i;
	}
	return LANGUAGES;
}

enum language language_of(const char *locale)
{
	enum language found = find_language(locale, strlen(locale));
	return found != LANGUAGES ? found : LANGUAGE_ENGLISH;
}

static const char *locale_named(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "C";
}

enum language language_of_environment(void)
{
	const char *locale = locale_named(), *list = getenv("LANGUAGE");
	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return LANGUAGE_ENGLISH;
	while (list != NULL && *list != '\0') {
		size_t len = strcspn(list, ":");
		enum language found = find_language(list, len);
		if (found != LANGUAGES)
			return found;
		list += len + (list[len] == ':');
	}
	return language_of(locale);
}

const char *language_name(enum language language)
{
	return names[language];
}

enum language language_use(enum language language)
{
	enum language before = state.used;
	state.used = language;
	return before;
}

enum language language_used(void)
{
	return state.used;
}

/* ---- looking up -------------------------------------------------------------------------------------- */

const char *tr(const char *text)
{
	size_t len;
	if (text == NULL || text[0] == '\0') /* "" is the catalogue's header */
		return text;
	const char *found = find(text, &len);
	return found != NULL && len > 0 ? found : text;
}

/* All of our languages have two forms, and the first is of 1. */
const char *tr_count(const char *one, const char *many, long long count)
{
	size_t len;
	bool single = count == 1 || count == -1;
	const char *found = find(one, &len), *other = found != NULL ? found + strlen(found) + 1 : NULL;
	if (found == NULL || other > found + len)
		return single ? one : many;
	return single ? found : other;
}

void saying_format(char out[SAYING_SIZE], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (vsnprintf(out, SAYING_SIZE, tr(format), args) < 0)
		out[0] = '\0';
	va_end(args);
}

bool language_text_at(uint32_t row, struct language_text *ret)
{
	const struct catalogue *c = &state.catalogues[state.used];
	if (c->bytes == NULL || row >= c->count)
		return false;
	ret->english = text_at(c, c->originals, row, &ret->english_len);
	ret->own = text_at(c, c->translations, row, &ret->own_len);
	return true;
}

void **language_note(void)
{
	return &state.catalogues[state.used].note;
}
