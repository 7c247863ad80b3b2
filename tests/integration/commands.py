# SPDX-License-Identifier: EUPL-1.2
"""A week of work with every command of duaalctl on the real daemon, and what each must end with: see test_each_command.py.

    played = play(world, language, json=False)     # {step: Ended}, every step once, in order

A Step is a command as it is typed, with {names} that the world fills in at that moment. Things that happen between commands are functions
of the world. Each command has at least one step; one that is new and has none fails the test.
"""
import dataclasses
import re
import tempfile

import government as source
from daemon import CATALOGUES
from national import national_number, wrong
from school import ADULT, FIRST, SECOND, vo_id
from test_plan_config import NOT_SECONDARY, other_file

# What differs by language: its environment, how it says how long ago or ahead something is, and numbers of cycles.
ENVIRONMENT = {"en": {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}, "nl": {"LC_ALL": "nl_BE.UTF-8", "LANGUAGE": ""}}
AGES = {"en": r"in \d+ (?:s|min|h|days)|\d+ (?:s|min|h|days)(?: ago)?", "nl": r"over \d+ (?:s|min|uur|dag(?:en)?)|\d+ (?:s|min|uur|dag(?:en)?)(?: geleden)?"}
NOW = {"en": "now", "nl": "nu"}
CYCLE = {"en": "cycle", "nl": "[Cc]yclus"}
# What no language says otherwise.
CHANGING = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"), (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+", "TIME"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d(?= Belg)", "TIME"),
    (r"\b\d\d:\d\d:\d\d \w+", "TIME"), (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UUID"),
    (r"\b\d+-[0-9a-f]{6}\b", "HOLD"), (r"\bldapi?://[^\s,;:]+(?::\d+)?", "URI"), (re.escape(tempfile.gettempdir()) + r"/[^\s,;:]+", "PATH"),
    (r"\b[0-9a-f]{64}\b", "HASH"), (r"\b\d{14}\.\d{6}Z#\w+#\w+#\w+", "CSN"), (r"\b\d{14}Z\b", "TIME"), (r"\b\d+(?:\.\d+)? MiB", "SIZE"),
    (r"-[0-9a-f]{8}(?=,ou=overrides)", "-XXXXXXXX"), (r"\b\d+ ms\b", "DURATION"), (r"^[a-z]+(?: (?:na|op|toe|vast))?\n", ""),  # phases of "sync --wait"
    (r"(version|versie) \d+\.\d+\.\d+\S*", r"\1 VERSION"), (r'version="[^"]+"', 'version="VERSION"'),
    (r"\b\d{10}\b", "SECONDS"), (r"\bredo \d+", "redo NUMBER"), (r"(seconds\S*) \d\S*$", r"\1 NUMBER"), (r"\b\d{4}-\d\d-\d\d\b", "DAY")]


def normalised(text, language):
    """The text as a golden has it: no time, age, id or place of this run, and single spaces, because widths follow from those."""
    ages = (r"\b(?:%s)(?![\w-])" % AGES[language], "AGE"), (r"TIME, (?:AGE|%s)\b" % NOW[language], "TIME")
    for pattern, word in [*CHANGING, *ages, (r"\b(%s) \d+" % CYCLE[language], r"\1 NUMBER")]:
        text = re.sub("(?m)" + pattern, word, text)
    return re.sub(r"(?m)(?<=\S) +", " ", text).replace(" \n", "\n")


@dataclasses.dataclass
class Step:
    """One command. method: whose reply --json prints; None: the command has no such form. code: its exit status, of --json too."""

    name: str
    line: str
    method: str = None
    code: int = 0
    golden: bool = True
    typed: str = None  # where it asks


@dataclasses.dataclass
class Ended:
    """What a command printed, and its exit status."""

    line: list
    code: int
    out: str
    err: str


class World:
    """A School with things that happen to it, and the names of what the daemon made of them."""

    def __init__(self, school):
        self.school = school
        school.many(7)
        school.person("zita")  # without the right
        self.numbers = {"number": national_number(1), "shared": national_number(3), "unknown": national_number(5), "without": national_number(7),
                        "kept": national_number(9)}
        for name, number in (("an", "number"), ("bart", "shared"), ("chris", "shared"), ("zita", "without"), ("griet", "kept")):
            school.government.number(vo_id(name), self.numbers[number])
        self.daemon = school.start({"source.people.national_number": source.NUMBER}, environment=CATALOGUES)
        self.names = {"first": FIRST, "second": SECOND, "adult": ADULT, "vo": vo_id("an"), "els": vo_id("els"), "gone": vo_id("p000"),
                      "other": other_file(self.daemon, policy__kinds=NOT_SECONDARY), "bundle": self.daemon.path("bundle.tar.gz")}
        self.names.update(self.numbers, wrong=wrong(self.numbers["number"]))
        self.copy = None

    def settle(self):
        """Until what was ordered has been carried out by a cycle, and nothing runs."""
        self.daemon.sync()

    def lose_guides(self):
        """More people lose the role at the first school than pass by themselves."""
        for name in ("bart", "chris", "dries"):
            self.school.revoke(name, "trajectbegeleider")
        self.school.revoke("an", "trajectbegeleider")

    def lose_more(self):
        """And at the second."""
        for number in range(5):
            self.school.revoke("p%03d" % number, "trajectbegeleider", SECOND)
        self.daemon.sync()
        self.find_hold()

    def find_hold(self):
        """hold: the newest that waits."""
        waiting = [hold["id"] for hold in self.daemon.json("holds")["holds"] if hold["state"] == "open"]
        self.names["hold"] = waiting[-1]

    def add_by_hand(self):
        """A directory administrator adds somebody."""
        self.school.by_hand("beheerder", add=["els"])
        self.daemon.sync()
        self.find_drift()

    def add_another(self):
        """And another."""
        self.school.by_hand("beheerder", add=["p006"])
        self.daemon.sync()
        self.find_drift()

    def find_drift(self):
        """drift: the newest hand edit."""
        self.names["drift"] = str(max(each["id"] for each in self.daemon.json("drift")["drift"] if each["id"]))

    def blur(self):
        """Somebody has a right whose number cannot be read, and somebody else no state."""
        self.school.grant("els", "beheerder", "3056g")
        self.school.government.set_person(vo_id("dries"), voStatus=None)
        self.daemon.sync()

    def grant(self):
        """A cycle that grants: cycle is its number."""
        self.school.grant("els", "beheerder", SECOND)
        self.names["cycle"] = str(self.daemon.sync()["id"])

    def go_back(self):
        """The source is put back to how it was before somebody was changed there."""
        copy = self.school.government.server.backup()
        self.school.government.set_person(vo_id("griet"), sn="Peeters-Claes")
        self.daemon.sync()
        self.school.government.server.restore(copy)
        self.daemon.sync()
        self.find_hold()

    def leap(self):
        """Somebody sets the clock of the host more than a year ahead: today is what it shows."""
        self.daemon.clock.jump(days=400)
        self.daemon.sync()
        self.names["today"] = str(self.daemon.clock.now().date())


STEPS = [
    Step("help", "help"),
    Step("help-why", "help why"),
    Step("status", "status", "Status"),
    Step("plan-in-step", "plan --exit-code", "Plan"),
    Step("plan-config", "plan --config {other} --exit-code", "PlanWith", 4),
    Step("watch", "watch --for 1s", golden=False),
    Step("support-bundle", "support-bundle {bundle} --config {other}", golden=False),
    Step("why-yes", "why {vo}", "Why"),
    Step("why-no", "why {vo} {second}", "Why", 1),
    Step("why-nobody", "why Niemand", "Why", 2),
    Step("why-number", "why -", "Why", typed="{number}"),
    Step("why-number-several", "why -", "FindPerson", 2, typed="{shared}"),
    Step("why-number-unknown", "why -", None, 2, typed="{unknown}"),
    Step("why-number-without", "why -", "Why", 2, typed="{without}"),
    Step("why-number-wrong", "why -", None, 64, typed="{wrong}"),
    Step("why-nowhere", "why {vo} 99999", "Why", 2),
    Step("why-role", "why {vo} --role directeur", None, 64),
    Step("why-at", "why {vo} --at now", "AccessAt"),
    Step("why-at-nobody", "why Niemand --at now", "AccessAt", 2),
    Step("why-at-nowhere", "why {vo} 99999 --at now", "AccessAt", 2),
    Step("institution", "institution {first}", "Institution"),
    Step("institution-not", "institution {adult}", "Institution"),
    Step("institution-at", "institution {first} --at now", "AccessAt"),
    Step("institution-unknown", "institution 99999", "Institution", 2),
    Step("institution-all", "institution --all", "Institutions"),
    Step("institution-kind", "institution --all --kind kleuteronderwijs", None, 64),
    Step("refusals-none", "refusals", "Refusals"),
    Step("history", "history", "History"),
    Step("changes", "changes --institution {first}", "Changes"),
    Step("changes-nowhere", "changes --institution 99999", "Changes", 2),
    Step("changes-nobody", "changes --person Niemand", "Changes", 2),
    Step("reads", "reads --output CYCLE,OF,PEOPLE,INSTITUTIONS,GROUPS,CANARIES,RESULT,PROVEN", None),
    Step("reads-all", "reads", "Reads", golden=False),
    Step("statistics", "statistics --weeks 1 --output WEEK,CYCLES,FAILED,GRANTED,REVOKED,HOLDS,DECIDED,EXPIRED", None),
    Step("statistics-all", "statistics --weeks 1", "Statistics", golden=False),
    Step("metrics", "metrics", "Metrics"),
    Step("wait", "wait --in-step", "Wait"),
    Step("wait-unknown", "wait --until-applied niemand-die-zo-heet --newer-than 1d", "Wait", 2),
    Step("holds-none", "holds", "Holds"),
    Step("audit-verify", "audit --verify", "AuditVerify"),
    Step("audit-export", "audit --export --from 1", "AuditExport", golden=False),
    Step("complete", "complete institutions", "Words"),
    World.lose_guides,
    Step("sync", "sync --wait", "Sync", 4),
    World.find_hold,
    Step("status-held", "status", "Status", 1),
    Step("status-verbose", "status -v", "Status", 1),
    Step("plan-held", "plan --exit-code", "Plan", 4),
    Step("plan-ldif", "plan --ldif", "PlanLdif"),
    Step("holds", "holds", "Holds"),
    Step("hold", "holds {hold}", "Hold"),
    Step("hold-unknown", "holds 999", "Hold", 2),
    Step("reject", "reject {hold} --reason vergissing", "Reject"),
    Step("reject-again", "reject {hold} --reason vergissing", "Reject", 5),
    Step("approve-unknown", "approve 99 --reason gevraagd", "Approve", 2),
    World.settle, World.lose_more,
    Step("approve", "approve {hold} --reason gevraagd", "Approve"),
    World.settle,
    Step("forget", "forget {gone} --reason gevraagd", "Forget"),
    Step("forget-none", "forget niemand-die-zo-heet --reason gevraagd", "Forget", 2),
    Step("forget-refused", "forget {vo} --reason gevraagd", "Forget", 5),
    Step("request-needless", "request {first} --reason aangevraagd", "Request", 5),
    Step("request", "request {adult} --reason aangevraagd", "Request"),
    World.settle,
    Step("directives", "directives", "Directives"),
    Step("unrequest", "unrequest {adult} --reason ingetrokken", "Unrequest"),
    World.settle,
    Step("pin", "pin {vo} {first} beheerder --reason vervanging --until 10d", "Pin"),
    World.settle,
    Step("unpin", "unpin {vo} {first} beheerder --reason terug", "Unpin"),
    World.settle,
    Step("drift-none", "drift", "Drift"),
    World.add_by_hand,
    Step("drift", "drift", "Drift"),
    Step("why-still", "why {els} {first}", "Why"),
    Step("drift-unknown", "drift adopt 99 --reason klopt", "DriftAdopt", 2),
    Step("drift-adopt", "drift adopt {drift} --reason klopt --until 20d", "DriftAdopt"),
    World.settle, World.add_another,
    Step("drift-undo", "drift undo {drift} --reason vergissing", "DriftUndo"),
    World.settle,
    Step("freeze", "freeze {first} --reason fusie --until 3d", "Freeze"),
    Step("freeze-again", "thaw {second}", "Thaw", 2),
    World.settle,
    Step("thaw", "thaw {first}", "Thaw"),
    World.settle,
    Step("pause", "pause --reason onderhoud", "Pause"),
    World.settle,
    Step("status-paused", "status", "Status", 1),
    Step("resume", "resume", "Resume"),
    Step("resume-again", "resume", "Resume", 2),
    World.settle, World.grant,
    Step("undo-unknown", "undo 999 --until 1d --reason vergissing", "Undo", 2),
    Step("undo", "undo {cycle} --until 1d --reason vergissing", "Undo"),
    World.settle,
    Step("status-undone", "status", "Status", 1),
    Step("redo-unknown", "redo 999 --reason toch", "Redo", 2),
    Step("redo", "redo {cycle} --reason toch", "Redo"),
    World.settle, World.go_back,
    Step("accept-source", "accept-source {hold} --reason bedoeld", "AcceptSource"),
    World.settle,
    Step("doctor", "doctor", "Doctor"),
    World.blur,
    Step("refusals", "refusals", "Refusals"),
    Step("refusals-reason", "refusals --reason number-malformed", "Refusals"),
    Step("refusals-elsewhere", "refusals --institution {second}", "Refusals"),
    Step("refusals-nowhere", "refusals --institution 99999", "Refusals", 2),
    Step("freeze-ahead", "freeze 99999 --reason vooraf", "Freeze"),
    World.settle,
    Step("institution-ahead", "institution 99999", "Institution"),
    Step("thaw-ahead", "thaw 99999", "Thaw"),
    World.settle, World.leap,
    Step("status-clock", "status", "Status", 2),
    Step("accept-clock-wrong", "accept-clock 2026-02-28 --reason nagekeken", "AcceptClock", 5),
    Step("accept-clock", "accept-clock {today} --reason nagekeken", "AcceptClock"),
]

# Of each command: a wrong argument, and a word of the sentence that says so (in English).
WRONG = {
    "status": ("status --loud", "no option"), "plan": ("plan --limit many", "a number"), "why": ("why", "PERSON"),
    "institution": ("institution 1 --kind x", "--all"), "history": ("history -n 0", "a number"), "refusals": ("refusals --reason zomaar", "number-malformed"),
    "metrics": ("metrics --label x", "NAME=VALUE"), "changes": ("changes --cause zomaar", "explicit"), "reads": ("reads -n x", "a number"),
    "statistics": ("statistics --weeks 0", "a number"), "doctor": ("doctor now", "one argument too many"), "holds": ("holds a-b", "hold"),
    "approve": ("approve 1", "--reason"), "reject": ("reject", "ID"), "accept-source": ("accept-source 1", "--reason"),
    "accept-clock": ("accept-clock 2026-09-01", "--reason"),
    "directives": ("directives all", "one argument too many"), "request": ("request x --reason y", "institution"),
    "unrequest": ("unrequest 40022", "--reason"), "pin": ("pin x 30569 beheerder --reason y --until gisteren", "gisteren"),
    "unpin": ("unpin x 30569 --reason y", "ROLE"), "drift": ("drift --output BYE", "no column"), "drift adopt": ("drift adopt x -r y", "a number"),
    "drift undo": ("drift undo", "ID"), "sync": ("sync now", "one argument too many"), "wait": ("wait", "what for"), "watch": ("watch --for ever", "no span"),
    "support-bundle": ("support-bundle a b", "one argument too many"),
    "freeze": ("freeze 30569", "--reason"), "thaw": ("thaw", "INSTITUTION|all"), "pause": ("pause", "--reason"),
    "redo": ("redo 1", "--reason"), "resume": ("resume now", "one argument too many"), "undo": ("undo 1 --reason x", "--until"),
    "audit": ("audit", "choices"), "forget": ("forget 1", "--reason"), "help": ("help nothing", "nothing"),
}


def play(school, language, as_json):
    """See above."""
    world, ended = World(school), {}
    environment = {**world.daemon.environment, **ENVIRONMENT[language], "TZ": "Europe/Brussels"}
    for step in STEPS:
        world.daemon.environment = environment
        if not isinstance(step, Step):
            step(world)
            continue
        if not as_json:
            world.daemon.clock.forward(minutes=1)  # so that nothing is "now" but what this command does
        line = [word.format(**world.names) for word in step.line.split()]
        typed = step.typed and step.typed.format(**world.names) + "\n"
        done = world.daemon.ctl(*line, *(["--json"] if as_json and step.method else []), typed=typed)
        ended[step.name] = Ended(line, done.returncode, done.stdout, done.stderr)
    return ended
