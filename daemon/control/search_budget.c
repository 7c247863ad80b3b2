/* SPDX-License-Identifier: EUPL-1.2 */
/* search_budget.c - see search_budget.h. */
#include "control/search_budget.h"

#define EVERYBODY 0
#define SHARED    (SEARCH_BUDGETS - 1)

static int64_t left_ms(const struct search_budget *budget, int64_t now_ms)
{
	int64_t left = budget->used_ms - (now_ms - budget->at_ms);
	return left > 0 ? left : 0;
}

/* Of this user; else one of which nothing is used; else the shared one. */
static struct search_budget *find(struct search_budget *budgets, uid_t uid, int64_t now_ms)
{
	struct search_budget *empty = &budgets[SHARED];
	for (int i = EVERYBODY + 1; i < SHARED; i++) {
		bool is_empty = left_ms(&budgets[i], now_ms) == 0;
		if (!is_empty && budgets[i].uid == uid)
			return &budgets[i];
		if (is_empty)
			empty = &budgets[i];
	}
	return empty;
}

/* change_ms negative: so much less; nobody has more than the whole. */
static void use(struct search_budget *budget, uid_t uid, int64_t change_ms, int64_t now_ms)
{
	int64_t used = left_ms(budget, now_ms) + change_ms;
	*budget = (struct search_budget){.uid = uid, .used_ms = used > 0 ? used : 0, .at_ms = now_ms};
}

bool search_budget_take(struct search_budget *budgets, uid_t uid, int64_t now_ms)
{
	struct search_budget *all = &budgets[EVERYBODY], *own = find(budgets, uid, now_ms);
	if (left_ms(all, now_ms) > (SEARCH_ALL_BURST - 1) * SEARCH_ALL_EVERY_MS ||
	    left_ms(own, now_ms) > (SEARCH_BURST - 1) * SEARCH_EVERY_MS)
		return false;
	use(all, 0, SEARCH_ALL_EVERY_MS, now_ms);
	use(own, uid, SEARCH_EVERY_MS, now_ms);
	return true;
}

void search_budget_give_back(struct search_budget *budgets, uid_t uid, int64_t now_ms)
{
	use(&budgets[EVERYBODY], 0, -SEARCH_ALL_EVERY_MS, now_ms);
	use(find(budgets, uid, now_ms), uid, -SEARCH_EVERY_MS, now_ms);
}
