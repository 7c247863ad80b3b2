/* SPDX-License-Identifier: EUPL-1.2 */
/* core_stories.h - small pieces of directories that the tests of the core put together. */
#ifndef DUAAL_TESTS_CORE_STORIES_H
#define DUAAL_TESTS_CORE_STORIES_H

#define SCHOOL(uuid, number)                                                                                           \
	"is: institution\nuuid: " uuid "\nnumber: " number "\nname: School " number                                    \
	"\nkind: secundair onderwijs\nstate: actief\naudience: OV\nprogramme: goedgekeurd 2026\n"
#define PERSON(uuid, vo_id, right)                                                                                     \
	"is: person\nuuid: " uuid "\nvo-id: " vo_id "\ncn: " vo_id "\nsn: " vo_id "\nstate: actief\nright: " right "\n"
#define RIGHT(roles, orgs) "WerkplekDuaalGebruiker-" roles ":" orgs

#define OUR_SCHOOL(number)                                                                                             \
	"is: institution\nnumber: " number "\nname: School " number                                                    \
	"\nkind: secundair onderwijs\nnumber-received: " number                                                        \
	"\nadmission: programme\nadmitted-since: 20260101000000Z\n"
#define OUR_PERSON(vo_id, source)                                                                                      \
	"is: person\nvo-id: " vo_id "\ncn: " vo_id "\nsn: " vo_id "\nsource-uuid: " source "\n"
#define OUR_GUIDES(number)                                                                                             \
	"is: group\nnumber: " number "\nrole: trajectbegeleider\naction: overeenkomst-opmaken\n"                       \
	"action: overeenkomst-registreren\naction: overeenkomst-beeindigen\n"
#define OUR_MANAGERS(number) "is: group\nnumber: " number "\nrole: beheerder\n"

#endif
