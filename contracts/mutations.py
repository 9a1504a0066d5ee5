"""Provider answers broken on purpose: what an adapter must survive without saying PASS.

A mutation takes a good answer and the operation's `Anatomy` (where its verdict stands) and returns the broken one, or
``None`` where it makes no sense. The simulator serves one when a rule says ``then: {mutation: NAME}``; the harness
walks `MUTATIONS`.

>>> anatomy = Anatomy(verdict="/Response/Result", passes=("0",), codes=("0", "-1"), siblings=("-21",))
>>> answer = Answer(status=200, headers=(("Content-Type", "application/json"),), body=b'{"Response":{"Result":"0"}}')
>>> MUTATIONS["verdict_as_number"].change(answer, anatomy).body
b'{"Response":{"Result":0}}'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts.anatomy import Anatomy, Answer
from contracts.answer_documents import FORMS, Place
from contracts.foreign_answers import FOREIGN

Change = Callable[[Answer, Anatomy], Answer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One way an answer is broken.

    Attributes:
        name: what rules and reports call it.
        what: for people, what is wrong with the answer.
        change: applies it; ``None`` where it does not apply.
    """

    name: str
    what: str
    change: Change


def _place(answer: Answer, anatomy: Anatomy, where: str) -> Place | None:
    """Open the answer's document at *where*; ``None`` when there is no such member, or no such place at all."""
    return FORMS[anatomy.form].place(answer.body, where) if where else None


def _verdict_becomes(value: Callable[[Any, Anatomy], Any]) -> Change:
    def change(answer: Answer, anatomy: Anatomy) -> Answer | None:
        place = _place(answer, anatomy, anatomy.verdict)
        if place is None:
            return None
        new = value(place.value, anatomy)
        return None if new is _SAME or not place.holds(new) else replace(answer, body=place.put(new))

    return change


_SAME: Final = object()


_STRANGERS: Final = ("-99", "99", "97", "999", "ZZ", "Z", "9", "-9", "Y2", "9999", "Unproven")


def _unknown_code(_: Any, anatomy: Anatomy) -> Any:
    """Choose a code nobody documents that looks most like those that are: adapters may tell them by their shape."""
    lengths = {len(code) for code in anatomy.codes}
    shapes = {_shape(code) for code in anatomy.codes}
    strangers = [code for code in _STRANGERS if code not in anatomy.codes]
    return max(strangers, key=lambda code: (_shape(code) in shapes, len(code) in lengths))


def _shape(code: str) -> str:
    return re.sub("[A-Za-z]+", "A", re.sub("[0-9]+", "9", code))


def _sibling_code(_: Any, anatomy: Anatomy) -> Any:
    return anatomy.siblings[0] if anatomy.siblings else _SAME


def _other_type(value: Any, _: Anatomy) -> Any:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isascii() and digits.isdigit() else [value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _SAME


def _other_case(value: Any, _: Anatomy) -> Any:
    return value.swapcase() if isinstance(value, str) and value.swapcase() != value else _SAME


def _without(where: Callable[[Anatomy], str]) -> Change:
    def change(answer: Answer, anatomy: Anatomy) -> Answer | None:
        place = _place(answer, anatomy, where(anatomy))
        return None if place is None else replace(answer, body=place.without())

    return change


def _renamed_verdict(answer: Answer, anatomy: Anatomy) -> Answer | None:
    place = _place(answer, anatomy, anatomy.verdict)
    return None if place is None else replace(answer, body=place.renamed())


def _contradicting_verdicts(*, passing_first: bool) -> Change:
    """Give the deciding member twice, once passing and once not: whichever a parser keeps, it may not trust it."""

    def change(answer: Answer, anatomy: Anatomy) -> Answer | None:
        place = _place(answer, anatomy, anatomy.verdict)
        others = [code for code in anatomy.codes if code not in anatomy.passes]
        if place is None or not others or not anatomy.passes:
            return None
        first, second = (anatomy.passes[0], others[0]) if passing_first else (others[0], anatomy.passes[0])
        return replace(answer, body=place.twice(first, second))

    return change


def _contradicting_companion(answer: Answer, anatomy: Anatomy) -> Answer | None:
    """Make every companion say the opposite of the deciding member: yes beside a refusal, no beside a match."""
    verdict = _place(answer, anatomy, anatomy.verdict)
    if verdict is None:
        return None
    passes = verdict.value in anatomy.passes
    changed = answer
    for where, words in anatomy.companions.items():
        opposite = [word for code, word in words.items() if (code in anatomy.passes) is not passes]
        place = _place(changed, anatomy, where)
        if opposite and place is not None:
            changed = replace(changed, body=place.put(opposite[0]))
    return None if changed is answer else changed


def _companion_other_case(answer: Answer, anatomy: Anatomy) -> Answer | None:
    changed = answer
    for where in anatomy.companions:
        place = _place(changed, anatomy, where)
        new = _SAME if place is None else _other_case(place.value, anatomy)
        if place is not None and new is not _SAME:
            changed = replace(changed, body=place.put(new))
    return None if changed is answer else changed


def _without_companion(answer: Answer, anatomy: Anatomy) -> Answer | None:
    changed = answer
    for where in anatomy.companions:
        place = _place(changed, anatomy, where)
        if place is not None:
            changed = replace(changed, body=place.without())
    return None if changed is answer else changed


def _score_becomes(value: Callable[[Any], Any]) -> Change:
    def change(answer: Answer, anatomy: Anatomy) -> Answer | None:
        place = _place(answer, anatomy, anatomy.score)
        if place is None or not place.holds(new := value(place.value)):
            return None
        return replace(answer, body=place.put(new))

    return change


def _just_too_high(score: Any) -> Any:
    return "101" if isinstance(score, str) else 101


def _score_of_another_type(score: Any) -> Any:
    return 99 if isinstance(score, str) else "99"


def _foreign(provider: str) -> Change:
    """Replace the body by another provider's match; where that is the operation's own match, nothing is broken."""

    def change(answer: Answer, anatomy: Anatomy) -> Answer | None:
        body = FOREIGN[provider]
        own = FORMS[anatomy.form].place(body, anatomy.verdict)
        return None if own is not None else replace(answer, body=body)

    return change


def _body(make: Callable[[bytes], bytes], content_type: str | None = None) -> Change:
    def change(answer: Answer, _: Anatomy) -> Answer | None:
        headers = answer.headers
        if content_type is not None:
            headers = _with_content_type(headers, content_type)
        return replace(answer, headers=headers, body=make(answer.body))

    return change


def _in_gbk(answer: Answer, _: Anatomy) -> Answer | None:
    """Encode the body as mainland systems of old do; pure ASCII is the same there."""
    if answer.body.isascii():
        return None
    return replace(answer, body=answer.body.decode("utf-8", "replace").encode("gb18030"))


def _content_type(content_type: str) -> Change:
    return lambda answer, _: replace(answer, headers=_with_content_type(answer.headers, content_type))


def _with_charset(answer: Answer, _: Anatomy) -> Answer | None:
    """Add a charset to the content type that the answer has; one that has it already stays."""
    present = next((value for name, value in answer.headers if name.lower() == "content-type"), "application/json")
    if ";" in present:
        return None
    return replace(answer, headers=_with_content_type(answer.headers, f"{present}; charset=utf-8"))


def _with_content_type(headers: tuple[tuple[str, str], ...], value: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", value), *((name, old) for name, old in headers if name.lower() != "content-type"))


def _with_future_member(answer: Answer, anatomy: Anatomy) -> Answer | None:
    body = FORMS[anatomy.form].extended(answer.body)
    return None if body is None else replace(answer, body=body)


def _with_reordered_keys(answer: Answer, anatomy: Anatomy) -> Answer | None:
    body = FORMS[anatomy.form].reordered(answer.body)
    return None if body is None else replace(answer, body=body)


_HTML: Final = (
    b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>Please sign in to the network.</p></body></html>"
)

_ALL: Final = (
    Mutation(
        name="unknown_code",
        what="the deciding code is one nobody documents",
        change=_verdict_becomes(_unknown_code),
    ),
    Mutation(
        name="sibling_code",
        what="the deciding code is one that only a sibling operation documents",
        change=_verdict_becomes(_sibling_code),
    ),
    Mutation(
        name="verdict_missing", what="the deciding member is absent", change=_without(lambda anatomy: anatomy.verdict)
    ),
    Mutation(name="verdict_null", what="the deciding member is null", change=_verdict_becomes(lambda *_: None)),
    Mutation(name="verdict_empty", what="the deciding member is an empty text", change=_verdict_becomes(lambda *_: "")),
    Mutation(name="verdict_renamed", what="the deciding member has another name", change=_renamed_verdict),
    Mutation(
        name="verdict_twice",
        what="the deciding member stands twice and contradicts itself, the match last",
        change=_contradicting_verdicts(passing_first=False),
    ),
    Mutation(
        name="verdict_twice_match_first",
        what="the deciding member stands twice and contradicts itself, the match first",
        change=_contradicting_verdicts(passing_first=True),
    ),
    Mutation(
        name="verdict_as_number",
        what="the deciding member has another JSON type",
        change=_verdict_becomes(_other_type),
    ),
    Mutation(
        name="verdict_other_case",
        what="the deciding member is written in other letters: y for Y",
        change=_verdict_becomes(_other_case),
    ),
    Mutation(
        name="companion_contradicts",
        what="a member that repeats the verdict in other words says the opposite",
        change=_contradicting_companion,
    ),
    Mutation(
        name="companion_missing",
        what="the members that repeat the verdict in other words are absent",
        change=_without_companion,
    ),
    Mutation(
        name="companion_other_case",
        what="a member that repeats the verdict is written in other letters: y for Y",
        change=_companion_other_case,
    ),
    Mutation(name="score_101", what="the score is just above a scale to 100", change=_score_becomes(_just_too_high)),
    Mutation(name="score_empty", what="the score is an empty text", change=_score_becomes(lambda _: "")),
    Mutation(
        name="score_other_type",
        what="the score is 99 in another JSON type: a text for a number, a number for a text",
        change=_score_becomes(_score_of_another_type),
    ),
    Mutation(name="score_missing", what="the score is absent", change=_without(lambda anatomy: anatomy.score)),
    Mutation(
        name="request_id_missing",
        what="the call's identifier is absent",
        change=_without(lambda anatomy: anatomy.request_id),
    ),
    Mutation(name="body_empty", what="the body is empty", change=_body(lambda _: b"")),
    Mutation(name="body_truncated", what="the body ends half-way", change=_body(lambda body: body[: len(body) // 2])),
    Mutation(
        name="html_200",
        what="a captive portal's page with status 200",
        change=_body(lambda _: _HTML, "text/html; charset=utf-8"),
    ),
    Mutation(
        name="html_as_json",
        what="a page of HTML under the provider's own content type",
        change=_body(lambda _: _HTML),
    ),
    Mutation(
        name="foreign_json",
        what="valid JSON that some other service would answer",
        change=_body(lambda _: b'{"ok":true,"result":"success","data":{"status":"PASS","match":true}}'),
    ),
    *(
        Mutation(
            name=f"foreign_{provider}",
            what=f"the body is a match as {provider} words it, which is another provider's or another operation's",
            change=_foreign(provider),
        )
        for provider in FOREIGN
    ),
    Mutation(name="body_gbk", what="the body is encoded in GBK instead of UTF-8", change=_in_gbk),
    Mutation(name="json_array", what="the document is an array", change=_body(lambda body: b"[" + body + b"]")),
    Mutation(
        name="content_type_text",
        what="the body is right, the content type is text/plain",
        change=_content_type("text/plain"),
    ),
    Mutation(
        name="content_type_charset",
        what="the content type carries a charset",
        change=_with_charset,
    ),
    Mutation(name="future_member", what="members nobody knows yet are added", change=_with_future_member),
    Mutation(name="reordered_keys", what="every object's members come in reverse order", change=_with_reordered_keys),
)

MUTATIONS: Final[Mapping[str, Mutation]] = {mutation.name: mutation for mutation in _ALL}

HARMLESS: Final = frozenset({"content_type_text", "content_type_charset", "future_member", "reordered_keys"})
"""Mutations that leave the answer's meaning whole: the verdict is still the provider's."""
