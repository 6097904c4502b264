"""Passes bytes on and counts the requests among them: how often a client really asked."""

import contextlib
import re
import socket
import threading

START = re.compile(rb"(?:^|\r\n\r\n|[^\r\n])(POST|GET) (/\S*) HTTP/1\.1\r\n")


class Relay:
    """Between a client and `port`. `requests` are the lines that requests began with."""

    def __init__(self, port):
        self.target = port
        self.requests = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                for pair, counts in (((client, server), True), ((server, client), False)):
                    threading.Thread(target=self.carry, args=(*pair, counts), daemon=True).start()

    def carry(self, source, sink, counts):
        tail = b""
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if counts:
                    tail += data
                    for found in list(START.finditer(tail)):
                        with self.lock:
                            self.requests.append(f"{found[1].decode()} {found[2].decode()}")
                        last = found.end()
                    tail = tail[last:] if START.search(tail) else tail[-4096:]
                sink.sendall(data)
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def count(self, path):
        """How many requests were made at a path that begins so, since the last time that this was asked."""
        with self.lock:
            found = sum(path in request for request in self.requests)
            self.requests.clear()
        return found

    def close(self):
        self.listener.close()
