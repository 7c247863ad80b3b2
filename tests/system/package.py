# SPDX-License-Identifier: EUPL-1.2
"""The life of the Debian packages on one host: package.py OLD NEW, as root in a container that tests/system/boot.sh made.

The packages are in /input/old and /input/new. Two real directories run beside the installed daemon. What is asked is
what an administrator would see: systemctl, apt-get, duaalctl, files, and the groups of the application's directory.
Exit status 0 when everything held; each step says what it saw.
"""
import glob
import os
import pwd
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))

import application as target  # noqa: E402
import asking  # noqa: E402
import daemon  # noqa: E402
import documents  # noqa: E402
import government as source  # noqa: E402
import more_sources  # noqa: E402
import units  # noqa: E402
from host import (CONFIG, LEDGER, SECRETS, STATE, UNITS, ask, cycles, failed_units, install, is_active, journal, prop, run, say,  # noqa: E402
                  wait_until)
from school import SECOND, School  # noqa: E402

OLD, NEW = sys.argv[1:]
INSTANCE = ("duaalsyncd@acceptance.socket", "duaalsyncd@acceptance.service")  # units.py configures it
DROP_IN = "/etc/systemd/system/duaalsyncd.service.d/passwords.conf"  # of 0.3.0, where one unit did everything


def version():
    """Version of the installed programs."""
    return run("duaalsyncd", "--version").split()[-1]


def contents(path):
    """Bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def configure(school):
    """What the README asks for: the configuration, the passwords, the drop-in that names them."""
    os.makedirs(SECRETS, mode=0o700)
    settings = daemon.settings(SECRETS, school.government, school.application)
    settings.update({"helper_dir": None, "state_dir": STATE, "control.socket": None, "log_to": None})
    os.makedirs(os.path.dirname(DROP_IN))
    with open(DROP_IN, "w", encoding="utf-8") as file:
        file.write("[Service]\n")
        for side in ("source", "target"):
            settings[side + ".password_credential"] = side + "-password"
            os.rename(settings.pop(side + ".password_file"), os.path.join(SECRETS, side))
            file.write("LoadCredential=%s-password:%s/%s\n" % (side, SECRETS, side))
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(daemon.to_config(settings))
    run("systemctl", "daemon-reload")


def first_installation():
    """Nothing runs, nothing failed, nothing is enabled; what is needed is there."""
    output = install(OLD, "duaalsync-schema", "duaalsync")
    assert "/usr/share/duaalsync/ldap-schema" in output, output
    pwd.getpwnam("duaalsync")
    assert not os.listdir("/etc/duaalsync"), os.listdir("/etc/duaalsync")
    assert version() == OLD, version()
    for unit in UNITS:
        assert not is_active(unit) and prop("UnitFileState", unit) == "disabled", unit
    assert not failed_units()
    say("installed %s: the user is there, nothing runs, nothing is enabled, nothing failed" % OLD)


def start(school):
    """Configured and enabled as the README says: in step, and with state that an upgrade has to keep."""
    configure(school)
    run("systemctl", "enable", "--now", *UNITS)
    wait_until(cycles, "configured and started: the first cycle has ended")
    assert school.members() == {"an", "bart", "chris", "dries"}, school.members()
    run("duaalctl", "freeze", SECOND, "--until", "2d", "--reason", "stays over the upgrade")
    assert prop("User") == "duaalsync" and os.stat(LEDGER).st_uid == pwd.getpwnam("duaalsync").pw_uid


def metrics():
    """The node exporter's file, written by a unit that may write nothing else; also when the daemon does not answer."""
    folder = "/var/lib/prometheus/node-exporter"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "duaalsync.prom")
    enable = next(command for command in documents.typed(documents.GUIDE, "Ten steps") if "metrics.timer" in command)
    run(*enable.split())
    wait_until(lambda: os.path.exists(path), "the guide's command for Prometheus: the timer makes the file")
    run(*enable.replace("enable", "disable").split())
    run("systemctl", "start", "duaalsync-metrics.service")
    assert os.stat(path).st_mode & 0o777 == 0o644 and b"\nduaalsync_up 1\n" in contents(path), contents(path)
    run("systemctl", "stop", *UNITS)
    run("systemctl", "start", "duaalsync-metrics.service")
    assert b"\nduaalsync_up 0\n" in contents(path), contents(path)
    run("systemctl", "start", *UNITS)
    assert os.listdir(folder) == ["duaalsync.prom"] and not failed_units()
    say("the metrics unit writes its file, and tells when the daemon does not answer")


def upgrade(school):
    """What ran runs anew with the new programs, and knows what it knew; the configuration is as it was."""
    before, process, configuration = cycles(), prop("MainPID"), contents(CONFIG)
    documents.upgrade_from_030()
    install(NEW, "duaalsync-schema", "duaalsync")
    assert version() == NEW and contents(CONFIG) == configuration
    wait_until(lambda: len(cycles()) > len(before), "upgraded to %s while it ran: it runs anew, and a cycle has ended" % NEW)
    assert prop("MainPID") != process and all(is_active(unit) for unit in UNITS) and not failed_units()
    assert os.readlink("/proc/%s/exe" % prop("MainPID")) == "/usr/sbin/duaalsyncd"
    assert cycles()[-len(before):] == before, (before, cycles())
    frozen = [part for part in ask("status")["parts"] if part["name"] == "freezes"]
    assert frozen[0]["code"] != "ok", frozen
    assert school.members() == {"an", "bart", "chris", "dries"}, school.members()
    school.revoke("dries", "trajectbegeleider")
    school.revoke("els", "trajectbegeleider", SECOND)
    run("duaalctl", "sync", "--wait", status=None)
    assert school.members() == {"an", "bart", "chris"} and school.members(number=SECOND) == {"els"}, school.all_members()
    assert "whole" in run("duaalctl", "audit", "--verify")
    owner = pwd.getpwnam("duaalsync-ledger").pw_uid
    assert {os.stat(os.path.join(STATE, name)).st_uid for name in (".", *os.listdir(STATE))} == {owner}, os.listdir(STATE)
    say("the record, the freeze and the ownership of %s still hold; the state belongs to duaal-ledger's user" % OLD)
    os.remove(DROP_IN)
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "duaalsyncd")


def upgrade_of_units(school):
    """Planner, helpers and an instance run anew with the new programs, and nobody is asked to do anything."""
    members, newest = school.all_members(), cycles()[0]
    run("systemctl", "start", *INSTANCE)
    wait_until(lambda: is_active(INSTANCE[1]), "an instance runs, too")
    running = ("duaalsyncd.service", INSTANCE[1], "duaalsync-source.service", "duaalsync-ledger@acceptance.service")
    wait_until(lambda: all(prop("MainPID", unit) != "0" for unit in running), "and all of them have helpers")
    before = {unit: prop("MainPID", unit) for unit in running}
    install(NEW, "duaalsync")
    wait_until(lambda: cycles()[:1] not in ([], [newest]) and all(prop("MainPID", unit) not in ("0", before[unit]) for unit in running),
               "installed over running units: planner, helpers and instance run anew")
    assert not failed_units() and school.all_members() == members, failed_units()


def stopped_stays_stopped():
    """Whoever stopped it for something finds it stopped after an upgrade; it starts again by hand."""
    run("systemctl", "stop", *UNITS, *INSTANCE)
    install(NEW, "duaalsync")
    assert not any(is_active(unit) for unit in (*UNITS, *INSTANCE))
    say("installed over a stopped daemon: it stays stopped")
    run("systemctl", "start", *UNITS, *INSTANCE)
    wait_until(cycles, "started again")


def remove(school):
    """The programs end and go; configuration, passwords and state stay, and the directory is left alone."""
    members, processes = school.all_members(), [prop("MainPID", unit) for unit in (UNITS[1], INSTANCE[1])]
    assert "0" not in processes, processes
    run("apt-get", "remove", "-q", "-y", "duaalsync")
    assert not any(os.path.exists("/proc/" + process) for process in processes) and not os.path.exists("/usr/sbin/duaalsyncd")
    left = glob.glob("/run/duaalsync*/*")
    assert not left and not failed_units(), (left, failed_units(), journal(lines=60))
    for path in (CONFIG, SECRETS + "/source", SECRETS + "/target", LEDGER, *units.DROP_INS.values()):
        assert os.path.exists(path), path
    assert school.all_members() == members
    say("removed: nothing runs, configuration and state are there, nobody lost access")


def back_again():
    """Installed after a removal: it goes on where it was."""
    install(NEW, "duaalsync")
    run("systemctl", "enable", "--now", *UNITS)
    wait_until(lambda: len(cycles()) > 2, "installed again: it knows the cycles from before")


def purge(school):
    """Everything of the package is gone, except the user; nothing of the directory."""
    members = school.all_members()
    files = run("dpkg", "-L", "duaalsync", "duaalsync-schema").splitlines()
    run("apt-get", "purge", "-q", "-y", "duaalsync", "duaalsync-schema")
    assert not os.path.exists("/etc/duaalsync") and not glob.glob(STATE + "*")
    left = [path for path in files if os.path.isfile(path)] + \
        [path for path in glob.glob("/etc/systemd/system/*/*duaal*") if os.path.islink(path)] + \
        glob.glob("/var/lib/systemd/deb-systemd-helper-*/**/*duaal*", recursive=True)
    assert not left, left
    assert not failed_units() and school.all_members() == members
    pwd.getpwnam("duaalsync")
    say("purged: no file is left, and nobody lost access")


def main():
    """The whole life, in order."""
    first_installation()
    # The directory has the schema and the rules of the new release: its administrators load those first, as NEWS says.
    with source.Government(numbers=True) as government, target.Application() as application:
        school = School(government.start(), application.start(), None)
        start(school)
        upgrade(school)
        for name in sorted(os.listdir("/duaalsync/debian/tests")):
            if name != "control":
                run("/duaalsync/debian/tests/" + name)
                say("debian/tests/" + name)
        units.check(school)
        more_sources.check(school)
        documents.check(school)
        asking.check(school)
        upgrade_of_units(school)
        metrics()
        stopped_stays_stopped()
        remove(school)
        back_again()
        documents.retirement(school)
        purge(school)


main()
