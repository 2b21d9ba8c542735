"""The Milvus server in a network namespace of its own, with one inherited socket as its only door.

The server binds all its ports to every address whatever its settings say; in a namespace that has nothing
but a loopback device nobody else reaches them. Each connection to the inherited socket, which was bound to
127.0.0.1 outside, is passed on to the server's port inside.

Run by tests.milvus_servers under `unshare --net`: python milvus_namespace.py SOCKET PORT COMMAND...
"""

import contextlib
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1


def raise_loopback() -> None:
    """Switches the namespace's loopback device on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16sH14s", b"lo", 0, b""))
        flags = struct.unpack("16sH14s", request)[1] | _IFF_UP
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags, b""))


def pump(source: socket.socket, target: socket.socket) -> None:
    """Passes bytes on until one side hangs up, then hangs up on both."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def pass_on(outside: socket.socket, port: int) -> None:
    """Joins a connection from outside to the server's port inside."""
    try:
        inside = socket.create_connection(("127.0.0.1", port))
    except OSError:
        outside.close()
        return
    for source, target in ((outside, inside), (inside, outside)):
        threading.Thread(target=pump, args=(source, target), daemon=True).start()


def main(door: int, port: int, command: list[str]) -> None:
    """Runs the server until it ends, SIGTERM comes or whoever started this has gone."""
    parent = os.getppid()
    raise_loopback()
    server = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listening = socket.socket(fileno=door)
    listening.settimeout(0.5)
    try:
        while server.poll() is None and os.getppid() == parent:
            with contextlib.suppress(TimeoutError):
                outside, _ = listening.accept()
                outside.setblocking(True)
                pass_on(outside, port)
    finally:
        server.send_signal(signal.SIGINT)  # the launcher stops the server itself on this signal
        server.wait(timeout=20)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
