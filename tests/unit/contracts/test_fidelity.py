from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.fidelity import MEANINGS, Fact, fidelity, markdown
from contracts.loader import OutcomeTable, load_table, parse_table, providers
from kyc_core.verdicts import Evidence

PAGE = Path(__file__).parents[3] / "docs" / "fidelity.md"


def table(provider: str, **row: Any) -> OutcomeTable:
    sound = {
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
    }
    switch = {
        "name": f"{provider}.echo",
        "default": True,
        "values": [True, False],
        "effect": "Echo.",
        "evidence": "inferred",
        "source": "no page says",
    }
    document = {
        "provider": provider,
        "source": "pages",
        "operations": {"Check": {}},
        "rows": [sound | row],
        "switches": [switch],
    }
    return parse_table(document, where=f"outcomes/{provider}.json")


def test_every_row_variant_and_switch_of_every_provider_is_a_fact() -> None:
    tables = [load_table(name) for name in providers()]
    found = fidelity(tables)

    expected = sum(
        len(each.rows) + sum(len(row.variants) for row in each.rows) + len(each.switches) for each in tables
    )  # fmt: skip
    assert len(found.facts) == expected
    assert all(fact.source for fact in found.facts)


def test_a_row_becomes_a_fact_with_all_three_strengths() -> None:
    found = fidelity([table("acme", text_evidence="obs", zh_evidence="inferred", note="odd")])

    assert found.facts[0] == Fact(
        provider="acme",
        kind="result",
        operation="Check",
        name="0",
        says="match, MATCH, billed",
        evidence=Evidence.DOC,
        text_evidence=Evidence.OBS,
        zh_evidence=Evidence.INFERRED,
        source="Check page",
        note="odd",
    )


def test_a_wording_that_is_not_chinese_claims_no_evidence_for_chinese() -> None:
    variants = {"json": {"en": "Not JSON", "evidence": "inferred"}}
    facts = fidelity([table("acme", text={"en": "Passed"}, variants=variants)]).facts

    assert [fact.zh_evidence for fact in facts[:2]] == [None, None]


def test_a_provisional_row_says_so_before_its_note() -> None:
    facts = [fidelity([table("acme", provisional=True, note=note)]).facts[0] for note in ("odd", "")]

    assert [fact.note for fact in facts] == ["Provisional. odd", "Provisional."]


def test_a_switch_says_its_default_and_the_other_readings() -> None:
    switch = fidelity([table("acme")]).facts[-1]

    assert (switch.kind, switch.name, switch.says) == ("switch", "acme.echo", "true (of true, false)")
    assert (switch.text_evidence, switch.note) == (None, "Echo.")


def test_a_variant_counts_as_a_wording_and_not_as_another_code() -> None:
    variants = {"json": {"en": "Not JSON", "zh": "不是", "evidence": "inferred"}}
    found = fidelity([table("acme", variants=variants)])

    assert [fact.name for fact in found.facts] == ["0", "0 (json)", "acme.echo"]
    assert dict(found.counts["acme"]) == {
        Evidence.SEED: 0, Evidence.DOC: 1, Evidence.SDK: 0, Evidence.OBS: 0, Evidence.INFERRED: 1,
    }  # fmt: skip
    assert found.text_counts["acme"][Evidence.DOC] == 1
    assert found.text_counts["acme"][Evidence.INFERRED] == 1


def test_the_order_of_the_tables_does_not_matter() -> None:
    one, other = table("acme"), table("bolt")

    assert markdown(fidelity([one, other])) == markdown(fidelity([other, one]))
    assert list(fidelity([other, one]).counts) == ["acme", "bolt"]


def test_a_fact_travels_as_json() -> None:
    facts = fidelity([table("acme")]).facts
    documents = [json.loads(json.dumps(fact.to_document())) for fact in facts]

    assert [set(document) for document in documents] == [set(Fact.__dataclass_fields__)] * 2
    assert documents[0]["evidence"] == "doc"
    assert documents[1]["text_evidence"] is None


def test_the_page_keeps_awkward_text_inside_its_cell() -> None:
    page = markdown(fidelity([table("acme", source="a | b", note="two\nlines")]))

    assert "| a \\| b | two lines |" in page
    assert page.endswith("|\n")


def test_the_page_names_every_code_and_switch() -> None:
    page = markdown(fidelity([load_table("tencent")]))
    names = [row.code for row in load_table("tencent").rows] + list(load_table("tencent").switches)

    assert [name for name in names if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("word", Evidence)
def test_every_evidence_word_is_explained(word: Evidence) -> None:
    assert f"| {word.value} | {MEANINGS[word]} |" in markdown(fidelity([]))


def test_the_shipped_page_is_what_the_tables_say() -> None:
    page = markdown(fidelity(load_table(name) for name in providers()))

    assert PAGE.read_text(encoding="utf-8") == page, "run `make docs`"
