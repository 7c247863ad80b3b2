/* SPDX-License-Identifier: EUPL-1.2 */
/* value_text.c - texts by type: names, DNs, filters, files. See value.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/secret.h"
#include "config/value.h"
#include "model/dn.h"

#define TEXT_MAX   1024u
#define FILTER_MAX 8192u

static bool check_length(struct draft *d, const struct setting *s, const config_setting_t *from, size_t len)
{
	bool list = s->type == TYPE_WORDS || s->type == TYPE_URIS || s->type == TYPE_NAMES || s->type == TYPE_DNS;
	size_t min = list || s->required ? 1 : s->min;
	size_t max = s->type == TYPE_FILTER ? FILTER_MAX : !list && s->max > 0 ? s->max : TEXT_MAX;
	if (len < min && len == 0)
		fault_on(d, from, "must not be empty");
	else if (len > max)
		fault_on(d, from, "is longer than %zu bytes", max);
	else
		return true;
	return false;
}

static bool check_name(struct draft *d, const config_setting_t *from, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", digits[] = "0123456789";
	size_t first = strspn(name, letters);
	size_t rest = first;
	while (name[rest] != '\0' && (strchr(letters, name[rest]) || strchr(digits, name[rest]) || name[rest] == '-'))
		rest++;
	bool oid = strspn(name, "0123456789.") == strlen(name) && strchr(name, '.') != NULL;
	if ((first > 0 && name[rest] == '\0') || oid)
		return true;
	fault_on(d, from, "is not a name that a directory knows: letters, digits and hyphens, a letter first");
	return false;
}

static bool check_dn(struct draft *d, const config_setting_t *from, const char *dn)
{
	struct err err = {0};
	struct buf canonical;
	buf_init(&canonical);
	int rc = dn_canonical(text_of(dn), &canonical, &err);
	buf_done(&canonical);
	if (rc == ERR_NOMEM)
		d->no_memory = true;
	else if (rc < 0)
		fault_on(d, from, "is not a DN: %s", err.text);
	return rc == 0;
}

static bool check_filter(struct draft *d, const config_setting_t *from, const char *filter)
{
	const char *why = NULL;
	if (filter_is_well_formed(filter, &why))
		return true;
	fault_on(d, from, "is not an LDAP filter: %s", why);
	return false;
}

/* The text itself is not shown: it may be the secret. */
static bool check_secret_file(struct draft *d, const config_setting_t *from, const char *path)
{
	struct err err = {0};
	if (path[0] != '/')
		fault_on(d, from,
			 "must name a file that holds the secret, as an absolute path; never the secret itself");
	else if (d->secrets == SECRETS_OURS && secret_check_file(path, &err) < 0)
		fault_on(d, from, "%s", err.text);
	else
		return true;
	return false;
}

/* The modes of a secret; longer than secret.h's are, and read by the TLS library in the helper. */
static bool check_key_file(struct draft *d, const config_setting_t *from, const char *path)
{
	struct stat st;
	if (path[0] != '/')
		fault_on(d, from,
			 "must name a file that holds the private key, as an absolute path; never the key itself");
	else if (d->secrets == SECRETS_OF_HELPERS)
		return true;
	else if (stat(path, &st) < 0)
		fault_on(d, from, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		fault_on(d, from, "%s: is not a file", path);
	else if (st.st_uid != 0 && st.st_uid != geteuid())
		fault_on(d, from, "%s: must belong to root or to the user of this service (chown root)", path);
	else if ((st.st_mode & 077) != 0)
		fault_on(d, from, "%s: group or others may read or write it (chmod 0600)", path);
	else
		return true;
	return false;
}

static bool check_path(struct draft *d, const struct setting *s, const config_setting_t *from, const char *path)
{
	struct stat st;
	bool folder = s->type == TYPE_DIRECTORY;
	if (path[0] != '/')
		fault_on(d, from, "must be an absolute path");
	else if (s->type == TYPE_PATH)
		return true;
	else if (stat(path, &st) < 0)
		fault_on(d, from, "%s: %s", path, strerror(errno));
	else if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		fault_on(d, from, folder ? N_("%s: is not a folder") : N_("%s: is not a file"), path);
	else if (access(path, folder ? R_OK | X_OK : R_OK) < 0)
		fault_on(d, from, "%s: %s", path, strerror(errno));
	else
		return true;
	return false;
}

static bool check_by_type(struct draft *d, const struct setting *s, const config_setting_t *from, const char *text)
{
	switch (s->type) {
	case TYPE_DN:
	case TYPE_DNS: return check_dn(d, from, text);
	case TYPE_FILTER: return check_filter(d, from, text);
	case TYPE_ATTRIBUTE:
	case TYPE_NAME:
	case TYPE_NAMES: return check_name(d, from, text);
	case TYPE_SECRET_FILE: return check_secret_file(d, from, text);
	case TYPE_KEY_FILE: return check_key_file(d, from, text);
	case TYPE_FILE:
	case TYPE_PATH:
	case TYPE_DIRECTORY: return check_path(d, s, from, text);
	default: return true;
	}
}

bool value_check_text(struct draft *d, const struct setting *s, const config_setting_t *from, const char *text)
{
	struct text whole = text_of(text);
	if (!check_length(d, s, from, whole.len))
		return false;
	if (!text_is_utf8(whole) || text_has_control(whole)) {
		fault_on(d, from, "holds control characters or is not UTF-8");
		return false;
	}
	return whole.len == 0 || check_by_type(d, s, from, text); /* empty: not there */
}
