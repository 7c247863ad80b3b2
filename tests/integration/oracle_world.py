# SPDX-License-Identifier: EUPL-1.2
"""Worlds drawn by lot for the oracle: what may stand in a government's directory, and what people do to it and to the application's.

    world = World(lot, clock, governments, application)
    world.fill(people=30)                          # before anything is read
    world.edit()                                   # one thing that somebody does, at a source or in the target
    world.facts()                                  # oracle.Facts: everything as it stands now
    world.members()                                # {(number, role, vo-id): DN of the group}
"""
import datetime
import re

import application as target
import government as source
import ldap
import oracle
from clock import ZONE, generalized
from slapd import rdn

ROLES = ("trajectbegeleider", "beheerder")
KINDS = (*["secundair onderwijs", "Secundair Onderwijs"] * 4, *["volwassenenonderwijs", "secundair volwassenenonderwijs"] * 2,
         *["hoger onderwijs"] * 3, "basisonderwijs", "kunstonderwijs", None)
ADMISSION = (("*volwassenen*", "request"), ("*secundair*", "programme"), ("hoger*", "always"), ("basis*", "never"))
APPROVED = ("goedgekeurd", "2026-0117:goedgekeurd", "Goedgekeurd:2026-0117", "2026-0117:GOEDGEKEURD")
NOT_APPROVED = ("2026-0117:ingediend", "2026-0117:niet goedgekeurd", "goedgekeurde", "ingetrokken")
AUDIENCES = (*[("OV",), ("OV",), ("ov", "SV")] * 4, ("SV",), ("OVX",), ())
STATES = (*["actief", "actief", "Actief", "ACTIEF"] * 4, "inactief", "actief-niet", None)
DAYS = (-400, -30, -2, -1, -1, 0, 0, 1, 1, 2, 8, 400)
BAD_NUMBERS = ("", "3056g", "1234567", "-1", "３０５６９", "0x12", "7")
REFUSED = (ldap.ALREADY_EXISTS, ldap.TYPE_OR_VALUE_EXISTS, ldap.NO_SUCH_ATTRIBUTE, ldap.NO_SUCH_OBJECT, ldap.OBJECT_CLASS_VIOLATION,
           ldap.CONSTRAINT_VIOLATION)
BRANCHES = {"grants": "ou=gebruikersrechten," + source.SOURCE, "groups": "ou=rechtengroepen," + source.SOURCE}
CLASSES = {"people": "inetorgperson", "institutions": "voorganisatie", "grants": "vogebruikersrecht", "groups": "groupofnames"}


def canaries(government, branch, count=2):
    """DNs of those of a branch."""
    return ["cn=kanarie-%d,%s" % (n + 1, government.here(BRANCHES[branch])) for n in range(count)]


def settings(government):
    """Settings of a source, without the source they are of."""
    here = government.here
    return {
        "people": {"base": here(source.USERS), "filter": "(objectClass=inetOrgPerson)"},
        "institutions": {"base": here(source.ORGANISATIONS), "filter": "(objectClass=voOrganisatie)"},
        "grants": {"base": here(BRANCHES["grants"]), "filter": "(objectClass=voGebruikersrecht)", "canaries": canaries(government, "grants")},
        "groups": {"base": here(BRANCHES["groups"]), "filter": "(objectClass=groupOfNames)", "canaries": canaries(government, "groups")}}


def shared_settings(rules):
    """What the first source says for all, and the policy."""
    return {
        "source.people.dates": rules.people_dates, "source.institutions.dates": rules.institution_dates,
        "source.grants.dates": rules.grant_dates, "source.grants.person": rules.grant_person, "source.grants.active": ["actief"],
        "source.grants.attributes": {"person": holder(rules), "right": "voRechtNaam", "role": "voRol", "number": "voInstellingsnummer",
                                     "begin": "voBegin", "end": "voEinde", "grantor": "voToekenner", "state": "voStatus"},
        "source.groups.depth": rules.depth,
        "source.groups.attributes": {"role": "voRol", "number": "voInstellingsnummer"},
        "policy.kinds": [{"kind": kind, "admission": how} for kind, how in rules.kinds],
        "policy.board_grantors": list(rules.board_grantors)}


def holder(rules):
    """Attribute that says whose a grant is: one for DNs, or one for text."""
    return "voHouder" if rules.grant_person == "dn" else "description"


def lower(entries):
    """Entries as the oracle has them."""
    return {dn: {key.lower(): [value.decode() for value in values] for key, values in entry.items()} for dn, entry in entries}


class World:
    """See above. lot: random.Random."""

    def __init__(self, lot, clock, governments, application, rules):
        self.lot, self.clock, self.governments, self.application, self.rules = lot, clock, governments, application, rules
        self.holder = holder(rules)
        self.made = 0
        self.wanted = []    # accesses of whom the oracle said last that they should have it: what is done to these is seen
        self.numbers = []
        self.told = []      # what was done, for whoever reads a failure

    # ---- what may stand there ----

    def _new(self, prefix):
        self.made += 1
        return "%s-%d" % (prefix, self.made)

    def _spelt(self, number):
        return self.lot.choice((str(number), str(number), "0%d" % number if number < 100000 else str(number), "%06d" % number))

    def _case(self, word):
        return self.lot.choice((word, word, word, word.upper(), word.capitalize(), word.lower()))

    def _rarely(self, one_in=8):
        return self.lot.randrange(one_in) == 0

    def _right(self):
        lot = self.lot
        roles = [self._case(role) for role in lot.sample(ROLES, lot.choice((1, 1, 2)))]
        numbers = [self._spelt(number) for number in lot.sample(self.numbers, lot.choice((1, 1, 2, 3)))]
        if self._rarely():
            roles.insert(lot.randrange(2), lot.choice(("directeur", "beheerder-2", "kanarie", "")))
        if self._rarely():
            numbers.insert(lot.randrange(2), lot.choice(BAD_NUMBERS))
        role, number = roles[0], numbers[0]
        whole = "%s-%s:%s" % (self._case(source.RIGHT), lot.choice((",", ", ", " , ")).join(roles), lot.choice((",", ", ")).join(numbers))
        return lot.choice((
            *[whole] * 30, "%s:%s" % (source.RIGHT, number), source.RIGHT, "%s-%s" % (source.RIGHT, role), "%s-%s:" % (source.RIGHT, role),
            "%s-:%s" % (source.RIGHT, number), "%s-%s %s" % (source.RIGHT, role, number), "%s-%s:%s:%s" % (source.RIGHT, role, number, number),
            "%sBis-%s:%s" % (source.RIGHT, role, number), "Ander%s-%s:%s" % (source.RIGHT, role, number), "AnderRecht-%s:%s" % (role, number),
            "%s-%s;%s" % (source.RIGHT, role, number)))

    def date(self, kind):
        """A date on a day around today, in one of the spellings that a server takes."""
        lot = self.lot
        day = self.clock.now().date() + datetime.timedelta(days=lot.choice(DAYS))
        if kind == "day" or self._rarely():
            return day.strftime("%Y%m%d") + lot.choice(("000000Z", "235959Z", "120000Z", "2300Z", "22Z", "120000.5Z", "233000+0200", "003000+0200"))
        at = datetime.datetime.combine(day, lot.choice((datetime.time(0), datetime.time(0), datetime.time(23, 59, 59), datetime.time(12),
                                                        datetime.time(1, 30), datetime.time(0, 59, 59))), ZONE)
        return generalized(at + datetime.timedelta(seconds=lot.choice((0, 0, -1))))

    def _dates(self, kind):
        lot = self.lot
        begin = self.date(kind) if self._rarely(7) else None
        end = (self.date(kind) if lot.random() < 0.9 else "99991231235959Z") if self._rarely(5) else None
        return {"voBegin": begin, "voEinde": end}

    def _vo_id(self):
        lot = self.lot
        plain = self._new("vo-%08x" % lot.randrange(1 << 32))
        return plain + ', ou="x"+y' if self._rarely(30) else lot.choice((plain, plain, plain.upper()))

    def _state(self):
        return self.lot.choice(STATES)

    # ---- what is there ----

    def _entries(self, server, base):
        connection = server.connect()
        try:
            return lower(connection.search_s(base, ldap.SCOPE_SUBTREE, "(objectClass=*)", ["*", "entryUUID", "createTimestamp"]))
        finally:
            connection.unbind_s()

    def facts(self, before=None):
        """oracle.Facts of now; of the sources as they were before, where that is given."""
        sources = list(before.sources) if before else []
        for government in [] if before else self.governments:
            everything = self._entries(government.server, government.suffix)
            sources.append(oracle.Source(**{part: {dn: entry for dn, entry in everything.items() if wanted in map(str.lower, entry["objectclass"])}
                                            for part, wanted in CLASSES.items()}))
        directives = self._entries(self.application.server, target.BASE)
        of = {part: {dn: entry for dn, entry in directives.items() if "duaal" + part in map(str.lower, entry["objectclass"])}
              for part in ("request", "override")}
        return oracle.Facts(self.clock.now(), sources, of["request"], of["override"])

    def members(self):
        """{(number, role, vo-id): DN of the group} of everybody in a role group."""
        found = {}
        for dn, entry in self._entries(self.application.server, target.INSTITUTIONS).items():
            for value in entry.get("member", ()):
                found[(int(entry["duaalinstitutionnumber"][0]), entry["duaalrole"][0], ldap.dn.str2dn(value)[0][0][1].casefold())] = dn
        return found

    # ---- the beginning ----

    def fill(self, people):
        """Institutions, people, grants and groups, in a number that fits so many people."""
        self.numbers = self.lot.sample(range(1000, 200000), max(people // 3, 3))
        for government in self.governments:
            for branch, dn in BRANCHES.items():
                government.server.add(government.here(dn), {"objectClass": "organizationalUnit", "ou": dn.split(",")[0].partition("=")[2]})
        for number in self.numbers:
            self._institution(self.lot.choice(self.governments), self._spelt(number))
        for _ in range(people):
            self._person()
        for government in self.governments:
            self._canaries(government)
        acts = [self._administrators] * (people // 6) + [self._grant] * (people // 2) + [self._group] * (people // 3) + [self._nest] * (people // 5)
        acts += [self._request, self._override] * (people // 8) + self.lot.sample((self._twin, self._twin_institution), self.lot.randrange(3))
        for act in acts:
            self._try(act)
        self._tell("-- first read --")

    def _canaries(self, government):
        """Two of each kind, and one more that is not named, so that no floor is ever reached."""
        person = government.here(source.CANARIES[0])
        holder = {"dn": person, "vo_id": source.CANARY_IDS[0], "uid": source.CANARY_IDS[0]}[self.rules.grant_person]
        government.organisation("999990", "Kanarie")
        government.person("kanarie-bodem", "Kanarie", "Bodem")
        for dn in canaries(government, "grants", 3):
            government.server.add(dn, {"objectClass": "voGebruikersrecht", "cn": dn.split(",")[0][3:], "voRechtNaam": source.RIGHT,
                                       "voRol": "kanarie",
                                       self.holder: holder, "voInstellingsnummer": source.CANARY_ORGANISATION, "voStatus": "actief",
                                       "voToekenner": "niemand"})
        for dn in canaries(government, "groups", 3):
            government.server.add(dn, {"objectClass": ["groupOfNames", "voRechtengroep"], "cn": dn.split(",")[0][3:], "voRol": "kanarie",
                                       "voInstellingsnummer": source.CANARY_ORGANISATION, "member": person})

    # ---- one thing of each kind ----

    def _tell(self, *words):
        self.told.append(" ".join(map(str, words)))

    def _some(self, government, part):
        """DN and entry of one that is not there to be seen always, or None."""
        return self._one_of(self._entries(government.server, government.suffix), CLASSES[part])

    def _one_of(self, everything, what):
        """DN and entry of one of this class, or None twice."""
        those = [(dn, entry) for dn, entry in sorted(everything.items())
                 if what in map(str.lower, entry["objectclass"]) and not {"kanarie", "999990"} & set(re.split("[=,-]", dn))]
        return self.lot.choice(those or [(None, None)])

    def _somewhere(self, part):
        government = self.lot.choice(self.governments)
        return (government, *self._some(government, part))

    def _set(self, government, dn, **attributes):
        self._tell("set", dn, attributes)
        government.server.modify(dn, replace=attributes)

    def _institution(self, government, number):
        lot = self.lot
        programmes = lot.sample(APPROVED, 1) if lot.random() < 0.75 else []
        programmes += lot.sample(NOT_APPROVED, 1) if self._rarely(3) else []
        dates = self._dates(self.rules.institution_dates) if self._rarely(3) else {}
        dn, entry = source.organisation_entry(number, "School " + number, kind=lot.choice(KINDS), audiences=lot.choice(AUDIENCES),
                                              programmes=programmes, status=self._state())
        self._tell("institution", dn, entry, dates)
        government.server.add(government.here(dn), {**entry, **dates})

    def _person(self, vo_id=None, government=None):
        lot = self.lot
        government = government or lot.choice(self.governments)
        uid = self._new("p")
        rights = {" ".join(value.casefold().split()): value for value in (self._right() for _ in range(lot.choice((0, 1, 1, 1, 2, 3))))}
        dn, entry = source.person_entry(uid, "P", uid, list(rights.values()), status=self._state())
        entry["voId"] = vo_id or self._vo_id()
        if vo_id is None and self._rarely(20):
            del entry["voId"]
            entry["objectClass"] = ["inetOrgPerson", "extensibleObject"]
        entry.update(self._dates(self.rules.people_dates))
        self._tell("person", dn, entry)
        government.server.add(government.here(dn), entry)

    def _administrators(self, number=None):
        """Who may grant at an institution; some by DN."""
        number = number or self.lot.choice(self.numbers)
        for government in self.governments:
            for dn, entry in self._entries(government.server, government.here(source.ORGANISATIONS)).items():
                if oracle.number((entry.get("voinstellingsnummer") or [""])[0]) == number:
                    those = [self._some(government, "people") for _ in range(3)]
                    ids = [person_dn if self._rarely(3) else (person.get("void") or ["geen"])[0] for person_dn, person in those if person_dn]
                    self._set(government, dn, voHoofdLokaleBeheerder=ids[:1], voLokaleBeheerder=list(dict.fromkeys(ids[1:])))

    def _administrator(self, number):
        """The spelling of somebody who may grant there, or of somebody else."""
        ids = [value for government in self.governments for entry in self._entries(government.server, government.here(source.ORGANISATIONS)).values()
               if oracle.number((entry.get("voinstellingsnummer") or [""])[0]) == number
               for value in entry.get("vohoofdlokalebeheerder", []) + entry.get("volokalebeheerder", [])]
        _, _, person = self._somewhere("people")
        return self.lot.choice([*ids, *ids, *self.rules.board_grantors, (person or {}).get("void", ["niemand"])[0]])

    def _grant(self):
        lot = self.lot
        government, dn, person = self._somewhere("people")
        if dn is None:
            return
        if self._rarely(12):
            government = lot.choice(self.governments)   # of another directory it may name nobody
        holder = {"dn": dn, "vo_id": (person.get("void") or ["niemand"])[0], "uid": (person.get("uid") or ["niemand"])[0]}[self.rules.grant_person]
        if self._rarely(12):
            holder = {"dn": government.here(source.person_dn("niemand")), "vo_id": "niemand", "uid": "niemand"}[self.rules.grant_person]
        number = lot.choice(self.numbers)
        cn = self._new("g")
        entry = {"objectClass": "voGebruikersrecht", "cn": cn, "voRechtNaam": self._case(source.RIGHT) if lot.random() < 0.9 else "AnderRecht",
                 "voRol": lot.choice([*map(self._case, ROLES), self._case(ROLES[0])] if lot.random() < 0.9 else ["directeur", ROLES]),
                 self.holder: holder, "voInstellingsnummer": self._spelt(number) if lot.random() < 0.95 else "1234567", "voStatus": self._state(),
                 "voToekenner": self._administrator(number) if lot.random() < 0.6 else None, **self._dates(self.rules.grant_dates)}
        dn = rdn("cn", cn) + "," + government.here(BRANCHES["grants"])
        self._tell("grant", dn, entry)
        government.server.add(dn, entry)

    def _group(self):
        lot = self.lot
        government = lot.choice(self.governments)
        members = {self._some(government, "people")[0] for _ in range(lot.choice((1, 2, 3)))} - {None}
        cn = self._new("r")
        entry = {"objectClass": ["groupOfNames", "voRechtengroep"], "cn": cn,
                 "member": sorted(members) or [government.here(source.person_dn("niemand"))]}
        if lot.random() < 0.5:
            entry.update(voRol=self._case(lot.choice(ROLES)) if lot.random() < 0.9 else "directeur",
                         voInstellingsnummer=self._spelt(lot.choice(self.numbers)))
        dn = rdn("cn", cn) + "," + government.here(BRANCHES["groups"])
        self._tell("group", dn, entry)
        government.server.add(dn, entry)

    def _nest(self):
        """A group into a group, and sometimes that one into the first one, too."""
        government, outer, _ = self._somewhere("groups")
        inner, _ = self._some(government, "groups")
        for outer, inner in [(outer, inner), (inner, outer)][:self.lot.choice((1, 1, 2))]:
            if outer and inner:
                self._tell("nest", inner, "into", outer)
                government.server.modify(outer, add={"member": inner})

    def _until(self):
        """When a directive ends."""
        return generalized(self.clock.now() + datetime.timedelta(days=self.lot.choice((1, 2, 5, 30, 89)), minutes=37))

    def _request(self):
        number = self._spelt(self.lot.choice(self.numbers))
        details = {"duaalValidUntil": self._until()} if self._rarely(3) else {}
        dn, entry = target.request_entry(self._new("verzoek"), number, duaalReason="x", **details)
        self._tell("request", dn, entry)
        self.application.server.add(dn, entry)

    def _override(self):
        lot = self.lot
        effect = lot.choice(("include", "exclude"))
        _, _, person = self._somewhere("people")
        number, role, vo_id = lot.choice(self.numbers), lot.choice(ROLES), (person or {}).get("void", ["niemand"])[0]
        if self.wanted and lot.random() < (0.8 if effect == "exclude" else 0.2):
            number, role, vo_id = lot.choice(self.wanted)
        dn, entry = target.override_entry(
            self._new("afwijking"), lot.choice((vo_id, vo_id, vo_id.swapcase())) if lot.random() < 0.95 else "niemand", self._spelt(number),
            self._case(role) if lot.random() < 0.95 else "directeur", effect,
            self._until() if lot.random() < 0.9 else "20991231225959Z", duaalReason="x")
        self._tell("override", dn, entry)
        self.application.server.add(dn, entry)

    def _twin(self):
        """A second entry with somebody's vo-id."""
        _, _, person = self._somewhere("people")
        vo_id = self.lot.choice(self.wanted)[2] if self.wanted and self._rarely(2) else (person or {}).get("void", [None])[0]
        if vo_id:
            self._person(vo_id.swapcase())

    def _twin_institution(self):
        number = self.lot.choice(self.numbers)
        there = {entry["voinstellingsnummer"][0] for government in self.governments for entry in
                 self._entries(government.server, government.here(source.ORGANISATIONS)).values() if "voinstellingsnummer" in entry}
        free = [spelling for spelling in (str(number), "0%d" % number, "%06d" % number) if spelling not in there and len(spelling) <= 6]
        if free:
            self._institution(self.lot.choice(self.governments), free[0])

    # ---- what people do ----

    def edit(self, target_only=False):
        """One thing; what a server refuses did not happen."""
        source_acts = (self._take_right, self._give_right, self._give_right, self._move_person, self._move_person, self._delete_person, self._person,
                       self._reuse, self._rename, self._twin, self._twin, self._untwin, self._change_institution, self._change_institution,
                       self._delete_institution, self._twin_institution, self._administrators, self._grant, self._grant, self._change_grant,
                       self._delete_grant, self._group, self._nest, self._nest, self._join, self._leave, self._delete_group)
        target_acts = (self._request, *[self._override] * 4, self._end_directive, self._delete_directive, self._hand_add, self._hand_take,
                       self._hand_delete, self._hand_unmark)
        self._try(self.lot.choice(target_acts if target_only or self.lot.random() < 0.3 else source_acts))

    def _try(self, act):
        try:
            act()
        except REFUSED as error:
            self._tell("refused:", error)

    def _give_right(self):
        government, dn, person = self._somewhere("people")
        if dn:
            value = self._right()
            self._tell("give", dn, value)
            government.server.modify(dn, add={"voRecht": value})

    def _take_right(self):
        government, dn, person = self._somewhere("people")
        if dn and person.get("vorecht"):
            value = self.lot.choice(person["vorecht"])
            self._tell("take", dn, value)
            government.server.modify(dn, delete={"voRecht": value})

    def _move_person(self):
        government, dn, person = self._somewhere("people")
        if dn:
            self._set(government, dn, **self.lot.choice(({"voStatus": self._state()}, {"voEinde": self.date(self.rules.people_dates)},
                                                         {"voBegin": self.date(self.rules.people_dates)}, {"voBegin": None, "voEinde": None})))

    def _delete(self, part):
        government, dn, entry = self._somewhere(part)
        if dn:
            self._tell("delete", dn)
            government.server.delete(dn)
        return entry

    def _delete_person(self):
        return self._delete("people")

    def _delete_institution(self):
        if self._rarely(3):
            self._delete("institutions")

    def _delete_grant(self):
        self._delete("grants")

    def _delete_group(self):
        self._delete("groups")

    def _reuse(self):
        """Somebody goes, and somebody else gets that vo-id."""
        gone = self._delete_person()
        if gone and gone.get("void"):
            self._person(gone["void"][0])

    def _rename(self):
        government, dn, _ = self._somewhere("people")
        if dn:
            new = rdn("uid", self._new("hernoemd"))
            self._tell("rename", dn, new)
            connection = government.server.connect()
            connection.rename_s(dn, new)
            connection.unbind_s()

    def _untwin(self):
        """One of two that claim a vo-id goes."""
        seen = {}
        for government in self.governments:
            for dn, entry in sorted(self._entries(government.server, government.here(source.USERS)).items()):
                vo_id = entry.get("void", [""])[0].casefold()
                if vo_id.startswith("kanarie"):
                    continue
                if vo_id and vo_id in seen:
                    government, dn = self.lot.choice((seen[vo_id], (government, dn)))
                    self._tell("untwin", dn)
                    government.server.delete(dn)
                    return
                seen[vo_id] = (government, dn)

    def _change_institution(self):
        lot = self.lot
        government, dn, _ = self._somewhere("institutions")
        if dn:
            self._set(government, dn, **lot.choice((
                {"voStatus": self._state()}, {"voProgrammatie": lot.sample(APPROVED, 1)}, {"voProgrammatie": lot.sample(NOT_APPROVED, 1)},
                {"voDoelgroep": lot.choice(AUDIENCES)}, {"voSoort": lot.choice(KINDS)}, {"voEinde": self.date(self.rules.institution_dates)},
                {"voBegin": None, "voEinde": None})))

    def _change_grant(self):
        government, dn, _ = self._somewhere("grants")
        if dn:
            self._set(government, dn, **self.lot.choice(({"voStatus": self._state()}, {"voEinde": self.date(self.rules.grant_dates)},
                                                         {"voBegin": self.date(self.rules.grant_dates)})))

    def _join(self):
        government, dn, _ = self._somewhere("groups")
        person, _ = self._some(self.lot.choice(self.governments) if self._rarely(12) else government, "people")
        if dn and person:
            self._tell("join", person, "in", dn)
            government.server.modify(dn, add={"member": self.lot.choice((person, person.upper(), person.replace(",", ", ")))})

    def _leave(self):
        government, dn, entry = self._somewhere("groups")
        if dn:
            member = self.lot.choice(entry["member"])
            self._tell("leave", member, "from", dn)
            government.server.modify(dn, delete={"member": member})

    def _directive(self):
        everything = self._entries(self.application.server, target.BASE)
        return self.lot.choice([dn for dn, entry in sorted(everything.items()) if "kanarie" not in dn and
                                {"duaalrequest", "duaaloverride"} & set(map(str.lower, entry["objectclass"]))] or [None])

    def _end_directive(self):
        dn = self._directive()
        if dn:
            self._tell("end", dn)
            self.application.server.modify(dn, replace={"duaalValidUntil": generalized(self.clock.now() - datetime.timedelta(minutes=1))})

    def _delete_directive(self):
        dn = self._directive()
        if dn:
            self._tell("delete", dn)
            self.application.server.delete(dn)

    def _ours(self, what):
        return self._one_of(self._entries(self.application.server, target.BASE), what)

    def _hand(self, dn, operation, value):
        connection = self.application.admin()
        try:
            connection.modify_s(dn, [(operation, "member", [value.encode()])])
        finally:
            connection.unbind_s()

    def _hand_add(self):
        group, _ = self._ours("duaalrolegroup")
        person, _ = self._ours("duaalperson")
        if group and person:
            self._tell("by hand: add", person, "to", group)
            self._hand(group, ldap.MOD_ADD, person)

    def _hand_take(self):
        group, entry = self._ours("duaalrolegroup")
        if group and entry.get("member"):
            member = self.lot.choice(entry["member"])
            self._tell("by hand: take", member, "from", group)
            self._hand(group, ldap.MOD_DELETE, member)

    def _hand_delete(self):
        group, _ = self._ours("duaalrolegroup")
        if group and self._rarely(2):
            self._tell("by hand: delete", group)
            self.application.server.delete(group)

    def _hand_unmark(self):
        group, entry = self._ours("duaalrolegroup")
        if group and self._rarely(3) and "duaalmanagedby" in entry:
            self._tell("by hand: unmark", group)
            self.application.server.modify(group, delete={"duaalManagedBy": None, "objectClass": "duaalManaged"})
