# SPDX-License-Identifier: EUPL-1.2
"""The real daemon between two private directories, asked through duaalctl.

    with Daemon(government, application) as daemon:
        daemon.start()                             # runs, first cycle ended
        daemon.sync()                              # one more cycle, its summary
        daemon.json("why", "An Peeters")           # any question
        daemon.order("approve", hold, "--reason", "asked for")
        daemon.clock.forward(minutes=1)            # with a Clock: its wall clock, its helpers' and duaalctl's

The programs come from the build directory named by DUAAL_BUILD. Everything else is in a temporary folder; what was
started is ended by its process id.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import application as target_tree
import government as source_tree
from varlink import Varlink

BUILD = os.environ.get("DUAAL_BUILD", os.path.join(target_tree.ROOT, "build"))
CATALOGUES = {"DUAALSYNC_LOCALEDIR": os.path.join(BUILD, "po")}  # for the environment of who speaks another language than English
HELPERS = ("duaal-source", "duaal-target", "duaal-ledger")
CYCLE_SECONDS = 60
STOP_SECONDS = 60


def program(name):
    """Path of one of our programs in the build directory."""
    return os.path.join(BUILD, name)


def as_setting(value):
    """A Python value in libconfig's notation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')
    if isinstance(value, dict):
        return "{ %s }" % " ".join("%s = %s;" % (key, as_setting(item)) for key, item in value.items())
    if value and isinstance(value[0], dict):
        return "( %s )" % ", ".join(as_setting(item) for item in value)
    return "[ %s ]" % ", ".join(as_setting(item) for item in value)


def nested(flat):
    """{"a.b": 1} as {"a": {"b": 1}}."""
    tree = {}
    for path, value in flat.items():
        *groups, last = path.split(".")
        at = tree
        for group in groups:
            at = at.setdefault(group, {})
        at[last] = value
    return tree


def to_config(flat):
    """Text of a configuration file from {"group.key": value}; None leaves a setting out."""
    tree = nested({path: value for path, value in flat.items() if value is not None})
    return "".join("%s = %s;\n" % (key, as_setting(value)) for key, value in tree.items())


def has_ended(pid):
    """Does this process run no more? One that nobody has asked for its status yet counts: all that it held open is closed."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def write_secret(path, text):
    """A password file as the daemon wants it."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def settings(directory, government, application, instance=target_tree.INSTANCE):
    """Settings that fit the two fixture directories: {"group.key": value}."""
    return {
        "instance": instance,
        "helper_dir": BUILD,
        "state_dir": os.path.join(directory, "state"),
        "control.socket": os.path.join(directory, "control"),
        "log_to": "stderr",
        "source.uri": government.server.uri,
        "source.bind_dn": source_tree.READER,
        "source.password_file": write_secret(os.path.join(directory, "source-password"), source_tree.READER_PASSWORD),
        "source.position": "csn",
        "source.canaries": list(source_tree.CANARIES),
        "source.people.base": source_tree.USERS,
        "source.people.filter": "(voRecht=WerkplekDuaalGebruiker*)",
        "source.people.active": ["actief"],
        "source.people.attributes": {"vo_id": "voId", "right": "voRecht", "state": "voStatus", "begin": "voBegin",
                                     "end": "voEinde"},
        "source.institutions.base": source_tree.ORGANISATIONS,
        "source.institutions.filter": "(objectClass=voOrganisatie)",
        "source.institutions.active": ["actief"],
        "source.institutions.attributes": {
            "number": "voInstellingsnummer", "kind": "voSoort", "state": "voStatus", "audience": "voDoelgroep",
            "programme": "voProgrammatie", "head_admin": "voHoofdLokaleBeheerder", "local_admin": "voLokaleBeheerder",
            "begin": "voBegin", "end": "voEinde"},
        "target.uri": application.server.uri,
        "target.bind_dn": target_tree.WRITER,
        "target.password_file": write_secret(os.path.join(directory, "target-password"), target_tree.WRITER_PASSWORD),
        "target.base": target_tree.BASE,
        "target.canaries": list(target_tree.CANARIES),
        "guard.first_fill": "go",
        "schedule.interval": "1h",
        "schedule.sync_entry_interval": "0s",
    }


class Daemon:
    """One duaalsyncd. changes: {"group.key": value} over settings(); environment: added to the process's; clock: it goes by; options: of its command line."""

    def __init__(self, government, application, changes=None, environment=None, directory=None, wrapper=(), clock=None, options=()):
        self.own_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="duaalsync-")
        os.makedirs(self.path("state"), mode=0o700, exist_ok=True)
        self.settings = {**settings(self.directory, government, application), **(changes or {})}
        self.environment = {**os.environ, **(environment or {})}
        self.clock = clock
        if clock:
            self.environment.update(clock.environment(program("duaalsyncd")))
            self.settings["helper_dir"] = clock.wrap([program(name) for name in (*HELPERS, "duaal-plan")])
        self.wrapper, self.options = list(wrapper), list(options)
        self.process = None
        self.log_begin = 0
        self.configure()

    def path(self, name):
        """A file of this daemon."""
        return os.path.join(self.directory, name)

    @property
    def config(self):
        """Its configuration file."""
        return self.path("duaalsyncd.conf")

    def configure(self, **changes):
        """Write the configuration file; changes are given with __ for the dots."""
        self.settings.update({key.replace("__", "."): value for key, value in changes.items()})
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(to_config(self.settings))
        os.chmod(self.config, 0o600)

    # ---- life ----

    def start(self, wait=True):
        """Start it; unless wait is false, until its first cycle has ended. Returns self."""
        with open(self.path("log"), "ab") as log:
            self.log_begin = log.tell()
            self.process = subprocess.Popen(
                [*self.wrapper, program("duaalsyncd"), "--foreground", "--config", self.config, *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        if wait:
            self.wait_until(lambda: self.runs() and self.last_cycle() is not None, "the first cycle")
        return self

    def runs(self):
        """True; that it has ended is an error."""
        if self.process.poll() is not None:
            raise RuntimeError("duaalsyncd ended with %d:\n%s" % (self.process.returncode, self.log()[-3000:]))
        return True

    def answers(self):
        """Does the socket answer?"""
        return self.runs() and self.ctl("status", "--json").returncode in (0, 1, 2)

    def last_cycle(self):
        """The summary of the last cycle that this process ended, or None."""
        with open(self.path("log"), encoding="utf-8", errors="replace") as log:
            log.seek(self.log_begin)
            first = re.search(r"DS011[012][^:]*: cycle (\d+) \(", log.read())
        return first and next((cycle for cycle in self.json("history")["cycles"] if cycle["ended"] and cycle["id"] >= int(first[1])),
                              None)

    def wait_until(self, true, what, seconds=CYCLE_SECONDS):
        """Wait until true() is; what names it in the failure."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return
            time.sleep(0.02)
        raise TimeoutError("%s did not happen:\n%s" % (what, self.log()[-3000:]))

    def stop(self, how=signal.SIGTERM):
        """End it, and wait until its helpers have gone, too; the exit status."""
        helpers = []
        if self.process is None:
            return None
        if self.process.poll() is None:
            helpers = list(self.helpers().values())
            self.process.send_signal(how)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process = None
        self.wait_until(lambda: all(has_ended(pid) for pid in helpers), "the end of the helpers")
        return status

    def kill(self):
        """SIGKILL."""
        return self.stop(signal.SIGKILL)

    def close(self):
        """End it and remove the folder."""
        self.stop()
        if self.own_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def helpers(self):
        """{name: process id} of its helpers."""
        found = {}
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid), encoding="ascii") as file:
            for pid in file.read().split():
                try:
                    with open("/proc/%s/comm" % pid, encoding="ascii") as comm:
                        found[comm.read().strip()] = int(pid)
                except (FileNotFoundError, ProcessLookupError):  # ended before it was opened, or before it was read
                    pass
        return found

    def log(self):
        """What it logged so far."""
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    # ---- questions ----

    def ctl(self, *arguments, timeout=CYCLE_SECONDS, typed=None):
        """Run duaalctl: the finished process with its text. typed: what it reads where it asks."""
        return subprocess.run([program("duaalctl"), "--socket", self.settings["control.socket"], *arguments],
                              input=typed, capture_output=True, text=True, timeout=timeout, check=False, env=self.environment)

    def json(self, *arguments):
        """The JSON answer to a question."""
        done = self.ctl(*arguments, "--json")
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            raise AssertionError("duaalctl %s: exit %d: %s%s" % (" ".join(arguments), done.returncode, done.stdout,
                                                                 done.stderr)) from None

    def sync(self):
        """One more cycle from now on: its summary."""
        self.ctl("sync", "--wait")
        return self.last_cycle()

    def socket(self):
        """A Varlink connection, for whoever asks often; to be closed."""
        return Varlink(self.settings["control.socket"])

    def order(self, *arguments):
        """Something that changes what the daemon does, which must succeed: its JSON reply."""
        done = self.ctl(*arguments, "--json")
        assert done.returncode == 0, "duaalctl %s: exit %d: %s%s" % (" ".join(arguments), done.returncode, done.stdout,
                                                                      done.stderr)
        return json.loads(done.stdout)

    def hold(self, rule, number=None):
        """The one hold on record under this rule (and at this institution)."""
        found = [hold for hold in self.json("holds")["holds"] if hold["rule"] == rule and hold["id"] is not None and
                 hold["state"] == "open" and number in (None, str(hold["institution"]))]
        assert len(found) == 1, found
        return found[0]

    def reload(self, **changes):
        """Write the configuration with these changes and have it read again (SIGHUP)."""
        self.configure(**changes)
        before = self.log().count("DS0702")
        self.process.send_signal(signal.SIGHUP)
        self.wait_until(lambda: self.log().count("DS0702") > before, "the reload")

    def part(self, name):
        """One part of the status."""
        return next(part for part in self.json("status")["parts"] if part["name"] == name)

    def holds(self):
        """Codes of the guard's rules that hold something now."""
        return sorted({hold["rule"] for hold in self.json("plan")["holds"]})

    def access(self, person, *institution):
        """Has this person access now?"""
        return self.json("why", person, *institution)["access"]
