# SPDX-License-Identifier: EUPL-1.2
"""Completion in a real bash: what is offered for a line that is typed so far, with a daemon, without one, and loaded as bash-completion does."""
import os
import re
import shutil
import subprocess

import pytest
from daemon import BUILD, program
from school import ADULT, FIRST, SECOND

SCRIPT = os.path.join(BUILD, "completions", "duaalctl")
# The words of the line are split as readline does it, at blanks and at "="; $1 is the script, $2 the program, the rest is the line.
DRIVER = r"""
source "$1"
duaalctl() { :; }
COMP_WORDS=("$2" "${@:3}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p duaalctl | sed -n 's/.*-F \([^ ]*\).*/\1/p')
"$function" duaalctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
"""


def offered(*line, before=()):
    """What is offered behind the line, whose last word is being typed."""
    words = [part for word in line for part in re.split(r"(=)", word) if part or word == ""]
    done = subprocess.run(["bash", "--norc", "-c", DRIVER, "bash", SCRIPT, program("duaalctl"), *before, *words],
                          capture_output=True, text=True, check=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.fixture
def ask(school):
    """offered() of a line, with a daemon that has an open hold."""
    daemon = school.start()
    for name in ("an", "bart", "chris"):
        school.revoke(name, "trajectbegeleider")
    daemon.sync()

    def of(*line):
        return offered(*line, before=("--socket", daemon.settings["control.socket"]))
    of.daemon = daemon
    return of


def test_commands_and_options_are_those_of_the_help():
    listed = re.findall(r"(?m)^  ([a-z-]+)", subprocess.run([program("duaalctl"), "help"], capture_output=True, text=True,
                                                            check=True).stdout.split("Options of every command")[0])
    assert offered("") == list(dict.fromkeys(listed)) and "complete" not in offered("")
    assert offered("dr") == ["drift"] and offered("drift", "") == ["adopt", "undo"] and offered("drift", "a") == ["adopt"]
    assert offered("help", "ho") == ["holds"]
    for verb in [*listed, "drift adopt"]:
        text = subprocess.run([program("duaalctl"), "help", *verb.split()], capture_output=True, text=True, check=True).stdout
        told = re.findall(r"(?m)^  (?:-\w, |    )(--[a-z-]+)", text)
        assert sorted(offered(*verb.split(), "--")) == sorted(told), verb
    assert offered("pin", "--un") == ["--until"]


def test_columns_are_completed_within_a_list():
    assert offered("holds", "--output", "") == ["ID", "RULE", "WHERE", "CHANGES", "SINCE", "EXPIRES", "STATE"]
    assert offered("holds", "--output=ID,") == ["ID," + name for name in ("RULE", "WHERE", "CHANGES", "SINCE", "EXPIRES", "STATE")]
    assert offered("holds", "-o", "ID,s") == ["ID,SINCE", "ID,STATE"]
    assert offered("history", "-o", "tr") == ["TRIGGER"]


def test_what_there_is_comes_from_the_daemon(ask):
    hold = ask.daemon.json("holds")["holds"][0]["id"]
    assert ask("holds", "") == ask("approve", "") == ask("reject", hold[:4]) == [hold]
    assert sorted(ask("institution", "")) == sorted([FIRST, SECOND, ADULT]) and ask("freeze", FIRST[:3]) == [FIRST]
    assert ask("undo", "--reason", "x", "") == [str(cycle["id"]) for cycle in ask.daemon.json("history")["cycles"]]
    assert ask("why", "an", FIRST, "--role=") == ["trajectbegeleider", "beheerder"]
    assert ask("pin", "an", FIRST, "b") == ["beheerder"]
    assert ask("pin", "a") == [], "nobody's name"
    assert ask("undo", "1", "--until", "3") == ["30min", "3d"]


def test_without_a_daemon_nothing_is_offered_and_nothing_is_said():
    assert offered("holds", "", before=("--socket", "/nowhere/control")) == []


@pytest.mark.skipif(not os.path.exists("/usr/share/bash-completion/bash_completion"), reason="needs the package bash-completion")
def test_bash_completion_finds_it_by_its_name(tmp_path):
    os.makedirs(tmp_path / "completions")
    shutil.copy(SCRIPT, tmp_path / "completions")
    done = subprocess.run(["bash", "--norc", "-c", "source /usr/share/bash-completion/bash_completion; _completion_loader duaalctl; "
                           "complete -p duaalctl"], env={**os.environ, "BASH_COMPLETION_USER_DIR": str(tmp_path)},
                          capture_output=True, text=True, check=False)
    assert done.stdout == "complete -F _duaalctl duaalctl\n", done.stderr


def test_the_script_is_clean():
    subprocess.run(["shellcheck", "-s", "bash", SCRIPT], check=True)
