/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * setting.h - the one table of settings: it drives loading, defaults, ranges, checks, --help-config and the test of the
 * sample.
 *
 * To add a setting: a member in the module's own settings struct (or in struct draft when the shape differs), one row
 * in settings.c, one line in conf/duaalsyncd.conf. Only for config/.
 */
#ifndef DUAAL_CONFIG_SETTING_H
#define DUAAL_CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/entry.h"

enum setting_type {                 /* stored as */
		    TYPE_TEXT,      /* const char *; no control characters, UTF-8 */
		    TYPE_URIS,      /* struct words of URIs; one may stand without brackets */
		    TYPE_DN,        /* const char * */
		    TYPE_FILTER,    /* const char * */
		    TYPE_FILE,      /* const char *; a file that can be read */
		    TYPE_PATH,      /* const char *; need not exist */
		    TYPE_DIRECTORY, /* const char *; exists */
		    TYPE_SECRET_FILE, /* const char *; never shown in a fault, in case somebody wrote the password itself */
		    TYPE_KEY_FILE, /* const char *; a private key, with the modes of a secret */
		    TYPE_INTEGER,  /* uint32_t */
		    TYPE_DURATION, /* uint32_t seconds */
		    TYPE_BOOLEAN,  /* bool */
		    TYPE_CHOICE,   /* int: position of the word in choices */
		    TYPE_SWITCH,   /* bool: position of the word in choices, of which there are two */
		    TYPE_ATTRIBUTE, /* appended to the struct attribute_map with its field; empty: the directory has none */
		    TYPE_NAME,      /* const char *; an attribute type */
		    TYPE_WORDS,     /* struct words of texts */
		    TYPE_NAMES,     /* struct words of attribute types or object classes */
		    TYPE_DNS,       /* struct words of DNs */
		    TYPE_GROUPS, /* array of structs and its count; the rows "key[].member" follow, with offsets into the struct */
};

enum setting_reload {                 /* what a changed value does at SIGHUP */
		      RELOAD_LIVE,    /* in force from the next cycle on */
		      RELOAD_HELPER,  /* the helper concerned is started anew */
		      RELOAD_SCOPE,   /* changes who or what is covered: the guard judges the removals that follow */
		      RELOAD_RESTART, /* takes a restart of the daemon */
		      RELOAD_EACH,    /* TYPE_GROUPS: each setting of its items says it by itself */
};

struct setting {
	const char *key;
	enum setting_type type;
	enum setting_reload reload;
	bool required;
	bool later;    /* not of the scope in every release: its default is no part of it, so that an upgrade changes none */
	bool policy;   /* what it says can be thought through with what was read already: see proposal.h */
	uint8_t field; /* TYPE_ATTRIBUTE: enum field */
	uint32_t offset;               /* into struct draft, or into the struct of a TYPE_GROUPS row */
	uint32_t count_offset, stride; /* TYPE_GROUPS */
	uint32_t min, max;             /* integer, seconds; number of items of a list; max 0: the type's own */
	const char *unit;
	const char *choices;  /* "none|csn" */
	const char *fallback; /* default, in the file's own syntax; NULL: none */
	const char *derived;  /* what stands in for it when there is no fallback, in words; may be NULL */
	const char *help;
};

extern const struct setting setting_table[];
extern const uint32_t setting_count;

const struct setting *setting_find(const char *key); /* exact; NULL */
bool setting_is_group(const char *path);             /* some key begins with path and "." */
/* The rows of the items of a TYPE_GROUPS row: the first, and the one behind s; NULL: there is none. */
const struct setting *setting_first_member(const struct setting *groups);
const struct setting *setting_next_member(const struct setting *groups, const struct setting *s);
/* What such a row is called within the item: "name", "people.base". */
const char *setting_member_name(const struct setting *groups, const struct setting *s);
/* The known key or group nearest to an unknown path, or NULL when none is near. */
const char *setting_suggest(const char *path, char *out, size_t size);
const char *setting_type_name(const struct setting *s);
const char *setting_reload_name(enum setting_reload reload);

/* "30s", "15min", "24h", "7d", or a plain number of seconds; false: not a duration that fits. */
bool duration_parse(const char *text, uint32_t *ret_s);

/* A string filter of RFC 4515, nested at most 32 deep. why gets a static sentence. */
bool filter_is_well_formed(const char *filter, const char **why);

#endif
