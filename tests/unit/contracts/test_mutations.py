from __future__ import annotations

import json

import pytest

from contracts.anatomy import Anatomy, Answer, anatomy_of
from contracts.answer_documents import FORMS
from contracts.foreign_answers import FOREIGN
from contracts.loader import load_table
from contracts.mutations import HARMLESS, MUTATIONS, Mutation
from kyc_core.verdicts import Verdict
from tests.walking import walk

ANATOMY = Anatomy(
    verdict="/Response/Result",
    passes=("0",),
    codes=("0", "-1"),
    siblings=("-21",),
    score="/Response/Sim",
    request_id="/Response/RequestId",
)
GOOD = Answer(
    status=200,
    headers=(("Content-Type", "application/json"),),
    body='{"Response":{"Result":"0","Sim":"87","RequestId":"r"},"Text":"一致"}'.encode(),
)

PAIRED = Anatomy(
    verdict="/Result/SubCode",
    passes=("200",),
    codes=("200", "212"),
    companions={"/Result/Passed": {"200": "Y", "212": "N"}},
)


def paired(sub_code: str, passed: str) -> Answer:
    body = json.dumps({"Result": {"Passed": passed, "SubCode": sub_code}}).encode()
    return Answer(status=200, headers=(), body=body)


def mutated(name: str, answer: Answer = GOOD, anatomy: Anatomy = ANATOMY) -> Answer:
    broken = MUTATIONS[name].change(answer, anatomy)

    assert broken is not None
    return broken


@pytest.mark.parametrize("mutation", [pytest.param(mutation, id=name) for name, mutation in MUTATIONS.items()])
def test_every_mutation_changes_an_answer_that_has_everything(mutation: Mutation) -> None:
    if mutation.name.startswith("companion"):
        assert mutated(mutation.name, paired("200", "Y"), PAIRED) != paired("200", "Y")
        return
    anatomy = Anatomy(
        verdict="/Response/Passed", passes=("Y",), codes=("Y", "N"), siblings=("T",), score="/Response/Sim",
        request_id="/Response/RequestId",
    ) if mutation.name in ("verdict_other_case", "foreign_tencent") else ANATOMY  # fmt: skip
    body = GOOD.body.replace(b'"Result":"0"', b'"Passed":"Y"') if anatomy is not ANATOMY else GOOD.body
    answer = Answer(status=GOOD.status, headers=GOOD.headers, body=body)

    broken = mutation.change(answer, anatomy)

    assert broken is not None
    assert broken != answer


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("unknown_code", {"Result": "99", "Sim": "87", "RequestId": "r"}),
        ("sibling_code", {"Result": "-21", "Sim": "87", "RequestId": "r"}),
        ("verdict_missing", {"Sim": "87", "RequestId": "r"}),
        ("verdict_null", {"Result": None, "Sim": "87", "RequestId": "r"}),
        ("verdict_empty", {"Result": "", "Sim": "87", "RequestId": "r"}),
        ("verdict_renamed", {"Resul_": "0", "Sim": "87", "RequestId": "r"}),
        ("verdict_as_number", {"Result": 0, "Sim": "87", "RequestId": "r"}),
        ("score_101", {"Result": "0", "Sim": "101", "RequestId": "r"}),
        ("score_empty", {"Result": "0", "Sim": "", "RequestId": "r"}),
        ("score_missing", {"Result": "0", "RequestId": "r"}),
        ("request_id_missing", {"Result": "0", "Sim": "87"}),
    ],
)
def test_a_member_is_broken_and_the_others_stay(name: str, members: dict[str, object]) -> None:
    assert json.loads(mutated(name).body) == {"Response": members, "Text": "一致"}


def test_the_doubled_verdict_contradicts_itself() -> None:
    pairs: list[tuple[str, object]] = []
    json.loads(mutated("verdict_twice").body, object_pairs_hook=lambda found: pairs.extend(found))

    assert [value for name, value in pairs if name == "Result"] == ["-1", "0"]

    pairs.clear()
    json.loads(mutated("verdict_twice_match_first").body, object_pairs_hook=lambda found: pairs.extend(found))

    assert [value for name, value in pairs if name == "Result"] == ["0", "-1"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(paired("200", "Y"), {"Passed": "N", "SubCode": "200"}, id="no beside a match"),
        pytest.param(paired("212", "N"), {"Passed": "Y", "SubCode": "212"}, id="yes beside a refusal"),
        pytest.param(paired("999", "N"), {"Passed": "Y", "SubCode": "999"}, id="yes beside a code nobody knows"),
    ],
)
def test_a_companion_is_made_to_say_the_opposite(answer: Answer, said: dict[str, str]) -> None:
    assert json.loads(mutated("companion_contradicts", answer, PAIRED).body) == {"Result": said}


def test_a_companion_goes_missing_alone() -> None:
    broken = mutated("companion_missing", paired("200", "Y"), PAIRED)

    assert json.loads(broken.body) == {"Result": {"SubCode": "200"}}


@pytest.mark.parametrize("name", ["companion_contradicts", "companion_missing"])
@pytest.mark.parametrize(
    ("answer", "anatomy"),
    [
        pytest.param(GOOD, ANATOMY, id="no companions"),
        pytest.param(Answer(status=404, headers=(), body=b'{"Code":"ProcessNotCompleted"}'), PAIRED, id="an error"),
    ],
)
def test_without_companions_nothing_is_broken(name: str, answer: Answer, anatomy: Anatomy) -> None:
    assert MUTATIONS[name].change(answer, anatomy) is None


@pytest.mark.parametrize("name", ["unknown_code", "verdict_missing", "score_101", "request_id_missing"])
def test_an_answer_without_the_member_is_left_alone(name: str) -> None:
    error = Answer(status=200, headers=(), body=b'{"Response":{"Error":{"Code":"InternalError"}}}')

    assert MUTATIONS[name].change(error, ANATOMY) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"text"'])
@walk("mutation", [pytest.param(mutation, id=name) for name, mutation in MUTATIONS.items()])
def test_no_mutation_fails_on_an_answer_that_is_no_object(mutation: Mutation, body: bytes) -> None:
    mutation.change(Answer(status=200, headers=(), body=body), ANATOMY)


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_harmless_mutations_keep_the_verdict(name: str) -> None:
    assert json.loads(mutated(name).body)["Response"]["Result"] == "0"


@pytest.mark.parametrize("operation", sorted(load_table("tencent").operations))
def test_the_anatomy_follows_from_the_table(operation: str) -> None:
    table = load_table("tencent")
    anatomy = anatomy_of(table, operation)

    assert anatomy is not None
    assert anatomy.passes == tuple(row.code for row in table.results(operation) if row.verdict is Verdict.MATCH)
    assert set(anatomy.codes) == {row.code for row in table.results(operation)}
    assert not set(anatomy.siblings) & set(anatomy.codes)
    assert anatomy.companions == {}


def test_companions_follow_from_the_table() -> None:
    anatomy = anatomy_of(load_table("alibaba"), "BankMetaVerifyIntl")

    assert anatomy is not None
    assert anatomy.companions["/ResultObject/BizCode"]["216"] == "2"
    assert set(anatomy.companions["/ResultObject/BizCode"]) == set(anatomy.codes)


def test_results_that_others_bring_follow_from_theirs() -> None:
    anatomy = anatomy_of(load_table("kyc_china"), "poll")

    assert anatomy is not None
    assert (anatomy.passes, anatomy.codes) == (("match",), ("match", "no match", "not found"))


def test_a_code_that_means_a_match_elsewhere_comes_first() -> None:
    anatomy = anatomy_of(load_table("tencent"), "BankCardVerification")

    assert anatomy is not None
    assert anatomy.siblings[0] == "Success"


def test_another_provider_s_match_is_valid_there_and_broken_here() -> None:
    own = anatomy_of(load_table("tencent"), "BankCardVerification")
    other = anatomy_of(load_table("signzy"), "verify")

    assert own is not None
    assert other is not None
    assert MUTATIONS["foreign_tencent"].change(GOOD, own) is None
    assert mutated("foreign_tencent", anatomy=other).body == FOREIGN["tencent"]


@pytest.mark.parametrize("provider", sorted(FOREIGN))
def test_every_foreign_answer_is_a_match_to_its_own_clients(provider: str) -> None:
    table = load_table(provider)
    anatomies = [found for name in table.operations if (found := anatomy_of(table, name)) is not None]
    document = Answer(status=200, headers=(), body=FOREIGN[provider])
    places = [(FORMS[each.form].place(document.body, each.verdict), each) for each in anatomies]

    assert any(place is not None and place.value in each.passes for place, each in places)


@pytest.mark.parametrize(
    ("score", "changed"),
    [
        pytest.param("87", {"score_101": "101", "score_other_type": 99}, id="a text"),
        pytest.param(87.5, {"score_101": 101, "score_other_type": "99"}, id="a number"),
    ],
)
def test_a_score_stays_or_changes_its_type(score: object, changed: dict[str, object]) -> None:
    answer = Answer(status=200, headers=(), body=json.dumps({"Response": {"Sim": score}}).encode())
    seen = {name: json.loads(mutated(name, answer).body)["Response"]["Sim"] for name in changed}

    assert seen == changed
    assert [type(value) for value in seen.values()] == [type(value) for value in changed.values()]


def test_a_companion_may_be_written_in_other_letters() -> None:
    broken = mutated("companion_other_case", paired("200", "Y"), PAIRED)

    assert json.loads(broken.body) == {"Result": {"Passed": "y", "SubCode": "200"}}


@pytest.mark.parametrize(
    ("provider", "operation", "code"),
    [
        pytest.param("upi", "ID_CARD_PHOTO_VERIFICATION", "97", id="two digits"),
        pytest.param("alibaba", "BankMetaVerifyIntl", "999", id="three digits"),
        pytest.param("signzy", "verify", "Unproven", id="a word"),
    ],
)
def test_an_unknown_code_looks_like_the_known_ones(provider: str, operation: str, code: str) -> None:
    anatomy = anatomy_of(load_table(provider), operation)

    assert anatomy is not None
    place = FORMS[anatomy.form].place
    body = _at(anatomy.verdict, anatomy.passes[0])
    broken = MUTATIONS["unknown_code"].change(Answer(status=200, headers=(), body=body), anatomy)
    assert broken is not None
    found = place(broken.body, anatomy.verdict)
    assert found is not None
    assert found.value == code


def _at(pointer: str, value: str) -> bytes:
    document: object = value
    for name in reversed(pointer.split("/")[1:]):
        document = {name: document}
    return json.dumps(document).encode()
