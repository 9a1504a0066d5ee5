"""The MPS reference adapter: what it sends, in both dialects."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from kyc_core.adapters.base import Adapter, AdapterError, Claim, Fault
from kyc_core.adapters.mps import OPERATIONS, MpsAdapter
from kyc_core.adapters.transport import Answer, NotSent, Request
from kyc_core.signing.mps_hmac_sha1 import sign
from kyc_core.verdicts import Retry, Verdict

CLAIM = Claim(
    name="测试甲",
    resident_id="110101190001010006",
    valid_from="20180501",
    valid_to="长期",
    photo=b"\x89PNG picture",
)
PHOTO = base64.b64encode(b"\x89PNG picture").decode()
GOOD = {
    "chargeStatus": 1,
    "message": "成功",
    "code": "200000",
    "data": {"orderNo": "026010500000000001", "handleTime": "2026-01-05 10:00:00", "result": "01", "remark": "一致"},
}
ROWS = (
    '<ROWS><ROW no="1"><INPUT><gmsfhm>110101190001010006</gmsfhm><xm>测试甲</xm></INPUT><OUTPUT><ITEM><gmsfhm/>'
    "<result_gmsfhm>一致</result_gmsfhm></ITEM><ITEM><xm/><result_xm>一致</result_xm></ITEM></OUTPUT></ROW></ROWS>"
)
MESSAGE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><nciicCheckResponse xmlns="urn:n"><out>'
    + ROWS.replace("&", "&amp;").replace("<", "&lt;")
    + "</out></nciicCheckResponse></s:Body></s:Envelope>"
)


class Provider:
    """Answers every call alike and remembers what it was asked."""

    def __init__(self, answer: Answer | OSError) -> None:
        self.answer = answer
        self.seen: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.seen.append(request)
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def json_answer(document: object) -> Answer:
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(document).encode())


def xml_answer(text: str) -> Answer:
    return Answer(200, {"Content-Type": "text/xml; charset=utf-8"}, text.encode())


def answering(answer: Answer | OSError, **options: Any) -> tuple[MpsAdapter, Provider]:
    provider = Provider(answer)
    options = {"endpoint": "https://gateway.test", "licence": "LICENCE", **options}
    return MpsAdapter(app_id="Abcd1234", app_key="k-test-0001", send=provider, **options), provider


def test_it_keeps_the_protocol_of_adapters() -> None:
    adapter: Adapter = answering(json_answer(GOOD))[0]

    assert adapter.check("two-factor", CLAIM).verdict is Verdict.MATCH


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("two-factor", {}),
        ("four-factor", {"validFrom": "20180501", "validTo": "长期"}),
    ],
)
def test_a_json_call_says_what_the_operation_needs_and_signs_three_values(
    operation: str, fields: dict[str, str]
) -> None:
    adapter, provider = answering(json_answer(GOOD))
    adapter.check(operation, CLAIM)
    (request,) = provider.seen
    signature = sign(app_key="k-test-0001", app_id="Abcd1234", id_num=CLAIM.resident_id or "", name=CLAIM.name or "")

    assert (request.method, request.url) == ("POST", f"https://gateway.test/mps/v1/{operation}")
    assert request.headers == {"Content-Type": "application/json"}
    assert json.loads(request.body) == {
        "appId": "Abcd1234", "name": "测试甲", "idNum": "110101190001010006", **fields, "sign": signature,
    }  # fmt: skip


def test_a_picture_travels_as_base64() -> None:
    adapter, provider = answering(OSError())
    with pytest.raises(AdapterError):
        adapter.check("face-compare", CLAIM)

    assert json.loads(provider.seen[0].body)["image"] == PHOTO


@pytest.mark.parametrize(
    ("operation", "claim", "row", "attributes"),
    [
        ("nciicCheck", CLAIM, {"GMSFHM": "110101190001010006", "XM": "测试甲"}, {}),
        ("nciicCompare", CLAIM, {"GMSFHM": "110101190001010006", "XM": "测试甲", "XP": PHOTO}, {}),
        (
            "nciicCheck",
            Claim(name="a&b<c>", resident_id="1", extra={"place": "110000", "business": '开"户'}),
            {"GMSFHM": "1", "XM": "a&b<c>"},
            {"FSD": "110000", "YWLX": '开"户'},
        ),
    ],
)
def test_a_call_of_the_service_carries_labels_and_one_row(
    operation: str, claim: Claim, row: dict[str, str], attributes: dict[str, str]
) -> None:
    adapter, provider = answering(OSError(), unit="unit", service="https://service.test/")
    with pytest.raises(AdapterError):
        adapter.check(operation, claim)
    (request,) = provider.seen
    call = fromstring(request.body)[0][0]
    asked = fromstring(call[1].text or "")

    assert request.url == "https://service.test/nciic_ws/services/NciicServices"
    assert request.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert call.tag.endswith("}" + operation)
    assert call[0].text == "LICENCE"
    assert asked.findtext("INFO/SBM") == "unit"
    assert [child.tag for child in asked] == ["INFO", "ROW", "ROW"]
    assert [column.tag for column in asked[1]] == list(row)
    assert {column.tag: column.text for column in asked[2]} == row
    assert asked[2].attrib == attributes


def test_an_answer_of_the_service_is_read() -> None:
    adapter, _ = answering(xml_answer(MESSAGE))

    found = adapter.check("nciicCheck", CLAIM)

    assert (found.verdict, found.billed, found.provider_code, found.request_id) == (Verdict.MATCH, True, "一致", None)


@pytest.mark.parametrize(
    ("operation", "claim", "options", "fault"),
    [
        pytest.param("five-factor", CLAIM, {}, Fault.UNKNOWN_OPERATION, id="no such operation"),
        pytest.param("nciicCheck", CLAIM, {"licence": None}, Fault.UNKNOWN_OPERATION, id="no licence"),
        pytest.param("two-factor", Claim(name="a"), {}, Fault.INCOMPLETE_CLAIM, id="no number"),
        pytest.param("four-factor", Claim(name="a", resident_id="1"), {}, Fault.INCOMPLETE_CLAIM, id="no dates"),
        pytest.param("nciicCompare", Claim(name="a", resident_id="1"), {}, Fault.INCOMPLETE_CLAIM, id="no picture"),
        pytest.param(
            "two-factor", Claim(name="a", resident_id="1", extra={"place": "1"}), {}, Fault.UNKNOWN_EXTRA, id="extra"
        ),
    ],
)
def test_a_call_that_makes_no_sense_is_not_made(
    operation: str, claim: Claim, options: dict[str, Any], fault: Fault
) -> None:
    adapter, provider = answering(json_answer(GOOD), **options)
    with pytest.raises(AdapterError) as refused:
        adapter.check(operation, claim)

    assert (refused.value.fault, refused.value.charge_possible, provider.seen) == (fault, False, [])


@pytest.mark.parametrize(
    ("error", "retry", "charged"),
    [(NotSent("refused"), Retry.NOW, False), (TimeoutError(), Retry.LATER, True), (OSError(), Retry.LATER, True)],
)
@pytest.mark.parametrize("operation", ["two-factor", "nciicCheck"])
def test_a_lost_answer_is_no_result(operation: str, error: OSError, retry: Retry, charged: bool) -> None:
    with pytest.raises(AdapterError) as lost:
        answering(error)[0].check(operation, CLAIM)

    assert (lost.value.fault, lost.value.retry, lost.value.charge_possible) == (Fault.TRANSPORT, retry, charged)


def test_the_scale_of_scores_is_agreed_with_the_provider() -> None:
    data = {"orderNo": "1", "result": "01", "idcardResult": "01", "photoResult": "01", "photoScore": "870"}
    document = {**GOOD, "data": data}

    assert answering(json_answer(document), score_scale=1000)[0].check("face-compare", CLAIM).passed
    with pytest.raises(AdapterError, match="contradicts"):
        answering(json_answer(document))[0].check("face-compare", CLAIM)


def test_neither_key_nor_licence_nor_claim_is_shown() -> None:
    adapter, provider = answering(xml_answer(MESSAGE))
    adapter.check("nciicCheck", CLAIM)

    for secret in ("k-test-0001", "LICENCE", "测试甲", "110101190001010006"):
        assert secret not in repr(adapter) + repr(provider.seen)


def test_the_operations_are_those_of_the_table() -> None:
    assert sorted(OPERATIONS) == ["face-compare", "four-factor", "nciicCheck", "nciicCompare", "two-factor"]
