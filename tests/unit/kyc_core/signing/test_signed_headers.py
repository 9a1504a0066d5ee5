"""Lists of signed headers: what arrived, how it is shown, and which other lists are worth a try."""

from __future__ import annotations

from kyc_core.signing.signed_headers import HeaderList, header_parts, other_selections, other_spellings, pick

ARRIVED = {"host": " h ", "accept": "a", "x-p-action": "A", "authorization": "secret"}
PRESENTED = HeaderList("host;accept", ARRIVED, ("host",), "x-p-")


def test_only_what_arrived_is_picked_once_and_trimmed() -> None:
    assert pick(ARRIVED, ["host", "absent", "host"]) == (("host", "h"),)


def test_only_public_values_are_shown() -> None:
    shown, hidden = header_parts((("Accept", "a"), ("x-token", "t u")), {"accept"})

    assert (shown.name, shown.text, shown.redacted) == ("header accept", "Accept:a\n", "Accept:a\n")
    assert (hidden.text, hidden.redacted) == ("x-token:t u\n", "x-token:*** ***\n")


def test_one_header_less_one_more_and_the_usual_sets_are_tried() -> None:
    lists = {listed for _, _, listed in other_selections(PRESENTED)}

    assert lists == {"host", "host;x-p-action", "accept", "accept;host", "accept;host;x-p-action"}
    assert all(dict(lines).keys() == set(listed.split(";")) for _, lines, listed in other_selections(PRESENTED))


def test_the_header_that_carries_the_signature_is_never_among_them() -> None:
    assert not any("authorization" in listed for _, _, listed in other_selections(PRESENTED))


def test_every_order_and_capital_letters_are_tried() -> None:
    lines = (("accept", "a"), ("host", "h"))
    tried = {(tuple(name for name, _ in block), listed) for _, block, listed in other_spellings(PRESENTED, lines)}

    assert (("host", "accept"), "host;accept") in tried
    assert (("accept", "host"), "accept;host") in tried
    assert (("Accept", "Host"), "Accept;Host") in tried


def test_many_headers_are_not_permuted() -> None:
    names = [f"x-p-{number}" for number in range(40)]
    arrived = dict.fromkeys(names, "v")
    presented = HeaderList(";".join(names), arrived, (), "x-p-")

    assert len(list(other_spellings(presented, pick(arrived, names)))) < 10
    assert len(list(other_selections(presented))) < 80
