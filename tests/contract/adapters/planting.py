"""How a bug is planted into a reference adapter: in what it is asked, what it sends, reads, or makes of it.

Every bug is one small change, so that exactly one check has reason to complain.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from contracts.findings import Check
from kyc_core.adapters.base import Adapter, AdapterError, CheckResult, Claim, Fault, Received
from kyc_core.adapters.transport import Answer, Request, requests_sender
from kyc_core.verdicts import Retry, Verdict

Credentials = Mapping[str, Any]
Factory = Callable[..., Any]
"""Called with endpoint and credentials; a reference takes a sender, too."""
Ask = Callable[[Any, str, Claim], CheckResult]
Edit = Callable[[Any], None]


class Bug(NamedTuple):
    """A planted bug: the adapter, who has to notice, and the operations that it shows in."""

    factory: Factory
    check: Check
    operations: tuple[str, ...]


def by_name(bugs: Mapping[str, Bug]) -> Callable[[str], Factory]:
    """Return a module's ``__getattr__``: each bug's factory under its name, as ``module:factory`` wants it."""

    def look_up(name: str) -> Factory:
        try:
            return bugs[name].factory
        except KeyError:
            raise AttributeError(name) from None

    return look_up


class Asked:
    """An adapter that is asked in another way."""

    def __init__(self, sound: Any, ask: Ask) -> None:
        self.sound = sound
        self._ask = ask

    def check(self, operation: str, claim: Claim) -> CheckResult:
        return self._ask(self.sound, operation, claim)

    def callback(self, received: Received) -> CheckResult:
        found: CheckResult = self.sound.callback(received)
        return found


def asking(reference: Factory, ask: Ask) -> Factory:
    """Plant a bug around the whole check."""
    return lambda endpoint, credentials: Asked(reference(endpoint, credentials), ask)


def altered(reference: Factory, alter: Callable[[Any], None]) -> Factory:
    """Plant a bug in how the adapter is set up."""

    def factory(endpoint: str, credentials: Credentials) -> Any:
        adapter = reference(endpoint, credentials)
        alter(adapter)
        return adapter

    return factory


def replaced(module: Any, name: str, make: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Return an alteration that puts another function into a module; each adapter has a process of its own."""
    return lambda _: setattr(module, name, make(getattr(module, name)))


def reading(reference: Factory, change: Callable[[CheckResult], CheckResult]) -> Factory:
    """Plant a bug in what is made of a result."""
    return asking(reference, lambda sound, operation, claim: change(sound.check(operation, claim)))


def receiving(reference: Factory, spoil: Callable[[Answer], Answer]) -> Factory:
    """Plant a bug in how an answer is read: the reference sees another one than came."""

    def factory(endpoint: str, credentials: Credentials) -> Adapter:
        send = requests_sender()
        adapter: Adapter = reference(endpoint, credentials, lambda request: spoil(send(request)))
        return adapter

    return factory


def sending(reference: Factory, change: Callable[[Request], Request]) -> Factory:
    """Plant a bug in what is sent, after it was signed."""

    def factory(endpoint: str, credentials: Credentials) -> Adapter:
        send = requests_sender()
        adapter: Adapter = reference(endpoint, credentials, lambda request: send(change(request)))
        return adapter

    return factory


def edited(edit: Edit) -> Callable[[Answer], Answer]:
    """Return a change of JSON answers: *edit* is given the object; what is no object, or does not fit, stays."""

    def spoil(answer: Answer) -> Answer:
        try:
            document = json.loads(answer.body)
        except ValueError:
            return answer
        before = json.dumps(document)
        try:
            edit(document)
        except (KeyError, TypeError, AttributeError, IndexError):
            return answer
        return answer if json.dumps(document) == before else replace(answer, body=json.dumps(document).encode())

    return spoil


def last_of_two(answer: Answer) -> Answer:
    """Read JSON as most libraries do: of a member that stands twice, the last one counts."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        return answer
    return replace(answer, body=json.dumps(document).encode()) if isinstance(document, dict) else answer


def first_of_two(answer: Answer) -> Answer:
    """Read JSON as a search for the first occurrence does."""
    try:
        document = json.loads(answer.body, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    except ValueError:
        return answer
    return replace(answer, body=json.dumps(document).encode()) if isinstance(document, dict) else answer


def only_known(*paths: tuple[tuple[str, ...], frozenset[str]]) -> Callable[[Answer], Answer]:
    """Refuse answers that have more members at one of *paths* than are listed for it."""

    def spoil(answer: Answer) -> Answer:
        try:
            document = json.loads(answer.body)
        except ValueError:
            return answer
        for path, known in paths:
            found = document
            for name in path:
                found = found.get(name) if isinstance(found, dict) else None
            if isinstance(found, dict) and not found.keys() <= known:
                return replace(answer, body=b"")
        return answer

    return spoil


def matched(code: str = "0") -> CheckResult:
    """Make up a match."""
    return CheckResult(
        verdict=Verdict.MATCH, billed=True, retry=Retry.NEVER, provider_code=code, request_id=None, evidence={}
    )


def match_on(reference: Factory, *faults: Fault) -> Factory:
    """Take errors of some kinds for a match: whoever complains is not the customer."""

    def ask(sound: Any, operation: str, claim: Claim) -> CheckResult:
        try:
            return _checked(sound, operation, claim)
        except AdapterError as error:
            if error.fault in faults:
                return matched()
            raise

    return asking(reference, ask)


def again(reference: Factory, wanted: Callable[[CheckResult], bool], times: int = 1) -> Factory:
    """Ask again at once while the result is *wanted* again, a few times."""

    def ask(sound: Any, operation: str, claim: Claim) -> CheckResult:
        found = _checked(sound, operation, claim)
        for _ in range(times):
            if not wanted(found):
                break
            found = _checked(sound, operation, claim)
        return found

    return asking(reference, ask)


def again_when_lost(reference: Factory) -> Factory:
    """Ask again when the answer was lost, although it may have been charged."""

    def ask(sound: Any, operation: str, claim: Claim) -> CheckResult:
        try:
            return _checked(sound, operation, claim)
        except AdapterError as error:
            if error.fault is Fault.TRANSPORT:
                return _checked(sound, operation, claim)
            raise

    return asking(reference, ask)


def logging_first(reference: Factory, tell: Callable[[Any, Claim], str]) -> Factory:
    """Log something before every check."""

    def ask(sound: Any, operation: str, claim: Claim) -> CheckResult:
        logging.getLogger("adapter").info("checking %s", tell(sound, claim))
        return _checked(sound, operation, claim)

    return asking(reference, ask)


def blaming(reference: Factory, tell: Callable[[Claim], str | None]) -> Factory:
    """Name the person in errors."""

    def ask(sound: Any, operation: str, claim: Claim) -> CheckResult:
        try:
            return _checked(sound, operation, claim)
        except AdapterError as error:
            error.args = (f"no answer about {tell(claim)}",)
            raise

    return asking(reference, ask)


def header_with(name: str, value: Callable[[Any], str]) -> Callable[[Request], Request]:
    """Send something out of the JSON body in a header, too."""
    return lambda request: replace(request, headers={**request.headers, name: value(json.loads(request.body))})


def _checked(sound: Any, operation: str, claim: Claim) -> CheckResult:
    found: CheckResult = sound.check(operation, claim)
    return found
