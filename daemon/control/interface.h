/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * interface.h - names that the daemon and its client share. The interface itself is be.werkplekduaal.Duaalsync.varlink.
 */
#ifndef DUAAL_CONTROL_INTERFACE_H
#define DUAAL_CONTROL_INTERFACE_H

#define INTERFACE_NAME      "be.werkplekduaal.Duaalsync"
#define INTERFACE_METHOD(m) INTERFACE_NAME "." m
#define INTERFACE_ERROR(e)  INTERFACE_NAME "." e
#define SERVICE_NAME        "org.varlink.service"
#define SERVICE_METHOD(m)   SERVICE_NAME "." m
#define CONTROL_SOCKET      "/run/duaalsync/control"

/* Bounds of answers that a client may ask for. */
#define HISTORY_DEFAULT 20
#define HISTORY_MAX     200
#define PLAN_MAX        1000
#define EXPORT_MAX      500
#define CHANGES_DEFAULT 50
#define CHANGES_MAX     1000
#define ACCESS_MAX      2000
#define UNCLEAR_MAX     200 /* each with a DN and a value of up to ANSWER_WORDS_MAX bytes */
#define PLACES_MAX      500
#define WEEKS_DEFAULT   8
#define WEEKS_MAX       104
#define READS_DEFAULT   20
#define READS_MAX       500

#endif
