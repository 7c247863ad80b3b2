# SPDX-License-Identifier: EUPL-1.2
"""The socket of the running daemon: other clients than ours, hostile ones, and that none of them holds up a cycle."""
import array
import grp
import json
import os
import shutil
import socket
import subprocess
import threading
import time

import pytest

from national import national_number, on_card

INTERFACE = "be.werkplekduaal.Duaalsync"

# Opens 40 connections, prints how many the daemon leaves open, and holds them until its input ends. Of more than 14 it waits for the next end.
HOLDER = """
import select, socket, sys
held = [socket.socket(socket.AF_UNIX) for _ in range(40)]
for each in held:
    each.connect(sys.argv[1])
left = set(held)
while ready := select.select(list(left), [], [], 30 if len(left) > 14 else 0.1)[0]:
    left -= {each for each in ready if not each.recv(4096)}  # that there is no room, and then the end
print(len(left), flush=True)
sys.stdin.read()
"""

# Sends one call and prints the reply.
ASKER = """
import socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
client.sendall(sys.argv[2].encode() + bytes(1))
reply = b""
while not reply.endswith(bytes(1)):
    reply += client.recv(65536)
print(reply[:-1].decode())
"""


class Client:
    """One connection that speaks bytes."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)  # waits its turn in the queue, as duaalctl does; with a time limit it would not
        self.socket.settimeout(20)
        self.buffer = b""

    def send(self, data):
        self.socket.sendall(data)

    def call(self, method, parameters=None, **more):
        """Send one call; method without the interface's name unless it has a dot."""
        name = method if "." in method else "%s.%s" % (INTERFACE, method)
        try:
            self.send(json.dumps({"method": name, "parameters": parameters or {}, **more}).encode() + b"\0")
        except (BrokenPipeError, ConnectionResetError):
            pass  # reply() tells
        return self

    def reply(self):
        """The next message, or None when the daemon has closed."""
        while b"\0" not in self.buffer:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.buffer += more
        frame, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(frame)

    def close(self):
        self.socket.close()


@pytest.fixture
def daemon(school):
    """A daemon in step."""
    return school.start()


@pytest.fixture
def connect(daemon):
    """connect(): a Client; all are closed at the end."""
    made = []

    def make():
        made.append(Client(daemon.settings["control.socket"]))
        return made[-1]
    yield make
    for client in made:
        client.close()


def is_alive(daemon):
    return daemon.process.poll() is None and daemon.json("status")["state"] in ("ok", "notice", "warning", "critical")


def test_any_varlink_client_can_ask(daemon, connect):
    info = connect().call("org.varlink.service.GetInfo").reply()["parameters"]
    assert INTERFACE in info["interfaces"]
    text = connect().call("org.varlink.service.GetInterfaceDescription", {"interface": INTERFACE}).reply()
    assert text["parameters"]["description"].startswith("#") and "method Status()" in text["parameters"]["description"]
    if shutil.which("varlinkctl"):
        done = subprocess.run(["varlinkctl", "call", daemon.settings["control.socket"], INTERFACE + ".Status", "{}"],
                              capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["phase"] == "idle"


def test_sync_with_more_tells_its_progress_and_its_end(connect):
    client = connect().call("Sync", more=True)
    phases, reply = [], client.reply()
    while reply.get("continues"):
        phases.append(reply["parameters"]["phase"])
        reply = client.reply()
    assert "reading" in phases
    assert reply["parameters"]["summary"]["result"] == "in-step"
    assert reply["parameters"]["summary"]["requested_by"] == os.getuid()


def test_a_storm_of_syncs_is_few_cycles(daemon, connect):
    before = daemon.last_cycle()["id"]
    clients = [connect() for _ in range(10)]
    for client in clients:
        client.send((json.dumps({"method": INTERFACE + ".Sync"}).encode() + b"\0") * 50)
    for client in clients:
        for _ in range(50):
            assert "error" not in client.reply()
    daemon.sync()
    assert daemon.last_cycle()["id"] - before <= 10
    assert daemon.log().count("asked for a sync") <= 20


def test_clients_that_leave_in_the_middle_are_forgotten(daemon, connect):
    for _ in range(20):
        client = connect().call("Sync", more=True)
        client.reply()
        client.close()
    assert daemon.sync()["result"] == "in-step"


@pytest.mark.parametrize("frame", [
    b"\0", b"{}\0", b'{"method":"a","method":"b"}\0', b'{"method":"a\\u0000"}\0',
    b'{"method":"' + INTERFACE.encode() + b'.Status","parameters":' + b"[" * 2000 + b"\0",
    b'{"method":"' + INTERFACE.encode() + b'.Status"} trailing\0', b"\xff\xfe\0", b"[" * 4000 + b"\0",
], ids=range(8))
def test_what_is_no_call_is_closed(daemon, connect, frame):
    client = connect()
    try:
        client.send(frame)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert client.reply() is None
    assert is_alive(daemon)


@pytest.mark.parametrize("end", [b"", b"\0"])
def test_what_is_too_long_is_told_so_and_closed(daemon, connect, end):
    client = connect()
    try:
        client.send(b"x" * 100000 + end)
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert client.reply() == {"error": INTERFACE + ".TooLong", "parameters": {}} and client.reply() is None
    assert is_alive(daemon)


def test_a_descriptor_is_refused(daemon, connect):
    client = connect()
    read_end, write_end = os.pipe()
    rights = array.array("i", [write_end])
    client.socket.sendmsg([b'{"method":"x.y"}\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    os.close(write_end)
    assert client.reply() is None
    assert os.read(read_end, 1) == b""  # nobody keeps the other end
    os.close(read_end)
    assert is_alive(daemon)


def groups_of_the_system(count):
    """Names of groups that exist here, other than root's and our own."""
    names = [each.gr_name for each in grp.getgrall() if each.gr_gid not in (0, os.getgid())]
    if os.getuid() != 0 or len(names) < count:
        pytest.skip("needs root and %d groups, to ask as somebody else" % count)
    return names[:count]


def ask_as(daemon, groups, method, parameters):
    """The reply to somebody (uid 4000) with these groups only, the first one as the primary."""
    gids = [grp.getgrnam(name).gr_gid for name in groups] or [4000]
    done = subprocess.run(["/usr/bin/python3", "-c", ASKER, daemon.settings["control.socket"],
                           json.dumps({"method": "%s.%s" % (INTERFACE, method), "parameters": parameters})],
                          user=4000, group=gids[0], extra_groups=gids[1:], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# What each right is tried with. The reason is blank: whoever may gets as far as that, and nothing is changed.
TRIES = {"read": ("Holds", {}), "operate": ("Freeze", {"reason": " "}), "approve": ("Approve", {"id": "1", "reason": " "})}


@pytest.mark.parametrize("rights", [(), ("read",), ("read", "operate"), ("read", "approve"), ("approve", "read"), ("approve",),
                                    ("read", "operate", "approve")], ids="+".join)
def test_groups_decide_who_may_what(school, rights):
    names = dict(zip(TRIES, groups_of_the_system(3)))
    daemon = school.start({"control.group": names["read"], "control.operate_group": names["operate"],
                           "control.approve_group": names["approve"]})
    os.chmod(daemon.directory, 0o755)
    os.chmod(daemon.settings["control.socket"], 0o666)  # as a socket unit might have it: the groups decide
    for right, (method, parameters) in TRIES.items():
        reply = ask_as(daemon, [names[each] for each in rights], method, parameters)
        if right not in rights:
            assert reply["error"] == INTERFACE + ".PermissionDenied"
            assert reply["parameters"] == {"right": right, "group": names[right]}
        elif parameters:
            assert reply["error"] == "org.varlink.service.InvalidParameter"
            assert reply["parameters"] == {"parameter": "reason"}
        else:
            assert "error" not in reply
    if rights != tuple(TRIES):
        assert "uid 4000 may not call" in daemon.log()


def audited(connect, order):
    """Rows of the audit about orders of this kind."""
    rows, start = [], 1
    while start:
        page = connect().call("AuditExport", {"from": start}).reply()["parameters"]
        rows += map(json.loads, page["lines"])
        start = page["next"]
    return [row for row in rows if order in (row.get("order"), row.get("order_word"))]


def test_who_ordered_it_is_told_by_the_kernel(school):
    readers, operators = groups_of_the_system(2)
    daemon = school.start({"control.group": readers, "control.operate_group": operators})
    os.chmod(daemon.directory, 0o755)
    reply = ask_as(daemon, [readers, operators], "Freeze", {"institution": 30569, "reason": "audit of the school"})
    assert "error" not in reply
    client = Client(daemon.settings["control.socket"])
    freeze, = client.call("Status").reply()["parameters"]["freezes"]
    client.close()
    assert (freeze["institution"], freeze["by"], freeze["reason"]) == (30569, 4000, "audit of the school")
    row, = audited(lambda: Client(daemon.settings["control.socket"]), "freeze")
    assert row["uid"] == 4000


def test_an_order_stands_when_its_client_leaves_at_once(daemon, connect):
    client = connect().call("Pause", {"reason": "moving house"}, oneway=True)
    client.close()
    daemon.wait_until(lambda: daemon.json("status")["freezes"], "the pause")
    daemon.sync()  # it is shown before it is durable, and nobody waits for that: the ledger answers in order
    daemon.kill()
    daemon.start()
    freeze, = daemon.json("status")["freezes"]
    assert freeze["pause"] and freeze["reason"] == "moving house"


def test_whoever_leaves_while_the_chain_is_walked_holds_up_nobody(daemon, connect):
    for _ in range(30):
        connect().call("AuditVerify").close()
    def is_whole():
        client = connect()
        answer = client.call("AuditVerify").reply()["parameters"]
        client.close()
        return answer.get("broken", "busy") is None  # while the others are walked it is refused, not called broken
    daemon.wait_until(is_whole, "the chain")
    assert daemon.sync()["result"] == "in-step"


@pytest.mark.parametrize("text", ["%s", "is %s"])
def test_a_national_number_goes_nowhere(daemon, connect, text):
    number = national_number(1)
    reply = connect().call("Pause", {"reason": text % (number if text == "%s" else on_card(number))}).reply()
    assert reply["parameters"]["code"] == "refused" and "national number" in reply["parameters"]["what"]
    assert number not in json.dumps(reply) + daemon.log()
    assert not daemon.json("status")["freezes"]


def test_two_places_are_left_for_root(daemon, connect):
    if os.getuid() != 0:
        pytest.skip("needs root, for whom they are left")
    os.chmod(daemon.directory, 0o755)
    os.chmod(daemon.settings["control.socket"], 0o666)
    holder = subprocess.Popen(["/usr/bin/python3", "-c", HOLDER, daemon.settings["control.socket"]], user=4000, group=4000,
                              extra_groups=[], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "14\n"
        for client in [connect() for _ in range(2)]:
            assert "state" in client.call("Status").reply()["parameters"]
        late = connect().call("Status")
        assert late.reply() == {"error": INTERFACE + ".TooManyClients", "parameters": {}} and late.reply() is None
    finally:
        holder.communicate("")


def test_hostile_clients_do_not_hold_up_a_cycle(daemon, connect):
    path = daemon.settings["control.socket"]
    stop = threading.Event()

    def trouble(number):
        while not stop.is_set():
            try:
                client = Client(path)
                client.socket.settimeout(0.2)
                if number % 3 == 0:
                    client.send(b"x" * 5000)
                elif number % 3 == 1:
                    client.send((b'{"method":"%s.Plan"}\0' % INTERFACE.encode()) * 50)  # and reads nothing
                    time.sleep(0.05)
                else:
                    client.send(b'{"method":')
                    time.sleep(0.05)
                client.close()
            except OSError:
                time.sleep(0.01)

    threads = [threading.Thread(target=trouble, args=(n,)) for n in range(9)]
    for thread in threads:
        thread.start()
    try:
        began, full = time.monotonic(), {"error": INTERFACE + ".TooManyClients", "parameters": {}}
        while (answer := connect().call("Sync", {"wait": True}).reply()) == full:
            pass  # whoever finds no place tries again
        assert answer["parameters"]["summary"]["result"] == "in-step"
        assert time.monotonic() - began < 60
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    with open("/proc/%d/status" % daemon.process.pid, encoding="ascii") as file:
        resident = int(next(line for line in file if line.startswith("VmRSS")).split()[1])
    assert resident < 100000  # KiB
    daemon.wait_until(lambda: daemon.ctl("status").returncode != 76, "room for a client, when those that have left are done with")
    assert is_alive(daemon)


def test_a_second_daemon_leaves_the_first_its_socket(daemon, make_daemon):
    second = make_daemon({"control.socket": daemon.settings["control.socket"]})
    second.start(wait=False)
    assert second.process.wait(20) != 0
    assert "already answers" in second.log()
    assert is_alive(daemon)


def test_the_socket_goes_with_the_daemon_and_a_stale_one_is_taken_over(daemon):
    path = daemon.settings["control.socket"]
    daemon.kill()
    assert os.path.exists(path)
    daemon.start()
    assert is_alive(daemon)
    daemon.stop()
    assert not os.path.exists(path)
    assert daemon.ctl("status").returncode == 3
