#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""What slapd does with asserted writes and post-read under each overlay; prints the table of HACKING.md.

    tests/experiments/run.py                     all columns
    tests/experiments/run.py memberof all        these columns

Starts one private slapd for each column, with the shipped access rules and the daemon's restricted identity, and lets
overlays.c send the writes. A cell is the result code and, after it, everything that is not as the code promises: data,
memberOf, post-read, the accesslog, and what a consumer of syncprov is told. Cells of a clean server hold a code only.
"""
import collections
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "integration"))

import ldap  # noqa: E402
from ldap.syncrepl import SyncRequestControl  # noqa: E402

import application as target  # noqa: E402
from application import Application, group_dn, group_entry, institution_dn, institution_entry, person_dn, person_entry  # noqa: E402
from server import as_bytes  # noqa: E402
from slapd import directives  # noqa: E402

OVERLAYS = ("syncprov", "memberof", "refint", "constraint", "unique", "accesslog")
COLUMNS = ("none", *OVERLAYS, "all")
OLD_CSN = "20200101000000.000000Z#000000#000#000000"
OTHER_UUID = "00000000-0000-4000-8000-000000000000"
WINDOW = 32

NAIVE = "(&(entryUUID={uuid})(entryCSN={csn}))"
FILTERS = collections.OrderedDict([
    ("entry as read", NAIVE),
    ("people pass", "(|" + NAIVE + "(entryDN:dnSubtreeMatch:=" + target.PEOPLE + "))"),
    ("others pass", "(|" + NAIVE + "(!(entryDN={dn})))"),
])
Answer = collections.namedtuple("Answer", "code csn text")


def build():
    """Compile overlays.c; path of the program."""
    program = os.path.join(tempfile.mkdtemp(prefix="overlays-"), "overlays")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", program, os.path.join(HERE, "overlays.c"), "-lldap", "-llber"],
                   check=True)
    return program


def shipped_lines():
    """{overlay: its shipped lines} and the index lines of conf/slapd-target-overlays.conf."""
    result, current = {}, "index"
    for line in directives(target.target_overlays()):
        if line.startswith("overlay "):
            current = line.split()[1]
        else:
            result.setdefault(current, []).append(line)
    return result


class Consumer:
    """A refreshAndPersist search that remembers which entries it was told about."""

    def __init__(self, server):
        self.connection = server.connect(target.WRITER, target.WRITER_PASSWORD)
        self.message = self.connection.search_ext(target.BASE, ldap.SCOPE_SUBTREE, attrlist=["1.1"],
                                                  serverctrls=[SyncRequestControl(mode="refreshAndPersist")])
        self.told = set()
        self.hears(None, 0.2)

    def hears(self, dn, seconds=1.0):
        """Whether dn is told within some time; what else is told meanwhile is kept for the next question."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if dn in self.told:
                self.told.discard(dn)
                return True
            try:
                data = self.connection.result4(self.message, all=0, timeout=0.05, add_ctrls=1, add_intermediates=1)[1]
            except ldap.TIMEOUT:
                continue
            self.told |= {item[0].lower() for item in data or [] if item[0]}
        return False


class World:
    """One server with the overlays of a column, and fresh entries for each row."""

    def __init__(self, column, program):
        names = OVERLAYS if column == "all" else () if column == "none" else (column,)
        lines = shipped_lines()
        self.names, self.program, self.number = names, program, 100
        self.application = Application(overlays={name: lines.get(name) for name in names}, checks=False,
                                       database="\n".join(lines["index"]))
        self.server = self.application.start().server
        self.root = self.server.connect()
        self.consumer = Consumer(self.server) if "syncprov" in names else None

    def close(self):
        """End the server."""
        self.application.close()

    def fresh(self, people=3, members=2, group_class="duaalGroup"):
        """A new institution with a group: (group DN, member DNs, DNs of people who are not members)."""
        self.number += 1
        number, names = str(self.number), ["p%d-%d" % (self.number, n) for n in range(people)]
        persons = [person_dn(name) for name in names]
        inside = persons[:members] or ([target.PLACEHOLDER] if group_class == "groupOfNames" else [])
        entries = [person_entry(name, duaalSourceUuid=self.source_uuid(n)) for n, name in enumerate(names)]
        entries += [institution_entry(number), group_entry(number, "beheerder", inside, group_class=group_class)]
        for dn, attributes in entries:
            self.root.add_s(dn, list(as_bytes(attributes).items()))
        if self.consumer and not self.consumer.hears(entries[-1][0].lower()):
            raise RuntimeError("the consumer hears nothing")
        if self.consumer:
            self.consumer.told.clear()
        return group_dn(number, "beheerder"), persons[:members], persons[members:]

    def source_uuid(self, n):
        """A source UUID for person n of the row under way."""
        return "00000000-0000-4000-8000-%06d%06d" % (self.number, n)

    def read(self, dn, *attributes):
        """One entry as root, or None."""
        try:
            found = self.root.search_s(dn, ldap.SCOPE_BASE, attrlist=list(attributes) or ["*", "+"])[0][1]
            return {name: [value.decode() for value in values] for name, values in found.items()}
        except ldap.NO_SUCH_OBJECT:
            return None

    def assertion(self, template, dn, **told):
        """The filter of template for an entry as it is now, or as told."""
        entry = self.read(dn, "entryUUID", "entryCSN")
        return template.format(**{"dn": dn, "uuid": entry["entryUUID"][0], "csn": entry["entryCSN"][0], **told})

    def send(self, *script):
        """Run script lines (lists of fields) pipelined; {label: Answer}."""
        text = "".join("\t".join(fields) + "\n" for fields in script)
        done = subprocess.run([self.program, self.server.uri, target.WRITER, target.WRITER_PASSWORD], input=text,
                              capture_output=True, text=True, check=True)
        rows = (line.split("\t") for line in done.stdout.splitlines())
        return {row[0]: Answer(int(row[1]), row[2], row[3]) for row in rows}

    # ---- what is not as the code promises ----

    def remarks(self, dn, answer, people, post_read=True):
        """Disagreements around one written entry: memberOf, post-read, accesslog, consumer."""
        entry = self.read(dn)
        remarks = []
        if "memberof" in self.names:
            remarks += self._memberof_remarks(dn, entry, people)
        if answer.code == 0 and post_read and entry and answer.csn != entry["entryCSN"][0]:
            remarks.append("post-read wrong")
        if "accesslog" in self.names and self._logged(dn) != (answer.code == 0):
            remarks.append("log disagrees")
        if self.consumer and answer.code == 0 and not self.consumer.hears(dn.lower()):
            remarks.append("consumer not told")
        return remarks

    def _memberof_remarks(self, dn, entry, people):
        members = {value.lower() for value in (entry or {}).get("member", [])}
        remarks = []
        for person in people:
            holds = dn.lower() in {v.lower() for v in (self.read(person, "memberOf") or {}).get("memberOf", [])}
            if holds and person.lower() not in members:
                remarks.append("memberOf left behind")
            if not holds and person.lower() in members:
                remarks.append("memberOf missing")
        return sorted(set(remarks))

    def _logged(self, dn):
        """Whether the daemon's write of dn stands in the accesslog."""
        found = self.root.search_s("cn=accesslog", ldap.SCOPE_ONELEVEL, "(&(reqDN=%s)(reqAuthzID=%s))" % (
            dn, target.WRITER), ["1.1"])
        return bool(found)


def cell(answer, *remarks):
    """Text of one cell."""
    flat = [remark for group in remarks for remark in ([group] if isinstance(group, str) else group)]
    return ", ".join([str(answer.code), *flat])


def judge(world, dn, answer, before, after, people, **details):
    """Cell of a write to the members of dn: before and after are what they may and should be."""
    entry = world.read(dn, "member") or {}
    now = {value.lower() for value in entry.get("member", [])}
    wanted = {value.lower() for value in (after if answer.code == 0 else before)}
    return cell(answer, [] if now == wanted else "members wrong", world.remarks(dn, answer, people, **details))


# ---- rows without an assertion -----------------------------------------------------------------------

def fields_of(entry):
    """attribute=value fields of an entry."""
    return ["%s=%s" % (name, value) for name, values in entry[1].items()
            for value in ([values] if isinstance(values, str) else values)]


def row_add_entry(world, kind):
    """Add an institution, a person or a group with a member, with post-read."""
    _, (member, *_), _ = world.fresh()
    number = "9%d" % world.number
    entry = {"institution": institution_entry(number), "person": person_entry("n" + number),
             "group": group_entry(str(world.number), "trajectbegeleider", [member])}[kind]
    answer = world.send(["add", "x", entry[0], "-", *fields_of(entry)])["x"]
    return cell(answer, world.remarks(entry[0], answer, [member] if kind == "group" else []))


def row_pipelined_structure(world):
    """Institution, person, group and member, each sent before the one it stands on is answered; many times."""
    codes = set()
    for _ in range(WINDOW):
        world.number += 1
        number = "8%d" % world.number
        person, group = person_dn("q" + number), group_dn(number, "beheerder")
        entries = [institution_entry(number), person_entry("q" + number), group_entry(number, "beheerder")]
        script = [["add", "a%d" % n, entry[0], "-", *fields_of(entry)] for n, entry in enumerate(entries)]
        answers = world.send(*script, ["mod", "m", group, "-", "+member=" + person])
        codes.add(" ".join(str(answers[label].code) for label in ("a0", "a1", "a2", "m")))
    return " / ".join(sorted(codes))


# ---- rows with an assertion --------------------------------------------------------------------------

def row_grant(world, template, count=1, **told):
    """Add values; told replaces what the assertion says (stale entryCSN, wrong entryUUID)."""
    dn, members, others = world.fresh(people=2 + count)
    answer = world.send(["mod", "x", dn, world.assertion(template, dn, **told),
                         *("+member=" + other for other in others)])["x"]
    return judge(world, dn, answer, members, members + others, members + others)


def row_other_spelling(world, template):
    """A stale grant whose request and assertion spell the group's DN in capitals."""
    dn, members, others = world.fresh()
    capitals = dn.upper()
    answer = world.send(["mod", "x", capitals, world.assertion(template, capitals, csn=OLD_CSN), "+member=" + others[0]])["x"]
    return judge(world, dn, answer, members, members + others[:1], members + others)


def row_revoke(world, template, count=1, members=2, **told):
    """Delete values."""
    dn, members, others = world.fresh(members=members)
    answer = world.send(["mod", "x", dn, world.assertion(template, dn, **told),
                         *("-member=" + member for member in members[:count])])["x"]
    return judge(world, dn, answer, members, members[count:], members + others)


def row_last_of_names(world, template):
    """Delete the last member of a groupOfNames."""
    dn, members, others = world.fresh(members=1, group_class="groupOfNames")
    answer = world.send(["mod", "x", dn, world.assertion(template, dn), "-member=" + members[0]])["x"]
    return judge(world, dn, answer, members, [], members + others)


def row_placeholder(world, template, leave):
    """Last member out and placeholder in, or the other way round, in one modify."""
    dn, members, others = world.fresh(members=1 if leave else 0, group_class="groupOfNames")
    before, after = (members, [target.PLACEHOLDER]) if leave else ([target.PLACEHOLDER], others[:1])
    answer = world.send(["mod", "x", dn, world.assertion(template, dn), "-member=" + before[0], "+member=" + after[0]])["x"]
    return judge(world, dn, answer, before, after, members + others)


def row_chain(world, template):
    """Two grants; the second asserts the entryCSN that the first one's post-read gave."""
    dn, members, others = world.fresh(people=4)
    first = world.send(["mod", "x", dn, world.assertion(template, dn), "+member=" + others[0]])["x"]
    second = world.send(["mod", "x", dn, world.assertion(template, dn, csn=first.csn), "+member=" + others[1]])["x"]
    return "%d %d" % (first.code, second.code)


def row_window(world, template):
    """Grants to many groups, all outstanding at once."""
    groups = [world.fresh() for _ in range(WINDOW)]
    answers = world.send(*(["mod", "x%d" % n, dn, world.assertion(template, dn), "+member=" + others[0]]
                           for n, (dn, _, others) in enumerate(groups)))
    remarks = set()
    for n, (dn, members, others) in enumerate(groups):
        result = judge(world, dn, answers["x%d" % n], members, members + others, members + others)
        remarks |= {result}
    return " / ".join("%s" % remark for remark in sorted(remarks))


def row_actions(world, template):
    """Add a value of another attribute of the group."""
    dn, members, _ = world.fresh()
    answer = world.send(["mod", "x", dn, world.assertion(template, dn), "+duaalAllowedAction=" + target.ACTIONS[0]])["x"]
    return judge(world, dn, answer, members, members, members)


def row_delete_group(world, template):
    """Delete a group that has members."""
    dn, members, others = world.fresh()
    answer = world.send(["del", "x", dn, world.assertion(template, dn)])["x"]
    return cell(answer, world.remarks(dn, answer, members + others, post_read=False))


def row_delete_institution(world, template):
    """Delete an institution without groups."""
    dn, _, _ = world.fresh()
    world.server.delete(dn)
    dn = institution_dn(str(world.number))
    answer = world.send(["del", "x", dn, world.assertion(template, dn)])["x"]
    return cell(answer, world.remarks(dn, answer, [], post_read=False))


def row_delete_person(world, template):
    """Delete a person who is still a member; says when the group goes on naming the person."""
    dn, members, _ = world.fresh()
    person = members[0]
    answer = world.send(["del", "x", person, world.assertion(template, person)])["x"]
    end = time.monotonic() + (2 if "refint" in world.names else 0)
    while person in world.read(dn, "member")["member"] and time.monotonic() < end:
        time.sleep(0.02)
    stays = person in world.read(dn, "member")["member"]
    wanted = "refint" not in world.names or answer.code != 0
    return cell(answer, [] if stays == wanted else "refint did nothing", world.remarks(person, answer, [], post_read=False))


def row_person_uuid(world, template, taken):
    """Change a person's source UUID to a free one, or to one that somebody else has."""
    _, members, others = world.fresh()
    new, old = world.source_uuid(2 if taken else 9), world.source_uuid(0)
    answer = world.send(["mod", "x", members[0], world.assertion(template, members[0]), "-duaalSourceUuid=" + old,
                         "+duaalSourceUuid=" + new])["x"]
    return cell(answer, world.remarks(members[0], answer, []))


def row_person_csn(world, template):
    """What a grant does to the entry of the person: entryCSN stays or moves."""
    dn, _, others = world.fresh()
    before = world.read(others[0], "entryCSN")
    answer = world.send(["mod", "x", dn, world.assertion(template, dn), "+member=" + others[0]])["x"]
    return cell(answer, "stays" if world.read(others[0], "entryCSN") == before else "moves")


def row_group_csn(world, template):
    """What the deletion of a member's entry does to the group: entryCSN, in whose name, and who is told of it."""
    dn, members, _ = world.fresh()
    before = world.read(dn, "entryCSN")
    answer = world.send(["del", "x", members[0], world.assertion(template, members[0])])["x"]
    end = time.monotonic() + (2 if "refint" in world.names else 0.1)
    while world.read(dn, "entryCSN") == before and time.monotonic() < end:
        time.sleep(0.02)
    after = world.read(dn, "entryCSN", "modifiersName")
    heard = []
    if world.consumer and "refint" in world.names:
        heard = ["consumer told" if world.consumer.hears(dn.lower()) else "consumer not told"]
    return cell(answer, "stays" if {"entryCSN": after["entryCSN"]} == before else "moves by " + after["modifiersName"][0], heard)


PLAIN_ROWS = [
    ("add institution", lambda w: row_add_entry(w, "institution")),
    ("add person", lambda w: row_add_entry(w, "person")),
    ("add group with a member", lambda w: row_add_entry(w, "group")),
    ("institution, person, group, member pipelined", row_pipelined_structure),
]
GROUP_ROWS = [
    ("grant", row_grant),
    ("grant, 20 values", lambda w, t: row_grant(w, t, count=20)),
    ("two grants, the second on post-read", row_chain),
    ("%d grants outstanding" % WINDOW, row_window),
    ("revoke", row_revoke),
    ("revoke, last of duaalGroup", lambda w, t: row_revoke(w, t, members=1)),
    ("revoke, last of groupOfNames", row_last_of_names),
    ("last out, placeholder in", lambda w, t: row_placeholder(w, t, True)),
    ("placeholder out, first in", lambda w, t: row_placeholder(w, t, False)),
    ("grant, stale entryCSN", lambda w, t: row_grant(w, t, csn=OLD_CSN)),
    ("grant, wrong entryUUID", lambda w, t: row_grant(w, t, uuid=OTHER_UUID)),
    ("grant, stale entryCSN, DN spelt differently", row_other_spelling),
    ("revoke, stale entryCSN", lambda w, t: row_revoke(w, t, csn=OLD_CSN)),
    ("allowed action", row_actions),
    ("delete group with members", row_delete_group),
    ("delete institution", row_delete_institution),
]
PERSON_ROWS = [
    ("person: free source UUID", lambda w, t: row_person_uuid(w, t, False)),
    ("person: taken source UUID", lambda w, t: row_person_uuid(w, t, True)),
    ("person: delete, still a member", row_delete_person),
    ("entryCSN of a person who is granted", row_person_csn),
    ("entryCSN of the group when a member's entry goes", row_group_csn),
]


def rows():
    """[(title, function of a world)], in the order of the table."""
    result = [("no assertion: " + name, run) for name, run in PLAIN_ROWS]
    for title, template in FILTERS.items():
        chosen = GROUP_ROWS + (PERSON_ROWS if title != "people pass" else [])
        result += [("%s: %s" % (title, name), lambda w, r=run, t=template: r(w, t)) for name, run in chosen]
    return result


def measure(columns=COLUMNS):
    """{(row title, column): cell}."""
    program, cells = build(), {}
    for column in columns:
        world = World(column, program)
        try:
            for title, run in rows():
                cells[title, column] = run(world)
        finally:
            world.close()
    return cells


def table(cells, columns):
    """The cells as a markdown table."""
    lines = ["| operation | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for title, _ in rows():
        lines.append("| %s | %s |" % (title, " | ".join(cells[title, column] for column in columns)))
    return "\n".join(lines)


def main():
    """Print the table of the columns asked for."""
    columns = tuple(sys.argv[1:]) or COLUMNS
    print(table(measure(columns), columns))


if __name__ == "__main__":
    main()
