/* SPDX-License-Identifier: EUPL-1.2 */
/* duration.c - "30s", "15min", "24h", "7d", or plain seconds. */
#include <string.h>

#include "config/setting.h"

static bool unit_seconds(const char *unit, uint64_t *ret)
{
	static const struct {
		const char *name;
		uint32_t seconds;
	} units[] = {{"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 24 * 3600}};
	while (*unit == ' ')
		unit++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		*ret = units[i].seconds;
		return true;
	}
	return false;
}

bool duration_parse(const char *text, uint32_t *ret_s)
{
	uint64_t value = 0, unit;
	const char *at = text;
	for (; *at >= '0' && *at <= '9' && value <= UINT32_MAX; at++)
		value = value * 10 + (uint64_t)(*at - '0');
	if (at == text || value > UINT32_MAX || !unit_seconds(at, &unit) || value * unit > UINT32_MAX)
		return false;
	*ret_s = (uint32_t)(value * unit);
	return true;
}
