/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * civil.h - the proleptic Gregorian calendar as arithmetic, for date.c and zone.c.
 */
#ifndef DUAAL_MODEL_CIVIL_H
#define DUAAL_MODEL_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_S 86400

int64_t civil_to_day(int64_t year, int month, int day); /* days since 1970-01-01 */
void civil_of_day(int64_t days, int64_t *year, int *month, int *day);
int civil_month_length(int64_t year, int month);
bool civil_is_valid(int64_t year, int month, int day);

/* Division that rounds down, so that instants before 1970 fall on the right day. */
static inline int64_t civil_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

#endif
