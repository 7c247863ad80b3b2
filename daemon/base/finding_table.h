/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * finding_table.h - what is examined when somebody asks for the doctor: one table for the helpers, the socket, help and man page.
 *
 *   X(NAME, "D01", "what is looked at", "what to do where a finding names no command of its own")
 *
 * Ids are never used again.
 */
#ifndef DUAAL_BASE_FINDING_TABLE_H
#define DUAAL_BASE_FINDING_TABLE_H

/* clang-format off */
#define FINDING_TABLE(X) \
	X(HELPER, "D01", "the helper answers", "journalctl -u duaalsyncd -u 'duaalsync-*' -n 50") \
	X(CONNECTION, "D02", "connection, credentials and identity", "follow the sentence, then: duaalctl sync --wait") \
	X(CERTIFICATE, "D03", "how long the server's certificate is valid", "ask the directory's administrator for a new certificate before then") \
	X(OWN_CERTIFICATE, "D04", "how long our own certificate is valid", "put a new one at certificate_file and key_file; the next read uses it") \
	X(SCHEMA, "D05", "the schema knows what the configuration names", "correct the attribute or class in duaalsyncd.conf, or load the schema, then: systemctl reload duaalsyncd") \
	X(INDEX, "D06", "what is searched for is indexed", "ask the directory's administrator which of these are indexed") \
	X(SEARCH, "D07", "each search gives something", "correct base or filter in duaalsyncd.conf, or what this identity may read") \
	X(LIMIT, "D08", "the server's limits let a whole search through", "ask the directory's administrator for no size and time limit for this identity, or set page_size") \
	X(PAGING, "D09", "paging", "set page_size as the sentence says, then: systemctl reload duaalsyncd") \
	X(POSITION, "D10", "a source that went back is noticed", "ask the directory's administrator to let this identity read the position: contextCSN of OpenLDAP, which takes syncprov, or highestCommittedUSN of Active Directory") \
	X(CANARY, "D11", "canaries can be read with their attributes", "correct the canaries in duaalsyncd.conf, or what this identity may read") \
	X(CLOCK, "D12", "the server's clock beside ours", "let both machines follow the same time servers: timedatectl timesync-status") \
	X(WRITE, "D13", "we may write our groups", "result 53: let the server take changes; else give this identity the rights of conf/slapd-target-acl.conf") \
	X(FENCE, "D14", "the server knows assertions (RFC 4528)", "nothing to do now; changes by others in the same second may be overlooked on such a server") \
	X(EMPTY_GROUP, "D15", "groups may be empty", "use a class of groups that may be empty, as duaalGroup of duaalsync.schema") \
	X(DISK, "D16", "room for the ledger", "df -h; make room where the ledger is: nothing is written to the directory when it is full") \
	X(CONFINEMENT, "D17", "the helper is confined", "nothing to do under a sanitizer; else use the build of your distribution") \
	X(UNIT, "D18", "the daemon runs as a confined service", "let the service run it: systemctl enable --now duaalsyncd; systemd-analyze security duaalsyncd.service shows what it may do") \
	X(AUTHORITY, "D19", "how long ca_file vouches for servers", "put the certificate of the next authority into ca_file beside the old one; the next read uses both") \
	X(NUMBERS, "D20", "the server's limits as numbers", "ask the directory's administrator. OpenLDAP: slapcat -n 0 | grep -iE 'limit'; 389: dsconf INSTANCE config get nsslapd-sizelimit nsslapd-timelimit") \
	X(OTHERS, "D21", "the other servers of the list can be used too", "mend the server that the sentence names, or take it out of uri; the next read uses the list again") \
	X(SHOWN, "D22", "institutions show what admits them", "let this identity read these attributes of institutions, or correct them in source.institutions.attributes of duaalsyncd.conf") \
	X(NATIONAL_NUMBER, "D23", "people can be searched by national number, which cannot be read", "ask the directory's administrator for the right to search this attribute, and no more (OpenLDAP: search; 389: search, compare)")
/* clang-format on */

enum finding_check {
#define X(name, id, what, mend) FINDING_##name,
	FINDING_TABLE(X)
#undef X
		FINDING_CHECKS
};

#endif
