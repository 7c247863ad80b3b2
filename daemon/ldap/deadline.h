/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * deadline.h - the last word against a stall: alarm(2) with its default action ends the helper.
 *
 * Armed before each blocking call and moved on by progress. The planner sees end of file: one failed read.
 */
#ifndef DUAAL_LDAP_DEADLINE_H
#define DUAAL_LDAP_DEADLINE_H

void deadline_set(unsigned seconds); /* the period; 0 is refused and means 30 */
void deadline_progress(void);        /* arms, or moves on; at most one system call a second */
void deadline_off(void);             /* while waiting for the planner, which may take as long as it likes */

#endif
