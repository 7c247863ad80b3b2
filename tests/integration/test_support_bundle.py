# SPDX-License-Identifier: EUPL-1.2
"""duaalctl support-bundle, about a school where whatever names somebody can be recognised: what is in the archive, and what is not."""
import os
import re
import stat
import subprocess
import tarfile
import time
import uuid

import pytest
from daemon import BUILD
from recognisable import REASON, Recognisable
from school import vo_id

REMOTE = "/lib/systemd/systemd-journal-remote"
FOLDER = "duaalsync-support/"


@pytest.fixture(name="world")
def _world(school):
    """A Recognisable whose daemon runs."""
    world = Recognisable(school)
    world.start({"schedule.backoff_min": "1h", "schedule.backoff_max": "1h"})  # no cycle of the daemon's own while the files are made
    return world


def bundle(daemon, path, *options):
    """{name: text} of a bundle that is made there."""
    done = daemon.ctl("support-bundle", str(path), "--config", daemon.config, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
    with tarfile.open(path, "r:gz") as archive:
        assert all(member.isreg() and member.mode == 0o600 and member.name.startswith(FOLDER) for member in archive)
        return {member.name[len(FOLDER):]: archive.extractfile(member).read().decode() for member in archive}


def journal(folder, lines):
    """A journal in a folder, as the daemon's messages are in it. lines: (id, priority, cycle, text), the newest last."""
    os.makedirs(folder)
    boot = uuid.uuid4().hex
    entries = b""
    for at, (message, priority, cycle, text) in enumerate(lines):
        us = int(time.time() * 1e6) - (len(lines) - at) * 1000000
        entries += ("__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\nSYSLOG_IDENTIFIER=duaalsyncd\nPRIORITY=%d\n"
                    "DUAALSYNC_MESSAGE=%s\nDUAALSYNC_CYCLE=%d\nMESSAGE=%s cycle=%d: %s\n\n"
                    % (us, us, boot, priority, message, cycle, message, cycle, text)).encode()
    entries += b"__REALTIME_TIMESTAMP=%d\n_BOOT_ID=%s\nSYSLOG_IDENTIFIER=sshd\nMESSAGE=zqander programma\n\n" % (
        int(time.time() * 1e6), boot.encode())
    done = subprocess.run([REMOTE, "-o", os.path.join(folder, "system.journal"), "-"], input=entries, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_bundle_names_nobody_and_has_everything(world, tmp_path):
    os.mkdir(tmp_path / "out")
    files = bundle(world.daemon, tmp_path / "out" / "for-a-stranger.tar.gz")
    for name, text in files.items():
        assert not world.leaks(text), (name, world.leaks(text))
        assert text.strip(), name
    described = dict(line.split(None, 1) for line in files["README.txt"].splitlines() if re.match(r"\S+\.(txt|json) ", line))
    assert {*described, "README.txt"} == set(files)
    assert "30569  Sint-Jozefscollege" in files["institutions.txt"]
    assert "rule-institution-count" in files["status.txt"] and '"rule-institution-count"' in files["status.json"]
    assert "D13" in files["doctor.txt"]
    assert "applied" in files["history.txt"]
    assert "duaalsync_up 1" in files["metrics.txt"]
    assert "OK: the record is whole." in files["audit.txt"]
    assert re.search(r"duaalctl \d", files["versions.txt"]) and "libldap" in files["versions.txt"]


def test_one_person_is_the_same_in_all_files(world, tmp_path):
    os.mkdir(tmp_path / "out")
    files = bundle(world.daemon, tmp_path / "out" / "x.tar.gz")
    held = re.search(r"^\d+ +removed-by-hand .*?(anon-\d+)", files["drift.txt"], re.M).group(1)
    assert held in files["plan.txt"]


def test_the_configuration_keeps_its_form(world, tmp_path):
    os.mkdir(tmp_path / "out")
    with open(world.daemon.config, "a", encoding="utf-8") as file:
        file.write('# zqcommentaar\n// zqmeer\n')
    text = bundle(world.daemon, tmp_path / "out" / "x.tar.gz", "--no-doctor")["configuration.txt"]
    assert 'sync_entry_interval = "0s"' in text and 'first_fill = "go"' in text and 'position = "csn"' in text
    assert "127.0.0.1" not in text and world.daemon.directory not in text and "#" not in text
    assert re.search(r'uri = "ldap://anon-\d+:\d+"', text)


def test_a_daemon_that_is_not_there_is_told_in_its_place(world, tmp_path):
    world.daemon.stop()
    os.mkdir(tmp_path / "out")
    done = world.daemon.ctl("support-bundle", str(tmp_path / "out" / "x.tar.gz"), "--config", str(tmp_path / "zqnergens.conf"))
    assert done.returncode == 0 and "did not answer everything" in done.stdout
    assert "zqnergens.conf is not in the bundle: No such file or directory" in done.stderr
    with tarfile.open(tmp_path / "out" / "x.tar.gz") as archive:
        files = {member.name[len(FOLDER):]: archive.extractfile(member).read().decode() for member in archive}
    assert "duaalsyncd is not running" in files["status.txt"] and "No such file or directory" in files["status.txt"]
    assert "could not be read: No such file or directory" in files["configuration.txt"]
    assert not any(world.leaks(text) for text in files.values())


def test_the_daemon_names_its_configuration(world, tmp_path):
    """Without --config; where it is down, the file of the service is taken, and it is said that it may be another's."""
    done = world.daemon.ctl("support-bundle", str(tmp_path / "x.tar.gz"), "--no-doctor")
    assert done.returncode == 0 and done.stderr == ""
    with tarfile.open(tmp_path / "x.tar.gz") as archive:
        assert b'sync_entry_interval = "0s"' in archive.extractfile(FOLDER + "configuration.txt").read()
        assert not world.leaks(archive.extractfile(FOLDER + "status.json").read().decode())
    world.daemon.stop()
    done = world.daemon.ctl("support-bundle", str(tmp_path / "y.tar.gz"))
    assert done.returncode == 0 and "may be another instance's: --config names it" in done.stderr


def test_what_is_there_already_is_left_alone(world, tmp_path):
    path = tmp_path / "x.tar.gz"
    path.write_text("mine")
    done = world.daemon.ctl("support-bundle", str(path))
    assert done.returncode == 73 and "is there already" in done.stderr
    assert path.read_text() == "mine" and os.listdir(tmp_path) == ["x.tar.gz"]
    done = world.daemon.ctl("support-bundle", str(tmp_path / "nowhere" / "x.tar.gz"))
    assert done.returncode == 73 and "%s/nowhere/x.tar.gz cannot be written" % tmp_path in done.stderr
    assert done.stdout == "", "the doctor was not asked for nothing"
    done = world.daemon.ctl("support-bundle", str(path), "--json")
    assert done.returncode == 64


@pytest.mark.skipif(not os.path.exists(REMOTE), reason="needs the package systemd-journal-remote")
def test_the_journal_by_message(world, tmp_path):
    os.mkdir(tmp_path / "out")
    folder = journal(tmp_path / "journal", [
        ("DS0110", 6, 7, "applied: 1 granted, 0 revoked"), ("DS0110", 6, 8, "in-step"),
        ("DS0104", 2, 0, "Zqadil El-Zqfamilie (%s) said %s" % (vo_id("zqadil"), REASON)),
        ("DS0104", 3, 9, "the directory is as it was"), ("DSzq", 3, 9, "zqverzonnen"), ("DS0110", 6, 9, "x" * 700)])
    text = bundle(world.daemon, tmp_path / "out" / "x.tar.gz", "--no-doctor", "--journal", str(folder))["journal.txt"]
    assert not world.leaks(text), world.leaks(text)
    assert "5 messages in seven days" in text
    assert re.search(r"^DS0110 +3 times, ", text, re.M) and re.search(r"^DS0104 +2 times, ", text, re.M)
    lines = text.splitlines()
    assert re.fullmatch(r"\S+ DS0104 error cycle 9: .*", lines[2]), lines
    assert re.fullmatch(r"\S+ DS0104 critical cycle 0: .*anon-\d+.*", lines[3]), lines
    assert re.fullmatch(r"\S+ DS0110 info cycle 8: in-step", lines[4]), lines


def test_the_archive_is_one_that_tar_takes(world, tmp_path):
    path = tmp_path / "x.tar.gz"
    assert world.daemon.ctl("support-bundle", str(path), "--no-doctor").returncode == 0
    done = subprocess.run(["tar", "--warning=all", "-tvzf", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert subprocess.run(["gzip", "-t", str(path)], check=False).returncode == 0
    assert BUILD not in done.stdout
