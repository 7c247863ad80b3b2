# SPDX-License-Identifier: EUPL-1.2
"""The helpers as units of their own, without a service manager: sockets as systemd passes them, one process at a time.

    with Units(folder) as units:               # folder/source, folder/target, folder/ledger, folder/ledger-reader
        units.processes["source"].pid          # the helper that serves, or None
        units.close("target")                  # nobody listens there any more
        units.open("target")                   # again

Like a socket unit with Accept=no: a connection starts the helper, the next one waits until it has ended. A process that failed is
started anew a little later, as Restart=on-failure does. environments: {"source": {...}} goes to that helper alone.
"""
import os
import select
import socket
import subprocess
import threading
import time

from daemon import program

PROGRAMS = {"source": "duaal-source", "target": "duaal-target", "ledger": "duaal-ledger", "ledger-reader": "duaal-ledger"}
RESTART_SECONDS = 0.1


class Units:
    """The four sockets and whoever serves them."""

    def __init__(self, folder, environments=None, programs=None):
        self.folder, self.environments = folder, environments or {}
        self.programs = programs or PROGRAMS
        self.sockets, self.threads, self.processes = {}, {}, dict.fromkeys(self.programs)
        self.starting = threading.Lock()
        self.log = os.path.join(folder, "units.log")

    def __enter__(self):
        for name in self.programs:
            self.open(name)
        return self

    def __exit__(self, *_):
        for name in list(self.sockets):
            self.close(name)

    def path(self, name):
        """Where the planner finds it."""
        return os.path.join(self.folder, name)

    def open(self, name):
        """Listens, and starts the helper for whoever comes."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listening.bind(self.path(name))
        listening.listen(16)
        self.sockets[name] = (listening, os.pipe())
        self.threads[name] = threading.Thread(target=self._serve, args=(name,), daemon=True)
        self.threads[name].start()

    def close(self, name):
        """Nobody listens any more; a helper that serves is ended."""
        listening, (asked, ask) = self.sockets.pop(name)
        os.unlink(self.path(name))
        with self.starting:  # what is started later sees that it was asked to end
            os.write(ask, b"x")
            process = self.processes[name]
        if process is not None:
            process.kill()
        self.threads.pop(name).join(20)
        listening.close()
        os.close(asked)
        os.close(ask)

    def wait_until_idle(self, seconds=20):
        """Until no helper serves: each has seen that its planner has gone."""
        end = time.monotonic() + seconds
        while any(self.processes.values()):
            if time.monotonic() > end:
                raise TimeoutError("these still serve: %s" % self.processes)
            time.sleep(0.02)

    def said(self):
        """What the helpers wrote on standard error."""
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def _start(self, name, listening):
        environment = {"PATH": "/usr/bin:/bin", "LDAPNOINIT": "1", **self.environments.get(name, {})}
        with open(self.log, "ab") as log:
            return subprocess.Popen(["/bin/bash", "-c", 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" 3<&%d' % listening.fileno(), program(self.programs[name])],
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[listening.fileno()], env=environment)

    def _serve(self, name):
        listening, (asked, _) = self.sockets[name]
        failed = False
        while not select.select([asked], [], [], RESTART_SECONDS if failed else 0)[0]:
            if not failed and asked in select.select([listening, asked], [], [])[0]:
                return
            with self.starting:
                if select.select([asked], [], [], 0)[0]:
                    return
                process = self.processes[name] = self._start(name, listening)
            failed = process.wait() not in (0, -15)
            self.processes[name] = None
