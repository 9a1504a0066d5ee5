"""Bank card numbers for Hypothesis: built from the prefix table, never filtered.

``safe`` numbers cannot be charged: either the prefix is real and Luhn fails, or Luhn holds and the prefix is in no
table. ``realistic`` numbers have a real prefix, its length and, unless asked otherwise, a right check digit; one of
them may be somebody's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from hypothesis import strategies as st

from kyc_core.bank_card import LONGEST, SHORTEST, CardType, Issuer, check_digit, issuers, prefixes

_UNLISTED_LENGTHS: Final = (16, 19)


def pans(
    *,
    bin: str | None = None,
    card_type: CardType | None = None,
    luhn: bool | None = None,
    safety: Literal["safe", "realistic"] = "safe",
) -> st.SearchStrategy[str]:
    """Draw card numbers with the exact length of their prefix.

    Args:
        bin: draw on this listed prefix; None for any.
        card_type: draw on prefixes of this kind only; None for any.
        luhn: whether the check digit is right; None for what *safety* prefers.
        safety: ``safe`` gives Luhn-invalid numbers on listed prefixes (``luhn=False``), Luhn-valid ones on unlisted
            prefixes (``luhn=True``), either (None). ``realistic`` gives numbers on listed prefixes, Luhn-valid unless
            ``luhn=False``.

    Raises:
        ValueError: the prefix is not listed, or a safe number was asked for that could be somebody's card.
    """
    if safety == "realistic":
        return _numbers(_rows(bin, card_type), luhn=luhn is not False)
    on_a_listed_prefix = bin is not None or card_type is not None
    if luhn is True and on_a_listed_prefix:
        raise ValueError("a right check digit on a real prefix may be somebody's card: ask for safety='realistic'")
    invalid = _numbers(_rows(bin, card_type), luhn=False)
    if luhn is False or on_a_listed_prefix:
        return invalid
    return _unlisted() if luhn else st.one_of(invalid, _unlisted())


def near_miss(reason: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    """Draw texts that are wrong in exactly one way.

    Args:
        reason: a reason code of `kyc_core.bank_card.validate`, one of the keys of `NEAR_MISSES`.

    Returns:
        A strategy of the text and the codes that ``validate`` must report for it.
    """
    return NEAR_MISSES[reason]


def _rows(bin: str | None, card_type: CardType | None) -> list[Issuer]:
    table = prefixes()
    candidates = table.values() if bin is None else [table.get(bin, ())]
    rows = [row for issued in candidates for row in issued if card_type is None or row.card_type is card_type]
    if not rows:
        raise ValueError("no such prefix in the table")
    return rows


def _numbers(rows: list[Issuer], *, luhn: bool) -> st.SearchStrategy[str]:
    return st.sampled_from(rows).flatmap(lambda row: _completed(row.bin, row.length, luhn=luhn))


def _completed(prefix: str, length: int, *, luhn: bool) -> st.SearchStrategy[str]:
    """Numbers of this length whose longest listed prefix is *prefix*."""
    digits = length - len(prefix) - 1
    accounts = st.integers(0, 10**digits - 1).map(lambda account: _body(prefix, f"{account:0{digits}d}"))
    if luhn:
        return accounts.map(lambda body: body + check_digit(body))
    return st.builds(lambda body, shift: body + str((int(check_digit(body)) + shift) % 10), accounts, st.integers(1, 9))


def _body(prefix: str, account: str) -> str:
    """Put the account behind the prefix, stepping aside where the two together begin with a longer listed prefix."""
    bodies = (f"{prefix}{(int(account[0]) + shift) % 10}{account[1:]}" for shift in range(10))
    return next(body for body in bodies if _longest(body) == prefix)


def _longest(digits: str) -> str | None:
    rows = issuers(digits)
    return rows[0].bin if rows else None


def _unlisted() -> st.SearchStrategy[str]:
    return st.builds(_unlisted_body, st.sampled_from(_unlisted_prefixes()), st.sampled_from(_UNLISTED_LENGTHS), _TAILS)


def _unlisted_body(prefix: str, length: int, tail: str) -> str:
    body = (prefix + tail)[: length - 1]
    return body + check_digit(body)


@lru_cache(maxsize=1)
def _unlisted_prefixes() -> tuple[str, ...]:
    """Six-digit prefixes of the UnionPay range that begin no listed prefix and that no listed prefix begins."""
    taken = {prefix[:6] for prefix in prefixes()}
    six_digits = [f"62{rest:04d}" for rest in range(10_000)]
    return tuple(prefix for prefix in six_digits if prefix not in taken and not issuers(prefix))


def _reporting(texts: st.SearchStrategy[str], *codes: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    return st.tuples(texts, st.just(codes))


def _of_another_length(number: str) -> str:
    """A Luhn-valid number of a length that cards may have, but none of the prefix's rows has; the nearest such."""
    known = {row.length for row in issuers(number)}
    steps = sorted(range(SHORTEST, LONGEST + 1), key=lambda length: abs(length - len(number)))
    length = next(length for length in steps if length not in known)
    body = number.ljust(length, "0")[: length - 1]
    return body + check_digit(body)


_TAILS: Final = st.integers(0, 10**12 - 1).map("{:012d}".format)
_LUHN_VALID: Final = st.deferred(lambda: pans(safety="realistic"))
NEAR_MISSES: Final[Mapping[str, st.SearchStrategy[tuple[str, tuple[str, ...]]]]] = MappingProxyType(
    {
        "empty": _reporting(st.just(""), "empty"),
        "charset": _reporting(_LUHN_VALID.map(lambda number: number[:-1] + "X"), "charset"),
        "length": st.one_of(
            _reporting(_LUHN_VALID.map(lambda number: number[:12]), "length"),
            _reporting(_LUHN_VALID.map(lambda number: number.ljust(20, "0")), "length"),
        ),
        "luhn": _reporting(st.deferred(lambda: pans(luhn=False)), "luhn"),
        "length_for_bin": _reporting(_LUHN_VALID.map(_of_another_length), "length_for_bin"),
        "unknown_bin": _reporting(st.deferred(lambda: pans(luhn=True)), "unknown_bin"),
    }
)
"""For each reason, texts wrong in that way, with all the codes they earn."""
