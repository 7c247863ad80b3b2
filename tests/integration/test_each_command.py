# SPDX-License-Identifier: EUPL-1.2
"""Every command of duaalctl with the real daemon: its text (commands/LANGUAGE/), its JSON held against the interface file, its exit status, and
what it says about wrong arguments. The story is in commands.py.

GOLDEN_UPDATE=1 writes the texts anew: read the difference before it is committed. A further language is a key in the dictionaries of commands.py.
"""
import contextlib
import json
import os
import re
import subprocess

import pytest
from application import Application
from clock import Clock, sanitizer_of
from commands import ENVIRONMENT, STEPS, WRONG, Step, normalised, play
from daemon import program
from government import Government
from interface import Interface
from school import between

COMMANDS = [step for step in STEPS if isinstance(step, Step)]
GOLDENS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "commands")
# What no Dutch sentence has; names, codes and commands have none of these words between spaces.
ENGLISH = re.compile(r" (the|and|nothing|not|by|it|with|has|this|are|somebody|until|access|which|who|from) ")
QUOTED = re.compile(r"'[^']*'|duaal(?:ctl|syncd)(?: -*\w\S*)+|\"[^\"]*\"")
UNCONFINED = sanitizer_of(program("duaal-source")) is not None  # there the doctor finds something, and says it
INTERFACE = Interface()


@contextlib.contextmanager
def world_on(day, library, folder):
    """A School on that day, its daemon not started."""
    clock = Clock(library, str(folder))
    clock.set(day)
    with Government(clock=clock, numbers=True).start() as government, Application(clock=clock).start() as application, \
            between(government, application, clock=clock) as school:
        yield school


@pytest.fixture(scope="module", name="said", params=sorted(ENVIRONMENT))
def _said(request, clock_library, tmp_path_factory):
    """(language, {step: what was printed})."""
    with world_on("2026-09-07T08:00", clock_library, tmp_path_factory.mktemp("text")) as school:
        yield request.param, play(school, request.param, False)


@pytest.fixture(scope="module", name="replies")
def _replies(clock_library, tmp_path_factory):
    """{step: what was printed with --json}."""
    with world_on("2026-09-07T08:00", clock_library, tmp_path_factory.mktemp("json")) as school:
        yield play(school, "en", True)


def expected_code(step):
    """What the command must end with."""
    return 1 if step.name == "doctor" and UNCONFINED else step.code


def verbs():
    """Each command of the overview."""
    text = subprocess.run([program("duaalctl"), "help"], capture_output=True, text=True, check=True).stdout
    text = text.partition("\nOptions of every command:")[0]
    return [match[1] for match in re.finditer(r"(?m)^  ([a-z-]+(?: [a-z]+(?= ))?)(?=[ \n])", text)]


def test_no_command_is_forgotten():
    """Each is played, and each is given something wrong."""
    played = {" ".join(step.line.split()[:2]) for step in COMMANDS} | {step.line.split()[0] for step in COMMANDS}
    assert len(verbs()) > 25 and set(verbs()) <= played and set(verbs()) == set(WRONG)
    # What plan --config asks first, what streams, and what goes before every call: see test_plan_config, test_watch, test_dutch.
    methods = {step.method for step in COMMANDS} - {None} | {"Settings", "Monitor", "SetLanguage"}
    assert methods == set(INTERFACE.methods), methods ^ set(INTERFACE.methods)


@pytest.mark.parametrize("step", COMMANDS, ids=lambda step: step.name)
def test_text(said, step):
    """What a person reads, and the exit status."""
    language, ended = said
    done = ended[step.name]
    assert done.code == expected_code(step), (done.line, done.out, done.err)
    assert "\x1b" not in done.out + done.err
    if not step.golden or (step.name == "doctor" and UNCONFINED):
        return
    path = os.path.join(GOLDENS, language, step.name + ".txt")
    text = "$ duaalctl %s\n%s" % (step.line, normalised(done.out + done.err, language))
    if os.environ.get("GOLDEN_UPDATE"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        assert text == file.read()
    if language == "nl" and step.name != "doctor":  # whose details come from the helpers
        left = [line for line in text.splitlines()[1:] if ENGLISH.search(QUOTED.sub("", line)) and line[:1] != "#"]
        assert not left, "English in Dutch: %s" % left


@pytest.mark.parametrize("step", [step for step in COMMANDS if step.method], ids=lambda step: step.name)
def test_json(replies, step):
    """One object that fits the interface file, or a sentence; the same exit status as the text has."""
    done = replies[step.name]
    assert done.code == expected_code(step), (done.line, done.out, done.err)
    if done.out == "":
        assert done.code in (2, 5) and done.err.startswith("duaalctl: "), done
        return
    INTERFACE.check_reply(step.method, json.loads(done.out))
    assert done.out.isascii()


def test_no_golden_is_left_over():
    """A step that was renamed leaves none behind."""
    wanted = {step.name + ".txt" for step in COMMANDS if step.golden}
    for language in ENVIRONMENT:
        assert set(os.listdir(os.path.join(GOLDENS, language))) == wanted


@pytest.mark.parametrize("verb", sorted(WRONG))
def test_wrong_arguments(verb):
    """Nothing is sent, nothing is printed, and a sentence says what is wrong; no daemon is needed for that."""
    line, word = WRONG[verb]
    done = subprocess.run([program("duaalctl"), "--socket", "/nowhere", *line.split()], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stdout) == (64, ""), done
    assert done.stderr.startswith("duaalctl: ") and word in done.stderr, done.stderr


def test_what_does_not_fit_is_noticed():
    """The check itself: a missing field, one too many, a wrong type, a null where none may be."""
    good = {"phase": "idle", "done": 0, "expected": None, "cycle": 3, "summary": None}
    INTERFACE.check_reply("Sync", good)
    for bad in ({**good, "more": 1}, {key: value for key, value in good.items() if key != "done"}, {**good, "phase": None},
                {**good, "done": True}, {**good, "cycle": "3"}, {**good, "summary": {}}, []):
        with pytest.raises(AssertionError):
            INTERFACE.check_reply("Sync", bad)
