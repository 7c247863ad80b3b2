# SPDX-License-Identifier: EUPL-1.2
"""What an administrator does and sees on a host with systemd: systemctl, apt-get, duaalctl, files. For package.py and units.py."""
import glob
import json
import subprocess
import time

CONFIG = "/etc/duaalsync/duaalsyncd.conf"
SECRETS = "/etc/duaalsync/secret"
STATE = "/var/lib/duaalsync"
LEDGER = STATE + "/ledger.sqlite"
UNITS = ("duaalsyncd.socket", "duaalsyncd.service")
BEGUN = time.monotonic()
SECONDS = 180  # at most, of a command or until something has happened


def say(sentence):
    """One step that held."""
    print("%5.1f s  ok: %s" % (time.monotonic() - BEGUN, sentence), flush=True)


def run(*command, status=0):
    """Output of a command that must end with this status."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise AssertionError("%s: no end after %d s:\n%s" % (" ".join(command), SECONDS, journal())) from late
    assert status is None or done.returncode == status, "%s: exit %d:\n%s" % (" ".join(command), done.returncode, done.stdout)
    return done.stdout


def install(version, *names):
    """apt-get install of these packages, as the README says; its output."""
    files = [glob.glob("/input/*/%s_%s_*.deb" % (name, version))[0] for name in names]
    return run("apt-get", "install", "-q", "-y", "--reinstall", *files)


def prop(name, unit="duaalsyncd.service"):
    """A property of a unit."""
    return run("systemctl", "show", "--value", "-p", name, unit).strip()


def is_active(unit="duaalsyncd.service"):
    """Does the unit run?"""
    return prop("ActiveState", unit) == "active"


def failed_units():
    """Our units that failed."""
    return [line for line in run("systemctl", "list-units", "--failed", "--plain", "--no-legend").splitlines() if "duaal" in line]


def ask(*arguments):
    """The JSON answer of duaalctl."""
    return json.loads(run("duaalctl", *arguments, "--json", status=None))


def journal(*units, lines=40):
    """The last lines of these units, or of all of ours."""
    return run("journalctl", "-n", str(lines), *[word for unit in units or ("duaal*",) for word in ("-u", unit)])


def wait_until(true, what):
    """Until true() is; then what is said, or the journal when it never becomes so."""
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            raise AssertionError("%s: it did not happen:\n%s" % (what, journal()))
        time.sleep(0.05)
    say(what)


def cycles():
    """Start times of the cycles on record that ended, newest first; none while nobody answers."""
    done = subprocess.run(["duaalctl", "history", "--json"], capture_output=True, text=True, check=False)
    return [cycle["started"] for cycle in json.loads(done.stdout)["cycles"] if cycle["ended"]] if done.returncode == 0 else []


def write(path, text):
    """A text file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


