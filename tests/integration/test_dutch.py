# SPDX-License-Identifier: EUPL-1.2
"""Two operators ask one daemon, one in English and one in Dutch: each is answered in their language, on a host that has no Dutch locale.

words/en and words/nl hold what each command prints, with what is another in every run (times, digests, ports) replaced; GOLDEN_UPDATE=1
writes them anew: read the difference before it is committed.
"""
import json
import os
import re
import subprocess

import pytest
from daemon import BUILD, program
from school import ADULT, FIRST, SECOND, right, vo_id
from varlink import Varlink

WORDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "words")
LOCALES = {"en": "en_GB.UTF-8", "nl": "nl_BE.UTF-8"}
CATALOGUES = {"DUAALSYNC_LOCALEDIR": os.path.join(BUILD, "po")}
# What no Dutch sentence has; names, codes and commands have none of these words between spaces.
ENGLISH = re.compile(r" (the|and|nothing|not|by|it|with|has|this|are|somebody|until|access|which|who|from) ")
COMMANDS = re.compile(r"'[^']*'|duaalctl( -*\w\S*)+|\"[^\"]*\"")
VARYING = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"), (r"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d (UTC|CES?T)", "TIME"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d (?=Belg)", "TIME "), (r"\b(in \d+ (s|min|h|days?)|\d+ (s|min|h|days?) ago)\b", "AGE"),
    (r"\b(over \d+ (s|min|uur|dag|dagen)|\d+ (s|min|uur|dag|dagen) geleden)\b", "AGE"), (r"(?<=[ ,])(now|nu)(?=[ ,)\n])", "AGE"),
    (r"\d+ ms\b", "N ms"), (r"\b(\d+)-[0-9a-f]{6}\b", r"\1-DIGEST"), (r"ldapi?s?://[^ ,)\n]+", "URI"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"), (r"[0-9a-f]{64}", "HEAD"), (r"(version|versie) \S+", r"\1 V"),
    (r"-[0-9a-f]{8}(?=,ou=overrides)", "-NAME"), (r" +", " "), (r" +\n", "\n"), (r"(?m)^\d+ (\S+ )?(?=TIME)", r"N \1"),
    (r"(?m)^(N \S+ TIME, AGE )\d+", r"\1N"), (r"\b([Cc]ycle|[Cc]yclus|was) \d+", r"\1 N"))


def plain(text):
    """What is the same in every run."""
    for pattern, instead in VARYING:
        text = re.sub(pattern, instead, text)
    return text


class Operators:
    """duaalctl as two people use it."""

    def __init__(self, daemon):
        self.daemon = daemon

    def ask(self, language, *arguments):
        """The finished process."""
        environment = {**self.daemon.environment, **CATALOGUES, "LC_ALL": LOCALES[language], "TZ": "UTC"}
        environment.pop("LANGUAGE", None)
        return subprocess.run([program("duaalctl"), "--socket", self.daemon.settings["control.socket"], *arguments],
                              capture_output=True, text=True, timeout=60, check=False, env=environment)

    def json(self, language, *arguments):
        """The JSON answer."""
        return json.loads(self.ask(language, *arguments, "--json").stdout)

    def both(self, name, *arguments):
        """Ask in both languages; each text is that of its golden. The Dutch text."""
        for language in LOCALES:
            done = self.ask(language, *arguments)
            golden(language, name, plain(done.stdout + done.stderr))
        return done.stdout + done.stderr


def golden(language, name, text):
    """Is this what words/LANGUAGE/NAME.txt says?"""
    path = os.path.join(WORDS, language, name + ".txt")
    if os.environ.get("GOLDEN_UPDATE"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        assert text == file.read(), "%s in %s" % (name, language)
    if language == "nl":
        left = [line for line in text.splitlines() if ENGLISH.search(COMMANDS.sub("", line))]
        assert not left, "English in Dutch: %s" % left


@pytest.fixture(name="operators")
def _operators(moved):
    """A school with something of everything: a hold, a freeze, hand edits, an override, somebody of adult education."""
    school = moved("2026-09-01T08:00")
    school.many(50)
    school.person("joke", right("trajectbegeleider", ADULT))
    school.start({"drift.grace": "15min"}, environment=CATALOGUES)
    for number in range(8):
        school.revoke("p%03d" % number, "trajectbegeleider", SECOND)
    school.by_hand(add=["els"], delete=["bart"])
    school.override("joke-tijdelijk", "joke", duaalReason="vervanging")
    school.sync()
    school.daemon.order("freeze", FIRST, "--reason", "fusie")
    school.sync()
    return Operators(school.daemon)


def test_each_question_is_answered_in_the_language_of_who_asks(operators):
    hold = operators.daemon.hold("rule-institution-count", SECOND)["id"]
    for name, *arguments in (("status", "status"), ("plan", "plan"), ("holds", "holds"), ("hold", "holds", hold),
                             ("drift", "drift"), ("directives", "directives"), ("institution", "institution", FIRST),
                             ("institution-not", "institution", ADULT), ("institution-all", "institution", "--all"),
                             ("why-yes", "why", vo_id("griet")), ("why-no", "why", vo_id("joke"), ADULT),
                             ("why-still", "why", vo_id("els"), FIRST), ("why-not-yet", "why", vo_id("bart"), FIRST),
                             ("why-nobody", "why", "niemand"), ("why-at", "why", vo_id("griet"), "--at", "now"),
                             ("changes", "changes", "-n", "3"), ("history", "history", "-n", "2"), ("reads", "reads", "-n", "2"),
                             ("audit", "audit", "--verify"), ("wait", "wait", "--in-step")):
        operators.both(name, *arguments)
    dutch = operators.json("nl", "why", vo_id("joke"), ADULT)
    english = operators.json("en", "why", vo_id("joke"), ADULT)
    assert dutch["paths"][0]["code"] == english["paths"][0]["code"] == "no-request"
    assert dutch["summary"] == "Joke Peeters heeft geen toegang als trajectbegeleider bij instelling %s: voor deze instelling is " \
        "geen toelating gevraagd (R2)." % ADULT
    assert english["summary"] != dutch["summary"]


def test_orders_are_answered_in_dutch_and_logged_in_english(operators):
    hold = operators.daemon.hold("rule-institution-count", SECOND)["id"]
    for name, *arguments in (
            ("thaw", "thaw", FIRST), ("freeze", "freeze", FIRST, "--reason", "x", "--until", "2h"), ("pause", "pause", "--reason", "x"),
            ("resume", "resume"), ("resume-again", "resume"), ("request", "request", ADULT, "--reason", "gevraagd"),
            ("unrequest", "unrequest", ADULT, "--reason", "x"), ("request-needless", "request", FIRST, "--reason", "x"),
            ("pin", "pin", vo_id("joke"), FIRST, "beheerder", "--reason", "x"),
            ("drift-undo", "drift", "undo", "1", "--reason", "x"), ("drift-unknown", "drift", "adopt", "99", "--reason", "x"),
            ("undo-unknown", "undo", "999", "--until", "1d", "--reason", "x"), ("forget-not", "forget", vo_id("an"), "--reason", "x"),
            ("approve", "approve", hold, "--reason", "x"), ("approve-again", "approve", hold, "--reason", "x"),
            ("approve-unknown", "approve", "99", "--reason", "x")):
        if name == "unrequest":
            operators.daemon.sync()  # it reads what the request wrote
        done = operators.ask("nl", *arguments)
        golden("nl", "order-" + name, plain(done.stdout + done.stderr))
    log = operators.daemon.log()
    assert "hold %s is approved: " % hold in log and "institution %s is not frozen any more" % FIRST in log
    record = operators.daemon.ctl("audit", "--export").stdout
    assert "is approved: " in record
    for word in ("goedgekeurd", "bevroren", "instelling", "niemand", "opschorting"):
        assert word not in log and word not in record


def test_two_connections_have_a_language_each(operators):
    with Varlink(operators.daemon.settings["control.socket"]) as dutch, \
            Varlink(operators.daemon.settings["control.socket"]) as english:
        assert dutch.call("SetLanguage", language="nl_BE.UTF-8") == {"language": "nl"}
        assert english.call("SetLanguage", language="fr") == {"language": "en"}
        for _ in range(3):
            assert dutch.call("Why", person="niemand")["summary"] == 'Niemand gevonden voor "niemand".'
            assert english.call("Why", person="niemand")["summary"] == 'Nobody was found for "niemand".'
        assert dutch.call("SetLanguage", language="en") == {"language": "en"}
        assert dutch.call("Why", person="niemand")["summary"].startswith("Nobody")


def test_faults_of_the_configuration_are_in_the_language_of_the_terminal(operators):
    operators.daemon.configure(source__people__floor=0, target__base="x")
    for language, words in (("nl", "moet 1 tot 10000000 entry's zijn"), ("en", "must be 1 to 10000000 entries")):
        done = subprocess.run([program("duaalsyncd"), "--check-config", "--config", operators.daemon.config],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, **CATALOGUES, "LC_ALL": LOCALES[language]})
        assert done.returncode == 2 and words in done.stdout, done.stdout


def test_who_watches_is_not_told_in_the_language_of_whoever_decides(operators):
    """What happens is told to all alike, as in the log; only the one who gave the order reads it in their language."""
    with operators.daemon.socket() as socket:
        socket.socket.sendall(b'{"method": "be.werkplekduaal.Duaalsync.Monitor", "more": true}\0')
        socket.receive()
        assert operators.ask("nl", "freeze", FIRST, "--reason", "proef").stdout.startswith("instelling")
        event = {"type": ""}
        while event["type"] != "order":
            event = socket.receive()
        assert event["sentence"] == "institution %d is still frozen until somebody ends it" % int(FIRST)
