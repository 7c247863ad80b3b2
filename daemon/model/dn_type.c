/* SPDX-License-Identifier: EUPL-1.2 */
/* dn_type.c - see dn_type.h: the table. */
#include "model/dn_type.h"

/* The most frequent first: dn_type_folds runs for every RDN of every member value. */
static const struct {
	struct text name;
	enum dn_rule rule;
	const char *oid;
	const char *long_name; /* NULL: none */
} types[] = {
#define TYPE(name, rule, oid, long_name)                                                                               \
	{                                                                                                              \
		{name, sizeof(name) - 1}, DN_RULE_##rule, oid, long_name                                               \
	}
	TYPE("uid", FOLD, "0.9.2342.19200300.100.1.1", "userid"),
	TYPE("ou", FOLD, "2.5.4.11", "organizationalunitname"),
	TYPE("dc", IA5, "0.9.2342.19200300.100.1.25", "domaincomponent"),
	TYPE("cn", FOLD, "2.5.4.3", "commonname"),
	TYPE("o", FOLD, "2.5.4.10", "organizationname"),
	TYPE("c", FOLD, "2.5.4.6", "countryname"),
	TYPE("l", FOLD, "2.5.4.7", "localityname"),
	TYPE("st", FOLD, "2.5.4.8", "stateorprovincename"),
	TYPE("sn", FOLD, "2.5.4.4", "surname"),
	TYPE("street", FOLD, "2.5.4.9", "streetaddress"),
	TYPE("title", FOLD, "2.5.4.12", NULL),
	TYPE("givenname", FOLD, "2.5.4.42", "gn"),
	TYPE("initials", FOLD, "2.5.4.43", NULL),
	TYPE("name", FOLD, "2.5.4.41", NULL),
	TYPE("description", FOLD, "2.5.4.13", NULL),
	TYPE("businesscategory", FOLD, "2.5.4.15", NULL),
	TYPE("postalcode", FOLD, "2.5.4.17", NULL),
	TYPE("postofficebox", FOLD, "2.5.4.18", NULL),
	TYPE("physicaldeliveryofficename", FOLD, "2.5.4.19", NULL),
	TYPE("serialnumber", FOLD, "2.5.4.5", NULL),
	TYPE("generationqualifier", FOLD, "2.5.4.44", NULL),
	TYPE("dnqualifier", FOLD, "2.5.4.46", NULL),
	TYPE("houseidentifier", FOLD, "2.5.4.51", NULL),
	TYPE("mail", IA5, "0.9.2342.19200300.100.1.3", "rfc822mailbox"),
	TYPE("uniqueidentifier", FOLD, "0.9.2342.19200300.100.1.44", NULL),
	TYPE("co", FOLD, "0.9.2342.19200300.100.1.43", "friendlycountryname"),
	TYPE("employeenumber", FOLD, "2.16.840.1.113730.3.1.3", NULL),
	TYPE("displayname", FOLD, "2.16.840.1.113730.3.1.241", NULL),
	TYPE("telephonenumber", PHONE, "2.5.4.20", NULL),
	TYPE("mobile", PHONE, "0.9.2342.19200300.100.1.41", "mobiletelephonenumber"),
	TYPE("internationalisdnnumber", NUMERIC, "2.5.4.25", NULL),
	TYPE("x121address", NUMERIC, "2.5.4.24", NULL),
	/* ours (ldap-schema/): no OID here, it is written by name only */
	TYPE("duaalinstitutionnumber", NUMERIC, NULL, NULL),
#undef TYPE
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

struct dn_type dn_type_find(struct text written)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (text_equal_nocase(written, types[i].name) ||
		    (types[i].long_name != NULL && text_equal_nocase(written, text_of(types[i].long_name))) ||
		    (types[i].oid != NULL && text_equal(written, text_of(types[i].oid))))
			return (struct dn_type){types[i].name.at, types[i].rule};
	return (struct dn_type){NULL, DN_RULE_EXACT};
}

bool dn_type_folds(struct text lower)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (lower.len == types[i].name.len && memcmp(lower.at, types[i].name.at, lower.len) == 0)
			return types[i].rule == DN_RULE_FOLD || types[i].rule == DN_RULE_IA5;
	return false;
}
