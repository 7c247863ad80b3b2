# SPDX-License-Identifier: EUPL-1.2
"""Planner and helpers as units of their own on a host with systemd; part of package.py. check(school) runs all of it."""
import os
import pwd
import signal
import subprocess
import time

from host import (CONFIG, SECRETS, UNITS, ask, cycles, failed_units, is_active, journal, prop, run, say, wait_until, write)

import documents
import government as source
from school import SECOND

DROP_INS = {side: "/etc/systemd/system/duaalsync-%s.service.d/local.conf" % side for side in ("source", "target")}
HELPERS = ("source", "target", "ledger", "ledger-reader")
EXPOSURE = {"duaalsyncd.service": 0.5}  # at most; of the others 1.2
RESTART_SECONDS, STOP_SECONDS = 30, 5


def service(helper):
    """Unit of a helper."""
    return "duaalsync-%s.service" % helper


def drop_in(unit, text):
    """As systemctl edit writes it."""
    folder = "/etc/systemd/system/%s.d" % unit
    os.makedirs(folder, exist_ok=True)
    write(folder + "/local.conf", text)


def allow_helpers(instance=""):
    """The drop-ins that the guide asks for: a password and an address for each of the two that need them."""
    for side in DROP_INS:
        drop_in("duaalsync-%s%s.service" % (side, instance), documents.drop_in(documents.GUIDE, side))
    run("systemctl", "daemon-reload")


def sync():
    """One more cycle; how it ended."""
    run("duaalctl", "sync", "--wait", status=None)
    return ask("history")["cycles"][0]["result"]


def parts():
    """Parts of the status, by name."""
    return {part["name"]: part for part in ask("status").get("parts", [])}


def uid_of(unit):
    """User of the unit's process."""
    return os.stat("/proc/" + prop("MainPID", unit)).st_uid


def files_are_valid():
    """systemd finds nothing to say of any unit, and they expose as little as they should."""
    units = sorted(name for name in os.listdir("/lib/systemd/system") if name.startswith("duaal"))
    assert len(units) == 27, units
    names = [name.replace("@.", "@acceptance.") for name in units]
    said = run("systemd-analyze", "verify", *names)
    assert said == "", said
    for name in names:
        if name.endswith(".service"):
            most = EXPOSURE.get(name.replace("@acceptance", ""), 1.2)
            run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=%d" % (most * 10),
                "/lib/systemd/system/" + name.replace("@acceptance", "@"))
    say("%d units: verify has nothing to say, exposure of the planner at most 0.5, of helpers at most 1.2" % len(units))


def each_has_its_own(_school):
    """User, credentials, network: each process has its own and nobody else's."""
    assert sync() == "in-step", journal()
    run("duaalctl", "audit", "--verify")  # wakes the reader
    users = {helper: service(helper) for helper in HELPERS}
    assert all(is_active(unit) for unit in users.values()), journal()
    assert uid_of("duaalsyncd.service") == pwd.getpwnam("duaalsync").pw_uid
    for helper, unit in users.items():
        assert uid_of(unit) == pwd.getpwnam("duaalsync-" + helper.replace("-reader", "")).pw_uid, unit
    environment = {unit: open("/proc/%s/environ" % prop("MainPID", unit), encoding="utf-8").read()
                   for unit in ("duaalsyncd.service", *users.values())}
    assert {unit for unit, text in environment.items() if "CREDENTIALS_DIRECTORY" in text} == \
        {service("source"), service("target")}, environment
    boot = open("/proc/sys/kernel/random/boot_id", encoding="ascii").read().strip().replace("-", "")
    assert "DUAALSYNC_BOOT_ID=%s\0" % boot in environment["duaalsyncd.service"]
    assert parts()["clock"]["code"] == "ok"
    for side in DROP_INS:
        assert os.listdir("/run/credentials/" + service(side)) == [side + "-password"]
    host = os.readlink("/proc/1/ns/net")
    alone = {unit for unit in environment if os.readlink("/proc/%s/ns/net" % prop("MainPID", unit)) != host}
    assert alone == {"duaalsyncd.service", service("ledger"), service("ledger-reader")}, alone
    for unit in users.values():
        with open("/proc/%s/status" % prop("MainPID", unit), encoding="ascii") as file:
            status = file.read()
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, status
        assert "Landlock cannot" not in journal(unit, lines=1000), unit
    say("each runs as its own user; only source and target have a network and a password, each its own")


def strangers_are_refused():
    """A socket of a helper is the planner's alone."""
    for helper in HELPERS:
        told = os.stat("/run/duaalsync/" + helper)
        assert (told.st_uid, told.st_mode & 0o777) == (pwd.getpwnam("duaalsync").pw_uid, 0o600), helper
    say("the helpers' sockets belong to the planner's user alone")


def helpers_come_back(school):
    """Killed, they are started again by the next connection, and the planner lives on."""
    planner = prop("MainPID")
    for helper, name in (("source", "an"), ("target", "bart"), ("ledger", "griet")):
        process = int(prop("MainPID", service(helper)))
        os.kill(process, signal.SIGKILL)
        school.grant(name, "trajectbegeleider", SECOND)
        wait_until(lambda: sync() in ("applied", "in-step"), "duaal-%s was killed: another one serves" % helper)
        assert name in school.members(number=SECOND), journal()
        assert prop("MainPID", service(helper)) not in ("0", str(process)) and prop("MainPID") == planner


def set_password(school, password):
    """Of the identity that reads the source."""
    school.government.server.modify(source.READER, replace={"userPassword": password})


def password_rotates(school):
    """A new password takes effect with a restart of the one helper; the planner goes on, and nothing changes meanwhile."""
    planner, path, members = prop("MainPID"), SECRETS + "/source", school.all_members()
    set_password(school, "een-ander-geheim")
    run("systemctl", "restart", service("source"))
    sync()
    assert parts()["source"]["state"] != "ok" and school.all_members() == members, parts()
    write(path, "een-ander-geheim\n")
    run("systemctl", "restart", service("source"))
    assert sync() == "in-step", journal()
    assert parts()["source"]["state"] == "ok" and prop("MainPID") == planner and school.all_members() == members
    set_password(school, source.READER_PASSWORD)
    write(path, source.READER_PASSWORD + "\n")
    run("systemctl", "restart", service("source"))
    assert sync() == "in-step", journal()
    say("the source's password was changed twice: a restart of duaalsync-source is enough")


def missing_credential_heals(school):
    """A helper that cannot start is a failed read that says where to look; when it can, it serves by itself."""
    path, members = SECRETS + "/source", school.all_members()
    os.rename(path, path + ".away")
    run("systemctl", "stop", service("source"))
    sync()
    part = parts()["source"]
    assert part["state"] != "ok" and "duaalsync-source" in part["detail"], part
    os.rename(path + ".away", path)
    wait_until(lambda: sync() == "in-step", "a credential that was missing is back: the helper's socket came back by itself")
    assert school.all_members() == members


def reload_takes_effect():
    """systemctl reload: a changed setting is in force, and a fault leaves the old ones in force."""
    planner, text = prop("MainPID"), open(CONFIG, encoding="utf-8").read()
    write(CONFIG, text + "drift = { };\ndrift = ;\n")
    run("systemctl", "reload", "duaalsyncd")
    wait_until(lambda: any(part["state"] != "ok" for name, part in parts().items() if name.startswith("config")),
               "reload with a fault: refused, and the status says so")
    write(CONFIG, text)
    run("systemctl", "reload", "duaalsyncd")
    wait_until(lambda: all(part["state"] == "ok" for name, part in parts().items() if name.startswith("config")),
               "reload without it: in force")
    assert prop("MainPID") == planner


def stop_is_quick():
    """Within five seconds, helpers too. Whoever waits is told, and does not start it again; who asks then does, by its socket."""
    watching = subprocess.Popen(["duaalctl", "watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watching.stdout.readline()
    begun = time.monotonic()
    run("systemctl", "stop", "duaalsyncd.service")
    assert time.monotonic() - begun < STOP_SECONDS
    wait_until(lambda: not any(is_active(service(helper)) for helper in HELPERS), "stopped within 5 s, and the helpers with it")
    said = "".join(watching.communicate(timeout=60))
    assert watching.returncode == 3, said
    assert "the daemon is stopping" in said or "the daemon has stopped" in said, said  # as an event, or where that did not leave in time
    assert not failed_units() and not is_active()
    say("whoever waited was told, and nobody started it again")
    assert subprocess.run(["duaalctl", "status"], stdout=subprocess.DEVNULL, check=False).returncode in (0, 1, 2)
    wait_until(is_active, "duaalctl asked, and the socket started the daemon")
    wait_until(cycles, "it is at work again")


def watchdog_ends_a_hang():
    """A planner that hangs is killed and started anew by the service manager."""
    drop_in("duaalsyncd.service", "[Service]\nWatchdogSec=2s\nRestartSec=100ms\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "duaalsyncd.service")
    process = prop("MainPID")
    os.kill(int(process), signal.SIGSTOP)
    wait_until(lambda: is_active() and prop("MainPID") not in ("0", process), "it hung: the watchdog started it anew")
    wait_until(cycles, "and it is at work")
    os.remove("/etc/systemd/system/duaalsyncd.service.d/local.conf")
    run("systemctl", "daemon-reload")


def failure_is_told():
    """A configuration with faults: it fails at once, is not tried again and again, and OnFailure= says so."""
    text = open(CONFIG, encoding="utf-8").read()
    write(CONFIG, text + "nonsense = 1;\n")
    run("systemctl", "restart", "duaalsyncd.service", status=None)
    wait_until(lambda: prop("ActiveState") == "failed", "a faulty configuration: the unit fails")
    wait_until(lambda: "duaalsyncd has failed" in run("journalctl", "-t", "duaalsync-failure"), "and OnFailure= told of it")
    write(CONFIG, text)
    run("systemctl", "reset-failed", "duaalsyncd.service")
    run("systemctl", "start", "duaalsyncd.service")
    wait_until(cycles, "mended: it runs")


def instance_beside(school):
    """An acceptance instance: its own configuration, sockets and state, beside production."""
    members = school.all_members()
    with open(CONFIG, encoding="utf-8") as file:
        text = file.read()
    text = text.replace('instance = "', 'instance = "acceptance-').replace("/var/lib/duaalsync", "/var/lib/duaalsync-acceptance")
    write("/etc/duaalsync/acceptance.conf", text.replace('first_fill = "go"', 'first_fill = "hold"'))
    allow_helpers("@acceptance")
    *edits, enable, question = documents.typed(documents.GUIDE, "An acceptance instance beside production")
    assert edits == ["systemctl edit duaalsync-%s@acceptance" % side for side in DROP_INS], edits
    documents.shell(enable)
    control = ("--socket", "/run/duaalsync-acceptance/control")
    wait_until(lambda: any(cycle["ended"] for cycle in ask("history", *control).get("cycles", [])), "an instance runs beside it")
    assert ask("status", *control)["instance"].startswith("acceptance-")
    assert os.stat("/var/lib/duaalsync-acceptance/ledger.sqlite").st_uid == pwd.getpwnam("duaalsync-ledger").pw_uid
    assert school.all_members() == members
    assert "instance            acceptance-" in documents.shell(question, status=None)
    run("systemctl", "disable", "--now", "duaalsyncd@acceptance.socket", "duaalsyncd@acceptance.service")
    say("it has its own state, and changed nothing of production")


def addresses_are_denied(school):
    """A server that IPAddressAllow= does not name cannot be reached, where the kernel has what that takes."""
    members = school.all_members()
    drop_in(service("source"), "[Service]\nLoadCredential=source-password:%s/source\nIPAddressAllow=192.0.2.10\n" % SECRETS)
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", service("source"))
    if sync() == "in-step":
        print("        skipped: IPAddressDeny= has no effect in this container (no BPF for control groups)")
    else:
        assert parts()["source"]["state"] != "ok" and school.all_members() == members
        say("a source that IPAddressAllow= does not name cannot be reached")
    allow_helpers()
    run("systemctl", "restart", service("source"))
    assert sync() == "in-step", journal()


def check(school):
    """All of it. The daemon runs before and after, and the second school is no longer frozen."""
    school.grant("els", "trajectbegeleider", SECOND)
    run("duaalctl", "thaw", SECOND)
    files_are_valid()
    each_has_its_own(school)
    strangers_are_refused()
    helpers_come_back(school)
    password_rotates(school)
    missing_credential_heals(school)
    addresses_are_denied(school)
    reload_takes_effect()
    stop_is_quick()
    watchdog_ends_a_hang()
    failure_is_told()
    instance_beside(school)
    assert all(is_active(unit) for unit in UNITS) and not failed_units(), failed_units()
