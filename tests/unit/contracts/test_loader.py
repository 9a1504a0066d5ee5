from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from contracts.loader import EVERY_OPERATION, Outcome, Switch, load_table, parse_table, providers
from contracts.provider_files import ContractError
from kyc_core.verdicts import Evidence, Retry, Verdict

WHERE = "outcomes/acme.json"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "operation": "Check",
        "kind": "result",
        "code": "0",
        "meaning": "match",
        "http_status": 200,
        "text": {"en": "Passed", "zh": "通过"},
        "verdict": "MATCH",
        "billed": True,
        "retry": "never",
        "evidence": "doc",
        "source": "Check page",
    } | changes


def switch(**changes: Any) -> dict[str, Any]:
    return {
        "name": "acme.spaces",
        "default": "trim",
        "values": ["trim", "strict"],
        "effect": "Whether spaces are removed.",
        "evidence": "inferred",
        "source": "no page says",
    } | changes


def document() -> dict[str, Any]:
    return {
        "provider": "acme",
        "source": "Acme documentation",
        "operations": {"Check": {"title": "Check"}, "Other": {"title": "Other"}},
        "rows": [
            row(),
            row(code="-1", meaning="mismatch", verdict="MISMATCH"),
            row(operation="Other", code="0", meaning="match"),
            row(operation="Other", code="-7", meaning="mismatch", verdict="MISMATCH"),
            row(operation=EVERY_OPERATION, kind="error", code="Busy", meaning="busy", verdict="REFUSED", billed=False),
            row(operation="Other", kind="error", code="Busy", meaning="busy", verdict="REFUSED", text={"en": "Later"}),
        ],
        "switches": [switch(), switch(name="acme.attempts", default=10, values=["integer"])],
    }


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    wrong = copy.deepcopy(document())
    change(wrong)
    return wrong


def test_a_code_is_looked_up_in_its_own_operation() -> None:
    table = parse_table(document(), where=WHERE)

    assert table.result("Check", "-1").meaning == "mismatch"
    assert table.meaning("Other", "mismatch").code == "-7"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        pytest.param("Check", "-7", id="code of a sibling"),
        pytest.param("Check", "Busy", id="an error is not a result"),
        pytest.param("Nobody", "0", id="unknown operation"),
    ],
)
def test_a_result_that_is_not_listed_is_a_key_error(operation: str, code: str) -> None:
    table = parse_table(document(), where=WHERE)

    with pytest.raises(KeyError):
        table.result(operation, code)


def test_an_operation_s_own_error_row_is_preferred_to_the_common_one() -> None:
    table = parse_table(document(), where=WHERE)

    assert table.error("Other", "Busy").text["en"] == "Later"
    assert table.error("Check", "Busy").text["en"] == "Passed"
    assert table.meaning("Other", "busy", kind="error").text["en"] == "Later"
    assert table.meaning("Check", "busy", kind="error").operation == EVERY_OPERATION


@pytest.mark.parametrize("verb", ["error", "meaning"])
def test_an_unlisted_error_or_meaning_is_a_key_error(verb: str) -> None:
    table = parse_table(document(), where=WHERE)

    with pytest.raises(KeyError):
        getattr(table, verb)("Check", "nothing of the kind")


def test_rows_keep_the_order_of_the_file() -> None:
    table = parse_table(document(), where=WHERE)

    assert [found.code for found in table.results("Check")] == ["0", "-1"]
    assert [found.operation for found in table.errors("Other")] == [EVERY_OPERATION, "Other"]
    assert [found.operation for found in table.errors("Check")] == [EVERY_OPERATION]


def test_words_become_the_shared_vocabulary() -> None:
    found = parse_table(document(), where=WHERE).result("Check", "0")

    assert (found.verdict, found.retry, found.evidence) == (Verdict.MATCH, Retry.NEVER, Evidence.DOC)
    assert (found.provider, found.billed, found.http_status, found.note) == ("acme", True, 200, "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, (Evidence.DOC, Evidence.DOC), id="as the code"),
        pytest.param({"text_evidence": "obs"}, (Evidence.OBS, Evidence.OBS), id="wording captured"),
        pytest.param({"zh_evidence": "inferred"}, (Evidence.DOC, Evidence.INFERRED), id="Chinese is our own"),
        pytest.param({"text_evidence": "obs", "zh_evidence": "sdk"}, (Evidence.OBS, Evidence.SDK), id="each its own"),
    ],
)
def test_evidence_of_the_wording_falls_back_to_the_stronger_statement(
    given: dict[str, str], expected: tuple[Evidence, Evidence]
) -> None:
    found = parse_table(document() | {"rows": [row(**given)]}, where=WHERE).rows[0]

    assert (found.text_evidence, found.zh_evidence) == expected


def test_a_variant_replaces_only_the_wording() -> None:
    wordings = {"json": {"en": "Not JSON", "zh": "不是 JSON", "evidence": "inferred"}}
    found = parse_table(document() | {"rows": [row(variants=wordings)]}, where=WHERE).rows[0]

    assert found.worded("json").text == {"en": "Not JSON", "zh": "不是 JSON"}
    assert replace(found.worded("json"), text=found.text) == found
    assert found.variants["json"]["evidence"] == "inferred"


def test_a_wording_may_be_known_in_one_language_only() -> None:
    wordings = {"json": {"en": "Not JSON", "evidence": "inferred"}}
    found = parse_table(document() | {"rows": [row(text={"en": "Passed"}, variants=wordings)]}, where=WHERE).rows[0]

    assert found.text == {"en": "Passed"}
    assert found.worded("json").text == {"en": "Not JSON"}


def test_a_row_is_neither_provisional_nor_of_a_layer_unless_it_says_so() -> None:
    plain, marked = parse_table(
        document() | {"rows": [row(), row(code="9", meaning="odd", provisional=True, layer="gateway")]}, where=WHERE
    ).rows

    assert (plain.provisional, plain.layer, plain.status_by) == (False, "", "")
    assert (marked.provisional, marked.layer) == (True, "gateway")


def test_the_status_of_a_row_follows_its_switch() -> None:
    statuses = switch(name="acme.busy_status", default=403, values=[403, 429])
    plain, switched = parse_table(
        document()
        | {
            "rows": [row(), row(code="9", meaning="odd", http_status=403, status_by="acme.busy_status")],
            "switches": [statuses],
        },
        where=WHERE,
    ).rows

    assert [found.status({"acme.busy_status": 429}.__getitem__) for found in (plain, switched)] == [200, 429]


def test_an_unknown_variant_is_a_key_error() -> None:
    found = parse_table(document(), where=WHERE).rows[0]

    with pytest.raises(KeyError):
        found.worded("json")


def test_nothing_in_a_table_can_be_changed() -> None:
    table = parse_table(document(), where=WHERE)

    with pytest.raises(FrozenInstanceError):
        table.rows[0].code = "1"  # type: ignore[misc]  # that it cannot be done is the point
    with pytest.raises(TypeError):
        table.rows[0].text["en"] = "x"  # type: ignore[index]  # as above
    with pytest.raises(TypeError):
        table.operations["New"] = {}  # type: ignore[index]  # as above
    with pytest.raises(TypeError):
        table.switches["acme.new"] = table.switches["acme.spaces"]  # type: ignore[index]  # as above


def _without(member: str) -> Callable[[dict[str, Any]], object]:
    return lambda table: table["rows"][0].pop(member)


def _row_with(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda table: table["rows"][0].update(changes)


def _switch_with(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda table: table["switches"][0].update(changes)


def _top_with(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda table: table.update(changes)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        *[
            pytest.param(_without(name), f"#/rows/0: {name} missing", id=f"row without {name}")
            for name in sorted(row())
        ],
        pytest.param(_row_with(colour="red"), "#/rows/0: colour not known", id="unknown row member"),
        pytest.param(_row_with(kind="warning"), "#/rows/0/kind", id="unknown kind"),
        pytest.param(_row_with(evidence="rumour"), "#/rows/0: 'rumour'", id="unknown evidence"),
        pytest.param(_row_with(evidence=""), "#/rows/0: ''", id="empty evidence"),
        pytest.param(_row_with(text_evidence="rumour"), "#/rows/0: 'rumour'", id="unknown text evidence"),
        pytest.param(_row_with(zh_evidence=None), "#/rows/0: None", id="null evidence"),
        pytest.param(_row_with(verdict="MAYBE"), "#/rows/0: 'MAYBE'", id="unknown verdict"),
        pytest.param(_row_with(retry="soon"), "#/rows/0: 'soon'", id="unknown retry"),
        pytest.param(_row_with(source=" "), "#/rows/0/source", id="blank source"),
        pytest.param(_row_with(code=""), "#/rows/0/code", id="empty code"),
        pytest.param(_row_with(code=-1), "#/rows/0/code", id="code as a number"),
        pytest.param(_row_with(meaning=""), "#/rows/0/meaning", id="empty meaning"),
        pytest.param(_row_with(billed="yes"), "#/rows/0/billed", id="billed as text"),
        pytest.param(_row_with(billed=1), "#/rows/0/billed", id="billed as a number"),
        pytest.param(_row_with(http_status="200"), "#/rows/0/http_status", id="status as text"),
        pytest.param(_row_with(http_status=True), "#/rows/0/http_status", id="status as a truth value"),
        pytest.param(_row_with(text={}), "#/rows/0/text", id="no wording"),
        pytest.param(_row_with(text="Passed"), "#/rows/0/text", id="wording without a language"),
        pytest.param(_row_with(text={"fr": "Reçu"}), "#/rows/0/text", id="unknown language"),
        pytest.param(_row_with(text={"en": ""}), "#/rows/0/text/en", id="empty wording"),
        pytest.param(_row_with(note=["x"]), "#/rows/0/note", id="note as a list"),
        pytest.param(_row_with(provisional="yes"), "#/rows/0/provisional", id="provisional as text"),
        pytest.param(_row_with(layer=1), "#/rows/0/layer", id="layer as a number"),
        pytest.param(_row_with(status_by="acme.x"), "#/rows/0/status_by: acme.x is not", id="status by no switch"),
        pytest.param(_row_with(status_by="acme.spaces"), "#/rows/0/status_by: the values", id="status by a word"),
        pytest.param(
            _row_with(status_by="acme.attempts"), "#/rows/0/status_by: the values", id="status by any whole number"
        ),
        pytest.param(
            lambda table: (
                table["switches"][0].update(default=429, values=[429, 403]),
                table["rows"][0].update(status_by="acme.spaces"),
            ),
            "#/rows/0/status_by: acme.spaces is 429 by default, the row says 200",
            id="status that its switch contradicts",
        ),
        pytest.param(_row_with(variants=[]), "#/rows/0/variants", id="variants as a list"),
        pytest.param(
            _row_with(variants={"json": {"en": "a", "zh": "b"}}),
            "#/rows/0/variants/json: evidence missing",
            id="variant without evidence",
        ),
        pytest.param(
            _row_with(variants={"json": {"en": "a", "zh": "b", "evidence": "rumour"}}),
            "#/rows/0: 'rumour'",
            id="variant with unknown evidence",
        ),
        pytest.param(
            _row_with(variants={"json": {"en": "a", "zh": "", "evidence": "doc"}}),
            "#/rows/0/variants/json/zh",
            id="variant with an empty wording",
        ),
        pytest.param(_row_with(operation="Nobody"), "#/rows/0/operation: Nobody", id="row of an unknown operation"),
        pytest.param(_row_with(code="-1", meaning="odd"), "'-1') stands twice", id="two rows for one code"),
        pytest.param(_row_with(meaning="mismatch"), "'mismatch') stands twice", id="two rows for one meaning"),
        pytest.param(_switch_with(colour="red"), "#/switches/0: colour not known", id="unknown switch member"),
        pytest.param(_switch_with(default="maybe"), "#/switches/0/default", id="default outside the values"),
        pytest.param(_switch_with(evidence="rumour"), "#/switches/0: 'rumour'", id="switch with unknown evidence"),
        pytest.param(_switch_with(source=""), "#/switches/0/source", id="switch without a source"),
        pytest.param(_switch_with(effect=""), "#/switches/0/effect", id="switch without an effect"),
        pytest.param(_switch_with(values="trim"), "#/switches/0/values", id="values as text"),
        pytest.param(_switch_with(name="spaces"), "#/switches/0/name", id="switch outside its provider"),
        pytest.param(_switch_with(name="acme.attempts"), "acme.attempts stands twice", id="two switches of one name"),
        pytest.param(_top_with(extra=1), "outcomes/acme.json: extra not known", id="unknown top member"),
        pytest.param(lambda table: table.pop("switches"), "switches missing", id="no switches"),
        pytest.param(_top_with(rows={}), "#/rows", id="rows as an object"),
        pytest.param(_top_with(rows=["x"]), "#/rows/0: an object", id="row as text"),
        pytest.param(_top_with(operations=[]), "#/operations", id="operations as a list"),
        pytest.param(_top_with(switches={}), "#/switches", id="switches as an object"),
        pytest.param(_top_with(source=""), "#/source", id="table without a source"),
        pytest.param(_top_with(provider=None), "#/provider", id="no provider name"),
    ],
)
def test_a_table_that_says_something_else_stops_the_start(
    change: Callable[[dict[str, Any]], object], place: str
) -> None:
    with pytest.raises(ContractError) as refused:
        parse_table(broken(change), where=WHERE)

    assert place in str(refused.value)
    assert str(refused.value).startswith(WHERE)


@pytest.mark.parametrize("document", [None, [], "rows", 7], ids=repr)
def test_a_table_that_is_no_object_stops_the_start(document: object) -> None:
    with pytest.raises(ContractError, match="an object is needed"):
        parse_table(document, where=WHERE)


@pytest.mark.parametrize(
    ("values", "value", "accepted"),
    [
        pytest.param(["trim", "strict"], "strict", True, id="a listed word"),
        pytest.param(["trim", "strict"], "loose", False, id="another word"),
        pytest.param([True, False], False, True, id="a truth value"),
        pytest.param([True, False], 0, False, id="zero is not false"),
        pytest.param([0, 1], True, False, id="true is not one"),
        pytest.param(["integer"], 0, True, id="zero"),
        pytest.param(["integer"], -1, False, id="negative"),
        pytest.param(["integer"], True, False, id="true is not a count"),
        pytest.param(["integer"], "integer", False, id="the word integer itself"),
        pytest.param(["integer"], 1.5, False, id="a fraction"),
        pytest.param(["text"], "anything", True, id="any text"),
        pytest.param(["text"], 5, False, id="a number is not text"),
    ],
)
def test_a_switch_accepts_exactly_its_values(values: list[str | int | bool], value: object, accepted: bool) -> None:
    found = Switch(name="acme.x", default="trim", values=tuple(values), effect="x", evidence=Evidence.DOC, source="x")

    assert found.accepts(value) is accepted


def test_every_shipped_table_loads_and_is_listed() -> None:
    folder = files("contracts") / "outcomes"
    shipped = {entry.name for entry in folder.iterdir()}

    assert "tencent" in providers()
    assert shipped == {f"{name}.json" for name in providers()}
    assert all(load_table(name).provider == name for name in providers())
    assert list(providers()) == sorted(providers())


def test_a_table_is_read_once() -> None:
    assert load_table("tencent") is load_table("tencent")


def test_a_provider_without_a_table_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match=r"outcomes/nobody\.json"):
        load_table("nobody")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "outcomes/acme.json", id="not JSON"),
        pytest.param(
            json.dumps(document() | {"provider": "other", "switches": []}), "acme by its file name", id="another's name"
        ),
    ],
)
def test_a_file_that_lies_about_itself_is_refused(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outcomes").mkdir()
    (tmp_path / "outcomes" / "acme.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr("contracts.provider_files.files", lambda package: tmp_path)

    assert providers.__wrapped__() == ("acme",)
    with pytest.raises(ContractError, match=message):
        load_table.__wrapped__("acme")


def test_an_outcome_s_members_are_those_the_module_documents() -> None:
    documented = Outcome.__doc__ or ""

    assert all(f"{name}: " in documented for name in Outcome.__dataclass_fields__)
