# SPDX-License-Identifier: EUPL-1.2
"""Somebody who is typed at a prompt instead of on the command line: - in the place of PERSON."""
import codecs
import contextlib
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
        assert typed.stdout.split("\n")[0].split() == given.stdout.split("\n")[0].split() != []  # how wide a column is depends on the second
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


class Screen:
    """What a terminal shows, as it comes. master: its other side."""

    def __init__(self, master):
        self.master, self.decoder = master, codecs.getincrementaldecoder("utf-8")()

    def more(self):
        """At least a byte of it."""
        return self.decoder.decode(os.read(self.master, 4096))


class Terminal:
    """duaalctl at a terminal. shown: what it shows, as it comes."""

    def __init__(self, daemon, *arguments, prepare=None):
        self.master, self.other = pty.openpty()
        if prepare is not None:
            prepare(self.master, self.other)
        self.screen = Screen(self.master)
        self.before = termios.tcgetattr(self.other)
        self.process = subprocess.Popen([program("duaalctl"), "--socket", daemon.settings["control.socket"], *arguments], stdin=self.other,
                                        stdout=subprocess.PIPE, stderr=self.other, text=True, env=daemon.environment)
        self.shown = ""

    def wait(self, text):
        """Until this is shown."""
        while text not in self.shown:
            assert select.select([self.master], [], [], 30)[0], self.shown
            self.shown += self.screen.more()

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


def stop_output(master, _other):
    """As ^S does, which nobody has undone."""
    os.write(master, b"\x13")


def fill(_master, other):
    """Write as much as there is room for, while nobody reads."""
    writer = os.open(os.ttyname(other), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x")
    os.close(writer)


def test_no_signal_waits_behind_what_is_shown(daemon):
    """^S, here or before, stops nothing; a terminal that takes nothing more shows nothing, and a signal ends it all the same."""
    terminal = Terminal(daemon, "why", "-")
    terminal.wait("Person: ")
    assert terminal.type("x\x13y\x03", "xy").end()[0] == -signal.SIGINT
    terminal = Terminal(daemon, "why", "-", prepare=stop_output)
    terminal.wait("Person: ")
    terminal.type("An\x13 \x11Peeters\n", "An Peeters")
    status, out = terminal.end()
    assert status == 0 and "has access" in out
    for end in (lambda: terminal.process.send_signal(signal.SIGTERM), lambda: os.write(terminal.master, b"1\x03")):
        terminal = Terminal(daemon, "why", "-", prepare=fill)
        daemon.wait_until(lambda: not termios.tcgetattr(terminal.other)[3] & termios.ECHO, "the prompt")
        end()
        assert terminal.end()[0] in (-signal.SIGTERM, -signal.SIGINT)


class Shell:
    """A shell at a terminal of its own, which leaves the terminal as its commands leave it. shown: since the last wait."""

    def __init__(self, daemon):
        self.shown = ""
        environment = {**daemon.environment, "PS1": "ready> ", "ENV": ""}
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve("/bin/dash", ["dash", "-i"], environment)
        self.screen = Screen(self.master)
        self.wait("ready> ")
        self.before = termios.tcgetattr(self.master)
        self.command = "%s --socket %s why -\n" % (program("duaalctl"), daemon.settings["control.socket"])

    def wait(self, text):
        """Until this is shown; what was shown up to its end."""
        while text not in self.shown:
            assert select.select([self.master], [], [], 30)[0], self.shown
            self.shown += self.screen.more()
        before, _, self.shown = self.shown.partition(text)
        return before + text

    def type(self, keys, shown):
        """Keys, and what they show."""
        os.write(self.master, keys.encode())
        return self.wait(shown)

    def ask(self):
        """duaalctl waits for a line; its process id."""
        self.type(self.command, "why -\r\n")
        self.wait("Person: ")
        with open("/proc/%d/task/%d/children" % (self.pid, self.pid), encoding="ascii") as file:
            return int(file.read().split()[-1])

    def is_as_before(self):
        """The terminal echoes again, and whatever else it did."""
        return termios.tcgetattr(self.master) == self.before

    def end(self):
        """Its end."""
        os.close(self.master)
        os.waitpid(self.pid, 0)


@pytest.fixture(name="shell")
def _shell(daemon):
    """Of dash, which unlike others does not put a terminal right by itself."""
    shell = Shell(daemon)
    yield shell
    shell.end()


def test_whatever_ends_it_leaves_the_terminal_as_it_was(shell):
    """A signal from elsewhere as the keys that mean one."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT):
        pid = shell.ask()
        shell.type("12", "**")
        os.kill(pid, number)
        shell.wait("ready> ")
        assert shell.is_as_before(), number
    for key in ("\x03", "\x1c"):
        shell.ask()
        shell.type("12" + key, "ready> ")
        assert shell.is_as_before(), repr(key)


def test_whoever_is_stopped_meanwhile_is_asked_again(shell):
    """By the key or from elsewhere: the shell has its terminal, and behind fg stands what was typed, with no digit that is echoed."""
    for stop in ("key", "signal", "at once"):
        pid = shell.ask()
        shell.type("An1", "An*")
        if stop == "key":
            shell.type("\x1a", "Stopped")
        else:
            os.kill(pid, signal.SIGTSTP if stop == "signal" else signal.SIGSTOP)
            shell.wait("Stopped")
        shell.wait("ready> ")
        if stop != "at once":  # SIGSTOP leaves nobody the time
            assert shell.is_as_before(), stop
        shell.type("fg\n", "Person: An*")
        shell.type("2", "*")
        shown = shell.type("\x7f\x7f Peeters\n", "ready> ")
        assert "has access" in shown and not set("12") & set(shown.partition("Peeters")[0]), shown
        assert shell.is_as_before(), stop


def test_what_is_behind_the_line_is_no_command(shell):
    """Two numbers that were pasted together, or a line that is too long: the shell does not show the rest and does not keep it."""
    shell.ask()
    shown = shell.type("An Peeters\n" + NO_NUMBER + "\n", "ready> ")
    assert "has access" in shown and NO_NUMBER not in shown
    shell.ask()
    shown = shell.type("x" * 300 + NO_NUMBER + "\n", "ready> ")
    assert "longer than" in shown and NO_NUMBER not in shown
    shown = shell.type("echo end\n", "ready> ")
    assert "not found" not in shown and NO_NUMBER not in shown
