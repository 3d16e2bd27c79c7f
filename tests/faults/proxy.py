"""A network that can be cut: a proxy on the loopback, between a client and a server."""

import socket
from collections.abc import Callable
from enum import Enum, auto
from select import select
from threading import Thread
from types import TracebackType
from typing import Self

_BYTES = 1 << 16
_TICK = 0.01  # seconds after which it looks how it is to behave


class Network(Enum):
    """How a network behaves: it lets through, it loses all, or it refuses and cuts."""

    OPEN = auto()
    SILENT = auto()
    CUT = auto()


class Proxy:
    """A proxy to the *port* of the loopback, on a `port` of its own.

    Its `network` may be set at any time. Where `loses_answer(sent)` says so of what a client
    sends, that is passed on, and the connection is cut before any answer; where
    `loses_request(sent)` does, it is cut before it is passed on.
    """

    def __init__(self, port: int) -> None:
        self.network = Network.OPEN
        self.loses_answer: Callable[[bytes], bool] = _never
        self.loses_request: Callable[[bytes], bool] = _never
        self.cuts = 0
        self._target = port
        self._ends: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_closing = False
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_closing = True
        self._thread.join()
        self._listener.close()
        for end in self._ends:
            end.close()

    def _run(self) -> None:
        while not self._is_closing:
            if self.network is Network.CUT:
                for client in list(self._clients):
                    self._cut(client)
            watched = [] if self.network is Network.SILENT else list(self._ends)
            ready, _, _ = select([self._listener, *watched], [], [], _TICK)
            for end in ready:
                if end is self._listener:
                    self._accept()
                elif end in self._ends and self.network is Network.OPEN:
                    self._pass_on(end)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            if self.network is Network.CUT:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        self._ends |= {client: server, server: client}
        self._clients.add(client)

    def _pass_on(self, end: socket.socket) -> None:
        other = self._ends[end]
        try:
            data = end.recv(_BYTES)
            is_sent = end in self._clients
            if not data or (is_sent and self.loses_request(data)):
                self._cut(end)
                return
            other.sendall(data)
            if is_sent and self.loses_answer(data):
                self._cut(end)
        except OSError:
            self._cut(end)

    def _cut(self, end: socket.socket) -> None:
        other = self._ends.pop(end)
        del self._ends[other]
        self._clients -= {end, other}
        self.cuts += 1
        end.close()
        other.close()


def _never(_: bytes) -> bool:
    return False
