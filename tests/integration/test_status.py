# SPDX-License-Identifier: EUPL-1.2
"""duaalctl status of the real daemon: certificates of both sides, each institution, clocks, what the codes mean, and its form."""
import contextlib
import re
import subprocess
import time

import pytest

from application import Application
from daemon import program
from government import Government
from pki import Pki
from school import FIRST, SECOND, between


@contextlib.contextmanager
def over_tls(folder, days, monkeypatch, **settings):
    """A started School whose source has a certificate that is valid for so many days, and demands ours."""
    monkeypatch.setattr("pki.DAYS", days)
    made = Pki(str(folder))
    with contextlib.ExitStack() as stack:
        government = stack.enter_context(Government(tls=made.server("good"), verify_client="try")).start()
        application = stack.enter_context(Application()).start()
        school = stack.enter_context(between(government, application, {
            "source.uri": government.server.ldaps_uri, "source.ca_file": made.ca,
            "source.certificate_file": made.certificate("client"), "source.key_file": made.key("client"), **settings}))
        school.pki = made
        school.start()
        yield school


@pytest.mark.parametrize("days, state, code", [("90", "ok", "ok"), ("20", "warning", "end-soon"), ("3", "critical", "end-now")])
def test_a_certificate_that_ends_is_told_with_each_read(tmp_path, monkeypatch, days, state, code):
    """As a part with its next step, as a list, and as metrics; the whole is never greener."""
    with over_tls(tmp_path / "pki", days, monkeypatch) as school:
        status = school.daemon.json("status")
        part = school.daemon.part("certificates")
        assert (part["state"], part["code"]) == (state, code), part
        assert "days from now" in part["detail"]
        assert (part["next_step"] == "") == (state == "ok") and (part["meaning"] == "") == (state == "ok")
        ends = {end["certificate"]: end["ends"] for end in status["certificates"]}
        assert set(ends) == {"source-server", "source-own", "source-authority"}
        assert all(abs(end - time.time() - int(days) * 86400) < 3600 for end in ends.values())
        metrics = school.daemon.ctl("metrics").stdout
        for name, end in ends.items():
            assert 'duaalsync_certificate_end_timestamp_seconds{certificate="%s"} %d' % (name, end) in metrics
        assert school.daemon.ctl("status").returncode == {"ok": 0, "warning": 1, "critical": 2}[state]


def test_a_new_certificate_is_seen_by_the_next_read(tmp_path, monkeypatch):
    """Ours is read from its file, and the authorities': the last of them that ends."""
    with over_tls(tmp_path / "pki", "3", monkeypatch) as school:
        before = {end["certificate"]: end["ends"] for end in school.daemon.json("status")["certificates"]}
        monkeypatch.setattr("pki.DAYS", "60")
        other = Pki(str(tmp_path / "other"))
        with open(school.pki.ca, "a", encoding="ascii") as both, open(other.ca, encoding="ascii") as new:
            both.write(new.read())
        school.sync()
        after = {end["certificate"]: end["ends"] for end in school.daemon.json("status")["certificates"]}
        assert after["source-authority"] > before["source-authority"] + 50 * 86400
        assert after["source-server"] == before["source-server"]


def test_without_tls_there_is_nothing_to_end(school):
    """A local socket has no certificate."""
    daemon = school.start()
    assert [daemon.part("certificates")[key] for key in ("state", "code")] == ["ok", "no-tls"]
    assert daemon.json("status")["certificates"] == [] and "certificate_end" not in daemon.ctl("metrics").stdout


def test_each_institution_has_a_state(school):
    """As bad as the worst that concerns it alone, with the command that tells more; the part names the worst."""
    daemon = school.start()
    assert daemon.part("institutions")["state"] == "ok" and daemon.json("status")["troubled"] == []
    daemon.order("freeze", SECOND, "--reason", "verhuis")
    school.sync()  # its own cycle has ended: else it may see some of those who leave, and let them go
    for name in ("an", "bart", "chris", "dries"):
        school.revoke(name, "trajectbegeleider")
    school.sync()
    status, part = daemon.json("status"), daemon.part("institutions")
    hold = daemon.json("holds")["holds"][0]
    assert [(each["number"], each["state"], each["code"]) for each in status["troubled"]] == [
        (int(FIRST), "warning", hold["rule"]), (int(SECOND), "notice", "rule-frozen")]
    assert status["troubled"][0]["since"] == hold["opened"] and hold["id"] in status["troubled"][0]["next_step"]
    assert (part["state"], part["code"]) == ("warning", hold["rule"]) and "%s (%s)" % (FIRST, hold["rule"]) in part["detail"]
    assert 'duaalsync_institutions_troubled{state="warning"} 1' in daemon.ctl("metrics").stdout
    rows = dict(line.split() for line in
                daemon.ctl("institution", "--all", "--noheadings", "--output", "NUMBER,STATE").stdout.splitlines())
    assert rows[FIRST] == "warning" and rows[SECOND] == "notice" and "ok" in rows.values()


def test_verbose_explains_each_part_that_is_not_ok(school):
    """What its code means, how it stands now, and what to do."""
    daemon = school.start()
    daemon.order("pause", "--reason", "onderhoud")
    done = daemon.ctl("status", "-v")
    assert done.returncode == 1
    block = done.stdout[done.stdout.index("  freezes: warning (paused), since "):]
    assert re.search(r"means  somebody paused the daemon.*\n      now    the daemon is paused by uid.*\n      do     duaalctl resume", block)
    assert "What to do" not in done.stdout


def test_the_clocks_are_told(school):
    """Last attempt, last complete read, last applied, next run; and what is later than the others is so here too."""
    daemon = school.start()
    status, text = daemon.json("status"), daemon.ctl("status").stdout
    for label, key in (("last attempt", "last_attempt"), ("last complete read", "last_read"),
                       ("last applied", "last_applied"), ("next run", "next_run")):
        assert re.search(r"(?m)^  %s +\S" % label, text) and status[key] > 0
    school.government.server.stop()
    daemon.ctl("sync", "--wait")
    later = daemon.json("status")
    assert later["last_read"] == status["last_read"] and later["last_attempt"] >= status["last_attempt"]
    assert later["state"] == "warning"


def test_it_fits_a_screen_and_has_colours_on_a_terminal_only(school):
    """As a plugin of a monitoring system gets it: no escape sequence."""
    text = school.start().ctl("status").stdout
    assert "\x1b" not in text and len(text.splitlines()) <= 40 and all(len(line) <= 150 for line in text.splitlines()), text


def test_every_code_that_a_part_has_is_in_the_help(school):
    """So it is in the man page, which has the help's list."""
    daemon = school.start()
    listed = daemon.ctl("help", "status").stdout
    for part, code in (("source", "unread"), ("certificates", "end-soon"), ("freezes", "paused"), ("target", "removal-refused")):
        assert re.search(r"(?m)^  %s/%s +\S" % (part, code), listed)


def ask_closed(daemon, *arguments):
    """duaalctl without a standard output at all."""
    return subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", program("duaalctl"), "-s", daemon.settings["control.socket"], *arguments],
                          stderr=subprocess.PIPE, check=False, timeout=60)


@pytest.mark.parametrize("question", (("status",), ("status", "--json"), ("sync", "--wait"), ("doctor",), ("watch", "--for", "20s"), ("help",)))
def test_no_state_is_told_of_an_answer_that_is_not_there(school, question):
    """What would have been 1 is 73 on a full disk and without an output; that goes not to the next socket that is opened, either."""
    daemon = school.start()
    school.government.server.stop()
    daemon.ctl("sync", "--wait")
    assert daemon.ctl("status").returncode in (1, 2)
    with open("/dev/full", "wb") as full:
        cut = subprocess.run([program("duaalctl"), "-s", daemon.settings["control.socket"], *question], stdout=full,
                             stderr=subprocess.PIPE, check=False, timeout=60)
    for done in (cut, ask_closed(daemon, *question)):
        assert (done.returncode, done.stderr) == (73, b"duaalctl: the output cannot be written: is the disk full?\n")


@pytest.mark.parametrize("question", (("status",), ("status", "--json"), ("plan", "--config", "FILE"), ("help",)))
def test_an_answer_that_cannot_be_written_is_told(school, question):
    """A short one fails at the end, and a long one in the middle, after which the end succeeds: neither looks like a whole one."""
    daemon = school.start()
    arguments = [daemon.config if word == "FILE" else word for word in question]
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("duaalctl"), "-s", daemon.settings["control.socket"], *arguments], stdout=full,
                              stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (73, b"duaalctl: the output cannot be written: is the disk full?\n")


@pytest.mark.parametrize("form", ((), ("--json",)))
def test_an_order_that_was_carried_out_says_so_where_its_answer_cannot_be_written(school, form):
    """Whoever reads only that the disk is full orders it again."""
    daemon = school.start()
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program("duaalctl"), "-s", daemon.settings["control.socket"], "pause", "--reason", "repairs", *form], stdout=full,
                              stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (73, b"duaalctl: it was done, but what came of it cannot be written: is the disk full?\n")
    assert daemon.part("freezes")["code"] == "paused"
