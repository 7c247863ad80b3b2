/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cycle_remember.c - what a complete cycle leaves behind besides its facts: the source's position and size, what ended at its time, and
 * a line in the log for each hold that opened or ended.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "base/log.h"
#include "core/hold.h"
#include "model/number.h"
#include "run/cycle_parts.h"

#define TOLD_SINGLY   20
#define HEAD_EVERY_MS (3600 * 1000)

/* ---- the source -------------------------------------------------------------------------------- */

/* Numbers of a server that counts, after those of one that does not, or the other way about. */
static bool is_other_kind(const struct csn_vector *then, const struct csn_vector *now)
{
	return then->count > 0 && now->count > 0 && csn_is_usn(&then->at[0]) != csn_is_usn(&now->at[0]);
}

/* One that went back and was accepted counts as it is now; else the newest of each server stays. */
static void take_position(const struct run *run, const struct csn_vector *now, struct csn_vector *kept)
{
	if (run->thought.timeline.accepted > 0 || is_other_kind(kept, now))
		*kept = *now;
	for (uint32_t i = 0; i < now->count; i++)
		(void)csn_vector_merge(kept, &now->at[i]);
}

static void take_size(const struct run *run, uint32_t now, uint32_t *kept)
{
	if (run->facts.released || !source_is_shrunken(run->config.guard, *kept, now))
		*kept = now;
}

static void take_source(struct run *run, uint32_t source)
{
	const struct source_size size = source_size_of(run->source, source);
	struct source_position *kept =
		source_position_keep(&run->past.positions, source_bases_of(run->source, source)->name);
	take_position(run, &source_certificate_of(run->source, source)->position, &kept->vector);
	take_size(run, size.people, &kept->people);
	take_size(run, size.institutions, &kept->institutions);
}

static void tell_other_servers(const struct source_snapshot *source, uint32_t which)
{
	for (uint32_t i = 0; which >> i != 0; i++)
		if ((which >> i & 1) != 0)
			log_event(LOG_SOURCE_OTHER_MESSAGE,
				  "%s: its position says nothing about what was applied before",
				  source_certificate_of(source, i)->server);
}

/* After a source that shrank, the larger one stays what the next is compared with, until nothing is held. */
static void accept_source(struct run *run)
{
	struct past *past = &run->past;
	const struct source_snapshot *source = run->source;
	if (!run->facts.source_accepted)
		return;
	tell_other_servers(source, run->thought.timeline.other_servers);
	for (uint32_t i = 0; i < source_number(source); i++)
		take_source(run, i);
	take_size(run, source->people_count - source->asked_count, &past->source_people);
	take_size(run, source->institution_count, &past->source_institutions);
	if (run->facts.released)
		past->released_members = target_memberships(run->target);
}

/* ---- what ends at its time --------------------------------------------------------------------- */

static void log_lapsed(const struct past_freeze *freeze)
{
	if (freeze->pause)
		log_event(LOG_LAPSED_MESSAGE, "the pause that uid %u ordered ended at its time", freeze->by);
	else if (freeze->number == 0)
		log_event(LOG_LAPSED_MESSAGE, "the freeze of all institutions that uid %u ordered ended at its time",
			  freeze->by);
	else
		log_event(LOG_LAPSED_MESSAGE, "the freeze of institution %u that uid %u ordered ended at its time",
			  freeze->number, freeze->by);
}

static int end_freezes(struct run *run, int64_t now_s, struct err *err)
{
	struct past *past = &run->past;
	int e = 0;
	for (size_t i = past->freeze_count; i-- > 0 && e == 0;) {
		const uint32_t id = past->freezes[i].id;
		if (past->freezes[i].until_s > now_s)
			continue;
		log_lapsed(&past->freezes[i]);
		past_forget_freeze(past, id);
		e = ledger_client_thaw(&run->ledger, id, err);
	}
	return e;
}

static int end_pins(struct run *run, int64_t now_s, struct err *err)
{
	struct past *past = &run->past;
	uint32_t ended = 0;
	int e = 0;
	for (size_t i = past->pin_count; i-- > 0 && e == 0;) {
		const struct past_pin pin = past->pins[i];
		if (pin.until_s > now_s)
			continue;
		ended++;
		past_forget_pin(past, &pin.person, pin.number, pin.role);
		e = ledger_client_unpin(&run->ledger, &pin, err);
	}
	if (ended > 0)
		log_event(LOG_LAPSED_MESSAGE, "%u memberships that an undo had set are the source's again", ended);
	return e;
}

/* ---- holds, told and in the log ---------------------------------------------------------------- */

/* "8 operations at institution 30569", in the language that is used now. */
static const char *count_operations(const struct past_hold *hold, char out[96])
{
	if (hold->number != 0 && hold->number != NUMBER_EVERYWHERE)
		snprintf(out, 96,
			 tr_count("%u operation at institution %u", "%u operations at institution %u", hold->op_count),
			 hold->op_count, hold->number);
	else
		snprintf(out, 96, tr_count("%u operation", "%u operations", hold->op_count), hold->op_count);
	return out;
}

/* format: with its name, what it holds, why, and when it expires. */
#define describe_hold(run, hold, format, ret)                                                                          \
	saying_put(ret, format, hold_name(hold, (char[HOLD_NAME_SIZE]){""}), count_operations(hold, (char[96]){""}),   \
		   rule_sentence((enum reason)(hold)->rule, (run)->config.guard, &(run)->past,                         \
				 (run)->thought.policy.source, (char[RULE_SENTENCE_SIZE]){""}),                        \
		   clock_format((hold)->expires_s, (char[CLOCK_TEXT_SIZE]){""}))

static void note_opened(struct run *run, const struct guard_verdict *verdict)
{
	struct saying sentence = {0};
	for (uint32_t i = 0; i < verdict->opened_count && i < TOLD_SINGLY; i++) {
		const struct past_hold *hold = &verdict->opened[i];
		describe_hold(run, hold, N_("hold %s opened: %s: %s; expires %s"), &sentence);
		news_hold(run, "opened", hold, &sentence);
		log_event(LOG_HOLD_OPENED_MESSAGE, "%s", sentence.in[LANGUAGE_ENGLISH]);
	}
	if (verdict->opened_count <= TOLD_SINGLY)
		return;
	const uint32_t more = verdict->opened_count - TOLD_SINGLY;
	saying_put(&sentence, tr_count("and %u more hold", "and %u more holds", more), more);
	news_hold(run, "opened", NULL, &sentence);
	log_event(LOG_HOLD_OPENED_MESSAGE, "%s", sentence.in[LANGUAGE_ENGLISH]);
}

/* Its list and its reason were the past's, which has forgotten it. */
static void note_over(struct run *run, const struct past_hold *ended)
{
	struct saying sentence = {0};
	char name[HOLD_NAME_SIZE];
	struct past_hold hold = *ended;
	hold.ops = NULL;
	hold.op_count = 0;
	hold.said = NULL;
	if (ended->state == HOLD_EXPIRED)
		describe_hold(run, ended, N_("hold %s: %s: %s; expired %s"), &sentence);
	else
		saying_put(&sentence, "hold %s is over: nothing of it is left to decide", hold_name(ended, name));
	news_hold(run, ended->state == HOLD_EXPIRED ? "expired" : "over", &hold, &sentence);
	if (ended->state == HOLD_EXPIRED)
		log_event(LOG_HOLD_EXPIRED_MESSAGE, "%s", sentence.in[LANGUAGE_ENGLISH]);
}

static void note_ended(struct run *run, const struct guard_verdict *verdict)
{
	struct saying sentence = {0};
	for (uint32_t i = 0; i < verdict->ended_count && i < TOLD_SINGLY; i++)
		note_over(run, &verdict->ended[i]);
	if (verdict->ended_count <= TOLD_SINGLY)
		return;
	const uint32_t more = verdict->ended_count - TOLD_SINGLY;
	saying_put(&sentence, tr_count("%u more hold is over", "%u more holds are over", more), more);
	news_hold(run, "over", NULL, &sentence);
}

/* Each is told once: they expire in the order of their numbers. */
static void log_expiring(struct run *run, int64_t now_s)
{
	struct saying sentence = {0};
	const struct past *past = &run->past;
	for (size_t i = 0; i < past->hold_count; i++) {
		const struct past_hold *hold = &past->holds[i];
		if (hold->state != HOLD_OPEN || hold->expires_s - now_s > HOLD_EXPIRES_SOON_S ||
		    hold->id <= run->expiring_told)
			continue;
		run->expiring_told = hold->id;
		describe_hold(run, hold, N_("hold %s: %s: %s; expires %s"), &sentence);
		log_event(LOG_HOLD_EXPIRES_SOON_MESSAGE, "%s", sentence.in[LANGUAGE_ENGLISH]);
	}
}

int cycle_remember(struct run *run, struct err *err)
{
	int64_t now_s = run->thought.policy.now_s; /* not later than what was thought: it still counted then */
	run->past.first_contact = false;
	accept_source(run);
	note_opened(run, &run->thought.verdict);
	note_ended(run, &run->thought.verdict);
	log_expiring(run, now_s);
	int e = end_freezes(run, now_s, err);
	return e < 0 ? e : end_pins(run, now_s, err);
}

/* ---- heads of the chain ------------------------------------------------------------------------ */

void journal_tell(struct run *run)
{
	struct journal *j = &run->journal;
	char hex[2 * sizeof j->head.hash + 1];
	if (j->head.seq == 0 || j->head.seq == j->told_seq)
		return;
	for (size_t i = 0; i < sizeof j->head.hash; i++)
		snprintf(hex + 2 * i, 3, "%02x", j->head.hash[i]);
	log_event(LOG_LEDGER_HEAD_MESSAGE, "row %llu of the ledger: %s", (unsigned long long)j->head.seq, hex);
	j->told_seq = j->head.seq;
	j->told_ms = clock_boot_ms();
}

void cycle_head(void *ctx, const struct ledger_head *head)
{
	struct run *run = ctx;
	run->journal.head = *head;
	if (run->journal.told_ms == 0 || clock_boot_ms() - run->journal.told_ms >= HEAD_EVERY_MS)
		journal_tell(run);
}
