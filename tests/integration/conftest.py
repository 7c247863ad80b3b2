# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the integration tests: fresh directories in some tenths of a second, ended by their process ids.

government, application: one of each a test, started, with nothing but their skeletons.
clock: a wall clock to be moved. moved: moved("2026-09-01T08:00") is a School whose directories and daemon all go by it.
pki: certificates, made once a session. fault_proxy: fault_proxy(server) puts a FaultProxy in front of a Slapd.

Temporary folders are in memory where there is room for them, and gone at the end: hundreds of directories and ledgers would
otherwise wait for the disk at each write. TMPDIR, when it is set, says where else.
"""
import atexit
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile

import pytest

MEMORY, ROOM = "/dev/shm", 2 << 30


def folder_in_memory():
    """A new one for all temporary files, until this process ends; none where TMPDIR is set, or memory has no room or starts no programs."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    there = os.statvfs(MEMORY)
    if there.f_flag & os.ST_NOEXEC or there.f_bavail * there.f_frsize < ROOM:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="duaal-", dir=MEMORY)
    os.chmod(tempfile.tempdir, 0o1777)  # for processes of other users, as /tmp is
    atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)


# One of each for all processes of a run: the first of them says it to the others.
os.environ.setdefault("DUAAL_SEED", str(random.SystemRandom().randrange(1 << 30)))
folder_in_memory()

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from application import Application  # noqa: E402
from clock import Clock, compile_library  # noqa: E402
from daemon import Daemon  # noqa: E402
from faultproxy import FaultProxy  # noqa: E402
from government import Government  # noqa: E402
from pki import Pki  # noqa: E402
from school import School, between  # noqa: E402
from two_sources import BASIS, TwoSources  # noqa: E402


# Begun first, so that no process of a run is left alone with one of them at the end: a file is one process's.
LONGEST = ("test_389", "test_three_days", "test_group_classes", "test_doctor", "test_sources_trouble", "test_experiments", "test_consumers",
           "test_national_number", "test_source_trouble", "test_ledger_faults", "test_process", "test_past", "test_samba", "test_usn")


def pytest_configure(config):
    """^C means something to what tests start, also where a shell began the run in the background. The folders of tests have short names: sockets
    stand there, whose path has room for 107 bytes."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if os.path.dirname(tempfile.gettempdir()) == MEMORY and not config.option.basetemp:
        config.option.basetemp = os.path.join(tempfile.gettempdir(), "t")


def pytest_collection_modifyitems(items):
    """The longest files first; within a file, and among the others, as they were."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture
def government():
    """A started Government."""
    with Government() as directory:
        yield directory.start()


@pytest.fixture
def application():
    """A started Application with the shipped access rules and overlays."""
    with Application() as directory:
        yield directory.start()


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """A Pki."""
    return Pki(str(tmp_path_factory.mktemp("pki")))


@pytest.fixture
def make_daemon(government, application):
    """Makes a Daemon between the two directories: make_daemon({"setting.key": value}, ...), not started."""
    made = []

    def make(changes=None, **arguments):
        made.append(Daemon(government, application, changes, **arguments))
        return made[-1]
    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def clock_library(tmp_path_factory):
    """Path of the library that moves a process's clock."""
    return compile_library(str(tmp_path_factory.mktemp("clock") / "moved-clock.so"))


@pytest.fixture
def clock(clock_library, tmp_path):
    """A Clock that shows the real time until it is moved."""
    return Clock(clock_library, str(tmp_path))


@pytest.fixture
def moved(clock):
    """moved(when, **arguments): a School on that day, its daemon not started; arguments go to Application."""
    with contextlib.ExitStack() as stack:
        def make(when, **arguments):
            clock.set(when)
            government = stack.enter_context(Government(clock=clock)).start()
            application = stack.enter_context(Application(clock=clock, **arguments)).start()
            return stack.enter_context(between(government, application, clock=clock))
        yield make


@pytest.fixture
def school(government, application, make_daemon):
    """A School in step: see school.py."""
    return School(government, application, make_daemon)


@pytest.fixture
def two(government, application, make_daemon, tmp_path):
    """TwoSources in step: see two_sources.py."""
    with Government(suffix=BASIS) as basis:
        world = TwoSources(government, application, make_daemon, basis.start())
        world.start_both(str(tmp_path))
        yield world


@pytest.fixture
def fault_proxy():
    """A function that opens a FaultProxy in front of a server; all are closed at the end of the test."""
    opened = []

    def open_proxy(server):
        opened.append(FaultProxy(server.uri))
        return opened[-1]

    yield open_proxy
    for proxy in opened:
        proxy.close()
