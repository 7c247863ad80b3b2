/* SPDX-License-Identifier: EUPL-1.2 */
/* proposal.c - see proposal.h: what a file says, told and compared. */
#include "config/proposal.h"

#include <stdlib.h>
#include <string.h>

#include "config/proposal_parts.h"

#define DIGEST_SIZE 16
#define DIGEST_TEXT (2 * DIGEST_SIZE + 1)

/* ---- the file ------------------------------------------------------------------------------------ */

int proposal_load(const char *path, void (*tell)(void *ctx, const char *sentence), void *ctx, struct config **ret)
{
	struct err err = {0};
	struct config_faults *faults = calloc(1, sizeof(*faults));
	int rc = faults == NULL ? err_nomem(&err) : config_load(path, SECRETS_OF_HELPERS, ret, faults, &err);
	if (rc == ERR_INVALID)
		config_faults_tell(path, faults, tell, ctx);
	else if (rc < 0)
		tell(ctx, err.text);
	free(faults);
	return rc;
}

/* ---- digests ------------------------------------------------------------------------------------- */

static bool is_told(const struct setting *s)
{
	return strstr(s->key, "[].") == NULL; /* a row of a list's items stands within the list */
}

static bool digest(const struct config *config, const struct setting *s, char ret[DIGEST_TEXT])
{
	unsigned char bytes[DIGEST_SIZE];
	json_t *value = proposal_value(s, config->memory);
	char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	if (text != NULL) {
		crypto_generichash(bytes, sizeof(bytes), (const unsigned char *)text, strlen(text), NULL, 0);
		sodium_bin2hex(ret, DIGEST_TEXT, bytes, sizeof(bytes));
	}
	json_decref(value);
	free(text);
	return text != NULL;
}

static bool add_setting(const struct config *config, const struct setting *s, json_t *list)
{
	char told[DIGEST_TEXT];
	if (!digest(config, s, told))
		return false;
	json_t *one = json_pack("{s:s,s:s,s:b}", "key", s->key, "digest", told, "policy", (int)s->policy);
	return json_array_append_new(list, one) == 0;
}

json_t *proposal_settings(const void *present)
{
	const struct config *config = present;
	json_t *list = json_array();
	bool ok = list != NULL;
	for (uint32_t i = 0; ok && i < setting_count; i++)
		ok = !is_told(&setting_table[i]) || add_setting(config, &setting_table[i], list);
	if (!ok) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:o}", "settings", list);
}

/* ---- what differs -------------------------------------------------------------------------------- */

/* NULL: that daemon does not know the setting. */
static const char *digest_in_force(const json_t *in_force, const char *key)
{
	const json_t *list = json_object_get(in_force, "settings");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(one, "key"));
		if (name != NULL && strcmp(name, key) == 0)
			return json_string_value(json_object_get(one, "digest"));
	}
	return NULL;
}

static bool note_difference(const struct config *config, const struct setting *s, bool known,
			    struct proposal_difference *to)
{
	if (s->policy && known)
		return json_object_set_new(to->policy, s->key, proposal_value(s, config->memory)) == 0;
	if (to->others.len > 0)
		buf_add_string(&to->others, ", ");
	buf_add_string(&to->others, s->key);
	to->rescoped |= s->reload == RELOAD_SCOPE || s->reload == RELOAD_EACH;
	return !buf_failed(&to->others);
}

static bool compare(const struct config *config, const struct setting *s, const json_t *in_force,
		    struct proposal_difference *to)
{
	char ours[DIGEST_TEXT];
	const char *theirs = digest_in_force(in_force, s->key);
	if (!digest(config, s, ours))
		return false;
	return (theirs != NULL && strcmp(ours, theirs) == 0) || note_difference(config, s, theirs != NULL, to);
}

int proposal_compare(const struct config *config, const json_t *in_force, struct proposal_difference *ret,
		     struct err *err)
{
	*ret = (struct proposal_difference){.policy = json_object()};
	buf_init(&ret->others);
	if (!json_is_array(json_object_get(in_force, "settings")))
		return err_set(err, ERR_PROTOCOL, "the daemon does not tell its settings");
	bool ok = ret->policy != NULL;
	for (uint32_t i = 0; ok && i < setting_count; i++)
		ok = !is_told(&setting_table[i]) || compare(config, &setting_table[i], in_force, ret);
	return ok ? 0 : err_nomem(err);
}

void proposal_difference_done(struct proposal_difference *difference)
{
	json_decref(difference->policy);
	buf_done(&difference->others);
}
