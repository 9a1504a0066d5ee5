"""A refusal explains itself without repeating what may be personal or secret."""

from __future__ import annotations

import pytest

from kyc_core.signing.jose_faults import JoseError, JweError, JweFault, JwsError, JwsFault, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("RS256", "RS256"),
        (" UPI-APPID", " UPI-APPID"),
        ("/uis/idverify/v1/x", "/uis/idverify/v1/x"),
        ("", ""),
        ("张三", "a text of 2 characters"),
        ("<script>", "a text of 8 characters"),
        ("x" * 81, "a text of 81 characters"),
        ("a\n", "a text of 2 characters"),
        (["UPI-UUID", " b"], "['UPI-UUID', ' b']"),
        (["张三"], "['a text of 2 characters']"),
        (["a"] * 9, "a list of 9"),
        (["a", 1], "a list of 2"),
        ({"name": "张三"}, "an object"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1735689600, "1735689600"),
        (10**30, "a long number"),
        (0.5, "a number"),
    ],
)
def test_only_plain_short_values_are_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_evidence_leaves_out_what_is_empty() -> None:
    assert JwsError(JwsFault.ABSENT, "nothing sent").evidence() == {"cause": "absent", "detail": "nothing sent"}
    assert JweError(JweFault.WRONG_ALG, "another", member="alg", expected="RSA1_5", seen="dir").evidence() == {
        "cause": "wrong_alg",
        "detail": "another",
        "member": "alg",
        "expected": "RSA1_5",
        "received": "dir",
    }


def test_both_kinds_are_told_apart_and_caught_together() -> None:
    errors: list[Exception] = [JwsError(JwsFault.ABSENT, "x"), JweError(JweFault.NOT_TEXT, "x")]

    assert all(isinstance(error, JoseError) for error in errors)
    assert [isinstance(error, JwsError) for error in errors] == [True, False]
