/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * plan_ldif.h - what the next round of writing would send, as LDIF (RFC 2849) that ldapmodify takes: composed as apply composes it, with the
 * groups moved on as if every answer were good. It writes nothing.
 *
 * Page by page, so that a first fill of a million people neither fills an answer nor holds up the loop. A page is gone on with in the same
 * thought only; whoever reads another one from its begin takes this one's place.
 */
#ifndef DUAAL_RUN_PLAN_LDIF_H
#define DUAAL_RUN_PLAN_LDIF_H

#include "run/compose.h"

struct plan_ldif {
	uint64_t thought; /* number of the one that is gone through; 0: none */
	uint64_t page;    /* the next one */
	enum phase phase;
	struct compose compose;
	struct group_now *groups; /* owned */
	uint32_t composed;        /* changes so far */
};

/* page: 0, or what *ret_next said; *ret_next 0: that was all. The text is ASCII. ERR_CONFLICT: the plan is another one now, or somebody
 * else began to read it: begin anew. ERR_INVALID: an attribute or a class is not configured. ERR_NOMEM. */
MUST_USE int plan_ldif_page(struct plan_ldif *l, const struct thought *thought, const struct target_settings *set,
			    uint64_t page, struct buf *out, uint64_t *ret_next, struct err *err);
void plan_ldif_done(struct plan_ldif *l);

#endif
