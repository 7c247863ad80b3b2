/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema.h - the tables of the ledger, as numbered migrations.
 *
 * Migration n leads from version n - 1 to n, in one transaction with its version number: a crash leaves the old or the
 * new version. A released migration is never changed; a new one is added at the end. Version 0 is an empty file.
 */
#ifndef DUAAL_LEDGER_SCHEMA_H
#define DUAAL_LEDGER_SCHEMA_H

#include "ledger/db.h"

#define SCHEMA_VERSION 8

extern const char *const schema_migrations[SCHEMA_VERSION];

/* Runs what is missing of count migrations. */
MUST_USE int schema_migrate(struct db *db, const char *const *migrations, int count, struct err *err);

#endif
