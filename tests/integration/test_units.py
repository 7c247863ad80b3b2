# SPDX-License-Identifier: EUPL-1.2
"""duaalsyncd --helpers: it reaches its helpers at the sockets of their units, and each of them serves it alone."""
import os
import signal
import subprocess
import tempfile

import pytest
from application import WRITER_PASSWORD
from clock import from_now
from daemon import has_ended, program, write_secret
from government import READER_PASSWORD
from school import SECOND
from socket_units import PROGRAMS, Units

NOBODY = 65534
EVERYBODY = {"an", "bart", "chris", "dries"}


@pytest.fixture
def folder():
    """Of the daemon and the sockets beside its own; other users may look for their way through it."""
    with tempfile.TemporaryDirectory(prefix="duaalsync-") as path:
        os.chmod(path, 0o755)
        yield path


@pytest.fixture
def units(folder):
    """All sockets listen."""
    with Units(folder) as made:
        yield made


@pytest.fixture
def with_units(school, folder):
    """with_units({setting: value}): starts a Daemon that has its helpers from there."""
    def start(changes=None, wait=True):
        made = school.make_daemon({"schedule.backoff_max": "1s", **(changes or {})}, directory=folder, options=["--helpers", folder])
        return made.start(wait=wait)
    return start


# Another user, who knocks, or listens.
KNOCK = ("import os, socket, sys; os.setuid(%d); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(sys.argv[1]); "
         "sys.exit(0 if s.recv(1) == b'' else 1)" % NOBODY)
LISTEN = ("import os, socket, sys; os.setuid(%d); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.bind(sys.argv[1]); "
          "os.chmod(sys.argv[1], 0o666); s.listen(); print('listening', flush=True); c, _ = s.accept(); print(c.recv(100), flush=True)" % NOBODY)


def test_a_cycle_with_helpers_of_their_own(school, units, with_units):
    daemon = with_units()
    assert school.members() == EVERYBODY
    assert not daemon.helpers(), "no child"
    daemon.order("freeze", SECOND, "--until", "2d", "--reason", "seen by the second ledger")
    assert daemon.json("history")["cycles"] and "whole" in daemon.ctl("audit", "--verify").stdout
    process = daemon.process
    daemon.stop()
    assert process.returncode == 0
    units.wait_until_idle()
    daemon.start()
    school.revoke("dries", "trajectbegeleider")
    daemon.sync()
    assert school.members() == EVERYBODY - {"dries"}


@pytest.mark.parametrize("victim", ["source", "target", "ledger"])
def test_a_helper_that_is_killed_is_there_again(school, units, with_units, victim):
    daemon = with_units()
    os.kill(units.processes[victim].pid, signal.SIGKILL)
    school.revoke("dries", "trajectbegeleider")
    daemon.wait_until(lambda: daemon.ctl("sync", "--wait").returncode == 0, "a cycle with another helper")
    assert school.members() == EVERYBODY - {"dries"} and daemon.json("history")["cycles"]


def test_the_planner_goes_in_the_middle_of_a_read(school, units, with_units):
    """The helper is within libldap, and its server says nothing: it ends all the same, at once and not at its deadline."""
    daemon = with_units({"source.deadline": "1h"})
    helper = units.processes["source"].pid
    school.government.server.pause()
    try:
        daemon.ctl("sync")
        daemon.wait_until(lambda: daemon.json("status")["phase"] == "reading", "the read")
        daemon.kill()
        daemon.wait_until(lambda: has_ended(helper), "the helper's end")
    finally:
        school.government.server.resume()
    daemon.start()
    assert school.members() == EVERYBODY


def test_one_that_somebody_stopped_is_given_up(school, units, with_units):
    """SIGSTOP also stops its alarm. Status names the unit and what ends it, the rest goes on, and behind its end so does this."""
    daemon = with_units({"source.deadline": "2s"})
    helper = units.processes["source"].pid
    os.kill(helper, signal.SIGSTOP)
    school.override("weg", "dries", "exclude", until=from_now(days=30))
    assert daemon.sync()["result"] == "source-unread"
    assert "systemctl kill --signal=KILL duaalsync-source*.service" in daemon.part("source")["detail"]
    assert school.members() == EVERYBODY - {"dries"} and daemon.part("target")["code"] == "ok"
    os.kill(helper, signal.SIGKILL)
    daemon.wait_until(lambda: daemon.sync()["result"] == "in-step", "a cycle with another helper")


def test_without_sockets_it_says_so_and_tries_again(school, folder, with_units):
    daemon = with_units(wait=False)
    daemon.wait_until(lambda: "%s/ledger: No such file or directory; is duaalsync-ledger.socket" % folder in daemon.log(), "the sentence")
    assert daemon.process.poll() is None
    with Units(folder):
        daemon.wait_until(lambda: school.members() == EVERYBODY, "a whole cycle, once they are there")
        daemon.stop()


def test_somebody_else_is_not_served(units, with_units):
    for name in PROGRAMS:
        os.chmod(units.path(name), 0o666)
        assert subprocess.run(["/usr/bin/python3", "-c", KNOCK, units.path(name)], timeout=20, check=False).returncode == 0, name
    assert units.said().count("uid %d (process " % NOBODY) == units.said().count("only uid 0") == len(PROGRAMS)
    with_units().stop()


def test_somebody_else_listens(school, folder, with_units):
    """A socket of another user's in place of the source's: not a word is said to it."""
    os.chmod(folder, 0o777)
    with Units(folder) as units:
        units.close("source")
        with subprocess.Popen(["/usr/bin/python3", "-c", LISTEN, units.path("source")], stdout=subprocess.PIPE, text=True) as squatter:
            assert squatter.stdout.readline() == "listening\n"
            os.chmod(folder, 0o755)
            daemon = with_units(wait=False)
            daemon.wait_until(lambda: "uid %d listens there" % NOBODY in daemon.log(), "the refusal")
            assert squatter.stdout.readline() == "b''\n"
        assert not school.members()
        daemon.stop()


def test_one_that_is_started_by_hand_does_not_write_beside_it(school, units, with_units, folder):
    """Without --helpers it has helpers of its own, and the folder is free: the ledger itself is not (I13)."""
    daemon = with_units()
    other = school.make_daemon({"state_dir": folder + "/state"})
    school.revoke("dries", "trajectbegeleider")
    other.start(wait=False)
    other.wait_until(lambda: "another duaal-ledger still works with it" in other.log(), "the refusal")
    assert school.members() == EVERYBODY
    other.stop()
    assert daemon.sync()["result"] == "applied" and school.members() == EVERYBODY - {"dries"}


def test_passwords_are_the_helpers_own(school, folder, with_units):
    """Each reads its own credential; the planner has none. (That a service manager copies them when it starts a unit is tests/system's.)"""
    credentials = {}
    for side, password in (("source", READER_PASSWORD), ("target", WRITER_PASSWORD)):
        os.makedirs(os.path.join(folder, side + "-credentials"))
        credentials[side] = {"CREDENTIALS_DIRECTORY": os.path.join(folder, side + "-credentials")}
        write_secret(os.path.join(folder, side + "-credentials", "password"), password)
    settings = {"source.password_file": None, "target.password_file": None, "source.password_credential": "password",
                "target.password_credential": "password"}
    with Units(folder, credentials):
        daemon = with_units(settings)
        assert school.members() == EVERYBODY
        write_secret(os.path.join(folder, "source-credentials", "password"), "another")
        assert daemon.ctl("sync", "--wait").returncode == 2, "a refused password"
        write_secret(os.path.join(folder, "source-credentials", "password"), READER_PASSWORD)
        assert daemon.ctl("sync", "--wait").returncode == 0, "the right one again"
        daemon.stop()


def test_a_password_that_no_drop_in_gives(school, units, with_units):
    """What an upgrade from one unit for everything meets where the new drop-ins were forgotten."""
    daemon = with_units({"source.password_file": None, "source.password_credential": "source-password"})
    assert "credential source-password: this service has none; LoadCredential=source-password:FILE" in daemon.part("source")["detail"]
    assert not school.members()


def test_check_config_leaves_passwords_and_keys_to_the_helpers(school, folder):
    daemon = school.make_daemon({"source.password_file": "/nowhere/password"}, directory=folder)

    def check(*options):
        return subprocess.run([program("duaalsyncd"), "--check-config", "--config", daemon.config, *options], capture_output=True, text=True,
                              check=False)
    done = check()
    assert done.returncode == 2 and "/nowhere/password" in done.stdout, done.stdout
    done = check("--helpers", folder)
    assert done.returncode == 0 and "not looked at" in done.stdout, done.stdout


@pytest.mark.parametrize("name", sorted(set(PROGRAMS.values())))
def test_started_by_hand(name):
    done = subprocess.run([program(name)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "systemctl start duaalsyncd" in done.stderr
