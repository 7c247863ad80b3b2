/* SPDX-License-Identifier: EUPL-1.2 */
/* parameters.c - see parameters.h. */
#include "control/parameters.h"

#include <strings.h>

#include "base/language.h"
#include "base/said.h"
#include "base/clock.h"
#include "base/national_number.h"
#include "control/answers.h"
#include "control/interface.h"
#include "model/number.h"

#define PERSON_MAX 200          /* bytes by which somebody may be asked for */
#define UNTIL_MAX  253402300799 /* 9999-12-31T23:59:59Z: what a directory can write down */

const struct view *view_of(void *ctx)
{
	const struct control *control = ctx;
	return control->host.view(control->host.ctx);
}

const struct view *ready_view(struct varlink_call *call, void *ctx)
{
	const struct view *view = view_of(ctx);
	if (view->explain != NULL)
		return view;
	struct answer nothing = answer_object();
	varlink_call_error(call, INTERFACE_ERROR("NotReady"), answer_end(&nothing));
	return NULL;
}

void refuse_unknown(struct varlink_call *call, const char *what)
{
	struct answer a = answer_object();
	answer_string(&a, "what", what);
	varlink_call_error(call, INTERFACE_ERROR("NotFound"), answer_end(&a));
}

static void tell_stopping(struct varlink_call *call, const char *sentence)
{
	struct answer a = answer_object();
	answer_string(&a, "what", sentence);
	varlink_call_error(call, INTERFACE_ERROR("Stopping"), answer_end(&a));
}

void refuse(struct varlink_call *call, enum order_code code, const char *sentence)
{
	if (code == ORDER_STOPPING)
		tell_stopping(call, sentence);
	else
		varlink_call_error(call, INTERFACE_ERROR("OrderRefused"), answer_refused(code, said(sentence)));
}

static bool invalid(struct varlink_call *call, const char *name)
{
	varlink_call_invalid(call, name);
	return false;
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

/* 1 up to max, or as it is when it was not given. */
static bool take_counting(struct varlink_call *call, const char *name, uint32_t max, uint32_t *ret)
{
	int64_t value = *ret;
	if (varlink_call_int(call, name, &value) && (value < 1 || value > max))
		return invalid(call, name);
	*ret = (uint32_t)value;
	return true;
}

bool take_limit(struct varlink_call *call, uint32_t fallback, uint32_t max, uint32_t *ret)
{
	*ret = fallback;
	return take_counting(call, "limit", max, ret);
}

bool take_weeks(struct varlink_call *call, uint32_t *ret)
{
	*ret = WEEKS_DEFAULT;
	return take_counting(call, "weeks", WEEKS_MAX, ret);
}

bool take_number(struct varlink_call *call, const char *name, uint32_t *ret)
{
	*ret = 0;
	return take_counting(call, name, NUMBER_MAX, ret);
}

bool take_id(struct varlink_call *call, const char *name, uint32_t *ret)
{
	*ret = 0;
	return take_counting(call, name, UINT32_MAX - 1, ret);
}

bool take_until(struct varlink_call *call, int64_t *ret)
{
	*ret = 0;
	if (varlink_call_int(call, "until", ret) && (*ret <= clock_wall_s() || *ret > UNTIL_MAX))
		return invalid(call, "until");
	return true;
}

bool take_time(struct varlink_call *call, const char *name, int64_t *ret)
{
	*ret = 0;
	if (varlink_call_int(call, name, ret) && (*ret < 1 || *ret > UNTIL_MAX))
		return invalid(call, name);
	return true;
}

/* word: a code, or the code as the client's tables say it; NULL, or another word: R_NONE. */
static uint16_t reason_of(const char *word)
{
	for (uint16_t reason = R_NONE + 1; word != NULL && reason < REASON_COUNT; reason++)
		if (strcasecmp(word, reason_code((enum reason)reason)) == 0 ||
		    strcasecmp(word, tr(reason_code((enum reason)reason))) == 0)
			return reason;
	return R_NONE;
}

bool take_cause(struct varlink_call *call, uint16_t *ret)
{
	const char *word = varlink_call_string(call, "cause");
	*ret = reason_of(word);
	return word == NULL || *ret != R_NONE || invalid(call, "cause");
}

bool take_unclear(struct varlink_call *call, const char *name, uint16_t *ret)
{
	const char *word = varlink_call_string(call, name);
	*ret = reason_of(word);
	return word == NULL || reason_is_unclear((enum reason) * ret) || invalid(call, name);
}

bool take_role(struct varlink_call *call, const struct view *view, uint8_t *ret)
{
	const char *word = varlink_call_string(call, "role");
	*ret = word != NULL ? role_find(view->policy, text_of(word)) : ROLE_NONE;
	return word == NULL || *ret != ROLE_NONE || invalid(call, "role");
}

/* ---- holds -------------------------------------------------------------------------------------------- */

static bool read_id(struct text text, uint32_t *ret)
{
	uint64_t id = 0;
	if (text.len == 0 || text.len > 10)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		id = id * 10 + (uint64_t)(text.at[i] - '0');
	}
	*ret = (uint32_t)id;
	return id > 0 && id < UINT32_MAX;
}

static bool read_digest(struct text text, char ret[DIGEST_MAX + 1])
{
	static const char upper[] = "ABCDEF", lower[] = "abcdef";
	if (text.len < DIGEST_MIN || text.len > DIGEST_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.at[i] != '\0' ? strchr(upper, text.at[i]) : NULL;
		ret[i] = at != NULL ? lower[at - upper] : text.at[i];
		if (ret[i] == '\0' || strchr("0123456789abcdef", ret[i]) == NULL)
			return false;
	}
	ret[text.len] = '\0';
	return true;
}

bool take_hold(struct varlink_call *call, struct hold_key *ret)
{
	struct text number = text_trim(text_of(varlink_call_string(call, "id"))), whole = number, digest;
	*ret = (struct hold_key){0};
	bool named = text_split(whole, '-', &number, &digest);
	if (!read_id(number, &ret->id) || (named && !read_digest(digest, ret->digest)))
		return invalid(call, "id");
	return true;
}

/* ---- words and people --------------------------------------------------------------------------------- */

static bool is_free_of_national_numbers(struct varlink_call *call, struct text text)
{
	if (!national_number_within(text))
		return true;
	refuse(call, ORDER_REFUSED,
	       tr("it holds a national number (rijksregisternummer), which is personal data under its own law and is "
		  "kept nowhere here: name the person by vo-id, login, mail address or name"));
	return false;
}

bool take_words(struct varlink_call *call, const char *name, const char **ret)
{
	const char *words = varlink_call_string(call, name);
	struct text text = text_of(words);
	*ret = words != NULL ? words : "";
	if (words == NULL)
		return true;
	if (text_is_empty(text_trim(text)) || text.len > WORDS_MAX || !text_is_clean(text))
		return invalid(call, name);
	return is_free_of_national_numbers(call, text);
}

bool take_owner(struct varlink_call *call, const char **ret)
{
	*ret = NULL;
	return varlink_call_string(call, "owner") == NULL || take_words(call, "owner", ret);
}

bool take_name(struct varlink_call *call, struct text *ret)
{
	*ret = text_trim(text_of(varlink_call_string(call, "person")));
	if (text_is_empty(*ret) || ret->len > PERSON_MAX)
		return invalid(call, "person");
	return is_free_of_national_numbers(call, *ret);
}

static bool copy_vo_id(struct text vo_id, char ret[VO_ID_SIZE])
{
	if (!vo_id_is_usable(vo_id))
		return false;
	memcpy(ret, vo_id.at, vo_id.len);
	ret[vo_id.len] = '\0';
	return true;
}

bool take_vo_id(struct varlink_call *call, struct somebody *ret)
{
	struct text who;
	*ret = (struct somebody){.person = NONE};
	if (!take_name(call, &who))
		return false;
	return copy_vo_id(who, ret->vo_id) || invalid(call, "person");
}

static bool take_one(struct varlink_call *call, const struct view *view, uint32_t person, struct somebody *ret)
{
	struct text vo_id = text_trim(entry_value(view_source(view)->people[person].entry, FIELD_VO_ID));
	ret->person = person;
	if (copy_vo_id(vo_id, ret->vo_id))
		return true;
	refuse(call, ORDER_REFUSED,
	       tr("the person's entry at the source has no usable key (vo-id), so nothing can be written down for it: "
		  "ask the Edison helpdesk"));
	return false;
}

bool take_person(struct varlink_call *call, const struct view *view, struct somebody *ret)
{
	struct text who;
	uint32_t people[CANDIDATES_MAX];
	*ret = (struct somebody){.person = NONE};
	if (!take_name(call, &who))
		return false;
	uint32_t total = explain_find(view_source(view), who, people, CANDIDATES_MAX);
	if (total == 1)
		return take_one(call, view, people[0], ret);
	if (total > 1)
		varlink_call_error(call, INTERFACE_ERROR("Ambiguous"), answer_ambiguous(view, people, total));
	else if (copy_vo_id(who, ret->vo_id))
		return true;
	else
		refuse_unknown(call, "person");
	return false;
}
