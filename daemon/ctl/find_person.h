/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * find_person.h - who was meant by a national number that was typed at the prompt: asked before the command asks its own question, which is
 * then about the vo-id. So each command that takes a person takes a number there, and none of their methods ever sees one.
 */
#ifndef DUAAL_CTL_FIND_PERSON_H
#define DUAAL_CTL_FIND_PERSON_H

#include "ctl/command.h"

/* Wipes in->number, and puts the vo-id into in->parameters. 0, or an exit status with the reason, or those who were found, printed. */
int find_person(struct ctl *ctl, struct invocation *in);

#endif
