/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * interface_text.h - the text of be.werkplekduaal.Duaalsync.varlink, as GetInterfaceDescription gives it. Made from
 * that file by make.
 */
#ifndef DUAAL_CONTROL_INTERFACE_TEXT_H
#define DUAAL_CONTROL_INTERFACE_TEXT_H

extern const char interface_text[];

#endif
