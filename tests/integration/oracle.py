# SPDX-License-Identifier: EUPL-1.2
"""Who should have which access, said by somebody who knows the documents and not the daemon.

    oracle = Oracle(rules)                         # one for each history: it remembers as the documents say that the daemon does
    verdicts = oracle.judge(facts)                 # once for each complete read, in their order
    verdicts.of((30569, "beheerder", "vo-id"))     # YES, NO, KEEP, FADES or EITHER

It is written from the rules of the domain, the guides and the man pages, in the simplest way that there is, and from what stands in the directories: entries as
{dn: {attribute, in lower case: [text]}}. It shares no line with the daemon, so a rule that one of the two misread is seen.
"""
import dataclasses
import datetime
import fnmatch
import re
import zoneinfo

import ldap.dn

UNCLEAR = "unclear"
ZONE = zoneinfo.ZoneInfo("Europe/Brussels")
YES, NO = "yes", "no"
KEEP = "keep"       # neither gains nor loses: two claim to be that person, or that institution
FADES = "fades"     # does not gain, and may lose: as KEEP, but whoever had the vo-id before may be the one who had the access
EITHER = "either"   # no document says
AMBIGUOUS_DAYS = datetime.timedelta(days=7)
LONGEST_OVERRIDE = datetime.timedelta(days=90)
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)")
VO_ID = re.compile("[a-z0-9-]+")    # anything else is no vo-id, and whoever has it gets nothing by it


@dataclasses.dataclass
class Rules:
    """The settings that decide, by the names of duaalsyncd.conf(5)."""

    right: str = "WerkplekDuaalGebruiker"
    roles: tuple = ("trajectbegeleider", "beheerder")
    audience: str = "OV"
    kinds: tuple = (("*volwassenen*", "request"), ("*secundair*", "programme"))
    approved: tuple = ("goedgekeurd", "goedgekeurd:*", "*:goedgekeurd")
    board_grantors: tuple = ()
    active: tuple = ("actief",)     # of people, institutions and grants
    people_dates: str = "day"
    institution_dates: str = "day"
    grant_dates: str = "day"
    grant_person: str = "dn"
    depth: int = 8


@dataclasses.dataclass
class Source:
    """What one government directory holds, by what it is."""

    people: dict
    institutions: dict
    grants: dict
    groups: dict


@dataclasses.dataclass
class Facts:
    """Everything that stands in the directories at a moment."""

    now: datetime.datetime
    sources: list
    requests: dict
    overrides: dict


def same(text):
    """As directories compare words: in any case, spaces around them do not count."""
    return text.strip().casefold()


def fits(pattern, text):
    """Does a pattern in which only * means something fit?"""
    return fnmatch.fnmatchcase(same(text), same(re.sub(r"([?\[])", r"[\1]", pattern)))


def name(dn):
    """A DN, however it is spelt."""
    try:
        return tuple(tuple(sorted((part[0].lower(), same(part[1])) for part in rdn)) for rdn in ldap.dn.str2dn(dn.strip()))
    except ldap.DECODING_ERROR:
        return None


def number(text):
    """An institution number, spelt with or without leading zeros; None when it is none."""
    return int(text) if re.fullmatch("[0-9]{1,6}", text.strip()) else None


def moment(text):
    """generalizedTime as an instant."""
    year, month, day, hour, minute, second, zone = MOMENT.fullmatch(text).groups()
    shift = datetime.timedelta()
    if zone != "Z":
        shift = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[3:] or 0)) * (-1 if zone[0] == "-" else 1)
    at = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute or 0), min(int(second or 0), 59),
                           tzinfo=datetime.timezone.utc)
    return at - shift


def day(text, kind):
    """The day that a date attribute says: the one that is written, or the Belgian one that the instant falls on."""
    if kind == "day":
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if text.startswith("9999"):
        return datetime.date.max
    return moment(text).astimezone(ZONE).date()


def one(entry, attribute):
    """The only value of an attribute; None where there is none or more than one."""
    values = entry.get(attribute, [])
    return values[0] if len(values) == 1 else None


class Oracle:
    """See above. rules: Rules."""

    def __init__(self, rules):
        self.rules = rules
        self.grantors = {}      # entryUUID of a grant: may who granted it do so, as judged when it was first seen
        self.ambiguous = {}     # vo-id: since when two claim it
        self.known = {}         # vo-id: entryUUIDs that ever had it; another one is another person
        self.first = True

    def is_renewed(self, facts):
        """Has somebody a vo-id that was somebody else's in what was judged before?"""
        return any(one(entry, "entryuuid") not in self.known.get(same(one(entry, "void") or ""), {one(entry, "entryuuid")})
                   for source in facts.sources for entry in source.people.values())

    def is_reused(self, vo_id):
        """Had it more than one entry, at once or one after the other?"""
        return len(self.known.get(vo_id, ())) > 1

    def judge(self, facts):
        """Verdicts on everybody, and what is to be remembered of it."""
        verdicts = Verdicts(self, facts)
        self.first = False
        return verdicts


class Verdicts:
    """Of one moment."""

    def __init__(self, oracle, facts):
        self.oracle, self.rules, self.facts = oracle, oracle.rules, facts
        self.now = facts.now.astimezone(datetime.timezone.utc)
        self.today = facts.now.astimezone(ZONE).date()
        self.roles = {same(role): role for role in self.rules.roles}
        self.people = {}            # vo-id: [entry, ...]
        self.institutions = {}      # number: [(source, entry), ...]
        for source in facts.sources:
            for entry in source.people.values():
                self.people.setdefault(same(one(entry, "void") or ""), []).append(entry)
            for entry in source.institutions.values():
                self.institutions.setdefault(number(one(entry, "voinstellingsnummer") or ""), []).append((source, entry))
        self.people = {vo_id: entries for vo_id, entries in self.people.items() if VO_ID.fullmatch(vo_id)}
        self.institutions.pop(None, None)
        self._remember_ambiguous()
        self.requested = {number(one(entry, "duaalinstitutionnumber") or "") for entry in facts.requests.values() if self._lasts(entry)}
        self.wanted, self.kept, self.open = set(), set(), set()
        self.excluded = set()
        for source in facts.sources:
            self._values(source)
            self._grants(source)
            self._groups(source)
        self._overrides()

    # ---- answers ----

    def of(self, access):
        """The verdict on (number, role, vo-id)."""
        vo_id = access[2]
        if access in self.excluded:
            return NO
        keeps = self._keeps(vo_id)
        if keeps != NO:
            return keeps
        if access in self.wanted:
            return YES
        if access in self.kept:
            return FADES if self.oracle.is_reused(vo_id) else KEEP
        return EITHER if access in self.open else NO

    def yes(self):
        """Everybody who should have access."""
        return {access for access in self.wanted if self.of(access) == YES}

    # ---- dates and states ----

    def _now(self, entry, kind):
        """Is today between its dates, both days included?"""
        begin, end = one(entry, "vobegin"), one(entry, "voeinde")
        return (begin is None or day(begin, kind) <= self.today) and (end is None or self.today <= day(end, kind))

    def _active(self, entry):
        """Does its state mean active? UNCLEAR where none stands there: that gives nothing, and takes nothing away."""
        state = one(entry, "vostatus")
        return UNCLEAR if state is None else same(state) in map(same, self.rules.active)

    def _lasts(self, directive):
        """A request or override that has not ended."""
        until = one(directive, "duaalvaliduntil")
        return until is None or self.now < moment(until)

    # ---- institutions ----

    def claimed_twice(self, institution):
        """Do two entries claim the number? Then that gives nothing new and takes nothing; an end date or a right that is gone takes all the same."""
        return len(self.institutions.get(institution, ())) > 1

    def admitted(self, institution):
        """R1, R2, R3 and R6."""
        entries = self.institutions.get(institution, [])
        if len(entries) != 1:
            return False
        entry = entries[0][1]
        if self._active(entry) is not True or not self._now(entry, self.rules.institution_dates):
            return False
        if same(self.rules.audience) not in map(same, entry.get("vodoelgroep", [])):
            return False
        kind = one(entry, "vosoort")
        how = next((how for pattern, how in self.rules.kinds if kind is not None and fits(pattern, kind)), "never")
        return {"never": False, "always": True, "request": institution in self.requested,
                "programme": any(fits(pattern, value) for pattern in self.rules.approved for value in entry.get("voprogrammatie", []))}[how]

    # ---- people ----

    def _remember_ambiguous(self):
        there = {vo_id for vo_id, entries in self.people.items() if len(entries) > 1}
        for vo_id, entries in self.people.items():
            self.oracle.known.setdefault(vo_id, set()).update(one(entry, "entryuuid") for entry in entries)
        self.oracle.ambiguous = {vo_id: self.oracle.ambiguous.get(vo_id, self.now) for vo_id in there}

    def _keeps(self, vo_id):
        """Is it ambiguous who that is, and not yet for too long? KEEP or NO; FADES within some seconds of the end, and where one who had it is gone."""
        left = self.oracle.ambiguous.get(vo_id, self.now - 2 * AMBIGUOUS_DAYS) + AMBIGUOUS_DAYS - self.now
        if abs(left) < datetime.timedelta(seconds=10):
            return FADES
        if left < datetime.timedelta():
            return NO
        there = {one(entry, "entryuuid") for entry in self.people.get(vo_id, ())}
        return KEEP if self.oracle.known[vo_id] == there else FADES

    def known(self, vo_id):
        """Does exactly one entry have this vo-id?"""
        return len(self.people.get(vo_id, ())) == 1

    def _give(self, entry, role, institution, those=None):
        """A way to access that is in order itself: does it lead there?"""
        role, vo_id = self.roles.get(same(role or "")), same(one(entry, "void") or "")
        active = self._active(entry)
        if role is None or not self.known(vo_id) or not active or not self._now(entry, self.rules.people_dates):
            return
        if active is UNCLEAR or self.claimed_twice(institution):
            those = self.kept
        elif not self.admitted(institution):
            return
        (self.wanted if those is None else those).add((institution, role, vo_id))

    # ---- the three shapes of a grant ----

    def _values(self, source):
        """RIGHT-ROLE,ROLE:NUMBER, NUMBER: R5 and R9."""
        for entry in source.people.values():
            for value in entry.get("vorecht", []):
                roles, colon, numbers = value.strip().partition(":")
                right, dash, roles = roles.partition("-")
                if not colon or not dash or same(right) != same(self.rules.right):
                    continue
                if not all(each.strip() for each in roles.split(",") + numbers.split(",")):
                    continue
                for role in roles.split(","):
                    for institution in numbers.split(","):
                        self._give(entry, role, number(institution))

    def _holders(self, source, entry):
        """Entries of the people whom a grant names; of its own source only."""
        holder = one(entry, "vohouder" if self.rules.grant_person == "dn" else "description")
        if holder is None:
            return []
        if self.rules.grant_person == "dn":
            return [person for dn, person in source.people.items() if name(dn) == name(holder)]
        attribute = {"vo_id": "void", "uid": "uid"}[self.rules.grant_person]
        found = [person for person in source.people.values() if same(holder) in map(same, person.get(attribute, []))]
        return found if len(found) == 1 else []

    def _grants(self, source):
        """R4 and R8. A grant that does not say whether it is active, or who gave it, is doubt."""
        for entry in source.grants.values():
            institution = number(one(entry, "voinstellingsnummer") or "")
            active = self._active(entry)
            if same(one(entry, "vorechtnaam") or "") != same(self.rules.right) or not active:
                continue
            for person in self._holders(source, entry):
                granted = self._granted(source, entry, person, institution) if active is True else UNCLEAR
                if granted and self._now(entry, self.rules.grant_dates):
                    self._give(person, one(entry, "vorol"), institution, {True: None, EITHER: self.open, UNCLEAR: self.kept}[granted])

    def _granted(self, source, entry, person, institution):
        """May who granted it? Judged when the grant is first seen, and in the very first read everybody may: True, False, UNCLEAR where it does not
        say, EITHER where nobody could tell which institution that is."""
        key = one(entry, "entryuuid"), one(person, "entryuuid")
        grantor = one(entry, "votoekenner")
        if key not in self.oracle.grantors:
            verdict = self.oracle.first or (UNCLEAR if grantor is None else self._administers(source, grantor, institution))
            if verdict is UNCLEAR:
                return verdict
            self.oracle.grantors[key] = verdict
        return self.oracle.grantors[key]

    def _administers(self, source, grantor, institution):
        entries = self.institutions.get(institution, [])
        if len(entries) != 1:
            return EITHER
        of, entry = entries[0]
        there = entry.get("vohoofdlokalebeheerder", []) + entry.get("volokalebeheerder", [])
        spelt = {name(each) or same(each) if "=" in each else same(each) for each in [*there, *self.rules.board_grantors]}
        if (name(grantor) if "=" in grantor else same(grantor)) in spelt and (of is source or "=" not in grantor):
            return True
        # one of the two says a vo-id, and the other one a DN of the same person: no document says whether that is enough
        return EITHER if self._who(source, grantor) in {self._who(of, each) for each in there} else False

    @staticmethod
    def _who(source, text):
        """A vo-id, or the vo-id of the entry with this DN."""
        found = next((entry for dn, entry in source.people.items() if "=" in text and name(dn) == name(text)), None)
        return same(one(found, "void") or text) if found else same(text)

    def _groups(self, source):
        by_name = {name(dn): entry for dn, entry in source.groups.items()}
        people = {name(dn): entry for dn, entry in source.people.items()}
        for top, entry in by_name.items():
            institution = number(one(entry, "voinstellingsnummer") or "")
            if institution is None or same(one(entry, "vorechtnaam") or self.rules.right) != same(self.rules.right):
                continue
            level, seen = {top}, {top}
            for depth in range(len(by_name) + 1):
                members = {name(value) for each in level for value in by_name[each].get("member", [])}
                for each in members & set(people):
                    if depth <= self.rules.depth:
                        self._give(people[each], one(entry, "vorol"), institution)
                    else:
                        self._give(people[each], one(entry, "vorol"), institution, self.kept)
                level = (members & set(by_name)) - seen
                seen |= level

    # ---- directives ----

    def _overrides(self):
        include, exclude = set(), set()
        for entry in self.facts.overrides.values():
            institution = number(one(entry, "duaalinstitutionnumber") or "")
            role = self.roles.get(same(one(entry, "duaalrole") or ""))
            vo_id, until = same(one(entry, "duaalvoid") or ""), one(entry, "duaalvaliduntil")
            if institution is None or role is None or not vo_id or until is None or not self._lasts(entry):
                continue
            if moment(until) > moment(one(entry, "createtimestamp")) + LONGEST_OVERRIDE:
                continue
            {"include": include, "exclude": exclude}.get(same(one(entry, "duaaleffect") or ""), set()).add((institution, role, vo_id))
        self.wanted |= {access for access in include if self.known(access[2]) and self.admitted(access[0])}
        self.kept |= {access for access in include if self.known(access[2]) and self.claimed_twice(access[0])}
        self.excluded = exclude
