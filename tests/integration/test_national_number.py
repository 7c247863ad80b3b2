# SPDX-License-Identifier: EUPL-1.2
"""Finding somebody by national number: typed at a prompt, searched by at the source, read and written nowhere."""
import glob
import json
import os
import signal
import subprocess

import pytest

import ds389
import government as source
from commands import normalised
from daemon import program
from directories389 import Government389
from faultproxy import FaultProxy
from government import Government
from national import national_number, on_card, wrong
from school import FIRST, between, vo_id
from source_wire import Source, settings
from two_sources import BASIS, TwoSources
from varlink import Refused
from wire import Failure, HelperEnded

AN, TWIN, LOST, NOBODY, BASIS_ONLY = (national_number(serial) for serial in (1, 3, 5, 7, 9))
SETTING = {"source.people.national_number": source.NUMBER}
BURST = 8  # SEARCH_BURST


def typed(daemon, number, *arguments):
    """duaalctl with a line on its standard input."""
    return subprocess.run([program("duaalctl"), "--socket", daemon.settings["control.socket"], *(arguments or ("why", "-"))],
                          input=number + "\n", capture_output=True, text=True, timeout=60, check=False, env=daemon.environment)


def give_numbers(school):
    """An has one, Bart and Chris share one, and so has somebody without the right."""
    school.person("zeno")
    for name, number in (("an", AN), ("bart", TWIN), ("chris", TWIN), ("zeno", LOST)):
        school.government.number(vo_id(name), number)
    return school


@pytest.fixture(name="numbered")
def _numbered(application):
    """A School whose people have numbers that READER may search by; its daemon is not started."""
    with Government(numbers=True) as government:
        government.start()
        with between(government, application, SETTING) as school:
            yield give_numbers(school)


@pytest.fixture(name="daemon")
def _daemon(numbered):
    """Of it, in step."""
    return numbered.start()


# ---- who is found ----

def test_whoever_has_it_is_found_however_it_is_written(daemon):
    """And the answer is that of the vo-id, also with an institution and in JSON."""
    by_key = normalised(daemon.ctl("why", vo_id("an")).stdout, "en")  # ages depend on the second
    for number in (AN, on_card(AN), " ".join((AN[:6], AN[6:9], AN[9:])), AN[:6] + " " + AN[6:9] + "-" + AN[9:] + " "):
        done = typed(daemon, number)
        assert (done.returncode, normalised(done.stdout, "en"), done.stderr) == (0, by_key, ""), done
    assert typed(daemon, AN, "why", "-", FIRST).returncode == 0
    answer = json.loads(typed(daemon, AN, "why", "-", "--json").stdout)
    assert answer["access"] and answer["vo_id"] == vo_id("an")
    assert "uid %d searched by a national number: found 1" % os.getuid() in daemon.log()


def test_every_command_that_takes_a_person_takes_one(daemon):
    """Orders too: what is written down is the vo-id."""
    assert vo_id("an")[:8] not in typed(daemon, AN, "changes", "--person", "-").stderr
    assert typed(daemon, AN, "changes", "--person", "-").returncode == 0
    assert typed(daemon, AN, "wait", "--until-applied", "-", "--newer-than", "1d").returncode == 0
    done = typed(daemon, AN, "pin", "-", FIRST, "beheerder", "--reason", "vervanging")
    assert done.returncode == 0, done.stderr
    daemon.sync()
    assert [each["vo_id"] for each in daemon.json("directives")["directives"]] == [vo_id("an")]
    done = typed(daemon, AN, "why", "-", "--pseudonymise")
    assert done.returncode == 0 and vo_id("an") not in done.stdout and "has access" in done.stdout


def test_several_are_listed(daemon):
    """Two entries with one number: by name and vo-id, and as JSON."""
    done = typed(daemon, TWIN)
    assert done.returncode == 2 and "2 people answer to it" in done.stdout
    assert vo_id("bart") in done.stdout and vo_id("chris") in done.stdout and "Bart Peeters" in done.stdout
    listed = json.loads(typed(daemon, TWIN, "why", "-", "--json").stdout)
    assert {each["vo_id"] for each in listed["candidates"]} == {vo_id("bart"), vo_id("chris")} and listed["total"] == 2
    hidden = typed(daemon, TWIN, "why", "-", "--pseudonymise").stdout
    assert "2 people" in hidden and "Peeters" not in hidden and vo_id("bart") not in hidden


def test_nobody_and_somebody_without_the_right(daemon):
    """The source has them, or not: each is said, and what is known here is answered."""
    done = typed(daemon, NOBODY)
    assert done.returncode == 2 and "nobody with this national number is known at a source" in done.stderr
    done = typed(daemon, LOST)
    assert done.returncode == 2 and "has this person, but without the right" in done.stderr
    assert vo_id("zeno") in done.stdout


def test_what_is_refused_before_it_is_sent(daemon):
    """As an argument, with wrong check digits, among other words; and the daemon refuses what is none, and one where it does not belong."""
    done = daemon.ctl("why", AN)
    assert done.returncode == 64 and "give - in its place" in done.stderr and AN not in done.stderr
    done = typed(daemon, wrong(AN))
    assert done.returncode == 64 and "check digits are wrong" in done.stderr and "nothing was sent" in done.stderr
    done = typed(daemon, "An " + AN)
    assert done.returncode == 64 and "alone" in done.stderr and AN not in done.stderr
    with daemon.socket() as socket:
        for number in ("", "an", wrong(AN), AN + "1", "(uid=*)", "9" * 11):
            with pytest.raises(Refused) as refused:
                socket.call("FindPerson", number=number)
            assert refused.value.name == "InvalidParameter" and refused.value.parameters == {"parameter": "number"}
        with pytest.raises(Refused) as refused:
            socket.call("Why", person=AN)
        assert "national number" in refused.value.parameters["what"]
    assert "DS0604" not in daemon.log()


# ---- where it is not possible ----

def test_without_the_setting_nobody_is_found(school):
    """It is off by default."""
    done = typed(school.start(), AN)
    assert done.returncode == 5 and "source.people.national_number" in done.stderr and AN not in done.stderr


def test_an_identity_that_may_not_search_by_it_is_told_apart_from_nobody(numbered):
    """Without the right the server says success and shows nobody."""
    daemon = numbered.start()
    rules = [rule.replace("by dn.exact=\"%s\" search " % source.READER, "") for rule in source.access_rules(numbers=True)]
    numbered.government.server.set_access(rules)
    done = typed(daemon, AN)
    assert done.returncode == 2 and "may this identity search by it" in done.stderr
    found = {f["id"]: f for f in daemon.json("doctor")["findings"] if f["about"] == "source: people"}
    assert found["D23"]["severity"] == "warning" and "none shows %s to a search" % source.NUMBER in found["D23"]["detail"]


def test_the_doctor_looks_at_it(numbered):
    """It can be searched and not be read; where it can be read that is too much; an attribute that does not exist is told."""
    def told():
        return {f["id"]: f for f in numbered.daemon.json("doctor")["findings"] if f["about"] == "source: people"}
    daemon = numbered.start()
    assert told()["D23"]["severity"] == "ok"
    assert "%s eq" % source.NUMBER in told()["D06"]["mend"]  # this identity does not see the indexes
    numbered.government.server.set_access(source.access_rules())
    found = told()["D23"]
    assert found["severity"] == "warning" and "the right to search is enough" in found["detail"]
    daemon.reload(source__people__national_number="voBestaatNiet")
    assert told()["D23"]["severity"] == "critical" and "voBestaatNiet" in told()["D23"]["detail"]
    done = typed(daemon, AN)
    assert done.returncode == 2 and "voBestaatNiet" in done.stderr
    assert daemon.sync()["result"] == "in-step"  # no read suffers


def test_the_number_never_comes_back(numbered):
    """Neither to whoever searches nor to the doctor, also where this identity may read it."""
    numbered.government.server.set_access(source.access_rules())
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri})
        come = [proxy.add("delay", operation="entry", match=number, seconds=0) for number in (AN, TWIN, LOST)]
        asked = proxy.add("delay", direction="request", operation="search", match=AN, seconds=0)
        assert typed(daemon, AN).returncode == 0 and asked.fired == 1
        assert "the right to search is enough" in daemon.ctl("doctor").stdout
        assert [rule.fired for rule in come] == [0, 0, 0]


def test_what_is_read_cannot_be_the_number(numbered):
    """--check-config says so."""
    daemon = numbered.make_daemon({"source.people.national_number": "voId"})
    done = subprocess.run([program("duaalsyncd"), "--check-config", "--config", daemon.config], capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "source.people.national_number" in done.stderr + done.stdout
    assert "never read" in done.stderr + done.stdout


def test_a_source_that_is_down(numbered):
    """Said with the source's name; the cycle that follows finds it as before."""
    daemon = numbered.start()
    numbered.government.server.stop()
    done = typed(daemon, AN)
    assert done.returncode == 2 and "source: " in done.stderr and AN not in done.stderr
    numbered.government.server.start()
    assert typed(daemon, AN).returncode == 0


def test_a_server_that_repeats_the_filter_is_not_repeated(numbered):
    """Of a search that fails only the name of its result is told."""
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri})
        proxy.add("answer", direction="request", operation="search", match=AN, code=53, text="(%s=%s) is too slow" % (source.NUMBER, AN))
        done = typed(daemon, AN)
    assert done.returncode == 2 and "Server is unwilling to perform" in done.stderr
    assert AN not in done.stderr + daemon.log() and "too slow" not in done.stderr + daemon.log()


# ---- who may, and how often ----

def test_who_may_only_read_may_not_search(numbered):
    """It needs the right to operate."""
    if os.getuid() != 0:
        pytest.skip("other users' questions need root to ask them")
    daemon = numbered.start({"control.group": "games", "control.operate_group": "audio"})
    os.chmod(daemon.directory, 0o711)
    ends = []
    for groups in ("games", "games,audio"):
        ends.append(subprocess.run(
            ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--groups=" + groups, program("duaalctl"), "--socket",
             daemon.settings["control.socket"], "why", "-"], input=AN + "\n", capture_output=True, text=True, timeout=60, check=False))
    assert ends[0].returncode == 77 and "right to operate" in ends[0].stderr and ends[0].stdout == ""
    assert ends[1].returncode == 0, ends[1].stderr
    assert "uid 65534 may not call be.werkplekduaal.Duaalsync.FindPerson" in daemon.log() and AN not in daemon.log()


def test_nobody_tries_numbers_out(daemon):
    """So many at once, then no more; what has wrong check digits costs nothing, and other questions go on."""
    with daemon.socket() as socket:
        for serial in range(BURST):
            assert socket.call("FindPerson", number=national_number(100 + serial))["candidates"] == []
        for number in (AN, NOBODY):
            with pytest.raises(Refused) as refused:
                socket.call("FindPerson", number=number)
            assert refused.value.parameters["code"] == "refused" and "too many" in refused.value.parameters["what"]
    done = typed(daemon, AN)
    assert done.returncode == 5 and "too many searches" in done.stderr
    assert daemon.ctl("why", vo_id("an")).returncode == 0
    assert daemon.log().count("DS0604") == BURST


# ---- a cycle under way ----

def test_a_cycle_goes_first(numbered):
    """Asked in the middle of a read it is answered behind the cycle."""
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri})
        asked = proxy.add("delay", direction="request", operation="search", match=AN, seconds=0)
        reading = proxy.add("delay", direction="request", operation="search", nth=1)
        numbered.grant("an", "beheerder")
        with daemon.socket() as cycle, daemon.socket() as asker:
            asker.call("Status")
            cycle.send("Sync", wait=True)
            assert proxy.wait_fired(reading)
            asker.send("FindPerson", number=AN)
            assert daemon.json("status")["phase"] == "reading" and asked.fired == 0  # whoever comes later was heard later
            proxy.release(reading)
            assert cycle.receive()["summary"]["grants"] == 1
            assert [found["vo_id"] for found in asker.receive()["candidates"]] == [vo_id("an")] and asked.fired == 1


def test_a_search_has_its_deadline(numbered):
    """A source that hangs: the search has the source's deadline, and the next cycle its turn."""
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri, "source.deadline": "2s"})
        hanging = proxy.add("hang", direction="request", operation="search", match=AN)
        before = daemon.json("history")["cycles"][0]["id"]
        with daemon.socket() as first, daemon.socket() as second:
            first.send("FindPerson", number=AN)
            assert proxy.wait_fired(hanging)
            second.send("Sync", wait=True)
            with pytest.raises(Refused) as refused:
                first.receive()
            assert refused.value.parameters == {"code": "failed", "what": "source: the search by national number failed: Timed out"}
            assert second.receive()["summary"]["id"] == before + 1


def test_it_ends_with_whoever_waits_for_it(numbered):
    """One at a time: a second is told so. ^C: the helper that heard the number ends, and a cycle that waits for the search begins, while the source
    hangs on."""
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri, "source.deadline": "1h"})
        hanging = proxy.add("hang", direction="request", operation="search", match=AN)
        with subprocess.Popen([program("duaalctl"), "--socket", daemon.settings["control.socket"], "why", "-"], stdin=subprocess.PIPE,
                              text=True, env=daemon.environment) as asker, daemon.socket() as cycle:
            asker.stdin.write(AN + "\n")
            asker.stdin.close()
            assert proxy.wait_fired(hanging)
            with pytest.raises(Refused) as refused:
                cycle.call("FindPerson", number=NOBODY)
            assert "another search" in refused.value.parameters["what"]
            heard = daemon.helpers()["duaal-source"]
            cycle.send("Sync", wait=True)
            daemon.wait_until(lambda: daemon.json("status")["delayed_by"] == "search", "the cycle that waits")
            assert "waits for a search by national number, at most until " in daemon.ctl("status").stdout
            asker.send_signal(signal.SIGINT)
            assert cycle.receive()["summary"]["result"] == "in-step"
            assert daemon.helpers()["duaal-source"] != heard
        assert "uid %d searched by a national number: whoever asked has left" % os.getuid() in daemon.log()
        proxy.clear()
        assert typed(daemon, AN).returncode == 0 and AN not in daemon.log()


def test_whoever_leaves_before_it_began_starts_none(numbered):
    """The cycle is over, and the source was not asked."""
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri})
        asked = proxy.add("delay", direction="request", operation="search", match=AN, seconds=0)
        reading = proxy.add("delay", direction="request", operation="search", nth=1)
        with daemon.socket() as cycle:
            with daemon.socket() as asker:
                asker.call("Status")
                cycle.send("Sync", wait=True)
                assert proxy.wait_fired(reading)
                asker.send("FindPerson", number=AN)
                daemon.json("status")
            daemon.wait_until(lambda: "whoever asked has left" in daemon.log(), "that it has heard of it")
            proxy.release(reading)
            assert cycle.receive()["summary"]["result"] == "in-step"
        assert typed(daemon, NOBODY).returncode == 2 and asked.fired == 0


def test_whoever_waits_is_told_when_the_daemon_stops(numbered):
    """A search and an examination of a source that hangs: their askers are not just cut off."""
    for method, parameters in (("FindPerson", {"number": AN}), ("Doctor", {})):
        with FaultProxy(numbered.government.server.uri) as proxy:
            daemon = numbered.start({"source.uri": proxy.uri})
            hanging = proxy.add("hang", direction="request", operation="search")
            with daemon.socket() as socket:
                socket.send(method, **parameters)
                assert proxy.wait_fired(hanging)
                daemon.process.terminate()
                with pytest.raises(Refused) as refused:
                    socket.receive()
                assert (refused.value.name, refused.value.parameters) == ("Stopping", {"what": None}), method
            assert daemon.process.wait(30) == 0
            daemon.stop()


def test_what_is_not_searched_costs_nothing(school):
    """Where no source has numbers that is what is said, however often somebody tries."""
    daemon = school.start()
    with daemon.socket() as socket:
        for _ in range(BURST + 1):
            with pytest.raises(Refused) as refused:
                socket.call("FindPerson", number=AN)
            assert "source.people.national_number" in refused.value.parameters["what"]


# ---- the helper by itself ----

def find(government, number, **changes):
    """One FIND by a fresh helper, which has ended when this returns."""
    with Source(settings(government, national_number=source.NUMBER, **changes)) as helper:
        found = helper.find(number)
        with pytest.raises(HelperEnded) as ended:
            helper.next()
        assert ended.value.status == 0 or isinstance(found, Failure)
    return found


def test_the_helper_tells_who_and_ends(numbered):
    """Twenty at most, all counted; below the people base only; what is no number, or has no attribute, is no question."""
    government = numbered.government
    for n in range(23):
        numbered.person("many%d" % n)
        government.number(vo_id("many%d" % n), NOBODY)
    total, found = find(government, NOBODY)
    assert total == 23 and len(found) == 20 and set(found.values()) < {vo_id("many%d" % n) for n in range(23)}
    uuid = government.server.read(source.person_dn(vo_id("an")), ["entryUUID"])["entryUUID"][0].decode()
    assert find(government, AN) == (1, {uuid: vo_id("an")})
    assert find(government, AN, people_base=source.ORGANISATIONS).code == "denied"
    assert find(government, BASIS_ONLY) == (0, {})
    for wrong_one in ("", "an", AN + "1", "*)(uid=*)(x", "(uid=*)0000"):
        assert find(government, wrong_one).code == "protocol"
    with Source(settings(government)) as helper:
        assert helper.find(AN).code == "invalid"


# ---- several sources ----

def test_each_source_with_national_numbers_is_searched(application, tmp_path):
    """One that has none is not; somebody whom both know is one person; one that is down leaves nobody found for sure."""
    with Government(numbers=True) as government, Government(numbers=True, suffix=BASIS) as basis:
        government.start()
        basis.start()
        with between(government, application, SETTING, kind=lambda *given: TwoSources(*given, basis)) as two:
            two.start_both(str(tmp_path))
            government.number(vo_id("an"), AN)
            basis.number(vo_id("fien"), BASIS_ONLY)
            assert typed(two.daemon, BASIS_ONLY).returncode == 2
            two.daemon.reload(**two.both(str(tmp_path), people={
                "base": basis.here(source.USERS), "filter": "(voRecht=WerkplekDuaalGebruiker*)", "national_number": source.NUMBER}))
            two.daemon.sync()
            assert typed(two.daemon, BASIS_ONLY).stdout.startswith("Fien Maes")
            two.at_basis("an")
            basis.number(vo_id("an"), AN)
            assert typed(two.daemon, AN).returncode == 0
            basis.server.stop()
            done = typed(two.daemon, AN)
            assert done.returncode == 2 and "basis: " in done.stderr


# ---- 389 Directory Server ----

@pytest.mark.skipif(ds389.absent() is not None, reason=str(ds389.absent()))
def test_on_389(application):
    """With the rules that the shipped file has as a comment: searched, not read, and told so by the doctor."""
    with Government389(numbers=True) as government:
        with between(government.start(), application, {**SETTING, "source.position": "none"}) as school:
            daemon = give_numbers(school).start()
            assert typed(daemon, AN).returncode == 0 and typed(daemon, TWIN).stdout.startswith("2 people")
            assert "nobody with this" in typed(daemon, NOBODY).stderr
            found = {f["id"]: f for f in daemon.json("doctor")["findings"] if f["about"] == "source: people"}
            assert found["D23"]["severity"] == "ok"
            reader = government.reader()
            entry, = reader.search_s(source.USERS, 2, "(%s=%s)" % (source.NUMBER, AN), [source.NUMBER, "voId"])
            assert list(entry[1]) == ["voId"]


# ---- nothing stays ----

def memory_of(pid):
    """What the process has in memory, as far as it may be looked at."""
    found = []
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, open("/proc/%d/mem" % pid, "rb", buffering=0) as memory:
        for line in maps:
            where, modes = line.split()[:2]
            if "r" not in modes or "[v" in line:
                continue
            begin, end = (int(part, 16) for part in where.split("-"))
            try:
                memory.seek(begin)
                found.append(memory.read(end - begin))
            except OSError:
                continue
    return b"".join(found)


def everything_written(folder):
    """{path: bytes} of each file there, the ledger's write-ahead log among them."""
    found = {}
    for path in glob.glob(os.path.join(folder, "**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


def use_numbers(school):
    """Everything that may be done with one: found, several, nobody, without the right, an order, a refusal, a source that fails."""
    daemon = school.daemon
    for number in (AN, on_card(AN), TWIN, NOBODY, LOST):
        typed(daemon, number)
    assert typed(daemon, AN, "pin", "-", FIRST, "beheerder", "--reason", "vervanging").returncode == 0
    daemon.ctl("why", AN)
    daemon.sync()
    school.government.server.stop()
    assert typed(daemon, AN).returncode == 2
    school.government.server.start()
    daemon.sync()


NUMBERS = (AN, TWIN, LOST, NOBODY)
FORMS = [form.encode() for number in NUMBERS for form in (number, on_card(number))]


def test_nothing_is_written_anywhere(numbered, tmp_path):
    """Not in the log, the ledger, an answer, or a support bundle; the ledger's files are looked at while it is open, and after its end."""
    daemon = numbered.start({"log_to": "stderr"})
    use_numbers(numbered)
    answers = [daemon.ctl(*line.split(), "--json").stdout for line in ("status", "history", "changes", "directives", "audit --export", "metrics")]
    assert all(answers)
    bundle = tmp_path / "bundle.tar.gz"
    daemon.ctl("support-bundle", str(bundle), "--config", daemon.config)
    unpacked = subprocess.run(["tar", "-xzOf", str(bundle)], capture_output=True, check=True).stdout
    assert b"duaalsync" in unpacked
    for _ in range(2):
        written = {**everything_written(daemon.directory), "answers": "".join(answers).encode(), "bundle": unpacked}
        assert any(path.endswith("ledger.sqlite") for path in written) and b"DS0604" in written[daemon.path("log")]
        assert not [(path, form) for path, content in written.items() for form in FORMS if form in content]
        daemon.stop()


def test_nothing_stays_in_memory(numbered):
    """Of the planner and the helpers, as root sees it. The helper that heard a number has gone; what else is there is found, so the look is one."""
    if os.getuid() != 0:
        pytest.skip("another process's memory needs root to read it")
    daemon = numbered.start()
    heard = daemon.helpers()["duaal-source"]
    typed(daemon, AN)
    assert "duaal-source" not in daemon.helpers() or daemon.helpers()["duaal-source"] != heard
    use_numbers(numbered)
    with daemon.socket() as socket:  # a connection that stays open, as its buffer does
        for number in (LOST, AN):
            socket.send("FindPerson", number=on_card(number))
            with pytest.raises(Refused):
                while True:
                    socket.receive()
                    socket.send("FindPerson", number=on_card(number))
        held = {"planner": daemon.process.pid, **daemon.helpers()}
        memory = {name: memory_of(pid) for name, pid in held.items()}
    assert vo_id("an").encode() in memory["planner"] and set(memory) >= {"planner", "duaal-target", "duaal-ledger"}
    assert not [(name, form) for name, content in memory.items() for form in FORMS if form in content]


def test_what_was_typed_goes_before_the_answer_comes(numbered):
    """While the source hangs the planner has the digits in what it sent, and the text of the call nowhere."""
    if os.getuid() != 0:
        pytest.skip("another process's memory needs root to read it")
    with FaultProxy(numbered.government.server.uri) as proxy:
        daemon = numbered.start({"source.uri": proxy.uri})
        hanging = proxy.add("hang", direction="request", operation="search", match=LOST)
        with daemon.socket() as socket:
            socket.send("FindPerson", number=" " * 1500 + on_card(LOST))  # in blocks that are not soon used again
            assert proxy.wait_fired(hanging)
            memory = memory_of(daemon.process.pid)
            assert on_card(LOST).encode() not in memory and vo_id("an").encode() in memory
            proxy.release(hanging)
            with pytest.raises(Refused):
                socket.receive()
