# SPDX-License-Identifier: EUPL-1.2
"""duaalctl watch with the real daemon: what happens is told as it happens, in words, as JSON and on a terminal; whoever reads slowly
costs the daemon nothing; and each way in which it ends."""
import contextlib
import fcntl
import json
import os
import pty
import pwd
import re
import select
import signal
import struct
import subprocess
import termios
import time

import application as target_tree
import pytest
from clock import sanitizer_of
from daemon import program
from school import ADULT, FIRST, SECOND, right

INTERFACE = os.path.join(target_tree.ROOT, "daemon/control/be.werkplekduaal.Duaalsync.varlink")
SECONDS = 30
ADVICE = "duaalctl: 'systemctl status duaalsyncd' tells whether it runs again; then try again\n"


def declared_fields():
    """Names of the fields of an event, as the interface file has them."""
    with open(INTERFACE, encoding="utf-8") as file:
        fields = re.search(r"^method Monitor\(\) -> \((.*?)^\)", file.read(), re.M | re.S)[1]
    return set(re.findall(r"(\w+):", fields))


class Watching:
    """duaalctl watch, running. lines: what it has printed, as far as it was asked for."""

    def __init__(self, daemon, *arguments, out=subprocess.PIPE):
        self.process = subprocess.Popen([program("duaalctl"), "-s", daemon.settings["control.socket"], "watch", *arguments],
                                        stdout=out, stderr=subprocess.PIPE, env={**os.environ, "TZ": "UTC"})
        self.lines, self.rest = [], b""

    def until(self, fits):
        """The first new line that fits; all up to it are in lines."""
        end = time.monotonic() + SECONDS
        while True:
            line, found, rest = self.rest.partition(b"\n")
            if found:
                self.rest = rest
                self.lines.append(line.decode("ascii"))
                if fits(self.lines[-1]):
                    return self.lines[-1]
                continue
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("it was not told: %s" % self.lines)
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                raise EOFError("it ended: %s" % self.lines)
            self.rest += more

    def end(self):
        """(exit status, what else it said)."""
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, (self.rest + (out or b"") + err).decode("ascii")

    def interrupt(self, how=signal.SIGINT):
        """The same, after a signal."""
        self.process.send_signal(how)
        return self.end()


class WatchingJson(Watching):
    """The same with --json: events in place of lines."""

    def __init__(self, daemon, *arguments):
        super().__init__(daemon, "--json", *arguments)

    def event(self, fits):
        """The first new event that fits."""
        return json.loads(self.until(lambda line: fits(json.loads(line))))

    def of(self, kind, code=None):
        """The first new one of this type (and code)."""
        return self.event(lambda event: event["type"] == kind and code in (None, event["code"]))

    def each(self, *wanted):
        """Wait until each of these was told, in whatever order."""
        left = list(wanted)
        while left:
            event = self.event(lambda event: any(fits(event) for fits in left))
            left = [fits for fits in left if not fits(event)]

    @property
    def events(self):
        """All so far."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def watching(school):
    """watching(arguments), watching.json(arguments): started, and the state was told; ended with the test."""
    made = []

    def make(*arguments, kind=Watching):
        made.append(kind(school.daemon, *arguments))
        made[-1].until(lambda _: True)
        return made[-1]
    make.json = lambda *arguments: make(*arguments, kind=WatchingJson)
    yield make
    for each in made:
        each.process.kill()
        each.process.communicate()


def memory(pid):
    """Bytes that the process has resident."""
    with open("/proc/%d/statm" % pid, encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_full(pipe):
    """Has the reader of this pipe so much to read that nothing is added any more?"""
    def waiting():
        return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]
    before = waiting()
    time.sleep(0.1)
    return waiting() == before > 40000


# ---- what is told ------------------------------------------------------------------------------------


def test_a_cycle_is_seen_from_begin_to_end(school, watching):
    school.start()
    seen = watching.json()
    school.grant("els", "beheerder")
    cycle = school.sync()
    seen.of("phase", "idle")
    events = seen.events
    assert all(set(event) == declared_fields() for event in events)
    assert [event["sequence"] for event in events] == list(range(events[0]["sequence"], events[0]["sequence"] + len(events)))
    assert events[0]["type"] == "state" and events[0]["code"] == "ok" and events[0]["summary"]["id"] == cycle["id"] - 1
    assert {part["name"] for part in events[0]["parts"]} >= {"source", "target", "ledger", "holds"}
    story = [(event["type"], event["code"]) for event in events[1:] if event["type"] not in ("progress", "part")]
    assert {event["parts"][0]["name"] for event in events if event["type"] == "part"} <= {"plan"}  # where it lasts longer, what is pending is told
    assert story == [("cycle-begun", "operator"), ("phase", "reading"), ("phase", "thinking"), ("phase", "applying"),
                     ("phase", "reading"), ("phase", "thinking"), ("phase", "recording"), ("cycle-ended", "applied"),
                     ("phase", "idle")]
    begun, ended = events[1], next(event for event in events if event["type"] == "cycle-ended")
    assert begun["cycle"] == ended["cycle"] == cycle["id"] and begun["summary"]["requested_by"] == os.getuid()
    assert ended["summary"] == cycle and ended["summary"]["grants"] == 1
    applying = next(event for event in events if event["code"] == "applying")
    assert (applying["done"], applying["expected"]) == (0, 1)
    assert events[-1]["next_run"] > events[-1]["time"]


def test_the_same_in_words(school, watching):
    daemon = school.start()
    seen = watching()
    school.person("eve", right("beheerder"))
    school.sync()
    seen.until(lambda line: "nothing to do until the next cycle" in line)
    daemon.order("freeze", FIRST, "--reason", "an inspection")
    line = seen.until(lambda line: "freeze (done)" in line)
    assert " %s, freeze" % pwd.getpwuid(os.getuid()).pw_name in line and "reason: an inspection" in line
    assert all(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \S", line) for line in seen.lines)
    told = " ".join(seen.lines)
    for words in ("the state is ok", "begins (operator, uid", "the directories are read", "changes are written",
                  "is read again: it proves", "applied: 1 granted"):
        assert words in told, words
    assert "\x1b" not in told


def test_orders_holds_and_parts(school, watching):
    daemon = school.start()
    seen = watching.json()
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    school.sync()
    opened = seen.of("hold", "opened")
    part = seen.event(lambda event: event["type"] == "part" and event["parts"][0]["name"] == "holds")
    assert part["was"] == "ok" and part["parts"][0]["state"] == "warning"
    hold = opened["hold"]
    assert (hold["state"], hold["institution"], hold["changes"]) == ("open", int(FIRST), 3), hold
    daemon.order("approve", hold["id"], "--reason", "asked for")
    approved = seen.of("hold", "approved")
    assert approved["hold"]["id"] == hold["id"] and approved["order"] == {
        "kind": "approve", "by": os.getuid(), "result": "done", "institution": int(FIRST),
        "institution_name": "Sint-Jozefscollege", "role": "trajectbegeleider",
        "id": int(hold["id"].partition("-")[0]), "until": None, "reason": "asked for"}
    seen.each(lambda event: (event["type"], event["code"]) == ("hold", "over"),  # where writing takes longer, the part is told first
              lambda event: event["type"] == "part" and event["parts"][0]["name"] == "holds" and event["was"] == "warning")
    daemon.order("freeze", FIRST, "--reason", "inspection")
    freeze = seen.of("order", "freeze")["order"]
    assert (freeze["result"], freeze["institution"], freeze["reason"]) == ("done", int(FIRST), "inspection")
    assert freeze["institution_name"] == "Sint-Jozefscollege"
    daemon.order("thaw", FIRST)
    assert daemon.ctl("thaw", FIRST).returncode == 2
    seen.of("order", "thaw")
    assert seen.of("order", "thaw")["order"]["result"] == "not-found"


def test_who_watches_changes_nothing_of_since_when(school, watching):
    """In the middle of a cycle the last thought is gone and the next one not made: what was known stays, whoever looks."""
    school.start()
    before = school.daemon.json("status")
    since = {part["name"]: part["since"] for part in before["parts"]}
    assert len(since) > 10
    school.daemon.wait_until(lambda: school.daemon.json("status")["now"] > before["now"], "the clock goes on")
    stream = watching.json()
    school.sync()
    stream.of("cycle-ended")
    assert {part["name"]: part["since"] for part in school.daemon.json("status")["parts"]} == since


def test_trouble_and_its_end_are_told(school, watching):
    daemon = school.start()
    seen = watching.json()
    school.application.server.stop()
    school.sync()
    seen.each(lambda event: (event["type"], event["code"]) == ("cycle-ended", "target-unread"),  # where the record takes longer, the part is told first
              lambda event: (event["type"], event["code"]) == ("part", "unread"))
    ended, part = (next(event for event in seen.events if event["type"] == kind) for kind in ("cycle-ended", "part"))
    assert ended["summary"]["detail"] and part["parts"][0]["name"] == "target" and part["parts"][0]["next_step"]
    school.application.server.restart()
    daemon.sync()
    seen.event(lambda event: event["type"] == "part" and event["parts"][0]["name"] == "target" and event["was"] == "warning")


def test_the_configuration_is_told(school, watching):
    daemon = school.start()
    seen = watching.json()
    daemon.reload(guard__removals=30)
    seen.of("configuration", "reloaded")
    assert seen.of("cycle-begun")["code"] == "reload"
    seen.of("phase", "idle")
    daemon.configure(guard__removals="many")
    daemon.process.send_signal(signal.SIGHUP)
    assert daemon.config in seen.of("configuration", "kept")["sentence"]
    part = seen.of("part", "refused")
    assert part["parts"][0]["name"] == "config"


def test_progress_of_reading(school, watching, fault_proxy):
    for n in range(600):
        school.person("q%d" % n, right("trajectbegeleider", ADULT))
    proxy = fault_proxy(school.government.server)
    school.start({"source.uri": proxy.uri})
    seen = watching.json()
    proxy.add("delay", operation="entry", nth=590, seconds=1)
    begin = proxy.add("delay", operation="entry", nth=2)  # until the cycle has begun in the ledger, too
    school.daemon.ctl("sync")
    seen.of("cycle-begun")
    proxy.release(begin)
    read = seen.event(lambda event: event["type"] == "progress" and event["done"] >= 256)
    assert read["code"] == "reading" and read["done"] < read["expected"] and read["expected"] > 600, read
    assert seen.of("cycle-ended")["code"] == "in-step"


def test_progress_of_writing(school, watching, fault_proxy):
    proxy = fault_proxy(school.application.server)
    school.start({"target.uri": proxy.uri})
    seen = watching.json()
    proxy.add("delay", operation="modify-result", seconds=0.4)
    proxy.add("delay", operation="add-result", seconds=0.4)
    for role, number in (("trajectbegeleider", SECOND), ("beheerder", FIRST), ("trajectbegeleider", FIRST), ("beheerder", SECOND)):
        school.person("w%s%s" % (role, number), right(role, number))
    school.sync()
    seen.of("cycle-ended", "applied")
    done = [(event["done"], event["expected"]) for event in seen.events if event["type"] == "progress" and event["code"] == "applying"]
    assert done and done == sorted(done) and all(0 < n <= of for n, of in done), done


def test_what_delays_a_cycle_is_told(school, watching, fault_proxy):
    """From when it comes due until it begins; and to whoever comes meanwhile."""
    proxy = fault_proxy(school.government.server)
    daemon = school.start({"source.uri": proxy.uri, "source.deadline": "1h"})
    objects, words = watching.json(), watching()
    rule = proxy.add("hang", operation="done", nth=1)
    with daemon.socket() as examined, daemon.socket() as cycle:
        examined.send("Doctor")
        assert proxy.wait_fired(rule)
        cycle.send("Sync", wait=True)
        begun = objects.of("delay")
        assert (begun["code"], begun["delayed_by"], begun["phase"]) == ("doctor", "doctor", "idle")
        assert 0 < begun["delayed_until"] - begun["time"] <= 60
        assert "a cycle is due and waits for the doctor, at most until " in words.until(lambda line: "waits" in line)
        late = watching.json()
        assert (late.events[0]["delayed_by"], late.events[0]["delayed_until"]) == ("doctor", begun["delayed_until"])
        proxy.release(rule)
        examined.receive()
        cycle.receive()
    over = objects.of("delay")
    assert (over["code"], over["delayed_by"], over["delayed_until"]) == ("over", None, None)
    assert objects.of("cycle-begun")["sequence"] == over["sequence"] + 1
    words.until(lambda line: line.endswith("the cycle that was due waits no longer"))


# ---- who reads slowly --------------------------------------------------------------------------------

CYCLES = 120


def cycles(daemon, count):
    """So many, one after the other."""
    with daemon.socket() as socket:
        for _ in range(count):
            assert socket.call("Sync", wait=True)["summary"]["result"] == "in-step"


def told_in(path):
    """Events of whole lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="ascii").rpartition("\n")[0].splitlines()]


def ends(path):
    """Cycles whose end was told there."""
    return {event["cycle"] for event in told_in(path) if event["type"] == "cycle-ended"}


def test_who_does_not_read_costs_nothing_and_sees_the_gap(school, watching, tmp_path):
    daemon = school.start()
    slow = watching.json()
    with open(tmp_path / "quick", "wb") as file:
        quick = Watching(daemon, "--json", out=file)
    daemon.wait_until(lambda: (tmp_path / "quick").stat().st_size > 0, "the other one watches")
    cycles(daemon, 20)
    slow.process.send_signal(signal.SIGSTOP)
    cycles(daemon, CYCLES)  # what the kernel and the pipe hold is full, and so is what the daemon keeps
    before = memory(daemon.process.pid)
    cycles(daemon, CYCLES)
    if sanitizer_of(program("duaalsyncd")) is None:  # AddressSanitizer keeps what was freed, so there it says nothing about us
        assert memory(daemon.process.pid) < before + (1 << 20)
    last = daemon.last_cycle()["id"]
    slow.process.send_signal(signal.SIGCONT)
    slow.event(lambda event: event["type"] == "cycle-ended" and event["cycle"] == last)
    numbers = [event["sequence"] for event in slow.events]
    assert numbers == sorted(set(numbers)) and numbers[-1] - numbers[0] >= len(numbers)
    daemon.wait_until(lambda: last in ends(tmp_path / "quick"), "the other one has seen it too")
    assert slow.interrupt()[0] == quick.interrupt()[0] == 0
    events = told_in(tmp_path / "quick")
    assert [event["sequence"] for event in events] == list(range(events[0]["sequence"], events[0]["sequence"] + len(events)))


def test_who_never_reads_is_closed(school, watching):
    daemon = school.start({"control.idle": "3s"})
    slow = watching()
    slow.process.send_signal(signal.SIGSTOP)
    crowd = [watching() for _ in range(2)]
    cycles(daemon, CYCLES)
    with open("/proc/net/unix", encoding="ascii") as file:
        path = daemon.settings["control.socket"]
        daemon.wait_until(lambda: file.seek(0) == 0 and sum(path in line for line in file) <= 1 + len(crowd), "it is closed")
    slow.process.send_signal(signal.SIGCONT)
    status, said = slow.end()
    assert status == 76 and "this end is silent or reads too slowly" in said, said
    assert all(each.interrupt()[0] == 0 for each in crowd)


def test_there_is_room_for_few(school):
    daemon = school.start()
    with contextlib.ExitStack() as stack:
        def watch():
            one = Watching(daemon)
            stack.callback(one.process.communicate)
            stack.callback(one.process.kill)
            return one
        crowd = [watch() for _ in range(10)]
        for each in crowd:
            with contextlib.suppress(EOFError):
                each.until(lambda _: True)
        status, said = watch().end()
        assert status == 5 and "watch or wait already" in said, said
        assert daemon.ctl("status").returncode == 0


# ---- how it ends -------------------------------------------------------------------------------------


def test_somebody_ends_it(school, watching):
    school.start()
    assert watching().interrupt() == (0, "")
    assert watching.json().interrupt(signal.SIGTERM) == (0, "")
    status, said = watching("--for", "1s").end()
    assert (status, said) == (0, "")


def test_somebody_ends_it_where_nobody_reads(school, watching):
    """The pipe is full: what is written waits for ever, and Ctrl-C ends it all the same."""
    daemon = school.start()
    seen = watching.json()
    cycles(daemon, CYCLES)
    daemon.wait_until(lambda: is_full(seen.process.stdout), "it waits for its reader")
    seen.process.send_signal(signal.SIGINT)
    assert seen.process.wait(SECONDS) == 0


def test_whoever_reads_it_leaves(school, watching):
    """As head does: it ends at once, and not with the next event."""
    school.start()
    seen = watching()
    seen.process.stdout.close()
    assert seen.process.wait(SECONDS) == 0
    seen.process.stdout = None


def test_a_daemon_that_does_not_answer_is_not_one_that_has_nothing_to_tell(school):
    daemon = school.start()
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        status, said = Watching(daemon, "--for", "1s").end()
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    assert status == 76 and "did not answer in time" in said and "systemctl restart" in said, (status, said)


def test_the_daemon_stops(school, watching):
    daemon = school.start()
    words, objects = watching(), watching.json()
    daemon.stop()
    status, said = words.end()
    assert status == 3 and said.endswith("the daemon is stopping\n" + ADVICE) and said.count("stop") == 1, said
    status, said = objects.end()
    assert status == 3 and json.loads(said.splitlines()[0])["code"] == "stopping" and "has stopped\n" in said.splitlines(True)[1]
    daemon.start()
    again = watching.json()
    assert again.events[0]["sequence"] < 50, "numbers begin anew with the daemon"


def test_the_daemon_is_killed(school, watching):
    daemon = school.start()
    seen = watching()
    daemon.kill()
    status, said = seen.end()
    assert status == 3 and "the daemon ended without a word" in said, said


def test_before_anything_is_told(school):
    daemon = school.start()
    for arguments in (("watch", "--for", "soon"), ("watch", "now"), ("watch", "--for")):
        assert daemon.ctl(*arguments).returncode == 64
    daemon.stop()
    assert daemon.ctl("watch").returncode == 3


# ---- on a terminal -----------------------------------------------------------------------------------


def test_on_a_terminal_the_last_line_says_what_it_is_at(school):
    daemon = school.start()
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    process = subprocess.Popen([program("duaalctl"), "-s", daemon.settings["control.socket"], "watch"], stdout=theirs,
                               stderr=theirs, env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"})
    os.close(theirs)
    shown = b""

    def until(what):
        nonlocal shown
        end = time.monotonic() + SECONDS
        while what not in shown:
            assert select.select([ours], [], [], max(0, end - time.monotonic()))[0], shown
            shown += os.read(ours, 65536)
    try:
        until(b"\r\x1b[Kidle, next cycle ")
        school.grant("els", "beheerder")
        daemon.sync()
        until(b"applied: 1 granted")
        story, shown = shown, shown.rpartition(b"applied: 1 granted")[2]
        until(b"\r\x1b[Kidle, next cycle ")
        assert "\r\x1b[Kapplying   [\u2591".encode() in story and b"0 of 1" in story
        assert re.search(rb"\x1b\[32m20\d\d-[^\r]*applied: 1 granted", story)
        shown = b""
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 16, 0, 0))
        process.send_signal(signal.SIGWINCH)
        while shown.rpartition(b"\r\x1b[K")[2] != b"idle, next cycl":
            assert select.select([ours], [], [], SECONDS)[0], shown
            shown += os.read(ours, 65536)
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        process.send_signal(signal.SIGTSTP)  # Ctrl-Z, and fg: whatever the shell wrote stands behind the line
        process.send_signal(signal.SIGCONT)
        until(b"\r\x1b[Kidle, next cycle ")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
        with contextlib.suppress(OSError):
            shown += os.read(ours, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert shown.endswith(b"\r\x1b[K")
