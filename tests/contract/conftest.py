"""Shared by the contract tests: a provider reached in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from kyc_core.adapters.transport import Answer, Request, Send
from simulator.engine import Engine
from simulator.wire import WireRequest
from tests.contract.adapters.nursery import nursery


@pytest.fixture(scope="session")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the command that hosts an adapter at once, but for the adapter's name."""
    with nursery(str(tmp_path_factory.mktemp("nursery") / "line")) as command:
        yield command


@pytest.fixture(scope="session")
def sender_to() -> Callable[[Engine], Send]:
    """Return what makes an adapter's ``send`` out of an engine: the bytes a socket would carry, without the socket."""

    def make(engine: Engine) -> Send:
        def send(request: Request) -> Answer:
            url = urlsplit(request.url)
            headers = {"host": url.netloc} | {name.lower(): value for name, value in request.headers.items()}
            answer = engine.answer(
                WireRequest(
                    method=request.method,
                    path=url.path or "/",
                    query=url.query.encode("ascii"),
                    headers=tuple(headers.items()),
                    body=request.body,
                )
            )
            assert answer is not None
            return Answer(answer.status, dict(answer.headers), answer.body)

        return send

    return make
