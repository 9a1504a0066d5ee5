"""Laws of the MPS gateway's two dialects: what goes in comes out, and nothing sent there brings it down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.strategies.names import names
from contracts.strategies.resident_ids import resident_ids
from kyc_core.adapters import nciic
from kyc_core.card_validity import LongTerm
from kyc_core.signing import mps_hmac_sha1, mps_hmac_sha1_explain
from kyc_core.signing.causes import Cause
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.mps import PROVIDER, rows, soap
from simulator.providers.mps.documents import of_rows
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

XML_TEXT: Final = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
"""What XML can carry, but for the line ends that it rewrites."""

SERVICE: Final = "/nciic_ws/services/NciicServices"


def fresh() -> tuple[Engine, Services]:
    services = Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, 2, tzinfo=UTC)))
    services.tenants.default.set_switch("mps.daily_per_id", 0)
    return Engine(services, inspect=check), services


ENGINE, SERVICES = fresh()
KEYS: Final = SERVICES.tenants.default.credentials["mps"]


def send(path: str, body: bytes, content_type: str) -> WireResponse:
    request = WireRequest(
        method="POST", path=path, query=b"", headers=(("host", "a"), ("content-type", content_type)), body=body
    )
    answer = ENGINE.answer(request)
    assert answer is not None
    return answer


@given(name=names(), number=resident_ids(), app_id=st.text("ABCdef019", min_size=1), key=st.text(min_size=1))
def test_what_is_signed_is_verified_and_explained(name: str, number: str, app_id: str, key: str) -> None:
    signature = mps_hmac_sha1.sign(app_key=key, app_id=app_id, id_num=number, name=name)
    claim = {"appId": app_id, "idNum": number, "name": name, "sign": signature}

    assert mps_hmac_sha1.verify(signature, app_key=key, app_id=app_id, id_num=number, name=name)
    assert mps_hmac_sha1_explain.explain(claim, app_key=key).cause is Cause.NONE


@given(name=names(), number=resident_ids(), cut=st.integers(1, 40))
def test_moving_text_from_one_value_to_the_next_is_noticed_unless_it_takes_the_name_along(
    name: str, number: str, cut: int
) -> None:
    signed = mps_hmac_sha1.sign(app_key="k", app_id="a", id_num=number, name=name)
    whole = f"{number}name{name}"
    moved_number, _, moved_name = whole[cut:].partition("name")
    del moved_number

    fits = mps_hmac_sha1.verify(signed, app_key="k", app_id="a", id_num=whole[:cut], name=moved_name)

    assert not fits or (whole[:cut], moved_name) == (number, name)


@given(name=XML_TEXT, number=XML_TEXT, unit=XML_TEXT, place=XML_TEXT)
@example(name="a&b<c>\"'", number="]]>", unit="&amp;", place='"<&>')
def test_what_a_client_asks_is_what_the_service_reads(name: str, number: str, unit: str, place: str) -> None:
    text = nciic.conditions({"GMSFHM": number, "XM": name}, {"FSD": place}, unit=unit)
    asked = soap.read(nciic.message("nciicCheck", "licence", text))
    found = rows.read(asked.parameters["inConditions"])

    assert asked.parameters["inLicense"] == "licence"
    assert found.unit == unit
    assert found.rows == ({"FSD": place, "GMSFHM": number, "XM": name},)


@given(name=XML_TEXT, number=XML_TEXT)
def test_what_the_service_echoes_is_what_it_was_asked(name: str, number: str) -> None:
    request = soap.Request(soap.SOAP_11, "nciicCheck", "urn:n", {}, "urn:n")
    row = rows.answer_row(1, {"GMSFHM": number, "XM": name}, "match", "一致", photo=False)
    out = soap.read(soap.response(request, rows.answer([row]))).parameters["out"]

    assert of_rows(out)["ROWS"][0]["INPUT"] == {"gmsfhm": number, "xm": name}


@pytest.mark.parametrize("word", LongTerm)
def test_both_words_for_a_card_without_an_end_are_the_same_claim(word: LongTerm) -> None:
    fields = {
        "appId": KEYS["app_id"], "name": "测试甲", "idNum": "110101190001010006", "validFrom": "20180501",
        "validTo": word.value,
    }  # fmt: skip
    signature = mps_hmac_sha1.sign(
        app_key=KEYS["app_key"], app_id=KEYS["app_id"], id_num=fields["idNum"], name=fields["name"]
    )
    body = json.dumps({**fields, "sign": signature}).encode()

    answer = send("/mps/v1/four-factor", body, "application/json")

    assert json.loads(answer.body)["data"]["result"] == "01"


def one_of(*usual: str) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(usual), st.text())


@given(
    operation=st.sampled_from(["two-factor", "four-factor", "face-compare"]),
    name=one_of("测试甲", "阿依古丽·买买提", "Ceshi", ""),
    number=one_of("110101190001010006", "110101190001010065", "11010119000101009x", "110101000101000", ""),
    valid_from=one_of("20180501", "00000000", "长期"),
    valid_to=one_of("长期", "00000000", "20180501", "99991231"),
    image=one_of("iVBORw0KGgo=", "data:image/png;base64,AAAA", "/9j/", "...."),
    form=st.booleans(),
)
def test_every_signed_call_is_answered_as_documented(form: bool, operation: str, **values: str) -> None:
    fields = dict(zip(("name", "idNum", "validFrom", "validTo", "image"), values.values(), strict=True))
    encodable = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    signature = mps_hmac_sha1.sign(
        app_key=KEYS["app_key"], app_id=KEYS["app_id"], id_num=encodable["idNum"], name=encodable["name"]
    )
    sent = {"appId": KEYS["app_id"], **encodable, "sign": signature}
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    raw = urlencode(sent).encode() if form else json.dumps(sent).encode()

    answer = send(f"/mps/v1/{operation}", raw, kind)

    document = json.loads(answer.body)
    assert answer.status == 200
    assert document["code"] in ("200000", "400002")
    assert SERVICES.tenants.default.journal.entries(limit=1)[-1]["answer"]["code"] != "500"


@given(body=st.binary(max_size=200), content_type=one_of("application/json", "multipart/form-data; boundary=b"))
def test_no_body_brings_the_json_dialect_down(body: bytes, content_type: str) -> None:
    answer = send("/mps/v1/two-factor", body, content_type)

    assert json.loads(answer.body)["code"] in ("400001", "400002")


def tree() -> st.SearchStrategy[str]:
    leaf = st.sampled_from(
        ["<GMSFHM>1</GMSFHM>", "<XM>测</XM>", "<XP/>", "<INFO/>", "<SBM>u</SBM>", "<ErrorCode/>", "text"]
    )
    return st.recursive(
        leaf, lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"<ROW>{''.join(parts)}</ROW>"), max_leaves=12
    )


@given(inside=tree(), operation=st.sampled_from(["nciicCheck", "nciicCompare"]))
def test_no_document_brings_the_service_down(inside: str, operation: str) -> None:
    message = nciic.message(operation, KEYS["license"], f"<ROWS>{inside}</ROWS>")

    answer = send(SERVICE, message, nciic.CONTENT_TYPE)

    assert answer.status == 200
    assert SERVICES.tenants.default.journal.entries(limit=1)[-1]["answer"]["code"] != "Server"


@given(body=st.binary(max_size=100))
def test_no_message_brings_the_service_down(body: bytes) -> None:
    answer = send(SERVICE, body, nciic.CONTENT_TYPE)
    document: Any = PROVIDER.document(answer) if PROVIDER.document is not None else None

    assert answer.status == 500
    assert document["Fault"]["faultcode"] == "soap:Client"
