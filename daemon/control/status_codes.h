/* SPDX-License-Identifier: EUPL-1.2 */
/* status_codes.h - what the codes of the status mean. */
#ifndef DUAAL_CONTROL_STATUS_CODES_H
#define DUAAL_CONTROL_STATUS_CODES_H

/* A sentence without full stop: from status_code_table.h, or of the reason with that code; "" for "ok" and what is in neither.
 * In the language that is used now. */
const char *status_code_meaning(const char *part, const char *code);

#endif
