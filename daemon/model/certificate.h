/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * certificate.h - the proof that a read of one directory was complete (I1), kept with the snapshot.
 *
 * The helper fills it while reading; the planner counts what it received against it. A read whose
 * certificate lacks one check has no snapshot. Kept with its cycle in the ledger.
 */
#ifndef DUAAL_MODEL_CERTIFICATE_H
#define DUAAL_MODEL_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/csn.h"
#include "model/entry.h"

enum certificate_check {
	CHECK_RESULT = 1 << 0,     /* every search ended with result code 0 */
	CHECK_REFERENCE = 1 << 1,  /* no search reference came back */
	CHECK_PAGES = 1 << 2,      /* every page carried its control, the last cookie was empty; or no paging */
	CHECK_RANGE = 1 << 3,      /* no ranged value left open */
	CHECK_DECODED = 1 << 4,    /* every message could be decoded, every entry had an entryUUID */
	CHECK_SCHEMA = 1 << 5,     /* the server's schema knows every attribute used in a filter or asked for */
	CHECK_CANARIES = 1 << 6,   /* every canary entry was seen with its rights attribute */
	CHECK_FLOOR = 1 << 7,      /* the floor counts were reached */
	CHECK_IDENTITY = 1 << 8,   /* who-am-i answered the configured identity */
	CHECK_CONNECTION = 1 << 9, /* one server and one connection for the whole snapshot */
	CHECK_BASE = 1 << 10,      /* every configured base exists and was readable */
};
#define CHECKS_ALL ((1u << 11) - 1)

/* Until when TLS certificates are valid, in seconds since 1970; 0: there is none, or it cannot be read. For showing: whether one is
 * good for a connection is for the TLS library to say. */
struct tls_ends {
	int64_t server_s;    /* of the server that was read */
	int64_t own_s;       /* ours, that we show it */
	int64_t authority_s; /* the last that ends of those in ca_file: then nothing there vouches for any server */
};

#define TLS_ENDS_SOON_S (30 * 86400) /* a new one should be asked for */
#define TLS_ENDS_NOW_S  (7 * 86400)  /* it should be there */

struct certificate {
	uint32_t checks;
	uint32_t counts[ENTRY_KINDS]; /* entries sent, by kind */
	uint32_t canaries_seen, canaries_expected;
	uint32_t references;
	uint32_t pages;
	int64_t started_s, ended_s; /* wall clock, for showing */
	int64_t started_boot_ms;    /* CLOCK_BOOTTIME, for ordering against our own writes */
	uint32_t duration_ms;
	struct csn_vector position; /* contextCSN read before the first search; count 0: not exposed */
	bool asserts;               /* the server knows assertions (RFC 4528); false: writes are unfenced */
	struct tls_ends tls;        /* not kept */
	char server[256];           /* URI of the connection used */
	char identity[256];         /* who-am-i answer */
	char passed_over
		[384]; /* servers that should have come first, each with what was wrong; empty: none. Not kept */
};

bool certificate_is_complete(const struct certificate *cert);
/* The DN that we are at that server; empty when who-am-i answered with none. Borrowed. */
struct text certificate_own_dn(const struct certificate *cert);
/* What the check at this place of the bits is about: 0 is "result". */
const char *certificate_check_name(unsigned place);
/* Sentence with the names of the missing checks: "no proof of: canaries, schema". */
const char *certificate_missing(const struct certificate *cert, char *out, size_t size);

#endif
