# SPDX-License-Identifier: EUPL-1.2
"""Two operators ask one daemon, one in English and one in Dutch: each is answered in their language, on a host that has no Dutch locale; the log and
the record are English. What each command says in Dutch: test_each_command.py.
"""
import json
import os
import re
import signal
import subprocess
import tarfile

import pytest
from daemon import CATALOGUES, program
from school import ADULT, FIRST, SECOND, right, vo_id
from varlink import Varlink

LOCALES = {"en": "en_GB.UTF-8", "nl": "nl_BE.UTF-8"}


class Operators:
    """duaalctl as two people use it."""

    def __init__(self, school):
        self.school, self.daemon = school, school.daemon

    def ask(self, language, *arguments):
        """The finished process."""
        environment = {**self.daemon.environment, **CATALOGUES, "LC_ALL": LOCALES[language], "TZ": "UTC"}
        environment.pop("LANGUAGE", None)
        return subprocess.run([program("duaalctl"), "--socket", self.daemon.settings["control.socket"], *arguments],
                              capture_output=True, text=True, timeout=60, check=False, env=environment)

    def json(self, language, *arguments):
        """The JSON answer."""
        return json.loads(self.ask(language, *arguments, "--json").stdout)


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
    return Operators(school)


def test_each_question_is_answered_in_the_language_of_who_asks(operators):
    dutch = operators.json("nl", "why", vo_id("joke"), ADULT)
    english = operators.json("en", "why", vo_id("joke"), ADULT)
    assert dutch["paths"][0]["code"] == english["paths"][0]["code"] == "no-request"
    assert dutch["summary"] == "Joke Peeters heeft geen toegang als trajectbegeleider bij instelling %s: voor deze instelling is " \
        "geen toelating gevraagd (R2)." % ADULT
    assert english["summary"] != dutch["summary"]


def test_orders_are_answered_in_dutch_and_logged_in_english(operators):
    hold = operators.daemon.hold("rule-institution-count", SECOND)["id"]
    for word, *arguments in (
            ("niet meer bevroren", "thaw", FIRST), ("bevroren", "freeze", FIRST, "--reason", "x", "--until", "2h"),
            ("gepauzeerd", "pause", "--reason", "x"), ("werkt weer", "resume"), ("geschreven: cn=request-", "request", ADULT, "--reason", "gevraagd"),
            ("wijziging", "drift", "undo", "1", "--reason", "x"), ("goedgekeurd", "approve", hold, "--reason", "x")):
        done = operators.ask("nl", *arguments)
        assert done.returncode == 0 and word in done.stdout, done
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


class Watchers:
    """Somebody who watches in Dutch, and somebody in English. told: {sequence: (Dutch, English)} so far."""

    def __init__(self, *sockets):
        self.sockets, self.told = sockets, {}
        for socket, language in zip(sockets, ("nl", "en")):
            socket.call("SetLanguage", language=language)
            socket.send_more("Monitor")
            assert socket.receive()["type"] == "state"

    def until(self, kind, code):
        """What both are told, up to this."""
        heard = []
        for socket in self.sockets:
            events = [socket.receive()]
            while (events[-1]["type"], events[-1]["code"]) != (kind, code):
                events.append(socket.receive())
            heard.append({event["sequence"]: event for event in events})
        for sequence in heard[0].keys() & heard[1].keys():
            self.told[sequence] = (heard[0][sequence], heard[1][sequence])
        return heard[0][max(heard[0])], heard[1][max(heard[1])]


# Which cycle it is: of an order, or one that begins by itself: after a failure, because a date came, or by another configuration.
TRIGGER = r"\((?:operator|timer|datum|herladen)\)"
# What the Dutch one reads of each that names something.
EVENTS = {
    ("cycle-begun", "operator"): r"cyclus \d+ begint \(operator, uid \d+\)",
    ("cycle-ended", "held"): r"cyclus \d+ %s: opgeschort: 0 toegekend, \d+ ingetrokken, 0 entry's, \d+ opgeschort, 0 geweigerd; gelezen in \d+ "
                             r"ms, beslist in \d+ ms, geschreven in \d+ ms" % TRIGGER,
    ("cycle-ended", "target-unread"): r"cyclus \d+ %s: doel niet gelezen: .*; geen verbinding met ldap\S+: .*" % TRIGGER,
    ("phase", "thinking"): "wat er hoort te zijn, wordt vergeleken met wat er is",
    ("hold", "opened"): r"opschorting \S+ geopend: \d+ wijzigingen bij instelling \d+: .*; vervalt op 2026-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    ("hold", "approved"): r"opschorting \S+ is goedgekeurd; .*",
    ("hold", "over"): r"opschorting \S+ is voorbij: er valt niets meer over te beslissen",
    ("order", "thaw"): "instelling %s is niet meer bevroren.*" % FIRST,
    ("configuration", "reloaded"): "een andere configuratie is van kracht",
    ("configuration", "kept"): r"/\S+ heeft fouten en wordt niet overgenomen: de oude configuratie blijft van kracht",
    ("part", "unread"): r"geen verbinding met ldap\S+: .*",
}


def test_everybody_who_watches_is_told_in_their_own_language(operators):
    school, daemon = operators.school, operators.daemon
    with Varlink(daemon.settings["control.socket"]) as dutch, Varlink(daemon.settings["control.socket"]) as english:
        seen = Watchers(dutch, english)
        daemon.order("thaw", FIRST)
        seen.until("order", "thaw")
        hold = daemon.hold("rule-institution-count", SECOND)["id"]
        daemon.order("approve", hold, "--reason", "gevraagd")
        seen.until("hold", "over")
        for number in range(10, 18):
            school.revoke("p%03d" % number, "trajectbegeleider", SECOND)
        school.sync()
        seen.until("hold", "opened")
        school.application.server.stop()
        school.sync()
        seen.until("part", "unread")
        school.application.server.restart()
        daemon.reload(guard__removals=30)
        seen.until("configuration", "reloaded")
        daemon.configure(guard__removals="many")
        daemon.process.send_signal(signal.SIGHUP)
        seen.until("configuration", "kept")
    missing = dict(EVENTS)
    for in_dutch, in_english in seen.told.values():
        kind = (in_dutch["type"], in_dutch["code"])
        assert kind == (in_english["type"], in_english["code"]) and in_dutch["sentence"] != in_english["sentence"], in_dutch
        if kind in EVENTS:
            assert re.fullmatch(EVENTS[kind], in_dutch["sentence"]), (kind, in_dutch["sentence"])
            missing.pop(kind, None)
    assert not missing, (missing, [(told["type"], told["code"], told["sentence"]) for told, _ in seen.told.values()])


def test_a_source_that_cannot_be_reached_is_told_in_dutch_and_logged_in_english(operators):
    """What the helper says: in status, history, events, and from the ledger after a restart."""
    school, daemon = operators.school, operators.daemon
    school.government.server.stop()
    school.sync()
    dutch, english = (next(part for part in operators.json(language, "status")["parts"] if part["name"] == "source")
                      for language in ("nl", "en"))
    assert dutch["code"] == english["code"] == "unread" and dutch["detail"].startswith("geen verbinding met ldap"), dutch
    assert english["detail"].startswith("cannot connect to ldap"), english
    assert "\n  geen verbinding met ldap" in operators.ask("nl", "sync", "--wait").stdout
    assert "\n  cannot connect to ldap" in operators.ask("en", "sync", "--wait").stdout
    rest = english["detail"].partition(": ")[2]  # the system's own words
    assert dutch["detail"].endswith(rest)
    for _ in range(2):
        assert "geen verbinding met ldap" in operators.ask("nl", "history").stdout
        assert "cannot connect to ldap" in operators.ask("en", "history").stdout
        daemon.stop()
        daemon.start()
    finding = next(finding for finding in operators.json("nl", "doctor")["findings"]
                   if finding["id"] == "D02" and finding["about"] == "source")
    assert finding["detail"].startswith("geen verbinding met ldap"), finding
    assert "cannot connect to ldap" in daemon.log() and "geen verbinding" not in daemon.log()


def test_a_plan_that_cannot_be_made_says_why_in_dutch(school):
    """Without a daemon, too."""
    school.start()
    school.daemon.stop()
    school.government.server.stop()
    for language, words in (("nl", "geen verbinding met ldap"), ("en", "cannot connect to ldap")):
        done = subprocess.run([program("duaalsyncd"), "--plan", "--config", school.daemon.config], capture_output=True, text=True,
                              check=False, env={**os.environ, **CATALOGUES, "LC_ALL": LOCALES[language]})
        assert done.returncode == 1 and words in done.stderr and not done.stdout, done


def test_a_refused_write_is_told_in_dutch(operators):
    """The server's own words stay between ours."""
    school, daemon = operators.school, operators.daemon
    daemon.order("thaw", FIRST)
    school.application.server.set_readonly()
    school.person("zoe", right("beheerder", SECOND))
    school.sync()
    target = next(part for part in operators.json("nl", "status")["parts"] if part["name"] == "target")
    assert re.fullmatch(r"de directory van de toepassing neemt geen wijzigingen aan: resultaat 53: de server kan alleen gelezen worden of wil "
                        r"niet schrijven", target["detail"]), target


def test_faults_of_the_configuration_are_in_the_language_of_the_terminal(operators):
    operators.daemon.configure(source__people__floor=0, target__base="x", source__canaries=["dc=elders", "dc=hier"])
    for language, words, below in (("nl", "moet 1 tot 10000000 entry's zijn", r"item 1 ligt niet onder \S+ of \S+ en zou"),
                                   ("en", "must be 1 to 10000000 entries", r"item 1 does not lie below \S+ or \S+ and would")):
        done = subprocess.run([program("duaalsyncd"), "--check-config", "--config", operators.daemon.config],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, **CATALOGUES, "LC_ALL": LOCALES[language]})
        assert done.returncode == 2 and words in done.stdout and re.search(below, done.stdout), done.stdout


def test_a_bundle_is_english_and_whoever_makes_it_is_told_in_dutch(operators, tmp_path):
    path = tmp_path / "bundle.tar.gz"
    done = operators.ask("nl", "support-bundle", str(path), "--config", operators.daemon.config)
    assert done.returncode == 0 and done.stdout.startswith("De doctor onderzoekt beide directory's"), done
    with tarfile.open(path) as archive:
        status = archive.extractfile("duaalsync-support/status.txt").read().decode()
        holds = archive.extractfile("duaalsync-support/holds.txt").read().decode()
    assert "last complete read" in status and "waiting for a decision" in holds, (status, holds)


def test_who_watches_is_not_told_in_the_language_of_whoever_decides(operators):
    """Nor does somebody who has said no language: that is English."""
    with operators.daemon.socket() as socket:
        socket.socket.sendall(b'{"method": "be.werkplekduaal.Duaalsync.Monitor", "more": true}\0')
        socket.receive()
        assert operators.ask("nl", "freeze", FIRST, "--reason", "proef").stdout.startswith("instelling")
        event = {"type": ""}
        while event["type"] != "order":
            event = socket.receive()
        assert event["sentence"] == "institution %d is still frozen until somebody ends it" % int(FIRST)
