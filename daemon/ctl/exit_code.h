/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * exit_code.h - what duaalctl's exit status says. Stable; the help lists this table.
 *
 *   X(NAME, code, "when")
 */
#ifndef DUAAL_CTL_EXIT_CODE_H
#define DUAAL_CTL_EXIT_CODE_H

#define EXIT_CODE_TABLE(X)                                                                                             \
	X(OK, 0,                                                                                                       \
	  "done; status, doctor: ok or notice; plan --exit-code: in step; sync: in step; wait: it is so; watch: "      \
	  "somebody ended it; why: has "                                                                               \
	  "access; "                                                                                                   \
	  "audit --verify: it holds")                                                                                  \
	X(WARNING, 1, "status, doctor: warning")                                                                       \
	X(NO_ACCESS, 1, "why: has no access")                                                                          \
	X(CRITICAL, 2, "status, doctor: critical")                                                                     \
	X(FAILED, 2, "sync: the cycle failed; an order: the ledger or the directory failed")                           \
	X(NOT_FOUND, 2,                                                                                                \
	  "there is no such person, institution, hold, ..., or several people answer to it; forget: nothing of the "   \
	  "person was on record")                                                                                      \
	X(BROKEN, 2, "audit --verify: the record was altered or damaged")                                              \
	X(NOT_RUNNING, 3, "the daemon is not running, or stopped meanwhile")                                           \
	X(HELD, 4, "sync: a part is held; wait: what is left is held")                                                 \
	X(PENDING, 4, "plan --exit-code: something would change, is held, or cannot be told")                          \
	X(REFUSED, 5,                                                                                                  \
	  "an order was refused: nothing was done; wait: what is left is refused, or too many wait; watch: too many "  \
	  "watch")                                                                                                     \
	X(TIMEOUT, 6, "wait: it did not become so in that time, or the daemon did not answer within it")               \
	X(USAGE, 64,                                                                                                   \
	  "the command line is wrong: an option, a number, a time, or a word that is not among those that there "      \
	  "are; nothing was done")                                                                                     \
	X(SOFTWARE, 70, "out of memory")                                                                               \
	X(CANNOT_WRITE, 73,                                                                                            \
	  "metrics, support-bundle: the file could not be written; all: the output could not, whatever state it was "  \
	  "to tell")                                                                                                   \
	X(NOT_READY, 75, "no cycle was complete yet since the daemon was started or read its configuration again")     \
	X(PROTOCOL, 76,                                                                                                \
	  "the daemon broke off, had no room, did not answer in time, or said something else than expected")           \
	X(DENIED, 77, "not allowed: by the socket's mode or by the daemon")                                            \
	X(FAULTS, 78, "plan --config: the file has faults; nothing was sent")

enum exit_code {
#define X(name, code, when) EXIT_##name = code,
	EXIT_CODE_TABLE(X)
#undef X
};

#endif
