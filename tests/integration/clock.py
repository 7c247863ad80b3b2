# SPDX-License-Identifier: EUPL-1.2
"""A wall clock that a test moves, for running processes: the daemon, its helpers, and the two directories when they are told.

    clock = Clock(library, folder)
    clock.set("2026-09-01T08:00")                  # Belgian time; a later forward() goes on from there
    clock.forward(minutes=1)
    clock.jump(days=365)                           # the wall clock alone: somebody set it
    clock.restart(off=3600)                        # the host was off and is up again: how long it has been up begins anew
    subprocess.Popen(..., env={**os.environ, **clock.environment()})

Time goes on from where it was set, for the host too, which has been up for so much longer; its seconds begin when the real ones do. What waits in the kernel is not woken: whoever wants something at that moment asks for a cycle.
"""
import datetime
import functools
import math
import os
import struct
import subprocess
import time
import zoneinfo

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "moved-clock.c")
ZONE = zoneinfo.ZoneInfo("Europe/Brussels")
DAY_ENDS_S = 30  # longer than a test goes by a day


def today():
    """The day it is in Belgium, which counts; the machine's own may be another one. One that is nearly over is not told: whoever asks reckons
    with it for a while, and so waits for the next."""
    now = datetime.datetime.now(ZONE)
    left_s = (datetime.datetime.combine(now.date() + datetime.timedelta(days=1), datetime.time(), ZONE) - now).total_seconds()
    if left_s < DAY_ENDS_S:
        time.sleep(left_s + 1)
    return datetime.datetime.now(ZONE).date()


def compile_library(path):
    """Make the library that moves a process's clock; returns its path."""
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", path, SOURCE], check=True)
    return path


@functools.lru_cache(maxsize=None)
def sanitizer_of(program):
    """The sanitizer's library that must be loaded first, or None."""
    found = subprocess.run(["sh", "-c", "ldd '%s' | grep -o '/[^ ]*libasan[^ ]*'" % program], capture_output=True, text=True,
                           check=False).stdout.strip()
    return found or None


def generalized(moment):
    """A moment as generalizedTime, in UTC."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y%m%d%H%M%SZ")


def from_now(**delta):
    """A moment so much later than now, in timedelta's words, as generalizedTime."""
    return generalized(datetime.datetime.now(ZONE) + datetime.timedelta(**delta))


class Clock:
    """See above. library: from compile_library. folder: for the file."""

    def __init__(self, library, folder):
        self.library, self.folder = library, folder
        self.path = os.path.join(folder, "clock")
        self.ahead_us = 0
        self.up_s = 0       # how much longer the host has been up than it really has
        self.starts = 0
        self._write()

    def _write(self):
        with open(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
            file.write(struct.pack("=qqq", self.ahead_us, self.up_s, self.starts))

    def _move(self, by_us):
        self.ahead_us += by_us
        self.up_s += max(by_us // 1000000, 0)
        self._write()

    def _reach(self, days=0, **rest):
        """How far that is, in microseconds. Days go by the calendar: so many later it is the same time of day, whatever summer time does."""
        now = self.now()
        there = now + datetime.timedelta(days=days)
        return round((there.timestamp() - now.timestamp() + datetime.timedelta(**rest).total_seconds()) * 1e6)

    def now(self):
        """The moment it shows, in Belgium."""
        return datetime.datetime.fromtimestamp(time.time() + self.ahead_us / 1e6, ZONE)

    def set(self, text):
        """To a moment as datetime.fromisoformat reads it; without a zone it is Belgian time."""
        moment = datetime.datetime.fromisoformat(text) if isinstance(text, str) else text
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZONE)
        self._move(math.ceil(moment.timestamp() - time.time()) * 1000000 - self.ahead_us)

    def forward(self, **how_long):
        """By a timedelta's arguments; see _reach."""
        self._move(self._reach(**how_long))

    def jump(self, **how_far):
        """The wall clock by a timedelta's arguments, while no time passes."""
        self.ahead_us += self._reach(**how_far)
        self._write()

    def restart(self, **off):
        """The host is started anew after a timedelta's arguments. Nothing that goes by this clock may be running."""
        self.ahead_us += self._reach(**off)
        self.starts += 1
        self.up_s = 60 - round(time.clock_gettime(time.CLOCK_BOOTTIME))
        self._write()

    def tomorrow(self, hour, minute=0):
        """To that time of the next day."""
        self.set(datetime.datetime.combine(self.now().date() + datetime.timedelta(days=1), datetime.time(hour, minute)))

    def environment(self, program=None):
        """Variables for a process. program: a build of ours, which may need its sanitizer first."""
        libraries = [program and sanitizer_of(program), self.library]
        return {"LD_PRELOAD": " ".join(filter(None, libraries)), "DUAAL_CLOCK_FILE": self.path, "TZ": ZONE.key}

    def wrap(self, programs):
        """A folder with a start for each of these programs with this clock: helpers get a cleared environment."""
        folder = os.path.join(self.folder, "moved")
        os.makedirs(folder, exist_ok=True)
        for program in programs:
            variables = " ".join("'%s=%s'" % item for item in self.environment(program).items())
            path = os.path.join(folder, os.path.basename(program))
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700), "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\nexec env %s '%s' \"$@\"\n" % (variables, program))
        return folder
