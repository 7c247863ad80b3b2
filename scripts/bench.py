# SPDX-License-Identifier: EUPL-1.2
"""What scripts/bench measures.

For each size and shape (scripts/bench_shapes.py): a government directory in which 12 % of the people hold the right, an
application directory that the daemon fills once. Then, interleaved and several times: both directories read by ldapsearch at
the same time (the floor), and a full cycle without changes; then what a status takes meanwhile. For the shape "values" also
the first fill of an empty directory: ours, ldapadd of the same finished entries, and a bare pipelined writer. Everything that
is compared runs on the same machine in the same minutes: look at ratios, not at seconds.
"""
import itertools
import math
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TOP, "tests", "integration"), os.path.join(TOP, "scripts")]

import application as target  # noqa: E402
import government as source  # noqa: E402
from bench_shapes import INDEX, SHAPES  # noqa: E402
from daemon import Daemon, program  # noqa: E402
from invented import Invention  # noqa: E402
from slapd import to_ldif  # noqa: E402
from varlink import Varlink  # noqa: E402

RUNS = 7
HOLDERS = 0.12
PEOPLE_AN_INSTITUTION = 200
PATIENCE = 3600  # seconds for a first fill
# Four roles, so that there are about four role groups an institution: 5,000 institutions and nearly 20,000 groups at
# 1,000,000 people. {role: share of the holders}; some holders have two roles, some two schools: 1.2 memberships each.
ROLES = {"trajectbegeleider": 0.4, "beheerder": 0.3, "lezer": 0.15, "planner": 0.15}
TWO_ROLES, TWO_SCHOOLS = 0.09, 0.1
SETTINGS = {"policy.roles": [{"name": role, "actions": ["overeenkomst-opmaken"]} for role in ROLES]}
DURABLE_MAX = 200000  # people: above this only the writers without fsync are worth the wait


def draw_grants(draw, ids, schools):
    """[(vo-id, role, number)]: what the first HOLDERS of ids are given."""
    given = []
    for n, vo_id in enumerate(ids[:math.ceil(len(ids) * HOLDERS)]):
        roles = draw.choices(list(ROLES), ROLES.values())
        if draw.random() < TWO_ROLES:
            roles = draw.sample(list(ROLES), 2)
        places = draw.sample(schools, 2) if draw.random() < TWO_SCHOOLS else [schools[n % len(schools)]]
        given += [(vo_id, role, place) for role in roles for place in places]
    return given


def people(invention, ids, rights):
    """Entries of people. rights: {vo-id: values}"""
    for n, vo_id in enumerate(ids):
        given, surname = invention.name()
        yield source.person_entry(vo_id, given, surname, rights.get(vo_id, []),
                                  mail="%s.%s.%d@school.example" % (given.lower(), surname.lower(), n))


def fill_government(government, count, shape):
    """Load the source of that size and shape offline, in pieces, and start it."""
    invention = Invention(count)
    schools = [invention.number() if count < 1000000 else str(100000 + n) for n in range(count // PEOPLE_AN_INSTITUTION)]
    entries = [source.organisation_entry(number, invention.school(), kind="secundair onderwijs",
                                         programmes=["2026-0117:goedgekeurd"]) for number in schools]
    path = government.server.path("bench.ldif")
    with open(path, "w", encoding="utf-8") as file:
        file.write(to_ldif([*source.skeleton(), *entries]))
        ids = [invention.vo_id() for _ in range(count)]
        given = shape.spread(draw_grants(invention.random, ids, schools), schools)
        wanted = itertools.chain(people(invention, ids, shape.rights(given)), shape.entries(given))
        while batch := list(itertools.islice(wanted, 20000)):
            file.write(to_ldif(batch))
    government.server.load_offline(path)
    os.unlink(path)
    government.server.start()


def read(server, dn, password, searches):
    """Read by ldapsearch, one search after the other, in a process that is started and not waited for."""
    commands = [shlex.join(["/usr/bin/ldapsearch", "-x", "-LLL", "-H", server.uri, "-D", dn, "-w", password, "-b", base,
                            "-o", "ldif-wrap=no", filter_, *attributes]) for base, filter_, attributes in searches]
    return subprocess.Popen(["/bin/sh", "-c", " && ".join(commands)], stdout=subprocess.DEVNULL)


def floor(government, application, shape):
    """Seconds for both directories read by ldapsearch at the same time."""
    started = time.monotonic()
    readers = [read(government.server, source.READER, source.READER_PASSWORD, shape.searches),
               read(application.server, target.WRITER, target.WRITER_PASSWORD,
                    [(target.BASE, "(objectClass=*)", ["*", "entryUUID", "entryCSN"])])]
    for reader in readers:
        if reader.wait() != 0:
            raise RuntimeError("ldapsearch failed")
    return time.monotonic() - started


def cycle(daemon):
    """Seconds for a full cycle without changes, asked for and waited for by a client; and its summary."""
    started = time.monotonic()
    summary = daemon.sync()
    if summary["result"] != "in-step":
        raise RuntimeError("not in step: %r" % summary)
    return time.monotonic() - started, summary


def peak_memory(pid):
    """Highest resident memory of a process so far, in bytes."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def count_groups(application):
    """How many role groups the daemon made."""
    connection = application.writer()
    found = connection.search_s(target.INSTITUTIONS, 2, "(objectClass=duaalRoleGroup)", ["1.1"])
    connection.unbind_s()
    return len(found)


def finished_entries(application):
    """What the daemon made, as LDIF texts in the order in which they can be added: people, institutions, groups."""
    done = subprocess.run(["/usr/bin/ldapsearch", "-x", "-LLL", "-H", application.server.uri, "-D", target.WRITER, "-w",
                           target.WRITER_PASSWORD, "-b", target.BASE, "-o", "ldif-wrap=no", "(duaalManagedBy=*)"],
                          check=True, capture_output=True, text=True)
    entries = done.stdout.split("\n\n")
    return ["\n\n".join(entry for entry in entries if entry.startswith("dn: " + start)) + "\n"
            for start in ("uid=", "duaalInstitutionNumber=", "cn=")]


def timed(command, **options):
    """Seconds that a command takes; it must succeed."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError("%s: %d: %s" % (command[0], done.returncode, (done.stdout + done.stderr)[-2000:]))
    return time.monotonic() - started


def empty_application(durable):
    """A started, empty application directory without overlays that cost the same for everybody."""
    application = target.Application(overlays=["syncprov"], checks=False, durable=durable,
                                     database="index objectClass,entryUUID,entryCSN eq")
    return application.start()


def fill_ours(government, durable):
    """Seconds for the first fill by the daemon."""
    with empty_application(durable) as application, Daemon(government, application, SETTINGS) as daemon:
        return timed([program("duaalsyncd"), "--once", "--foreground", "--config", daemon.config], env=daemon.environment)


def fill_ldapadd(files, durable):
    """Seconds for ldapadd of the finished entries."""
    with empty_application(durable) as application:
        return sum(timed(["/usr/bin/ldapadd", "-x", "-H", application.server.uri, "-D", target.WRITER, "-w",
                          target.WRITER_PASSWORD, "-f", file]) for file in files)


def fill_bare(files, durable):
    """Seconds for a bare libldap writer with 32 requests outstanding."""
    with empty_application(durable) as application:
        return timed([program("tests/tools/bare-writer"), application.server.uri, target.WRITER,
                      target.WRITER_PASSWORD, "32", *files])


def line(label, value, note=""):
    """One line of the result."""
    print("  %-44s %s%s" % (label, value, "   " + note if note else ""), flush=True)


def measure_cycles(government, application, daemon, shape, holders):
    """Floor and ours, interleaved."""
    floors, ours, thoughts = [], [], []
    for _ in range(RUNS):
        floors.append(floor(government, application, shape))
        seconds, summary = cycle(daemon)
        ours.append(seconds)
        thoughts.append(summary["think_ms"])
    ratio = statistics.median(b / a for a, b in zip(floors, ours))
    line("both read by ldapsearch at once (floor)", "%.3f s" % statistics.median(floors))
    line("full cycle without changes", "%.3f s" % statistics.median(ours))
    line("ratio", "%.2f" % ratio, "goal: at most 1.25 at 1,000,000")
    line("policy, diff, plan, guard", "%.0f ms" % statistics.median(thoughts), "goal: under 100 ms at 1,000,000")
    memory, allowed = peak_memory(daemon.process.pid), 25e6 + 300 * holders
    line("planner, highest resident memory", "%.1f MB" % (memory / 1e6), "goal: at most %.1f MB" % (allowed / 1e6))


def measure_status(daemon):
    """What a client waits for a status while cycles go on: asked again and again on one connection."""
    waits, ended = [], threading.Event()

    def ask():
        with Varlink(daemon.path("control")) as socket:
            while not ended.is_set():
                started = time.monotonic()
                socket.call("Status")
                waits.append(1000 * (time.monotonic() - started))
                time.sleep(0.001)

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(RUNS):
        cycle(daemon)
    ended.set()
    asker.join()
    line("status during cycles, median and longest", "%.1f and %.0f ms" % (statistics.median(waits), max(waits)),
         "goal: median under 10 ms")


def measure_fill(government, finished, count):
    """The first fill of an empty directory, three ways."""
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, "%d.ldif" % number) for number in range(len(finished))]
        for path, text in zip(files, finished):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        for durable in (True, False) if count <= DURABLE_MAX else (False,):
            rounds = [(fill_ours(government, durable), fill_ldapadd(files, durable), fill_bare(files, durable))
                      for _ in range(3 if count <= 10000 else 1)]
            ours, ldapadd, bare = (statistics.median(column) for column in zip(*rounds))
            kind = "durable" if durable else "without fsync"
            line("first fill, %s: ours" % kind, "%.2f s" % ours)
            line("  ldapadd / ours", "%.2f" % (ldapadd / ours), "goal: at least 1")
            line("  bare pipelined writer / ours", "%.2f" % (bare / ours), "goal: at least 0.9")


def measure(count, name):
    """Everything for one size and shape; the first fill only where the right is a value, since the target is alike in all."""
    shape = SHAPES[name]
    settings = {**SETTINGS, **shape.settings}
    print("\n%d people, %s" % (count, name), flush=True)
    with source.Government(log_level="none", maxsize=8 << 30, database=INDEX) as government:
        fill_government(government, count, shape)
        with target.Application(checks=False, log_level="none", maxsize=4 << 30,
                                database="index objectClass,entryUUID,entryCSN,member,duaalVoId eq") as application:
            application.start()
            with Daemon(government, application, settings) as daemon:
                daemon.start(wait=False)
                daemon.wait_until(lambda: daemon.answers() and daemon.last_cycle() is not None, "the first fill", PATIENCE)
                summary = daemon.sync()
                line("people read, groups, memberships", "%d, %d, %d" % (summary["people"], count_groups(application),
                                                                     summary["memberships"]))
                measure_cycles(government, application, daemon, shape, summary["people"])
                measure_status(daemon)
            finished = finished_entries(application) if name == "values" else None
        if finished:
            measure_fill(government, finished, count)


def main():
    """All sizes asked for, in all shapes asked for."""
    words = sys.argv[1:]
    unknown = [word for word in words if not word.isdecimal() and word not in SHAPES]
    if unknown:
        sys.exit("%s: neither a number of people nor a shape; the shapes are %s" % (unknown[0], ", ".join(SHAPES)))
    for name in [word for word in words if word in SHAPES] or ["values"]:
        for count in [int(word) for word in words if word.isdecimal()] or [10000, 100000]:
            measure(count, name)


if __name__ == "__main__":
    main()
