"""How fast values are checked and made, as ratios to well-known libraries in the same process.

    python -m benchmarks.values

Every contestant gets the same numbers, which all of them accept, in the same order; the best of several rounds counts.
Ratios travel between machines, microseconds do not.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from random import Random
from typing import Final

from faker import Faker
from stdnum.cn import ric

from kyc_core import generate
from kyc_core.generate import Safety
from kyc_core.resident_id import validate

Row = tuple[str, float, str]
"""What was compared, how many times faster ours is, and the aim with the figures behind it."""

TODAY: Final = date(2026, 1, 1)
NUMBERS: Final = 500
ROUNDS: Final = 7
VALIDATE_AIM: Final = 10.0
CHECKSUM_AIM: Final = 1.0
GENERATE_AIM: Final = 10.0


def rows() -> list[Row]:
    """Measure everything; takes a second or two."""
    numbers = _numbers_everybody_accepts()
    ours = _per_call(lambda: _consume(validate(number, today=TODAY) for number in numbers))
    stdnum = _per_call(lambda: _consume(ric.validate(number) for number in numbers))
    measured = [_ratio("resident_id.validate, all reasons, against stdnum.cn.ric.validate", ours, stdnum, VALIDATE_AIM)]
    checksum_only = _cid_checksum()
    if checksum_only is not None:
        cid = _per_call(lambda: _consume(checksum_only(number) for number in numbers))
        measured.append(
            _ratio("resident_id.validate, all reasons, against cid's checksum alone", ours, cid, CHECKSUM_AIM)
        )
    chooser, faker = Random(1), Faker("zh_CN")
    faker.seed_instance(1)
    fakers = _per_call(lambda: _consume(faker.ssn() for _ in range(NUMBERS)))
    for safety in Safety:
        made = _per_call(partial(_make_citizens, chooser, safety))
        measured.append(
            _ratio(f"generate.citizen, {safety.value}, against Faker zh_CN ssn", made, fakers, GENERATE_AIM)
        )
    return measured


def main() -> None:
    """Print the rows."""
    for name, ratio, note in rows():
        print(f"{ratio:8.1f}x  {name}  ({note})")


def _make_citizens(chooser: Random, safety: Safety) -> None:
    _consume(generate.citizen(chooser, safety=safety) for _ in range(NUMBERS))


def _numbers_everybody_accepts() -> list[str]:
    chooser = Random(7)
    numbers: list[str] = []
    while len(numbers) < NUMBERS:
        number = generate.citizen(chooser, safety=Safety.REALISTIC)
        if _accepted_by_stdnum(number):
            numbers.append(number)
    return numbers


def _accepted_by_stdnum(number: str) -> bool:
    try:
        return bool(ric.is_valid(number))
    except KeyError:
        # Its table lacks some whole counties, which it does not expect itself.
        return False


def _cid_checksum() -> Callable[[str], bool] | None:
    """The check of cid, or None where it cannot be imported: it needs ``six`` and does not say so."""
    try:
        check: Callable[[str], bool] = importlib.import_module("cid").is_valid_cid
    except ImportError:
        return None
    return check


def _per_call(run: Callable[[], None]) -> float:
    """Seconds for one of `NUMBERS` calls, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return best / NUMBERS


def _ratio(name: str, ours: float, theirs: float, aim: float) -> Row:
    return name, theirs / ours, f"aim {aim:g}x; {ours * 1e6:.2f} us against {theirs * 1e6:.2f} us"


def _consume(values: Iterable[object]) -> None:
    for _ in values:
        pass


if __name__ == "__main__":
    main()
