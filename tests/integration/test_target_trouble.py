# SPDX-License-Identifier: EUPL-1.2
"""duaal-target when the connection or the server fails in the middle of writing: every write has one outcome, and it is true.

A tap stands between helper and server, counts what is outstanding, and cuts or stops where a test says.
"""
import contextlib
import socket
import threading
import time

import pytest

from application import Application, person_dn
from faultproxy import FaultProxy
from test_target_read import settings
from test_target_write import CARLA, GROUP, add_person, codes, members, start
from wire import NOT_SENT, Helper, HelperEnded

SERVER_DOWN = -1
ANSWERS = (0x69, 0x67, 0x6b)            # add, modify and delete responses
REQUESTS = (0x68, 0x66, 0x4a)


def tag(message):
    """The operation of an LDAP message."""
    def skip(at):
        first = message[at + 1]
        return at + 2 + (first & 0x7f if first & 0x80 else 0)
    at = skip(0)
    return message[skip(at) + message[at + 1]]


def messages(sock):
    """Every LDAP message of a socket, whole."""
    file = sock.makefile("rb")
    while True:
        head = file.read(2)
        if len(head) < 2:
            return
        length = head[1]
        if length & 0x80:
            head += file.read(length & 0x7f)
            length = int.from_bytes(head[2:], "big")
        body = file.read(length)
        if len(body) < length:
            return
        yield head + body


class Tap:
    """Passes LDAP on. cut_before: the nth write is not passed on, the connection is closed instead; cut_after: it is passed
    on, and closed before any later answer; answer_never: answers to writes are swallowed; delay: seconds before each answer; gather: none
    comes before so many writes were outstanding."""

    def __init__(self, port, cut_before=0, cut_after=0, answer_never=False, delay=0, gather=0):
        self.port, self.cut_before, self.cut_after, self.gather = port, cut_before, cut_after, gather
        self.answer_never, self.delay = answer_never, delay
        self.requests = self.outstanding = self.most = self.connections = 0
        self.lock = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.uri = "ldap://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.sockets = [self.listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                self.sockets.append(client)
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return
            self.connections += 1
            self.sockets.append(server)
            threading.Thread(target=self._run, args=(self._up, client, server), daemon=True).start()
            threading.Thread(target=self._run, args=(self._down, client, server), daemon=True).start()

    @staticmethod
    def _run(pump, client, server):
        try:
            pump(client, server)
        except OSError:
            pass
        for sock in (client, server):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _up(self, client, server):
        for message in messages(client):
            if tag(message) in REQUESTS:
                with self.lock:
                    self.requests += 1
                    self.outstanding += 1
                    self.most = max(self.most, self.outstanding)
                    self.lock.notify_all()
                if self.requests == self.cut_before:
                    return
            server.sendall(message)
            if self.cut_after and self.requests == self.cut_after:
                return

    def _down(self, client, server):
        for message in messages(server):
            if tag(message) in ANSWERS:
                if self.answer_never:
                    continue
                time.sleep(self.delay)
                with self.lock:
                    self.lock.wait_for(lambda: self.most >= self.gather, 30)
                    self.outstanding -= 1
            client.sendall(message)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in self.sockets:
            sock.close()


@pytest.fixture(name="directory", scope="module")
def _directory():
    with start() as application:
        yield application


def helper(directory, tap, **connection):
    """A helper whose server is the tap."""
    return Helper("duaal-target", settings(directory, {"uri": tap.uri, **connection}))


def wait_for_rest(directory):
    """Until the server has carried out what was passed on: it has no connection any more but the one that asks."""
    current, end = "cn=Current,cn=Connections,cn=Monitor", time.monotonic() + 60
    while directory.server.read(current, ["monitorCounter"])["monitorCounter"] != [b"1"]:
        assert time.monotonic() < end, "the server does not end its connections"
        time.sleep(0.01)


def there(directory, names):
    """Which of these people exist."""
    return {name for name in names if directory.server.read(person_dn(name), ["uid"]) is not None}


# ---- the connection is lost ----

@pytest.mark.parametrize("how", ["cut_before", "cut_after"])
@pytest.mark.parametrize("nth", [1, 2, 33, 150])
def test_connection_is_cut(directory, how, nth):
    names = ["%s%d-%d" % (how[4:], nth, n) for n in range(200)]
    with Tap(directory.server.port, **{how: nth}) as tap, helper(directory, tap) as target:
        outcomes, failure = target.write([add_person(name) for name in names])
        assert failure.code == "unavailable"
        wait_for_rest(directory)
        exist = there(directory, names)
        results = {name: outcome.result for name, outcome in zip(names, outcomes)}
        assert set(results.values()) <= {0, SERVER_DOWN, NOT_SENT}
        unknown = [name for name in names if results[name] == SERVER_DOWN]
        assert 1 <= len(unknown) <= 32
        for name in names:
            assert not (results[name] == 0 and name not in exist)
            assert not (results[name] == NOT_SENT and name in exist)
        # The next round has a new connection, and the same writes settle what was unknown.
        tap.cut_before = tap.cut_after = 0
        again = codes(target.write([add_person(name) for name in names]))
        assert [result for result in again] == [68 if name in exist else 0 for name in names]
        assert tap.connections == 2


def test_connection_gone_between_rounds(directory):
    """The server closed the idle connection: nothing of the next round may be told as done or as refused."""
    with Tap(directory.server.port) as tap, helper(directory, tap) as target:
        assert codes(target.write([add_person("tussen-0")])) == [0]
        for sock in tap.sockets[1:]:
            with contextlib.suppress(OSError):  # the end of one side ends the other
                sock.shutdown(socket.SHUT_RDWR)
        outcomes, failure = target.write([add_person("tussen-1"), add_person("tussen-2")])
        assert failure.code == "unavailable"
        assert {outcome.result for outcome in outcomes} <= {SERVER_DOWN, NOT_SENT}
        assert there(directory, ["tussen-1", "tussen-2"]) == set()
        assert codes(target.write([add_person("tussen-1")])) == [0]


def test_no_server_at_all(directory):
    with Helper("duaal-target", settings(directory, {"uri": "ldap://127.0.0.1:1"})) as target:
        outcomes, failure = target.write([add_person("geen")] * 50)
        assert {outcome.result for outcome in outcomes} == {NOT_SENT}
        assert failure.code == "unavailable"


def test_identity_is_checked_before_writing(directory):
    with Helper("duaal-target", settings(directory, {"identity": "dn:cn=iemand-anders"})) as target:
        outcomes, failure = target.write([add_person("vermomd")])
        assert outcomes[0].result == NOT_SENT and failure.code == "denied"
    assert there(directory, ["vermomd"]) == set()


def test_server_is_killed():
    names = ["p%d" % n for n in range(3000)]
    with Application() as application:
        application.start()
        with FaultProxy(application.server.uri) as proxy, Helper("duaal-target", settings(application, {"uri": proxy.uri})) as target:
            proxy.add("hang", direction="request", operation="add", nth=len(names) - 100)
            target.start_write([add_person(name) for name in names])
            assert target.next()[0] == "outcome"  # and the proxy keeps it from the end
            application.server.kill()
            rest, failure = target.outcomes()
            assert failure.code == "unavailable"
            assert len(rest) == len(names) - 1
            application.server.start()
            for number, outcome in rest.items():
                if outcome.result in (0, NOT_SENT):
                    # dbnosync: a kill of the process loses nothing that was answered
                    exists = application.server.read(person_dn(names[number]), ["uid"]) is not None
                    assert exists == (outcome.result == 0)
                else:
                    assert outcome.result == SERVER_DOWN
                if outcome.result == NOT_SENT and number > 200:
                    break


# ---- the server hangs ----

def test_answers_that_never_come_end_the_helper(directory):
    with Tap(directory.server.port, answer_never=True) as tap, helper(directory, tap, deadline_s=1) as target:
        started = time.monotonic()
        target.start_write([add_person("stil-%d" % n) for n in range(3)])
        with pytest.raises(HelperEnded):
            target.next()
        assert time.monotonic() - started < 30  # and not for ever


def test_stopped_server_ends_the_helper(directory):
    with Helper("duaal-target", settings(directory, {"deadline_s": 1})) as target:
        assert codes(target.write([add_person("voor")])) == [0]
        directory.server.pause()
        try:
            target.start_write([add_person("na-%d" % n) for n in range(3)])
            with pytest.raises(HelperEnded):
                target.next()
        finally:
            directory.server.resume()


def test_slow_is_not_hanging(directory):
    """Progress moves the alarm: a round may last longer than the deadline."""
    with Tap(directory.server.port, delay=0.25) as tap, helper(directory, tap, deadline_s=3) as target:
        assert codes(target.write([add_person("traag-%d" % n) for n in range(20)])) == [0] * 20


# ---- the window ----

def test_window_is_kept(directory):
    with Tap(directory.server.port, gather=16) as tap, helper(directory, tap) as target:
        assert codes(target.write([add_person("venster-%d" % n) for n in range(5000)])) == [0] * 5000
        assert tap.requests == 5000
        assert 16 <= tap.most <= 32


def test_window_of_one(directory):
    with Tap(directory.server.port) as tap:
        with Helper("duaal-target", settings(directory, {"uri": tap.uri}, window=1)) as target:
            assert codes(target.write([add_person("een-%d" % n) for n in range(50)])) == [0] * 50
            assert tap.most == 1


def test_never_two_of_one_entry_outstanding(directory):
    """With slow answers the changes of one group still go one by one, and other entries are not held up."""
    changes = [members(directory, GROUP, ("add" if n % 2 == 0 else "delete", [CARLA]), csn=None) for n in range(6)]
    with Tap(directory.server.port, delay=0.02) as tap, helper(directory, tap) as target:
        assert codes(target.write(changes)) == [0] * 6
        assert tap.most == 1
        assert codes(target.write([*changes, *(add_person("naast-%d" % n) for n in range(10))])) == [0] * 16
        assert 5 <= tap.most <= 11
