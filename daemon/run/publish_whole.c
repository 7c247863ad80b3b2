/* SPDX-License-Identifier: EUPL-1.2 */
/* publish_whole.c - parts of the status that look across: TLS certificates of both sides, and each institution. See publish_parts.h. */
#include <stdio.h>

#include "base/clock.h"
#include "base/language.h"
#include "control/place_states.h"
#include "run/publish_parts.h"

#define NAMED 3 /* institutions that the sentence names */

/* ---- certificates -------------------------------------------------------------------------------- */

struct ends {
	struct view_end *at;
	uint32_t count;
};

/* source: the name of one of several; NULL: there is one, or it is the target. */
static void add_end(struct ends *ends, int64_t end_s, const char *side, const char *source, const char *what,
		    const char *whose)
{
	struct view_end *end = &ends->at[ends->count];
	if (end_s == 0)
		return;
	snprintf(end->name, sizeof end->name, "%s-%s%s%s", side, source != NULL ? source : "",
		 source != NULL ? "-" : "", what);
	snprintf(end->whose, sizeof end->whose, "%s%s%s", tr(whose), source != NULL ? " " : "",
		 source != NULL ? source : "");
	end->end_s = end_s;
	ends->count++;
}

static void add_source(struct ends *ends, const struct source_snapshot *source, uint32_t at)
{
	const struct tls_ends *tls = &source_certificate_of(source, at)->tls;
	const char *name = source->sources != NULL ? source_bases_of(source, at)->name : NULL;
	add_end(ends, tls->server_s, "source", name, "server", N_("the server of the source"));
	add_end(ends, tls->own_s, "source", name, "own", N_("ours for the source"));
	add_end(ends, tls->authority_s, "source", name, "authority", N_("the last authority (ca_file) of the source"));
}

uint32_t publish_ends(const struct run *run, struct view_end ret[VIEW_ENDS_MAX])
{
	struct ends ends = {.at = ret};
	for (uint32_t i = 0; run->source != NULL && i < source_number(run->source); i++)
		add_source(&ends, run->source, i);
	if (run->target != NULL) {
		const struct tls_ends *tls = &run->target->certificate.tls;
		add_end(&ends, tls->server_s, "target", NULL, "server",
			N_("the server of the application's directory"));
		add_end(&ends, tls->own_s, "target", NULL, "own", N_("ours for the application's directory"));
		add_end(&ends, tls->authority_s, "target", NULL, "authority",
			N_("the last authority (ca_file) of the application's directory"));
	}
	return ends.count;
}

static void tell_end(const struct view_end *end, int64_t left_s, struct verdict_on_part *v)
{
	char time[CLOCK_TEXT_SIZE];
	clock_format(end->end_s, time);
	if (left_s < 0) {
		v->state = PART_CRITICAL;
		v->code = "ended";
		snprintf(v->detail, sizeof v->detail, tr("the certificate of %s ended at %s"), end->whose, time);
		return;
	}
	if (left_s < TLS_ENDS_SOON_S) {
		v->state = left_s < TLS_ENDS_NOW_S ? PART_CRITICAL : PART_WARNING;
		v->code = left_s < TLS_ENDS_NOW_S ? "end-now" : "end-soon";
	}
	snprintf(v->detail, sizeof v->detail,
		 tr_count("the first to end, that of %s, is valid until %s, %lld day from now",
			  "the first to end, that of %s, is valid until %s, %lld days from now", left_s / 86400),
		 end->whose, time, (long long)(left_s / 86400));
}

/* As the last complete reads showed them: they end also while nothing can be read. */
void publish_certificates(struct run *run)
{
	struct view_end ends[VIEW_ENDS_MAX];
	const uint32_t count = publish_ends(run, ends);
	const struct view_end *first = ends;
	struct verdict_on_part v = {PART_OK, "ok", "", ""};
	for (uint32_t i = 1; i < count; i++)
		if (ends[i].end_s < first->end_s)
			first = &ends[i];
	if (count > 0)
		tell_end(first, first->end_s - clock_wall_s(), &v);
	else if (run->source == NULL || run->target == NULL)
		v = (struct verdict_on_part){PART_NOTICE, "not-yet-read", N_("wait for the first read"),
					     N_("not read yet")};
	else
		v = (struct verdict_on_part){PART_OK, "no-tls", "", N_("no connection uses TLS")};
	if (v.state > PART_NOTICE)
		v.next_step = N_("have it replaced; duaalctl doctor tells about each, and whom to ask");
	publish_part(&run->publisher, "certificates", &v);
}

/* ---- institutions -------------------------------------------------------------------------------- */

static void name_places(const struct place_states *states, char *out, size_t size)
{
	size_t len = 0;
	out[0] = '\0';
	for (uint32_t i = 0; i < states->count && i < NAMED && len < size; i++) {
		int more = snprintf(out + len, size - len, "%s%u (%s)", i > 0 ? ", " : "", states->at[i].number,
				    states->at[i].code);
		len += more > 0 ? (size_t)more : 0;
	}
}

static void tell_places(const struct view *view, struct place_states *states, struct verdict_on_part *v,
			char command[COMMAND_SIZE])
{
	char named[256];
	place_states_worst_first(states);
	const struct place_state *worst = &states->at[0];
	*v = (struct verdict_on_part){worst->state, worst->code, command, ""};
	name_places(states, named, sizeof named);
	snprintf(v->detail, sizeof v->detail, tr("institutions not in order: %u; the worst: %s"), states->count, named);
	place_next_step(view, worst, command);
}

/* The other parts and the view are made: what is told about one institution comes from there. */
void publish_institutions(struct run *run, const struct view *view)
{
	struct place_states states;
	char command[COMMAND_SIZE] = "";
	struct verdict_on_part v = publish_fine(run, N_("nothing concerns one of them alone"));
	if (!place_states_make(view, clock_wall_s(), &states))
		v = (struct verdict_on_part){PART_WARNING, "no-memory",
					     N_("give the daemon more memory (MemoryMax= of its unit)"),
					     N_("out of memory: not known")};
	else if (states.count > 0)
		tell_places(view, &states, &v, command);
	publish_thought(run, "institutions", &v);
	place_states_done(&states);
}
