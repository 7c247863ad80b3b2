/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * confine.h - a helper gives up what its work does not need, once it knows its settings and before it hears anything from a
 * directory or looks into the ledger.
 *
 * Whoever takes over a helper through what it parses finds: no new programs and processes; of files (Landlock) only those that the
 * settings name and what the system's libraries read, all read-only, or for the ledger its own folder; of system calls (seccomp)
 * those in confine_calls.c; few descriptors. It holds with every way to start a helper, beside what its unit takes away.
 * For the whole process and for good. Builds with a sanitizer leave it out: those look into /proc and start programs.
 */
#ifndef DUAAL_HELPER_CONFINE_H
#define DUAAL_HELPER_CONFINE_H

#include "base/err.h"
#include "wire/message.h"

/* Refuses to go on with an error that names what the kernel did not grant; no Landlock (an old kernel, some containers) is a line on standard
 * error.
 * Of a file that the settings name, the folder can be read: so that another file may take its place; and where it is a symbolic link, the
 * folder that this leads to. */
MUST_USE int confine_to_directory(const struct connection_settings *set, struct err *err);
MUST_USE int confine_to_ledger(const char *path, struct err *err); /* of the ledger's file */

#endif
