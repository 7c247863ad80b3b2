/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * last_word.h - is what the ledger remembers of the source the last thing that the source said to us? past.source_on_record holds the answer, by
 * which a daemon that was started anew while the source is down goes (core/diff_unread.c).
 *
 * A daemon that kept running would have read on for as long as the source could be read. So the record counts only where nobody was away for
 * longer than a complete read may be old (schedule.stale_warning), where every cycle since says that the source could not be read, and where
 * the same settings apply. A clock that stands in another year shows itself as a long absence.
 */
#ifndef DUAAL_RUN_LAST_WORD_H
#define DUAAL_RUN_LAST_WORD_H

#include "model/past.h"
#include "run/run.h"

/* After a load. Of several sources, those that could be read had newer words than the record in each cycle that could not read them all. */
bool last_word_is_on_record(const struct past *past, const struct run_config *config, int64_t now_s);
/* A cycle ended without remembering: what it read of the source, if it did, is on no record. That outlives the past, which is loaded anew after
 * a reload, when the snapshot has gone. */
void last_word_missed(struct run *run);

#endif
