# SPDX-License-Identifier: EUPL-1.2
"""What the private servers of the tests have in common: a folder, a process that is ended by its id, and LDAP calls.

    class Kdc(Server):
        def start(self): return self._launch([program, ...])   # in the folder's log; until _is_ready()
    class Slapd(LdapServer):
        def connect(self): ...                                 # as root of the data; gives add, modify, delete, read
"""
import os
import shutil
import signal
import subprocess
import tempfile
import time

import ldap

READY_SECONDS = 60
STOP_SECONDS = 30


def as_bytes(attributes):
    """{name: value or values, str or bytes} as python-ldap wants it; None and empty lists are left out."""
    result = {}
    for name, values in attributes.items():
        values = [values] if isinstance(values, (str, bytes)) else list(values or ())
        if values:
            result[name] = [value.encode() if isinstance(value, str) else value for value in values]
    return result


class Server:
    """One process; directory: to use instead of a folder of its own, whose name begins with prefix."""

    def __init__(self, prefix, directory=None):
        self.own_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix=prefix)
        self.process = None
        self.paused = False

    def path(self, name):
        """A file or folder of this server."""
        return os.path.join(self.directory, name)

    def log(self):
        """What it said so far, over restarts."""
        return self._text("log")

    def _text(self, *names):
        text = ""
        for name in filter(os.path.exists, map(self.path, names)):
            with open(name, encoding="utf-8", errors="replace") as file:
                text += file.read()
        return text

    # ---- life ----

    def _launch(self, command, output="log", environment=None, outlives=False):
        """Start it and wait until it is ready; it ends with us unless it outlives us. Returns self."""
        with open(self.path(output), "ab") as log:
            self.process = subprocess.Popen(
                [*([] if outlives else ["/usr/bin/setpriv", "--pdeathsig", "TERM"]), *command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=environment)
        end = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None:
                raise RuntimeError("%s ended at once:\n%s" % (command[0], self.log()[-4000:]))
            if time.monotonic() > end:
                raise TimeoutError("%s does not answer:\n%s" % (command[0], self.log()[-4000:]))
            time.sleep(0.01)
        return self

    def _is_ready(self):
        raise NotImplementedError

    def stop(self):
        """Orderly end; waits. Nothing happens when it is not running."""
        self._end(signal.SIGTERM)

    def kill(self):
        """The end that a power cut gives (SIGKILL)."""
        self._end(signal.SIGKILL)

    def _end(self, how):
        if self.process is None:
            return
        self.resume()
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self):
        """Stop and start; data and run-time settings stay."""
        self.stop()
        return self.start()

    def pause(self):
        """Hang: connections stay open and nothing is answered (SIGSTOP)."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)  # on another core it may go on for a moment
        self.paused = True

    def resume(self):
        """Go on after pause()."""
        if self.paused:
            self.process.send_signal(signal.SIGCONT)
            self.paused = False

    def close(self):
        """Stop and remove the folder, if it was ours."""
        self.stop()
        if self.own_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class LdapServer(Server):
    """One that has connect(): a connection as root of the data."""

    @staticmethod
    def _handle(uri):
        connection = ldap.initialize(uri, bytes_mode=False)
        connection.set_option(ldap.OPT_REFERRALS, 0)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 10)
        connection.set_option(ldap.OPT_TIMEOUT, 30)
        return connection

    def _is_ready(self):
        try:
            self.connect().unbind_s()
            return True
        except ldap.LDAPError:
            return False

    def add(self, dn, attributes):
        """Add one entry as root: {name: value or values}."""
        connection = self.connect()
        connection.add_s(dn, list(as_bytes(attributes).items()))
        connection.unbind_s()

    def modify(self, dn, add=None, delete=None, replace=None):
        """Change one entry as root: each {name: value or values}; in delete, None is the whole attribute."""
        changes = [(ldap.MOD_DELETE, name, None if values is None else as_bytes({name: values})[name])
                   for name, values in (delete or {}).items()]
        changes += [(ldap.MOD_ADD, name, values) for name, values in as_bytes(add or {}).items()]
        changes += [(ldap.MOD_REPLACE, name, as_bytes({name: values}).get(name)) for name, values in
                    (replace or {}).items()]
        connection = self.connect()
        connection.modify_s(dn, changes)
        connection.unbind_s()

    def delete(self, dn):
        """Delete one entry as root."""
        connection = self.connect()
        connection.delete_s(dn)
        connection.unbind_s()

    def read(self, dn, attributes=("*", "+")):
        """One entry as root: {attribute: [bytes]}, or None where there is none."""
        connection = self.connect()
        try:
            return connection.search_s(dn, ldap.SCOPE_BASE, attrlist=list(attributes))[0][1]
        except ldap.NO_SUCH_OBJECT:
            return None
        finally:
            connection.unbind_s()
