/* SPDX-License-Identifier: EUPL-1.2 */
/* certificate.c - see certificate.h. */
#include "model/certificate.h"

#include <stdio.h>

#include "base/language.h"

static const char *const names[] = {
	"result",   "references", "pages",    "ranges",     "decoding", "schema",
	"canaries", "floor",      "identity", "connection", "base",
};
_Static_assert(CHECKS_ALL == (1u << (sizeof(names) / sizeof(names[0]))) - 1, "one name a check");

const char *certificate_check_name(unsigned place)
{
	return place < sizeof(names) / sizeof(names[0]) ? names[place] : "unknown";
}

bool certificate_is_complete(const struct certificate *cert)
{
	return (cert->checks & CHECKS_ALL) == CHECKS_ALL;
}

const char *certificate_missing(const struct certificate *cert, char *out, size_t size)
{
	char missing[256] = "";
	size_t len = 0;
	if (size == 0)
		return "";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && len < sizeof(missing); i++) {
		if ((cert->checks & 1u << i) != 0)
			continue;
		int more = snprintf(missing + len, sizeof(missing) - len, "%s%s", len > 0 ? ", " : "", names[i]);
		len += more > 0 ? (size_t)more : 0;
	}
	out[0] = '\0';
	if (len > 0)
		snprintf(out, size, N_("no proof of: %s"), missing);
	return out;
}

struct text certificate_own_dn(const struct certificate *cert)
{
	const struct text identity = text_of(cert->identity), prefix = text_of("dn:");
	if (!text_starts_nocase(identity, prefix))
		return text_of(NULL);
	/* 389 Directory Server answers "dn: cn=...", with a space that belongs to neither. */
	return text_trim(text_make(identity.at + prefix.len, identity.len - prefix.len));
}
