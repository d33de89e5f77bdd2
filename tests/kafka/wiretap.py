"""A TCP relay between clients and a broker, which can fall silent: it accepts and never answers."""

import selectors
import socket
import threading
from types import TracebackType
from typing import Self

from tests.postgres import free_port

CHUNK = 65_536
PATIENCE_SECONDS = 0.05


class Wiretap:
    """Passes bytes both ways while it speaks; silent, it takes connections and passes nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self.target = 0
        self._speaks = threading.Event()
        self._over = threading.Event()
        self._peers: dict[socket.socket, socket.socket | None] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        for one in [*self._peers, self._listener]:
            one.close()
        self._selector.close()

    @property
    def address(self) -> str:
        """Name the relay as a broker."""
        return f"127.0.0.1:{self.port}"

    def speak(self, target: int) -> None:
        """Pass everything on to a port; connections taken in silence are cut."""
        self.target = target
        self._speaks.set()

    def fall_silent(self) -> None:
        """Pass nothing any more, in no direction."""
        self._speaks.clear()

    def _run(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(PATIENCE_SECONDS):
                one = key.fileobj
                if one is self._listener:
                    self._take()
                elif self._speaks.is_set() and isinstance(one, socket.socket):
                    self._pass_on(one)

    def _take(self) -> None:
        client, _ = self._listener.accept()
        if not self._speaks.is_set():
            self._peers[client] = None
            self._selector.register(client, selectors.EVENT_READ)
            return
        try:
            broker = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            client.close()
            return
        for one, other in ((client, broker), (broker, client)):
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        other = self._peers.get(one)
        try:
            heard = one.recv(CHUNK)
            if heard and other is not None:
                other.sendall(heard)
                return
        except OSError:
            pass
        for end in (one, other):
            if end is not None and end in self._peers:
                self._selector.unregister(end)
                del self._peers[end]
                end.close()
