/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * support_parts.h - what a support bundle holds besides answers of the daemon. Each function adds the text of one file to out, with
 * nobody's name in it; what cannot be had is said in its place, because a bundle is made when something is wrong.
 */
#ifndef DUAAL_CTL_SUPPORT_PARTS_H
#define DUAAL_CTL_SUPPORT_PARTS_H

#include "base/buf.h"
#include "ctl/pseudonym.h"

/* The file with the settings: names of settings, numbers, durations and words of ours stay, comments go. ERR_IO: it cannot be read, or not to
 * its end; err has the system's own word for it. */
MUST_USE int support_configuration(struct pseudonyms *p, const char *path, struct buf *out, struct err *err);
/* A text as a setting file writes it, for the tests. */
void support_settings(struct pseudonyms *p, struct text in, struct buf *out);
/* How often each message of ours is in the journal of the last seven days, and the last of them. folder NULL: this machine's journal. */
void support_journal(struct pseudonyms *p, const char *folder, int64_t now_s, struct buf *out);
/* Of this program, the system, and the packages that we stand on. */
void support_versions(struct buf *out);

#endif
