"""The host for adapters in Python: factories by name, answers line by line, and time that passes without waiting."""

from __future__ import annotations

import io
import re
import threading
import time
import types
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from contracts.adapter_host import Gone, Hours, Lines, load_factory, said_by, serve
from kyc_core.adapters.base import CheckResult, Claim, Received
from kyc_core.verdicts import Retry, Verdict

Check = Callable[[str, Claim], CheckResult]


def no_wait(_: float) -> None:
    raise AssertionError("nobody waits for real")


class Made:
    """An adapter that does what it is made to do."""

    def __init__(self, do: Check) -> None:
        self.check = do


def talk(
    do: Check, *lines: Mapping[str, Any], hours: Hours | None = None, make: type[Made] = Made
) -> list[dict[str, Any]]:
    source = io.BytesIO(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    sink = io.BytesIO()
    end = Lines(source, sink)
    serve(end, lambda *_: make(do), hours or Hours(end, no_wait))
    return [orjson.loads(line) for line in sink.getvalue().splitlines()]


START = {"type": "start", "provider": "tencent", "endpoint": "http://127.0.0.1:1", "credentials": {}}
RECEIVED = {"method": "POST", "target": "/a?b=c", "headers": {}, "body": "e30="}
CALLBACK = {"type": "callback", "id": 8, "received": RECEIVED}
CHECK = {"type": "check", "id": 7, "operation": "X", "claim": {"name": "测试甲"}}


def test_a_check_is_answered_under_its_number() -> None:
    def check(operation: str, claim: Claim) -> CheckResult:
        assert (operation, claim.name) == ("X", "测试甲")
        return CheckResult(
            verdict=Verdict.MATCH, billed=True, retry=Retry.NEVER, provider_code="0", request_id="r", evidence={}
        )

    ready, answer = talk(check, START, CHECK)

    assert ready == {"type": "ready"}
    assert (answer["type"], answer["id"], answer["verdict"], answer["retry"]) == ("result", 7, "MATCH", "never")


def test_whatever_is_raised_is_an_answer() -> None:
    def check(operation: str, claim: Claim) -> CheckResult:
        raise RuntimeError("no")

    assert talk(check, START, CHECK)[1]["fault"] == "RuntimeError"


def test_a_callback_is_answered_or_nobody_takes_it() -> None:
    def check(operation: str, claim: Claim) -> CheckResult:
        raise AssertionError("nobody checks")

    class Receiving(Made):
        def callback(self, received: Received) -> CheckResult:
            assert (received.target, received.body) == ("/a?b=c", b"{}")
            return CheckResult(
                verdict=Verdict.MATCH, billed=True, retry=Retry.NEVER, provider_code="0", request_id="r", evidence={}
            )

    assert talk(check, START, CALLBACK)[1] == {"type": "no_callbacks", "id": 8}
    assert talk(check, START, CALLBACK, make=Receiving)[1]["verdict"] == "MATCH"


def test_sleeping_moves_the_clocks_and_asks_the_harness() -> None:
    source, sink = io.BytesIO(b'{"type":"slept","seconds":60}\n'), io.BytesIO()
    hours = Hours(Lines(source, sink), no_wait)
    clock = hours.shift(lambda: 1000.0)
    with hours.check():
        hours.sleep(60)

        assert clock() == 1060.0
    assert orjson.loads(sink.getvalue()) == {"type": "sleep", "seconds": 60.0}
    with hours.check():
        assert clock() == 1000.0


def test_whoever_sleeps_outside_of_a_check_waits() -> None:
    sink, waited = io.BytesIO(), list[float]()
    hours = Hours(Lines(io.BytesIO(), sink), waited.append)
    hours.sleep(1)
    with hours.check():
        refresher = threading.Thread(target=hours.sleep, args=(2,))
        refresher.start()
        refresher.join()

    assert (waited, sink.getvalue()) == ([1, 2], b"")


def factory_of(found: object) -> Callable[[str, Any], object]:
    def factory(endpoint: str, credentials: Any) -> object:
        if isinstance(found, Exception):
            raise found
        return found

    return factory


@pytest.mark.parametrize(
    ("found", "why"),
    [
        pytest.param(None, "NoneType, which has no method check", id="nothing"),
        pytest.param(
            types.SimpleNamespace(check=lambda operation: None), "an operation and a claim", id="one argument"
        ),
        pytest.param(KeyError("FOO"), r"KeyError: 'FOO' \(.*test_adapter_host.py:[0-9]+\)", id="it raises"),
    ],
)
def test_an_adapter_that_nobody_can_ask_is_refused_at_once(found: object, why: str) -> None:
    sink = io.BytesIO()
    end = Lines(io.BytesIO(orjson.dumps(START) + b"\n" + orjson.dumps(CHECK) + b"\n"), sink)
    serve(end, factory_of(found), Hours(end, no_wait))
    (line,) = map(orjson.loads, sink.getvalue().splitlines())

    assert line["type"] == "refused"
    assert re.search(why, line["why"])


def test_a_callable_without_a_signature_may_be_asked() -> None:
    sink = io.BytesIO()
    end = Lines(io.BytesIO(orjson.dumps(START) + b"\n"), sink)
    serve(end, factory_of(types.SimpleNamespace(check=getattr)), Hours(end, no_wait))

    assert orjson.loads(sink.getvalue()) == {"type": "ready"}


def test_what_is_raised_elsewhere_is_told_without_a_place() -> None:
    assert said_by(ValueError("first\nlast")) == "ValueError: first last"


def test_nobody_sleeps_backwards() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        Hours(Lines(io.BytesIO(), io.BytesIO()), no_wait).sleep(-1)


def test_the_end_of_the_lines_is_the_end() -> None:
    with pytest.raises(Gone):
        Lines(io.BytesIO(), io.BytesIO()).read()


@pytest.mark.parametrize("name", ["time", "time:", ":sleep", "time:nothing", "time:timezone"])
def test_a_name_that_leads_to_no_callable_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"module:factory|no callable"):
        load_factory(name)


def test_a_factory_is_found_by_its_name() -> None:
    found: object = load_factory("time:sleep")

    assert found is time.sleep
