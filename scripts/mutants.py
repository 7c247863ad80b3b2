# SPDX-License-Identifier: EUPL-1.2
"""What scripts/mutants does: TREE MINUTES SEED.

A mutant is one source file of the core with one small change: a comparison the other way, a condition that never holds, a word left out. It is
compiled in the place of the file, the quick tests of the core are linked with it and run until one fails; what all of them let pass meets the
slow ones.
"""
import glob
import os
import random
import re
import shlex
import subprocess
import sys
import time

QUICK = ("golden", "policy", "plan", "guard", "hold", "directive", "explain", "grants", "refusals", "timeline", "unread", "reason", "seldom",
         "seldom_group", "seldom_hand", "seldom_guard", "seldom_past")
SLOW = ("properties", "window")
PATIENCE = 90  # seconds for a test; a loop without an end is noticed as well

CHANGES = [(re.compile(pattern), other) for pattern, other in (
    (r" <= ", " < "), (r" < ", " <= "), (r" >= ", " > "), (r" > ", " >= "), (r" == ", " != "), (r" != ", " == "), (r" && ", " || "),
    (r" \|\| ", " && "), (r"\+=", "-="), (r" \+ 1\b", ""), (r" - 1\b", ""), (r"return true;", "return false;"),
    (r"return false;", "return true;"), (r" = true\b", " = false"), (r" = false\b", " = true"), (r"\bif \(", "if (0 && "),
    (r"(?<=[( ])!(?=[a-z(])", ""), (r"\bcontinue;", ";"), (r"\bbreak;", ";"))]


def code_lines(text):
    """(number from 0, line) of what is neither comment nor directive of the preprocessor."""
    inside = False
    for number, line in enumerate(text.split("\n")):
        bare = line.strip()
        inside = inside or bare.startswith("/*")
        if not inside and bare and not bare.startswith(("#", "_Static_assert")):
            yield number, line
        inside = inside and "*/" not in bare


def mutants_of(path):
    """Each (path, line number from 0, line, changed line)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return [(path, number, line, line[:found.start()] + other + line[found.end():]) for number, line in code_lines(text)
            for pattern, other in CHANGES for found in pattern.finditer(line)]


class Build:
    """The build in which one object file of the core is another one."""

    def __init__(self, top):
        self.top, self.folder = top, os.path.join(top, "build-test", "mutants")
        self.flags = shlex.split(subprocess.run(["make", "-s", "print-flags"], cwd=self.folder, check=True, capture_output=True, text=True).stdout)
        self.tests = ["tests/unit/test_" + name for name in QUICK + SLOW]
        if not self.link([]):
            raise RuntimeError("the tests cannot be built")

    def link(self, kept):
        """Are the tests linked? kept: object files that stay as they are."""
        keep = [word for name in kept for word in ("-o", name)]
        return subprocess.run(["make", "-s", "-j%d" % os.cpu_count(), *keep, *self.tests], cwd=self.folder, capture_output=True,
                              check=False).returncode == 0

    def noticed(self):
        """The first test that fails, or None."""
        environment = {**os.environ, "top_srcdir": self.top, "top_builddir": "."}
        for test in self.tests:
            try:
                done = subprocess.run([test], cwd=self.folder, env=environment, capture_output=True, timeout=PATIENCE, check=False)
            except subprocess.TimeoutExpired:
                return test
            if done.returncode != 0:
                return test
        return None

    def compile(self, source, name):
        """Is it the object file of that name now?"""
        return subprocess.run(["gcc", *self.flags, "-w", "-O1", "-fPIE", "-c", source, "-o", name], cwd=self.folder, capture_output=True,
                              check=False).returncode == 0

    def survives(self, path, text):
        """None: it is no program. The file's own object stands there again at the end."""
        name = os.path.relpath(path, self.top)[:-1] + "o"
        changed = os.path.join(self.folder, "mutant.c")
        with open(changed, "w", encoding="utf-8") as file:
            file.write('#line 1 "%s"\n' % path + text)
        try:
            return self.noticed() is None if self.compile(changed, name) and self.link([name]) else None
        finally:
            self.compile(path, name)


def main():
    """Mutants in random order, until the time is over."""
    top, minutes, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    build, until, tried, survivors = Build(top), time.monotonic() + 60 * minutes, 0, 0
    if build.noticed() is not None:
        sys.exit("%s fails without any change" % build.noticed())
    mutants = [mutant for path in sorted(glob.glob(os.path.join(top, "daemon", "core", "*.c"))) for mutant in mutants_of(path)]
    random.Random(seed).shuffle(mutants)
    print("%d places, seed %d" % (len(mutants), seed), flush=True)
    for path, number, line, changed in mutants:
        if time.monotonic() > until:
            break
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        lines[number] = changed
        survives = build.survives(path, "\n".join(lines))
        tried += survives is not None
        survivors += survives is True
        if survives:
            print("%s:%d\n  %s\n  %s" % (os.path.relpath(path, top), number + 1, line.strip(), changed.strip()), flush=True)
    print("%d changes, %d that no test noticed" % (tried, survivors))


if __name__ == "__main__":
    main()
