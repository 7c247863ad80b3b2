# SPDX-License-Identifier: EUPL-1.2
"""Somebody who is typed at a prompt instead of on the command line: - in the place of PERSON."""
import os
import pty
import select
import signal
import subprocess
import termios

import pytest
from daemon import program
from school import vo_id

# Eleven digits of the form of a national number, with check digits that are wrong.
NO_NUMBER = "850101 001 11".replace(" ", "")


@pytest.fixture(name="daemon")
def _daemon(school):
    """Of a school that is in step."""
    return school.start()


def asked(daemon, typed, *arguments):
    """duaalctl with this on its standard input."""
    return subprocess.run([program("duaalctl"), "--socket", daemon.settings["control.socket"], *arguments], input=typed, capture_output=True,
                          text=True, timeout=30, check=False, env=daemon.environment)


def test_the_answer_is_that_of_the_argument(daemon):
    """Of why and of every other command that takes a person; nothing is asked for where nobody sits."""
    for line in (["why", "{}"], ["why", "{}", "30569"], ["changes", "--person", "{}"]):
        typed = asked(daemon, vo_id("an") + "\n", *[word.format("-") for word in line])
        given = daemon.ctl(*[word.format(vo_id("an")) for word in line])
        assert (typed.returncode, typed.stderr) == (given.returncode, given.stderr), line
        assert typed.stdout.splitlines()[:1] == given.stdout.splitlines()[:1] != []
    assert "has access" in asked(daemon, "An Peeters", "why", "-").stdout


def test_what_is_no_answer(daemon):
    """Nothing, too much, a national number: refused, and never repeated."""
    for typed, word in (("", "nothing was typed"), ("\n", "is empty"), ("x" * 300, "longer"), ("a\x01b\n", "control character"),
                        (NO_NUMBER + "\n", "check digits are wrong")):
        done = asked(daemon, typed, "why", "-")
        assert done.returncode == 64 and word in done.stderr and done.stdout == "", (typed, done)
        assert NO_NUMBER not in done.stderr and "history" not in done.stderr


def test_a_terminal_is_asked(daemon):
    """The question is on standard error, so that a pipe gets the answer alone."""
    terminal, other = pty.openpty()
    with subprocess.Popen([program("duaalctl"), "--socket", daemon.settings["control.socket"], "why", "-"], stdin=other, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=daemon.environment) as process:
        os.write(terminal, b"An Peeters\n")
        out, err = process.communicate(timeout=30)
    os.close(terminal)
    os.close(other)
    assert err == "Person: " and "has access" in out


class Terminal:
    """duaalctl at a terminal. shown: what it shows, as it comes."""

    def __init__(self, daemon, *arguments):
        self.master, self.other = pty.openpty()
        self.before = termios.tcgetattr(self.other)
        self.process = subprocess.Popen([program("duaalctl"), "--socket", daemon.settings["control.socket"], *arguments], stdin=self.other,
                                        stdout=subprocess.PIPE, stderr=self.other, text=True, env=daemon.environment)
        self.shown = ""

    def wait(self, text):
        """Until this is shown."""
        while text not in self.shown:
            assert select.select([self.master], [], [], 30)[0], self.shown
            self.shown += os.read(self.master, 4096).decode()

    def type(self, keys, shown=""):
        """Keys, and what they show."""
        os.write(self.master, keys.encode())
        self.wait(shown)
        return self

    def end(self):
        """(exit status, what was printed); the terminal is as it was."""
        out, _ = self.process.communicate(timeout=30)
        assert termios.tcgetattr(self.other) == self.before
        os.close(self.other)
        os.close(self.master)
        return self.process.returncode, out


def test_a_terminal_shows_no_digit(daemon):
    """A name is shown as it is typed, digits as stars; keys do what they do elsewhere."""
    terminal = Terminal(daemon, "why", "-")
    terminal.wait("Person: ")
    terminal.type("An1", "An*").type("\x7f", "\b \b").type(" é", "é").type("\x7f").type("12.3", "**.*").type("\x15").type("An Peeters\n", "An Peeters")
    status, out = terminal.end()
    assert status == 0 and "has access" in out
    assert not set("0123456789") & set(terminal.shown)


def test_a_terminal_is_left_as_it_was(daemon):
    """Also by whoever changes their mind: ^C ends it by the signal, ^D is nothing typed, a number that is wrong is not shown."""
    terminal = Terminal(daemon, "why", "-")
    terminal.wait("Person: ")
    assert terminal.type("x\x03").end()[0] == -signal.SIGINT
    terminal = Terminal(daemon, "why", "-")
    terminal.wait("Person: ")
    terminal.type("\x04", "nothing was typed")
    assert terminal.end()[0] == 64
    terminal = Terminal(daemon, "why", "-")
    terminal.wait("Person: ")
    terminal.type(NO_NUMBER + "\n", "check digits are wrong")
    assert terminal.end()[0] == 64 and NO_NUMBER not in terminal.shown and "*" * 11 in terminal.shown
