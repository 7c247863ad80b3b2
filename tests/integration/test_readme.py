# SPDX-License-Identifier: EUPL-1.2
"""What the README shows is what the demo prints: every line of its outputs but for times, ages and ids, and "..." where it leaves something out."""
import os
import re
import subprocess
import sys

import pytest

from application import ROOT
from commands import normalised
from daemon import BUILD

COMMAND = re.compile(r"\s*\$ (duaalctl .*)")


def same(line):
    """A line without what differs from run to run: times and ages, ids, numbers of cycles."""
    short = normalised(re.sub(r"\b[0-9a-f]{8}-\.\.\.", "UUID", line), "en").strip()
    return re.sub(r"^\d+ ", "NUMBER ", re.sub(r"\bnow\b", "AGE", short))


def outputs(lines):
    """{command: [line of what it printed]}, of all times that it was run."""
    found, command = {}, None
    for line in lines:
        typed = COMMAND.fullmatch(line)
        if typed:
            command = typed[1]
        elif command is not None:
            found.setdefault(command, []).append(line)
    return found


@pytest.fixture(scope="module", name="demo")
def _demo():
    """What the demo prints; each of its checks must hold."""
    done = subprocess.run([sys.executable, "-B", os.path.join(ROOT, "scripts", "demo.py")], capture_output=True, text=True, check=False,
                          timeout=300, env={**os.environ, "DUAAL_BUILD": BUILD, "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    assert done.returncode == 0 and ", 0 failed" in done.stdout, done.stdout[-3000:] + done.stderr
    return outputs(line[3:] for line in done.stdout.splitlines())


def shown():
    """(command, line) of each line of output in the README's first code blocks."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        part = file.read().partition("What the demo shows")[2].partition("## Asking")[0]
    block = part.partition("```\n")[2].partition("```")[0]
    return [(command, line) for command, lines in outputs(block.splitlines()).items() for line in lines if line.strip() not in ("", "...")]


@pytest.mark.parametrize("command, line", shown(), ids=lambda value: value[:40])
def test_each_line_is_printed_by_the_demo(demo, command, line):
    """In the output of that command."""
    wanted = re.escape(same(line)).replace(re.escape("..."), r"\S*")
    said = [same(each) for each in demo[command]]
    assert any(re.fullmatch(wanted, each) for each in said), "\n".join([wanted, *said])


def test_something_is_shown():
    """The README was found and read."""
    assert len(shown()) > 30 and {command.split()[1] for command, _ in shown()} == {"status", "why", "changes"}
