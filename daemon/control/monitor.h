/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * monitor.h - who watches what happens (the method Monitor), and what they are told: a sequence of numbered events, the same for all.
 *
 * Every event has the next number, whether somebody watches or not. Each watcher is told in order, as fast as it reads. What somebody has
 * not read yet is kept once for all of them, EVENTS_KEPT events at most; of what is older the watcher sees the gap in the numbers. Of
 * progress that nobody has read yet only the newest is kept, so that it pushes nothing out. A watcher that reads nothing for idle_s
 * is closed, as every client is. Without a watcher there is no timer, nothing is kept and nothing is built.
 */
#ifndef DUAAL_CONTROL_MONITOR_H
#define DUAAL_CONTROL_MONITOR_H

#include "control/control.h"

#define EVENTS_KEPT 64
#define PROGRESS_MS 250  /* between two looks at the view while it moves */
#define QUIET_MS    5000 /* and while it does not: some parts get older by themselves */

struct monitor;

MUST_USE int monitor_new(struct control *control, struct monitor **ret, struct err *err);
struct monitor *monitor_free(struct monitor *monitor); /* when its watchers have gone; NULL allowed; returns NULL */
void monitor_tell(struct monitor *monitor, const struct control_event *event);
void monitor_moved(struct monitor *monitor); /* the view moved: it is looked at soon */

#endif
