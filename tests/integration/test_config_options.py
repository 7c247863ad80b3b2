# SPDX-License-Identifier: EUPL-1.2
"""duaalsyncd's options: what they print and with which status they exit; what the service manager is told."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from daemon import BUILD, program, to_config, write_secret

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SECRET = "hunter2-geheim"


def run(*options, cwd="/", environment=None):
    """duaalsyncd with these options, to its end."""
    return subprocess.run([program("duaalsyncd"), *options], capture_output=True, text=True, timeout=60, check=False,
                          cwd=cwd, env={**os.environ, **(environment or {})})


def minimal(folder):
    """Settings that are in order, for directories that nobody serves."""
    return {
        "helper_dir": BUILD, "state_dir": str(folder), "control.socket": str(folder / "control"), "log_to": "stderr",
        "source.uri": "ldapi://" + str(folder / "source").replace("/", "%2F"), "source.bind_dn": "cn=reader,dc=s",
        "source.password_file": write_secret(str(folder / "password"), SECRET),
        "source.canaries": ["uid=1,ou=p,dc=s", "uid=2,ou=p,dc=s"],
        "source.people": {"base": "ou=p,dc=s", "filter": "(r=*)", "attributes": {"vo_id": "id", "right": "r"}},
        "source.institutions": {"base": "ou=i,dc=s", "filter": "(o=*)", "attributes": {
            "number": "n", "kind": "k", "audience": "a", "programme": "p"}},
        "target.uri": "ldapi://" + str(folder / "target").replace("/", "%2F"), "target.bind_dn": "cn=writer,dc=t",
        "target.password_file": str(folder / "password"), "target.base": "ou=w,dc=t",
    }


def write(folder, text, name="test.conf", mode=0o600):
    """A configuration file."""
    path = str(folder / name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


@pytest.fixture
def config(tmp_path):
    """Path of a configuration without faults."""
    return write(tmp_path, to_config(minimal(tmp_path)))


# ---- what is printed ----


def test_version_and_help():
    assert re.fullmatch(r"duaalsyncd \d+\.\d+\.\d+\n", run("--version").stdout)
    shown = run("--help")
    assert shown.returncode == 0 and shown.stderr == ""
    for option in ("--config", "--check-config", "--once", "--foreground", "--verbose", "--help-config", "--help-messages", "--version"):
        assert option in shown.stdout
    assert re.findall(r"^  (\d)  ", shown.stdout, re.M) == ["0", "1", "2", "4"]


@pytest.mark.parametrize("options", [["--bogus"], ["word"], ["--config"], ["--config", ""]])
def test_a_command_line_that_cannot_be_understood(options):
    done = run(*options)
    assert done.returncode == 2 and done.stdout == "" and "--help" in done.stderr


@pytest.mark.parametrize("options", [["--check-config", "--once"], ["--once", "--check-config"], ["--plan", "--once"], ["--help", "--once"]])
def test_two_tasks_are_none(config, options):
    """A check must not turn into a cycle by what is typed behind it."""
    done = run(*options, "--config", config)
    assert (done.returncode, done.stdout) == (2, "") and "takes one at a time of --check-config, --once" in done.stderr


def test_a_path_that_is_none_is_named_as_the_fault():
    for path in ("", "x" * 5000):
        done = run("--check-config", "--config", path)
        assert (done.returncode, done.stdout) == (2, "") and "--config takes the path of a file" in done.stderr


def documented():
    """{key: default or None} of --help-config."""
    text = run("--help-config").stdout
    return {key: default for key, default in re.findall(
        r"^([a-z_.\[\]]+)\n    [^\n]*\n    (?:default: ([^\n]*)|required)\n", text, re.M)}


def test_the_sample_shows_the_defaults():
    """Each commented line of the sample says what --help-config says."""
    known, groups, seen = documented(), [], 0
    with open(os.path.join(ROOT, "conf", "duaalsyncd.conf"), encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            if opened := re.match(r"(\w+): \{$", line):
                groups.append(opened[1])
            elif line == "};":
                groups.pop()
            elif default := re.match(r"#(\w+) = ([^;]*);", line):
                seen += 1
                written, real = (re.sub(r"\s", "", text) for text in (
                    default[2], known[".".join([*groups, default[1]])]))
                assert written == real, line
    assert groups == [] and seen > 50


def test_every_message_is_explained():
    """--help-messages has each id of the catalogue once, with cause and remedy."""
    with open(os.path.join(ROOT, "daemon", "base", "log_messages.h"), encoding="utf-8") as file:
        known = re.findall(r'^\tX\(\w+, "(DS\d{4})", [A-Z]+, "(.*)", "(.*)"\)', file.read(), re.M)
    shown = re.findall(r"^(DS\d{4})  (.+)\n {8}(\S.*)$", run("--help-messages").stdout, re.M)
    assert shown == known and len(known) > 30


# ---- --check-config ----


def test_no_faults(config):
    done = run("--check-config", "--config", config)
    assert (done.returncode, done.stdout, done.stderr) == (0, config + ": no faults\n", "")


def test_a_relative_path(config):
    done = run("--check-config", "-c", os.path.basename(config), cwd=os.path.dirname(config))
    assert (done.returncode, done.stdout) == (0, config + ": no faults\n")


def test_every_fault_with_line_and_key(tmp_path):
    path = write(tmp_path, to_config({**minimal(tmp_path), "guard.removals": -1, "schedule.interwal": "5min",
                                      "source.password": SECRET, "target.base": "nowhere"}))
    done = run("--check-config", "--config", path)
    assert done.returncode == 2 and done.stderr == ""
    faults = [re.fullmatch(r"%s:(\d+): ([a-z_.]+): (.+)" % re.escape(path), line).groups()
              for line in done.stdout.splitlines()]
    assert {key for _, key, _ in faults} == {"guard.removals", "schedule.interwal", "source.password", "target.base"}
    assert [int(line) for line, _, _ in faults] == sorted(int(line) for line, _, _ in faults)
    assert "is schedule.interval meant?" in done.stdout
    assert SECRET not in done.stdout


def test_a_file_that_is_not_there_or_not_to_be_trusted(config, tmp_path):
    nowhere = run("--check-config", "--config", str(tmp_path / "nothing"))
    assert nowhere.returncode == 2 and nowhere.stdout == "%s: No such file or directory\n" % (tmp_path / "nothing")
    os.chmod(config, 0o622)
    loose = run("--check-config", "--config", config)
    assert loose.returncode == 2 and "chmod go-w" in loose.stdout
    os.symlink(config, tmp_path / "link")
    assert "symbolic link" in run("--check-config", "--config", str(tmp_path / "link")).stdout


def test_a_zone_that_is_none(tmp_path):
    for content in ("", "TZif2 but no more than that"):
        zone = write(tmp_path, content, "zone")
        path = write(tmp_path, to_config({**minimal(tmp_path), "zone_file": zone}))
        done = run("--check-config", "--config", path)
        assert done.returncode == 2 and done.stdout.startswith(path + ": zone_file: " + zone)
        assert run("--once", "--config", path).returncode == 2


def test_groups_that_this_system_does_not_have(tmp_path):
    """Each is named before anything runs: a slip in the name of a group would shut everybody out."""
    keys = ["control.group", "control.operate_group", "control.approve_group"]
    path = write(tmp_path, to_config({**minimal(tmp_path), **{key: "no-such-group" for key in keys}}))
    for done in (run("--check-config", "--config", path), run("--config", path)):
        assert done.returncode == 2
        assert re.findall(r"%s: ([a-z_.]+): there is no group no-such-group on this system; groupadd --system no-such-group makes it"
                          % re.escape(path), done.stdout + done.stderr) == keys


def test_what_does_not_depend_on_the_server_is_told_without_one(tmp_path):
    """A missing or wrong address hides no other fault."""
    for uri in (None, "http://x"):
        path = write(tmp_path, to_config({**minimal(tmp_path), "source.uri": uri, "source.bind_dn": None, "source.password_file": None}))
        done = run("--check-config", "--config", path)
        assert done.returncode == 2
        assert {line.split(": ")[1] for line in done.stdout.splitlines()} == {"source.uri", "source.bind_dn", "source.password_file"}
        path = write(tmp_path, to_config({**minimal(tmp_path), "source.uri": uri, "source.bind": "gssapi"}))
        assert "source.keytab_file: is missing" in run("--check-config", "--config", path).stdout


def test_a_credential_is_looked_for_where_the_service_has_some(tmp_path):
    settings = {**minimal(tmp_path), "source.password_file": None, "source.password_credential": "source-password"}
    path = write(tmp_path, to_config(settings))
    assert run("--check-config", "-c", path).returncode == 0
    done = run("--check-config", "-c", path, environment={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert done.returncode == 2 and "source.password_credential" in done.stdout


def test_secrets_of_a_further_source_are_looked_at_too(tmp_path):
    """Each has its own; with --helpers they are the helpers' to read, whose paths alone are checked."""
    basis = {"name": "basis", "uri": "ldapi://%2Fb", "bind_dn": "cn=reader,dc=b",
             "password_file": write_secret(str(tmp_path / "basis"), SECRET), "canaries": ["uid=1,ou=p,dc=b", "uid=2,ou=p,dc=b"],
             "people": {"base": "ou=p,dc=b", "filter": "(r=*)"}, "institutions": {"base": "ou=i,dc=b", "filter": "(o=*)"}}
    path = write(tmp_path, to_config({**minimal(tmp_path), "more_sources": [basis]}))
    assert run("--check-config", "-c", path).stdout == path + ": no faults\n"
    os.chmod(tmp_path / "basis", 0o644)
    done = run("--check-config", "-c", path)
    assert done.returncode == 2 and ": more_sources[0].password_file: " in done.stdout and "chmod 0600" in done.stdout
    assert SECRET not in done.stdout
    assert run("--check-config", "--helpers", str(tmp_path), "-c", path).returncode == 0


def test_a_name_with_an_escape_is_shown_as_one(tmp_path):
    path = str(tmp_path / "a\x1b]0;x\nb")
    done = run("--check-config", "-c", path)
    assert done.returncode == 2 and "\x1b" not in done.stdout and done.stdout.count("\n") == 1


# ---- starting ----


def test_nothing_starts_with_a_fault(tmp_path):
    path = write(tmp_path, to_config({**minimal(tmp_path), "guard.removals": -1}))
    done = run("--config", path)
    assert done.returncode == 2
    assert "DS0701: %s" % path in done.stderr and "guard.removals" in done.stderr
    assert "DS0101" not in done.stderr
    assert not (tmp_path / "control").exists() and not (tmp_path / "ledger.sqlite").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="a journal of one's own takes root (unshare, mount)")
def test_the_journal_gets_fields(tmp_path):
    path = write(tmp_path, to_config({**minimal(tmp_path), "log_to": "journal"}))
    os.mkdir(tmp_path / "journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(tmp_path / "journal" / "socket"))
        script = ('mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind "$1" /run/systemd/journal &&'
                  ' shift && exec "$@"')
        process = subprocess.Popen(["unshare", "-m", "sh", "-c", script, "sh", str(tmp_path / "journal"),
                                    program("duaalsyncd"), "--once", "--config", path])
        messages = []
        journal.settimeout(60)
        while not messages or messages[-1]["DUAALSYNC_MESSAGE"] != "DS0103":
            messages.append(dict(line.split("=", 1) for line in journal.recv(65536).decode().splitlines()))
        assert process.wait(60) == 1
    first, failed = messages[0], next(m for m in messages if m["DUAALSYNC_MESSAGE"] == "DS0112")
    assert first["DUAALSYNC_MESSAGE"] == "DS0101" and first["MESSAGE"].startswith("DS0101: duaalsyncd ")
    assert first["MESSAGE_ID"] == "49ec3099addbc05fdf667f6205cd4df6" and first["PRIORITY"] == "5"
    assert first["SYSLOG_IDENTIFIER"] == "duaalsyncd" and first["DUAALSYNC_INSTANCE"] == "default"
    assert failed["PRIORITY"] == "3"


def test_once_without_a_source_fails(config):
    done = run("--once", "--foreground", "--config", config)
    assert done.returncode == 1, done.stderr
    assert "DS0112" in done.stderr and SECRET not in done.stderr


class Manager:
    """What a service manager sees: a notify socket, and the daemon started with it."""

    def __init__(self, config, **environment):
        self.folder = os.path.dirname(config)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(self.folder, "notify"))
        self.log = open(os.path.join(self.folder, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program("duaalsyncd"), "--config", config, "--foreground"], stdout=self.log, stderr=self.log,
            env={**os.environ, "NOTIFY_SOCKET": os.path.join(self.folder, "notify"), **environment})

    def wait(self, *words, seconds=60):
        """Datagrams until one line equals, or begins with, each of words in this order."""
        end = time.monotonic() + seconds
        for word in words:
            while True:
                self.socket.settimeout(max(0.01, end - time.monotonic()))
                if any(line.startswith(word) for line in self.socket.recv(4096).decode().split("\n")):
                    break

    def text(self):
        """The log so far."""
        self.log.seek(0)
        return self.log.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.socket.close()
        self.log.close()


def test_ready_status_reload_stop(config, tmp_path):
    with Manager(config) as manager:
        manager.wait("READY=1", "STATUS=warning: ")
        assert "DS0102" in manager.text()
        write(tmp_path, "interwal = 5;\n")
        manager.process.send_signal(signal.SIGHUP)
        manager.wait("RELOADING=1", "READY=1")
        assert "%s:1: interwal" % config in manager.text() and "DS0703" in manager.text()
        write(tmp_path, to_config({**minimal(tmp_path), "control.idle": 61}))
        manager.process.send_signal(signal.SIGHUP)
        manager.wait("RELOADING=1", "READY=1")
        assert "DS0702" in manager.text() and "what takes a restart of the daemon stays as it was until then: control.idle" in manager.text()
        manager.process.send_signal(signal.SIGTERM)
        manager.wait("STOPPING=1")
        assert manager.process.wait(60) == 0
        assert not (tmp_path / "control").exists()
        assert SECRET not in manager.text()


def test_a_storm_of_signals(config):
    with Manager(config) as manager:
        manager.wait("READY=1")
        for _ in range(300):
            manager.process.send_signal(signal.SIGHUP)
        manager.process.send_signal(signal.SIGTERM)
        assert manager.process.wait(60) == 0


def test_the_watchdog_is_fed(config):
    with Manager(config, WATCHDOG_USEC="400000") as manager:
        manager.wait("READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1")


def environment_of(pid):
    """That of a process, which has none yet while it is being started."""
    with open("/proc/%s/environ" % pid, "rb") as file:
        return file.read()


@pytest.fixture(name="silent")
def _silent(config, tmp_path):
    """That configuration, and directories that take whoever comes and say nothing: no helper ends over it."""
    with contextlib.ExitStack() as stack:
        for name in ("source", "target"):
            directory = stack.enter_context(socket.socket(socket.AF_UNIX))
            directory.bind(str(tmp_path / name))
            directory.listen()
        yield config


def started_by(pid, count):
    """Processes that this one started, when there are so many."""
    end = time.monotonic() + 60
    children = []
    while len(children) != count and time.monotonic() < end:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as file:
            children = file.read().split()
        time.sleep(0.01)
    assert len(children) == count, children
    return children


def test_the_environment_does_not_reach_the_helpers(silent):
    environment = {"LDAPTLS_REQCERT": "never", "https_proxy": "http://elders", "LDAPRC": "elders"}
    with Manager(silent, **environment) as manager:
        manager.wait("READY=1")
        for child in started_by(manager.process.pid, 3):
            end = time.monotonic() + 60
            while environment_of(child) == b"" and time.monotonic() < end:
                time.sleep(0.01)
            found = environment_of(child)
            assert b"LDAPNOINIT=1" in found and b"never" not in found and b"elders" not in found
