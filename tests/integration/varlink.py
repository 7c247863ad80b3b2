# SPDX-License-Identifier: EUPL-1.2
"""Our interface spoken over the socket itself, for tests that ask often or ask what duaalctl does not.

    with Varlink(path) as socket:
        socket.call("Status")["state"]
        socket.call("Sync", wait=True)["summary"]
"""
import json
import socket

INTERFACE = "be.werkplekduaal.Duaalsync"


class Refused(Exception):
    """An error of the interface. name: without the interface; parameters: as answered."""

    def __init__(self, name, parameters):
        super().__init__("%s %s" % (name, parameters))
        self.name, self.parameters = name, parameters


class Varlink:
    """One connection to path."""

    def __init__(self, path, seconds=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.settimeout(seconds)
        self.buffer = b""

    def call(self, method, **parameters):
        """Call a method; its answer, or Refused."""
        self.send(method, **parameters)
        return self.receive()

    def send(self, method, **parameters):
        """Call a method and do not wait for its answer."""
        self.put({"method": "%s.%s" % (INTERFACE, method), "parameters": parameters})

    def send_more(self, method, **parameters):
        """Call a method that has many answers."""
        self.put({"method": "%s.%s" % (INTERFACE, method), "parameters": parameters, "more": True})

    def put(self, message):
        """One frame."""
        self.socket.sendall(json.dumps(message).encode() + b"\0")

    def receive(self):
        """The next answer, or Refused."""
        while b"\0" not in self.buffer:
            more = self.socket.recv(1 << 20)
            if not more:
                raise ConnectionError("the daemon closed the connection")
            self.buffer += more
        frame, self.buffer = self.buffer.split(b"\0", 1)
        answer = json.loads(frame)
        if "error" in answer:
            raise Refused(answer["error"].rpartition(".")[2], answer.get("parameters", {}))
        return answer["parameters"]

    def close(self):
        """End the connection."""
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
