"""The bare Flask view of `benchmarks.hello` behind our own door, which answers pages in a pool of threads.

    python -m benchmarks.own_door PORT

Tells what the door makes of a Flask view; ``/__admin`` and hosted pages are answered so.
"""

from __future__ import annotations

import sys
from unittest.mock import patch

from benchmarks.hello import app
from simulator import server
from simulator.services import Services
from simulator.settings import Settings


def main(port: int) -> None:
    """Serve until told to stop. Without providers, every request is for the application behind."""
    settings = Settings(port=port)
    with patch.object(server, "_flask", lambda *_: app):
        server.serve(Services(settings, ()), server.listen(settings), ready=lambda: None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
