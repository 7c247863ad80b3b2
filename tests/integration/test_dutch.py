# SPDX-License-Identifier: EUPL-1.2
"""Two operators ask one daemon, one in English and one in Dutch: each is answered in their language, on a host that has no Dutch locale; the log and
the record are English. What each command says in Dutch: test_each_command.py.
"""
import json
import os
import re
import subprocess
import tarfile

import pytest
from daemon import CATALOGUES, program
from school import ADULT, FIRST, SECOND, right, vo_id
from varlink import Varlink

LOCALES = {"en": "en_GB.UTF-8", "nl": "nl_BE.UTF-8"}


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


def test_whoever_watches_is_told_of_a_dutch_order_in_english(operators):
    with Varlink(operators.daemon.settings["control.socket"]) as watcher:
        watcher.send_more("Monitor")
        assert watcher.receive()["type"] == "state"
        assert operators.ask("nl", "thaw", FIRST).stdout.startswith("instelling %s is niet meer bevroren" % FIRST)
        event = watcher.receive()
        while event["type"] != "order":
            event = watcher.receive()
        assert event["sentence"].startswith("institution %s is not frozen any more" % FIRST), event


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
    """What happens is told to all alike, as in the log; only the one who gave the order reads it in their language."""
    with operators.daemon.socket() as socket:
        socket.socket.sendall(b'{"method": "be.werkplekduaal.Duaalsync.Monitor", "more": true}\0')
        socket.receive()
        assert operators.ask("nl", "freeze", FIRST, "--reason", "proef").stdout.startswith("instelling")
        event = {"type": ""}
        while event["type"] != "order":
            event = socket.receive()
        assert event["sentence"] == "institution %d is still frozen until somebody ends it" % int(FIRST)
