/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * search_budget.h - how often a source is searched by a national number, by user and in all: a question for people at a desk, and no way
 * of trying numbers out. Nobody is exempt: whoever runs as root by mistake is a program, too.
 *
 * A user has SEARCH_BURST at once, and one more every SEARCH_EVERY_MS; all together have the same of SEARCH_ALL_... Fewer start helpers
 * than the trigger limit of their sockets lets through (twenty within two seconds), since each search takes a new one.
 */
#ifndef DUAAL_CONTROL_SEARCH_BUDGET_H
#define DUAAL_CONTROL_SEARCH_BUDGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SEARCH_BURST        8
#define SEARCH_EVERY_MS     (3 * 60 * 1000)
#define SEARCH_ALL_BURST    16
#define SEARCH_ALL_EVERY_MS (30 * 1000)
#define SEARCH_BUDGETS      18 /* of everybody; of users; the last one is shared by whoever finds no other */

struct search_budget {
	uid_t uid;
	int64_t used_ms, at_ms; /* so much of the burst was used then; it goes down by itself */
};

/* budgets: SEARCH_BUDGETS of them, zeros at first. now_ms: clock_boot_ms. true: one more search, which is counted. */
bool search_budget_take(struct search_budget *budgets, uid_t uid, int64_t now_ms);
/* One that was taken led to no search. */
void search_budget_give_back(struct search_budget *budgets, uid_t uid, int64_t now_ms);

#endif
