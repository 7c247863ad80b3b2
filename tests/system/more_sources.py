# SPDX-License-Identifier: EUPL-1.2
"""A further source on a host with systemd, as the guide adds it and takes it out; part of package.py. check(school) runs all of it."""
import glob
import os
import pwd
import re
import signal

from host import CONFIG, SECRETS, ask, failed_units, is_active, journal, prop, run, say, wait_until, write

import government as source
from daemon import to_config
from documents import GUIDE, block, here, shell, typed
from government import Government
from school import right, vo_id
from units import drop_in, sync, uid_of

HEADING = "Several sources"
UNIT, SOCKET = "duaalsync-more-source@basis.service", "duaalsync-more-source@basis.socket"
PRIMARY = "51234"
INSTANCE, CONTROL = "/etc/duaalsync/acceptance.conf", ("--socket", "/run/duaalsync-acceptance/control")  # units.py configures it
PEOPLE = {vo_id(name): name for name in ("fien", "gust", "hanne")}


def item(basis):
    """The further source in the configuration."""
    return {"name": "basis", "uri": basis.server.uri, "bind_dn": basis.here(source.READER), "position": "csn",
            "password_credential": "basis-password", "canaries": [basis.here(dn) for dn in source.CANARIES],
            "people": {"base": basis.here(source.USERS), "filter": "(voRecht=WerkplekDuaalGebruiker*)"},
            "institutions": {"base": basis.here(source.ORGANISATIONS), "filter": "(objectClass=voOrganisatie)"}}


def unit_named(text, kind):
    """The unit that a sentence of the guide edits."""
    return next(command.split()[-1] for command in typed(GUIDE, HEADING) if re.fullmatch(r"systemctl edit \S*%s\S*%s" % (text, kind), command))


def add(school, basis):
    """The guide's five steps."""
    write(SECRETS + "/basis", source.READER_PASSWORD + "\n")
    drop_in(unit_named("@basis", r"\.service"), here(block(GUIDE, "LoadCredential=basis-password:")))
    drop_in(unit_named("duaalsyncd", r"\.service"), block(GUIDE, "Upholds=" + SOCKET))
    run("systemctl", "daemon-reload")
    with open(CONFIG, encoding="utf-8") as file:
        before = file.read()
    write(CONFIG, before + to_config({"more_sources": [item(basis)]}))
    planner = prop("MainPID")
    shell(block(GUIDE, "systemctl start " + SOCKET))
    school.names.update(PEOPLE)
    wait_until(lambda: school.members(number=PRIMARY) == set(PEOPLE.values()), "the guide's commands: a further source is read")
    assert prop("MainPID") == planner and not failed_units(), failed_units()
    return before


def has_its_own():
    """One user for all sources, a process, a credential and a socket for each."""
    process = prop("MainPID", UNIT)
    assert is_active(UNIT) and uid_of(UNIT) == pwd.getpwnam("duaalsync-source").pw_uid
    assert process != prop("MainPID", "duaalsync-source.service")
    assert os.listdir("/run/credentials/" + UNIT) == ["basis-password"]
    seen = [path.rpartition("/")[2] for path in glob.glob("/proc/%s/root/run/credentials/*/*" % process)]
    assert seen == ["basis-password"], seen
    told = os.stat("/run/duaalsync/source-basis")
    assert (told.st_uid, told.st_mode & 0o777) == (pwd.getpwnam("duaalsync").pw_uid, 0o600)
    say("it has a process and a credential of its own, and sees nobody else's")


def comes_back(school, basis):
    """Killed, it is there again; without its credential the whole waits, and says where to look; started anew it is there at once."""
    os.kill(int(prop("MainPID", UNIT)), signal.SIGKILL)
    basis.grant(vo_id("gust"), right("beheerder", PRIMARY))
    wait_until(lambda: sync() in ("applied", "in-step"), "its helper was killed: another one serves")
    assert school.members("beheerder", PRIMARY) == {"gust"}, journal()
    members = school.all_members()
    os.rename(SECRETS + "/basis", SECRETS + "/basis.away")
    run("systemctl", "stop", UNIT)
    assert sync() == "source-unread"
    part = next(part for part in ask("status")["parts"] if part["name"] == "source")
    assert "source basis: " in part["detail"] and "duaalsync-more-source@basis" in part["detail"], part
    os.rename(SECRETS + "/basis.away", SECRETS + "/basis")
    wait_until(lambda: sync() == "in-step", "its credential was missing, and is back: its socket came back by itself")
    assert school.all_members() == members
    run("systemctl", "stop", "duaalsyncd.service")
    run("systemctl", "stop", SOCKET)
    run("systemctl", "start", "duaalsyncd.service")
    wait_until(lambda: is_active(SOCKET) and sync() == "in-step", "the daemon's unit starts its socket")


def take_out(school, before):
    """What only it gave is held; and its socket stays stopped."""
    write(CONFIG, before)
    run("systemctl", "reload", "duaalsyncd")
    wait_until(lambda: sync() == "held", "out of the configuration: its members are held")
    assert school.members(number=PRIMARY) == set(PEOPLE.values())
    for hold in ask("holds")["holds"]:
        run("duaalctl", "approve", str(hold["id"]), "--reason", "the source was taken out", status=None)
    wait_until(lambda: not school.members(number=PRIMARY), "approved: they are gone")
    os.remove("/etc/systemd/system/duaalsyncd.service.d/local.conf")
    run("systemctl", "daemon-reload")
    shell(next(command for command in typed(GUIDE, HEADING) if command.startswith("systemctl stop")))
    assert sync() == "in-step" and not is_active(SOCKET) and not is_active(UNIT) and not failed_units()
    say("its socket is stopped, and stays so")


def beside_an_instance(school, basis):
    """The instance reads both sources: the socket of one more unit is where the instance looks, and its unit starts it."""
    name = "duaalsync-more-source@basis-acceptance"
    socket, instance = unit_named("acceptance", r"\.socket"), unit_named("duaalsyncd@acceptance", r"\.service")
    assert socket == name + ".socket", socket
    members = school.all_members()
    drop_in(socket, block(GUIDE, "ListenSequentialPacket=/run/duaalsync-acceptance"))
    drop_in(name + ".service", here(block(GUIDE, "LoadCredential=basis-password:")))
    drop_in(instance, block(GUIDE, "Upholds=" + SOCKET).replace(SOCKET, socket))
    run("systemctl", "daemon-reload")
    with open(INSTANCE, encoding="utf-8") as file:
        before = file.read()
    write(INSTANCE, before + to_config({"more_sources": [item(basis)]}))
    run("systemctl", "start", instance)
    wait_until(lambda: "basis" in {read["name"] for read in ask("reads", *CONTROL).get("reads", []) if read["complete"]},
               "an instance reads two sources")
    told = os.stat("/run/duaalsync-acceptance/source-basis")
    assert (told.st_uid, told.st_mode & 0o777) == (pwd.getpwnam("duaalsync").pw_uid, 0o600)
    assert not os.path.exists("/run/duaalsync/source-basis-acceptance")
    assert is_active(socket) and os.listdir("/run/credentials/%s.service" % name) == ["basis-password"]
    assert school.all_members() == members and not failed_units(), failed_units()
    run("systemctl", "stop", "duaalsyncd@acceptance.socket", instance)
    run("systemctl", "stop", socket)
    os.remove("/etc/systemd/system/%s.d/local.conf" % instance)
    run("systemctl", "daemon-reload")
    write(INSTANCE, before)
    assert not is_active(socket) and not is_active(name + ".service")
    say("by a socket where the guide puts it, which the instance's unit starts, and changes nothing of production")


def check(school):
    """All of it. The daemon runs before and after."""
    with Government(suffix="dc=basis,dc=example") as basis:
        basis.organisation(PRIMARY, "Sint-Lutgardis", kind="secundair onderwijs", programmes=["2026-0117:goedgekeurd"])
        for key, name in PEOPLE.items():
            basis.person(key, name.capitalize(), "Maes", rights=[right("trajectbegeleider", PRIMARY)])
        basis.start()
        before = add(school, basis)
        has_its_own()
        comes_back(school, basis)
        take_out(school, before)
        beside_an_instance(school, basis)
