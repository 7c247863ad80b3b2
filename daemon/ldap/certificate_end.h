/* SPDX-License-Identifier: EUPL-1.2 */
/* certificate_end.h - until when an X.509 certificate is valid (RFC 5280 section 4.1.2.5). Nothing else of it is looked at. */
#ifndef DUAAL_LDAP_CERTIFICATE_END_H
#define DUAAL_LDAP_CERTIFICATE_END_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

bool certificate_der_end(struct text der, int64_t *ret_s); /* false: it cannot be read */

#endif
