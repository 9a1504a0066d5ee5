"""A process that has imported everything and forks an adapter host per bug: a fresh process each, without its start-up.

``python -m tests.contract.adapters.nursery SOCKET`` serves; ``python nursery.py SOCKET module:factory`` is the adapter
under test as far as the harness can see: it hands its own streams to a fork and ends with it. As a client this file
imports next to nothing.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STREAMS = 3


def ask(path: str, name: str) -> None:
    """Have an adapter host run on this process's streams; return when it ends."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        socket.send_fds(line, [name.encode()], range(_STREAMS))
        line.recv(1)


def serve(path: str) -> None:
    """Fork a host for whoever asks."""
    import os
    import signal

    import requests

    import tests.contract.adapters.alibaba
    import tests.contract.adapters.kyc_china
    import tests.contract.adapters.mps
    import tests.contract.adapters.signzy
    import tests.contract.adapters.tencent
    import tests.contract.adapters.upi
    from contracts import adapter_host

    del requests, tests
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    print("ready", flush=True)
    while True:
        line, _ = listener.accept()
        name, streams, _, _ = socket.recv_fds(line, 1024, _STREAMS)
        if os.fork() == 0:
            listener.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            sys.argv = ["adapter_host", name.decode()]
            adapter_host.main()
            sys.stderr.flush()
            os._exit(0)
        line.close()
        for stream in streams:
            os.close(stream)


@contextmanager
def nursery(path: str) -> Iterator[str]:
    """Serve at *path* for the length of the block.

    Yields:
        The command that asks there, but for the name of the adapter.
    """
    import shlex
    import subprocess

    command = [sys.executable, "-m", "tests.contract.adapters.nursery", path]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield shlex.join([sys.executable, "-I", "-S", __file__, path])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        ask(sys.argv[1], sys.argv[2])
    else:
        serve(sys.argv[1])
