# SPDX-License-Identifier: EUPL-1.2
"""duaalctl doctor against real servers: each finding good, and bad with the fault made for real; nothing is written by it."""
import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess

import pytest

import application as target
import ds389
import government as source
from application import Application
from clock import sanitizer_of
from daemon import program
from directories389 import Application389, Government389
from faultproxy import FaultProxy
from government import Government
from pki import Pki
from school import between

UNCONFINED = sanitizer_of(program("duaal-source")) is not None  # such a build leaves the confinement out, and says so
CONFIG = "olcDatabase={0}config,cn=config"
SEES_CONFIG = ['to * by dn.exact="%s" read by * break' % dn for dn in (source.READER, target.WRITER)]


class Told:
    """The answer of one examination."""

    def __init__(self, daemon):
        done = daemon.ctl("doctor", "--json")
        self.status, self.text = done.returncode, done.stdout
        self.findings = json.loads(done.stdout)["findings"]

    def one(self, check, about):
        """The only finding of a check about that; its keys are the words of the interface."""
        found = [f for f in self.findings if (f["id"], f["about"]) == (check, about)]
        assert len(found) == 1, self.findings
        return found[0]

    def severity(self, check, about):
        """How bad it is."""
        return self.one(check, about)["severity"]


def entry_csns(server):
    """{DN: entryCSN} of everything there."""
    connection = server.connect()
    found = connection.search_s(server.suffix, 2, attrlist=["entryCSN"])
    connection.unbind_s()
    return {dn: entry["entryCSN"][0] for dn, entry in found}


def groups_with_members(server):
    """DNs of our groups that are not empty."""
    connection = server.connect()
    found = connection.search_s(target.INSTITUTIONS, 2, "(member=*)", ["1.1"])
    connection.unbind_s()
    return [dn for dn, _ in found]


@contextlib.contextmanager
def opened(government=None, application=None, settings=None):
    """A started School between two directories whose grants were applied."""
    with contextlib.ExitStack() as stack:
        left = stack.enter_context(government or Government()).start()
        right_ = stack.enter_context(application or Application()).start()
        school = stack.enter_context(between(left, right_, settings or {}))
        school.start()
        yield school


@pytest.fixture(name="school")
def _school():
    """All in order, but that indexes cannot be seen."""
    with opened() as school:
        yield school


def test_in_order_and_nothing_written(school):
    """Everything is found in order; neither directory has another entryCSN afterwards, nor the target's log a write that succeeded."""
    servers = (school.government.server, school.application.server)
    before = [entry_csns(server) for server in servers]
    told = Told(school.daemon)
    assert told.status == UNCONFINED, told.text
    assert {f["severity"] for f in told.findings if f["id"] != "D17"} <= {"ok", "notice"}, told.text
    assert [entry_csns(server) for server in servers] == before
    for check, about in (("D01", "source"), ("D01", "target"), ("D01", "ledger"), ("D02", "source"), ("D02", "target"),
                         ("D05", "source: people"), ("D05", "target"), ("D07", "source: people"),
                         ("D07", "source: institutions"), ("D08", "source: people"), ("D09", "source"), ("D10", "source"),
                         ("D11", "source: people"), ("D11", "target"), ("D22", "source: institutions"), ("D13", "target"), ("D14", "target"), ("D15", "target"),
                         ("D16", "ledger")):
        assert told.severity(check, about) == "ok", (check, told.text)
    assert told.severity("D06", "source: people") == "notice"  # this identity does not see cn=config
    assert "voRecht sub" in told.one("D06", "source: people")["mend"]
    assert told.severity("D06", "target: people") == told.severity("D20", "source") == told.severity("D20", "target") == "notice"
    assert "duaalVoId eq, duaalSourceUuid eq" in told.one("D06", "target: people")["mend"]
    assert told.severity("D18", "planner") == "notice"
    log = school.application.server.log  # where a line may come after the answer that it is about
    school.daemon.wait_until(lambda: "RESULT tag=103 err=20" in log(), "the trial to be in the server's log")
    school.sync()
    assert school.daemon.last_cycle()["result"] == "in-step"


def test_helpers_are_confined(school):
    """Each says whether it is."""
    told = Told(school.daemon)
    for about in ("source", "target", "ledger"):
        assert told.severity("D17", about) == ("warning" if UNCONFINED else "ok")


def test_missing_index(school):
    """What the server shows of its indexes is compared with what is searched for."""
    server = school.government.server
    server.configure(CONFIG, olcAccess=SEES_CONFIG)
    assert Told(school.daemon).severity("D06", "source: people") == "ok"
    server.configure(server.config_dn(), olcDbIndex=["objectClass,entryUUID,entryCSN,uid,voInstellingsnummer eq", "voRecht pres,eq"])
    told = Told(school.daemon)
    found = told.one("D06", "source: people")
    assert found["severity"] == "warning" and found["detail"].endswith(": voRecht sub, voId eq"), found
    assert "olcDbIndex: voRecht sub, voId eq" in found["mend"] and told.status == 1


def test_missing_index_of_the_target(school):
    """What keeps names unique there looks for them when an entry is made."""
    server = school.application.server
    server.configure(CONFIG, olcAccess=SEES_CONFIG)
    assert Told(school.daemon).severity("D06", "target: people") == "ok"
    server.configure(server.config_dn(), olcDbIndex=["objectClass,entryUUID,entryCSN,uid,member,cn eq", "duaalVoId eq"])
    found = Told(school.daemon).one("D06", "target: people")
    assert found["severity"] == "warning" and found["detail"].endswith(": duaalSourceUuid eq"), found


def test_limits_as_numbers(school):
    """Shown where this identity may see the server's configuration, word for word."""
    server = school.government.server
    server.configure(CONFIG, olcAccess=SEES_CONFIG)
    limits = 'dn.exact="%s" size=unlimited time.hard=900' % source.READER
    server.set_limits([limits])
    found = Told(school.daemon).one("D20", "source")
    assert found["severity"] == "ok" and "olcLimits" in found["detail"] and "time.hard=900" in found["detail"], found


def test_size_limit(school):
    """A search that the server cuts off."""
    school.government.server.set_limits(['dn.exact="%s" size.hard=1 size.soft=1' % source.READER])
    found = (told := Told(school.daemon)).one("D08", "source: people")
    assert found["severity"] == "critical" and "cut off after 1 entries" in found["detail"] and told.status == 2, found


def test_wrong_filter():
    """A filter that finds nothing, and an attribute that the schema does not know."""
    settings = {"source.institutions.filter": "(voInstellingsnummer=000000)",
                "source.people.filter": "(voRechtt=WerkplekDuaalGebruiker*)"}
    with opened(settings=settings) as school:
        told = Told(school.daemon)
        assert "0 entries" in told.one("D07", "source: institutions")["detail"]
        assert told.severity("D07", "source: institutions") == "critical"
        assert "voRechtt" in told.one("D05", "source: people")["detail"]
        assert told.severity("D05", "source: people") == "critical" and told.status == 2


def test_what_admits_institutions_is_hidden(school):
    """Canaries are people: they do not show it. An attribute that some institution shows is in order."""
    rules, hidden = source.access_rules(), 'to %sattrs=voProgrammatie,voSoort by * none'
    school.government.server.set_access([hidden % "", *rules])
    found = Told(school.daemon).one("D22", "source: institutions")
    assert found["severity"] == "warning" and found["detail"] == "none of 3 institutions shows voSoort, voProgrammatie", found
    assert "let this identity read" in found["mend"]
    school.government.server.set_access([hidden % ('dn.exact="%s" ' % source.organisation_dn("030569")), *rules])
    assert Told(school.daemon).severity("D22", "source: institutions") == "ok"


def test_wrong_canary():
    """A canary that is not there, on either side."""
    with opened(settings={"source.canaries": [source.CANARIES[0], source.person_dn("niemand")],
                          "target.canaries": [target.CANARIES[0], "cn=niets," + target.REQUESTS]}) as school:
        told = Told(school.daemon)
        assert "uid=niemand" in told.one("D11", "source: people")["detail"]
        assert "cn=niets" in told.one("D11", "target")["detail"]
        assert told.severity("D11", "source: people") == told.severity("D11", "target") == "critical"


def test_denied_write(school):
    """Access rules that let us read only: told, and nothing changes."""
    server = school.application.server
    server.set_access([target.AUTHENTICATION, 'to * by dn.exact="%s" read' % target.WRITER])
    before = entry_csns(server)
    found = (told := Told(school.daemon)).one("D13", "target")
    assert found["severity"] == "critical" and told.status == 2, found
    assert "member of 3 of 3 groups, as cn=" in found["detail"]
    assert entry_csns(server) == before


@pytest.mark.parametrize("asserts", [True, False])
def test_value_that_went_meanwhile_is_not_put_back(school, asserts):
    """Every member is taken out while the operations of the trial are under way: none of them comes back, without assertions either."""
    server = school.application.server
    if not asserts:
        server.configure("olcDatabase={-1}frontend,cn=config", olcAccess=[
            '{0}to dn.base="" attrs=supportedControl by * none', "{1}to * by * read"])
    with FaultProxy(server.uri) as proxy, concurrent.futures.ThreadPoolExecutor() as pool:
        school.daemon.reload(**{"target.uri": proxy.uri})
        school.sync()
        rule = proxy.add("delay", direction="request", operation="modify", nth=1)
        asked = pool.submit(school.daemon.json, "doctor")
        assert proxy.wait_fired(rule)
        for dn in groups_with_members(server):
            server.modify(dn, replace={"member": None})
        before = entry_csns(server)
        proxy.release(rule)
        written = [f for f in asked.result()["findings"] if f["id"] == "D13"]
        assert [f["severity"] for f in written] == ["notice"], written
        assert not groups_with_members(server) and entry_csns(server) == before


def test_group_of_names():
    """A class of groups that demands a member; and nothing can be tried before there is one."""
    classes = ["groupOfNames", "duaalRoleGroup", "duaalManaged"]
    with opened(settings={"target.classes.group": classes, "target.empty_group": "delete", "guard.first_fill": "hold"}) as school:
        told = Told(school.daemon)
        assert told.severity("D15", "target") == "notice"
        assert "groupOfNames" in told.one("D15", "target")["detail"]
        assert told.severity("D13", "target") == "notice"


def test_wrong_password(school):
    """Credentials that the server refuses, in the words of a read; the other side is examined all the same."""
    school.government.server.modify(source.READER, replace={"userPassword": "anders"})
    told = Told(school.daemon)
    assert told.severity("D02", "source") == "critical" and told.status == 2
    assert told.severity("D02", "target") == "ok"


@pytest.mark.parametrize("days,severity", [("90", "ok"), ("20", "warning"), ("3", "critical")])
def test_days_of_certificates(tmp_path, monkeypatch, days, severity):
    """The server's certificate, and our own that it is shown."""
    monkeypatch.setattr("pki.DAYS", days)
    made = Pki(str(tmp_path / "pki"))
    with contextlib.ExitStack() as stack:
        government = stack.enter_context(Government(tls=made.server("good"), verify_client="try")).start()
        application = stack.enter_context(Application()).start()
        school = stack.enter_context(between(government, application, {
            "source.uri": government.server.ldaps_uri, "source.ca_file": made.ca,
            "source.certificate_file": made.certificate("client"), "source.key_file": made.key("client")}))
        school.start()
        told = Told(school.daemon)
        assert told.severity("D03", "source") == told.severity("D04", "source") == severity, told.text
        assert "days from now" in told.one("D04", "source")["detail"]


def test_expired_certificate(pki):
    """One that ended lets nobody in, in the words of a read."""
    with contextlib.ExitStack() as stack:
        government = stack.enter_context(Government(tls=pki.server("expired"))).start()
        application = stack.enter_context(Application()).start()
        school = stack.enter_context(between(government, application, {
            "source.ca_file": pki.ca, "source.uri": government.server.ldaps_uri}))
        school.start()
        told = Told(school.daemon)
        assert told.severity("D02", "source") == "critical"
        assert "not valid today" in told.one("D02", "source")["detail"]


def test_what_the_server_does_not_offer(school):
    """Paging that is set and not offered; no assertions: then writing is not tried."""
    school.daemon.reload(**{"source.page_size": 2})
    assert Told(school.daemon).severity("D09", "source") == "ok"
    for server in (school.government.server, school.application.server):
        server.configure("olcDatabase={-1}frontend,cn=config", olcAccess=[
            '{0}to dn.base="" attrs=supportedControl by * none', "{1}to * by * read"])
    told = Told(school.daemon)
    assert told.severity("D09", "source") == "critical"
    assert (told.severity("D14", "target"), told.severity("D13", "target")) == ("notice", "ok")


def test_no_position(school):
    """contextCSN is hidden from us where the configuration relies on it."""
    school.government.server.set_access(["to attrs=contextCSN by * none", *source.access_rules()])
    assert Told(school.daemon).severity("D10", "source") == "critical"


def test_clock(clock):
    """Shown where the server tells its time: here in its monitor, which this identity may read."""
    for moved in (False, True):
        if moved:
            clock.set("2026-09-01T08:00")
        with opened(Government(clock=clock if moved else None)) as school:
            school.government.server.configure("olcDatabase={1}monitor,cn=config", olcAccess=["to * by * read"])
            assert Told(school.daemon).severity("D12", "source") == ("critical" if moved else "ok")


def test_other_servers_of_the_list(school):
    """Those that the last read did not need: each is tried by itself."""
    uri = school.government.server.uri
    school.daemon.reload(**{"source.uri": [uri, uri.replace("127.0.0.1", "localhost"), "ldap://127.0.0.1:1"]})
    told = Told(school.daemon)
    found = [f for f in told.findings if f["id"] == "D21"]
    assert [(f["about"], f["severity"]) for f in found] == [("source", "warning"), ("source", "ok")], found
    assert "127.0.0.1:1" in found[0]["detail"] and "localhost" in found[1]["detail"] and told.status == 1
    assert told.severity("D02", "source") == "ok"


def test_stalled_server(school):
    """A server that makes no progress is told in the words of a read; the other side is examined and the next cycle works."""
    with FaultProxy(school.government.server.uri) as proxy:
        school.daemon.reload(**{"source.uri": proxy.uri, "source.deadline": "2s"})
        rule = proxy.add("hang", operation="done")
        told = Told(school.daemon)
        assert told.status == 2
        assert "critical" in {f["severity"] for f in told.findings if f["about"].startswith("source")}
        assert told.severity("D02", "target") == "ok"
        proxy.remove(rule)
    school.daemon.reload(**{"source.uri": school.government.server.uri, "source.deadline": "30s"})
    assert school.sync()["result"] == "in-step"


def test_helper_that_dies(school):
    """A helper that dies in the middle of it is a finding, and the cycle afterwards has another one."""
    with FaultProxy(school.government.server.uri) as proxy, concurrent.futures.ThreadPoolExecutor() as pool:
        school.daemon.reload(**{"source.uri": proxy.uri})
        school.sync()  # the cycle of the reload is over
        rule = proxy.add("hang", operation="done")
        asked = pool.submit(school.daemon.json, "doctor")
        assert proxy.wait_fired(rule)
        proxy.remove(rule)
        os.kill(school.daemon.helpers()["duaal-source"], signal.SIGKILL)
        findings = asked.result()["findings"]
        found = [(f["about"], f["severity"]) for f in findings if f["id"] == "D01"]
        assert sorted(found) == [("ledger", "ok"), ("source", "critical"), ("target", "ok")], findings
        assert school.sync()["result"] == "in-step"


def test_between_cycles(school):
    """Cycles and examinations that are asked for at once all get their answer, and no cycle fails over it."""
    arguments = (("doctor",), ("sync", "--wait"), ("doctor",), ("sync", "--wait"))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda words: school.daemon.ctl(*words).returncode, arguments))
    assert ended == [UNCONFINED, 0, UNCONFINED, 0]
    assert {cycle["result"] for cycle in school.daemon.json("history")["cycles"]} <= {"in-step", "applied"}


@pytest.fixture(name="stalled")
def _stalled(school):
    """(school, proxy, rule): a source that will hang in the next examination, for an hour if need be."""
    with FaultProxy(school.government.server.uri) as proxy:
        school.daemon.reload(**{"source.uri": proxy.uri, "source.deadline": "1h"})
        school.sync()  # the cycle of the reload is over
        yield school, proxy, proxy.add("hang", operation="done", nth=1)


def test_a_cycle_that_waits_for_it_is_told(stalled):
    """By what, and until when; it begins when the last one has left who wanted the findings."""
    school, proxy, rule = stalled
    with school.daemon.socket() as first, school.daemon.socket() as second, school.daemon.socket() as third:
        first.send("Doctor")
        assert proxy.wait_fired(rule)
        second.send("Doctor")
        third.send("Sync", wait=True)
        school.daemon.wait_until(lambda: school.daemon.json("status")["delayed_by"] == "doctor", "the cycle that waits")
        assert "idle; a cycle is due and waits for the doctor, at most until " in school.daemon.ctl("status").stdout
        status = school.daemon.json("status")
        assert 0 < status["delayed_until"] - status["now"] <= 60
        first.close()
        helper = school.daemon.helpers()["duaal-source"]
        assert school.daemon.json("status")["delayed_by"] == "doctor"
        second.close()
        cycle = third.receive()["summary"]
        assert cycle["result"] == "in-step" and cycle["started"] < status["delayed_until"]
        assert school.daemon.helpers()["duaal-source"] != helper
        status = school.daemon.json("status")
        assert status["delayed_by"] is None and status["delayed_until"] is None


def test_what_nobody_waits_for_can_be_joined_and_delays_nothing(stalled):
    """Whoever asks next gets what is under way; without anybody a cycle takes its place."""
    school, proxy, rule = stalled
    with school.daemon.socket() as socket:
        socket.send("Doctor")
        assert proxy.wait_fired(rule)
    helper = school.daemon.helpers()["duaal-source"]
    with school.daemon.socket() as socket:
        socket.call("Status")  # the daemon has heard that the first has left
        socket.send("Doctor")
        proxy.release(rule)
        findings = socket.receive()["findings"]
        assert [f["severity"] for f in findings if (f["id"], f["about"]) == ("D02", "source")] == ["critical"]
    assert school.daemon.helpers()["duaal-source"] == helper
    rule = proxy.add("hang", operation="done", nth=1)
    with school.daemon.socket() as socket:
        socket.send("Doctor")
        assert proxy.wait_fired(rule)
    with school.daemon.socket() as socket:
        socket.send("Sync", wait=True)
        assert school.daemon.json("status")["delayed_by"] is None
        assert socket.receive()["summary"]["result"] == "in-step"


def test_unreachable_server(school):
    """Nobody listens there."""
    school.daemon.reload(**{"source.uri": "ldap://127.0.0.1:1"})
    told = Told(school.daemon)
    assert told.severity("D02", "source") == "critical" and told.severity("D02", "target") == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_disk(school, tmp_path):
    """A small file system below the ledger."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "none", str(tmp_path)], check=False,
                             capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this container lets nobody mount")
    try:
        daemon = school.make_daemon({"state_dir": str(tmp_path)}).start()
        found = Told(daemon).one("D16", "ledger")
        assert found["severity"] == "critical" and "MiB are left" in found["detail"]
        daemon.close()
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=False)


@pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))
@pytest.mark.parametrize("place", ["source", "target"])
def test_389(place):
    """389 Directory Server: no assertions, and the right to write is found out all the same; the rest as elsewhere."""
    government = Government389() if place == "source" else Government()
    application = Application389() if place == "target" else Application()
    with opened(government, application, {"source.position": "none"} if place == "source" else {}) as school:
        told = Told(school.daemon)
        assert told.status == UNCONFINED, told.text
        assert told.severity("D07", "source: people") == "ok"
        if place == "target":
            assert (told.severity("D14", "target"), told.severity("D13", "target")) == ("notice", "ok"), told.text
            assert told.severity("D05", "target") == "ok"
            # access rules look at the value: a member that stands elsewhere says nothing about our right
            for dn in groups_with_members(application.server):
                found = application.server.read(dn)["member"]
                application.server.modify(dn, replace={"member": [target.ADMIN.encode(), *found]})
            assert Told(school.daemon).severity("D13", "target") == "ok"
            application.server.modify(target.INSTITUTIONS, add={"aci": '(targetattr = "member")(version 3.0; acl "none"; deny (write) '
                                                                       'userdn = "ldap:///%s";)' % target.WRITER})
            assert Told(school.daemon).severity("D13", "target") == "critical"
        else:
            assert told.severity("D10", "source") == "notice"
