from __future__ import annotations

from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import pytest
from defusedxml.ElementTree import fromstring

from contracts.anatomy import Anatomy, Answer
from contracts.answer_documents import FORMS, FUTURE_MEMBER
from contracts.mutations import HARMLESS, MUTATIONS, Mutation

INSIDE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ROWS><ROW no="1"><INPUT><xm>a&amp;b</xm></INPUT><OUTPUT>'
    "<ITEM><xm></xm><result_xm>一致</result_xm><result_fs></result_fs></ITEM>"
    "<ITEM><xp></xp><result_fs>87</result_fs></ITEM></OUTPUT></ROW></ROWS>"
)
HEAD, TAIL = '<s:Envelope xmlns:s="urn:s"><s:Body><r xmlns="urn:r"><out>', "</out></r></s:Body></s:Envelope>"
BODY = (HEAD + escape(INSIDE) + TAIL).encode()
ANATOMY = Anatomy(verdict="result_xm", passes=("一致",), codes=("一致", "不一致"), siblings=("01",), score="result_fs",
                  form="nciic")  # fmt: skip
ANSWER = Answer(status=200, headers=(("Content-Type", "text/xml"),), body=BODY)

JSON_ONLY = {"verdict_null", "verdict_as_number", "verdict_other_case", "score_other_type", "request_id_missing"}
"""What XML cannot express, Chinese has not, or the form does not carry."""


def inside(body: bytes) -> Element:
    """Return the document that a message carries; the envelope around it must be the one we know."""
    assert body.startswith(HEAD.encode())
    assert body.endswith(TAIL.encode())
    out = next(element for element in fromstring(body).iter() if element.tag.endswith("}out"))
    found: Element = fromstring(out.text or "")
    return found


def texts(body: bytes, tag: str) -> list[str | None]:
    return [element.text for element in inside(body).iter(tag)]


def test_a_place_is_the_first_element_of_that_tag_that_is_filled() -> None:
    score, verdict = FORMS["nciic"].place(BODY, "result_fs"), FORMS["nciic"].place(BODY, "result_xm")

    assert score is not None
    assert verdict is not None
    assert (score.value, verdict.value) == ("87", "一致")
    assert FORMS["nciic"].place(BODY, "result_gmsfhm") is None


def test_xml_holds_text_and_nothing_else() -> None:
    place = FORMS["nciic"].place(BODY, "result_xm")

    assert place is not None
    assert [place.holds(value) for value in ("1", "", None, 1, ["1"], True)] == [True, True, False, False, False, False]


@pytest.mark.parametrize("mutation", [pytest.param(mutation, id=name) for name, mutation in MUTATIONS.items()])
def test_every_mutation_either_changes_the_message_or_says_that_it_cannot(mutation: Mutation) -> None:
    broken = mutation.change(ANSWER, ANATOMY)

    if mutation.name in JSON_ONLY or mutation.name.startswith("companion"):
        assert broken is None
    else:
        assert broken is not None
        assert broken != ANSWER


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("unknown_code", ["-99"]),
        ("sibling_code", ["01"]),
        ("verdict_missing", []),
        ("verdict_empty", [None]),
        ("verdict_renamed", []),
        ("verdict_twice", ["不一致", "一致"]),
        ("score_101", ["一致"]),
    ],
)
def test_the_deciding_element_is_broken_and_the_rest_stays(name: str, verdicts: list[str | None]) -> None:
    broken = MUTATIONS[name].change(ANSWER, ANATOMY)

    assert broken is not None
    assert texts(broken.body, "result_xm") == verdicts
    assert texts(broken.body, "xm") == ["a&b", None]


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_harmless_mutations_keep_the_verdict(name: str) -> None:
    broken = MUTATIONS[name].change(ANSWER, ANATOMY)

    assert broken is not None
    assert texts(broken.body, "result_xm") == ["一致"]


def test_members_nobody_knows_yet_stand_beside_the_known_ones() -> None:
    extended = FORMS["nciic"].extended(BODY)

    assert extended is not None
    assert set(texts(extended, FUTURE_MEMBER)) == {"later"}
    assert texts(extended, "result_xm") == ["一致"]


def test_reordering_reverses_every_level() -> None:
    reordered = FORMS["nciic"].reordered(BODY)

    assert reordered is not None
    assert [element.tag for element in inside(reordered)[0]] == ["OUTPUT", "INPUT"]
    assert [element.tag for element in next(inside(reordered).iter("ITEM"))] == ["result_fs", "xp"]


def test_a_message_in_gbk_is_no_longer_what_it_claims_to_be() -> None:
    broken = MUTATIONS["body_gbk"].change(ANSWER, ANATOMY)

    assert broken is not None
    assert broken.body.decode("gb18030") == BODY.decode()
    with pytest.raises(UnicodeDecodeError):
        broken.body.decode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="JSON"),
        pytest.param(b"<a><out></out></a>", id="nothing inside"),
        pytest.param(b"<a><out>text</out></a>", id="no document inside"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY x "y">]><a><out>&x;</out></a>', id="an entity"),
        pytest.param(escape(INSIDE).encode(), id="no message around"),
    ],
)
def test_what_is_no_such_message_is_not_opened(body: bytes) -> None:
    form = FORMS["nciic"]

    assert (form.place(body, "result_xm"), form.extended(body), form.reordered(body)) == (None, None, None)


def test_json_stays_as_it_was_after_a_place_was_used() -> None:
    place = FORMS["json"].place(b'{"a":{"b":"1","c":2}}', "/a/b")

    assert place is not None
    assert place.renamed() == b'{"a":{"_":"1","c":2}}'
    assert place.without() == b'{"a":{"c":2}}'
    assert place.put(None) == b'{"a":{"b":null,"c":2}}'
    assert place.value == "1"


def test_a_star_stands_for_the_first_member_that_leads_on() -> None:
    body = b'{"summary":{"ran":["a"]},"bank":{"b":{}},"identity":{"a":{"result":"match"},"c":{"result":"other"}}}'
    place = FORMS["json"].place(body, "/*/*/result")

    assert place is not None
    assert place.value == "match"
    assert b'"a":{}' in place.without()
    assert FORMS["json"].place(body, "/*/result") is None
