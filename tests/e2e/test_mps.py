"""Both dialects of the MPS gateway over a socket: an HTTP client, the reference adapter, and a SOAP client."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import pytest
import requests
import zeep
import zeep.exceptions
import zeep.transports
from defusedxml.ElementTree import fromstring

from kyc_core.adapters.base import AdapterError, Claim, Fault
from kyc_core.adapters.mps import MpsAdapter
from kyc_core.adapters.transport import requests_sender
from kyc_core.signing.mps_hmac_sha1 import sign
from kyc_core.verdicts import Verdict

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer

PICTURE: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
NUMBER: Final = "110101190001010006"
NAME: Final = "测试甲"
SERVICE: Final = "/nciic_ws/services/NciicServices"
ROWS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><ROWS><INFO><SBM>unit</SBM></INFO><ROW><GMSFHM>公民身份号码</GMSFHM>'
    "<XM>姓名</XM></ROW>{rows}</ROWS>"
)


@pytest.fixture(autouse=True)
def _no_proxy(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, f"127.0.0.1,{customer.server.authority}")


class Gateway:
    """One customer's clients of both dialects."""

    def __init__(self, customer: Customer) -> None:
        self.server = customer.server
        self.tenant = customer.name
        found = customer.server.admin("GET", f"/credentials?tenant={customer.name}")
        self.keys: Mapping[str, str] = found["mps"]

    def force(self, operation: str, **then: Any) -> None:
        rule = {"provider": "mps", "operation": operation, "then": then}
        self.server.admin("POST", f"/rules?tenant={self.tenant}", rule)

    def fields(self, name: str = NAME, number: str = NUMBER, **more: str) -> dict[str, str]:
        app_id = self.keys["app_id"]
        signature = sign(app_key=self.keys["app_key"], app_id=app_id, id_num=number, name=name)
        return {"appId": app_id, "name": name, "idNum": number, "sign": signature, **more}

    def post(self, operation: str, **options: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.server.url}/mps/v1/{operation}", timeout=30, **options)
        assert answer.status_code == 200
        document: dict[str, Any] = answer.json()
        return document

    def adapter(self, *, read: float = 30.0) -> MpsAdapter:
        return MpsAdapter(
            endpoint=self.server.url,
            app_id=self.keys["app_id"],
            app_key=self.keys["app_key"],
            licence=self.keys["license"],
            send=requests_sender(read=read),
        )

    def service(self, *, timeout: float = 30.0) -> Any:
        """A client made from nothing but the service's own description."""
        make: Any = zeep  # its constructors are not typed
        transport = make.transports.Transport(timeout=timeout, operation_timeout=timeout)
        return make.Client(f"{self.server.url}{SERVICE}?wsdl", transport=transport).service

    def check(self, rows: str, *, licence: str | None = None, operation: str = "nciicCheck") -> Any:
        """Ask through zeep and return the document inside the answer."""
        out = getattr(self.service(), operation)(licence or self.keys["license"], ROWS.format(rows=rows))
        assert isinstance(out, str)
        return fromstring(out)


@pytest.fixture
def gateway(customer: Customer) -> Gateway:
    return Gateway(customer)


def row(name: str = NAME, number: str = NUMBER, more: str = "") -> str:
    return f'<ROW FSD="110000" YWLX="开户"><GMSFHM>{number}</GMSFHM><XM>{name}</XM>{more}</ROW>'


def multipart(fields: Mapping[str, str]) -> dict[str, tuple[None, str]]:
    return {name: (None, value) for name, value in fields.items()}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(lambda fields: {"json": fields}, id="JSON"),
        pytest.param(lambda fields: {"data": fields}, id="form"),
        pytest.param(lambda fields: {"files": multipart(fields)}, id="multipart, as the page asks for"),
    ],
)
def test_an_ordinary_client_is_understood_however_it_sends(
    gateway: Gateway, sent: Callable[[Mapping[str, str]], dict[str, Any]]
) -> None:
    two = gateway.post("two-factor", **sent(gateway.fields()))
    four = gateway.post("four-factor", **sent(gateway.fields(validFrom="20180501", validTo="长期")))
    face = gateway.post("face-compare", **sent(gateway.fields(image=PICTURE)))

    assert (two["chargeStatus"], two["code"], two["data"]["result"]) == (1, "200000", "01")
    assert (four["data"]["result"], face["data"]["photoResult"], face["data"]["photoScore"]) == ("01", "01", "92")


def test_a_call_can_be_explained_by_its_order_number(gateway: Gateway) -> None:
    order = gateway.post("two-factor", json=gateway.fields(name="测试乙"))["data"]["orderNo"]

    explanation = gateway.server.admin("GET", f"/explain/{order}")

    assert explanation["tenant"] == gateway.tenant
    assert explanation["summary"] == "02 (mismatch), charged: source found so about mps-match."
    assert NUMBER not in str(explanation)


def test_a_signature_that_does_not_fit_is_explained(gateway: Gateway) -> None:
    fields = gateway.fields()
    app_key, app_id = gateway.keys["app_key"], gateway.keys["app_id"]
    fields["sign"] = sign(app_key=app_key + "\n", app_id=app_id, id_num=NUMBER, name=NAME)
    assert gateway.post("two-factor", json=fields)["code"] == "400001"

    entry = gateway.server.admin("GET", f"/journal?tenant={gateway.tenant}")["entries"][-1]
    explanation = gateway.server.admin("GET", f"/explain/{entry['request_id']}")

    assert explanation["signature"]["cause"] == "secret_trailing_newline"
    assert app_key not in str(explanation)


def test_a_soap_client_is_served_from_the_description_alone(gateway: Gateway) -> None:
    root = gateway.check(row() + row(name="测试乙") + row(name="a&amp;b&lt;c&gt;") + row(number="110101190001010065"))
    places = ("OUTPUT/ITEM/result_xm", "OUTPUT/ITEM/errormesage", "ErrorCode")
    answers = [next(filter(None, map(answer.findtext, places))) for answer in root.iter("ROW")]

    assert root.tag == "ROWS"
    assert answers == ["一致", "不一致", "姓名错误", "-901"]
    assert [answer.findtext("INPUT/xm") for answer in root.iter("ROW")][2] == "a&b<c>"


def test_a_soap_client_compares_photos(gateway: Gateway) -> None:
    root = gateway.check(row("测试戊", "110101190001010049", f"<XP>{PICTURE}</XP>"), operation="nciicCompare")

    assert [item.findtext("result_fx") for item in root.iter("ITEM")] == ["", "", "不能确定是否为同一人"]
    assert [item.findtext("result_fs") for item in root.iter("ITEM")] == ["", "", "52"]


def test_a_licence_nobody_has_is_refused_in_a_good_answer(gateway: Gateway) -> None:
    root = gateway.check(row(), licence="nobody's")

    assert (root.tag, root.get("errorcode")) == ("RESPONSE", "-80")


def test_a_soap_fault_is_an_exception_of_the_soap_client(gateway: Gateway) -> None:
    gateway.force("nciicCheck", error="Server")

    with pytest.raises(zeep.exceptions.Fault) as fault:
        gateway.check(row())

    assert fault.value.code == "soap:Server"


def test_an_entity_bomb_is_refused_outside_and_inside(gateway: Gateway) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    inside = gateway.service().nciicCheck(gateway.keys["license"], f"{bomb}<ROWS>{row('&c;')}</ROWS>")
    outside = requests.post(gateway.server.url + SERVICE, data=f"{bomb}<a>&c;</a>", timeout=30)

    assert fromstring(inside).get("errorcode") == "-904"
    assert outside.status_code == 500
    assert "soap:Client" in outside.text


@pytest.mark.parametrize(
    ("then", "error"),
    [
        pytest.param({"http": 502}, zeep.exceptions.TransportError, id="a proxy's page"),
        pytest.param({"fault": "reset"}, requests.ConnectionError, id="reset"),
        pytest.param({"fault": {"truncate": 200}}, requests.RequestException, id="cut on the wire"),
        pytest.param({"mutation": "body_gbk"}, zeep.exceptions.Error, id="GBK"),
        pytest.param({"mutation": "body_truncated"}, zeep.exceptions.Error, id="half of it"),
    ],
)
def test_what_goes_wrong_on_the_way_is_an_error_for_a_soap_client(
    gateway: Gateway, then: dict[str, Any], error: type[Exception]
) -> None:
    gateway.force("nciicCheck", **then)

    with pytest.raises(error):
        gateway.check(row())


CLAIM: Final = Claim(
    name=NAME, resident_id=NUMBER, valid_from="20180501", valid_to="长期", photo=base64.b64decode(PICTURE)
)


@pytest.mark.parametrize("operation", ["two-factor", "four-factor", "face-compare", "nciicCheck", "nciicCompare"])
def test_the_reference_adapter_asks_both_dialects(gateway: Gateway, operation: str) -> None:
    assert gateway.adapter().check(operation, CLAIM).verdict is Verdict.MATCH


@pytest.mark.parametrize("operation", ["two-factor", "nciicCheck"])
@pytest.mark.parametrize(
    ("then", "fault"),
    [
        ({"fault": "reset"}, Fault.TRANSPORT),
        ({"fault": "empty"}, Fault.TRANSPORT),
        ({"fault": {"truncate": 40}}, Fault.TRANSPORT),
        ({"http": 502}, Fault.HTTP_STATUS),
        ({"mutation": "body_gbk"}, Fault.MALFORMED),
        ({"mutation": "body_truncated"}, Fault.MALFORMED),
        ({"delay": 30, "charged": True}, Fault.TRANSPORT),
    ],
)
def test_the_reference_adapter_lets_nobody_pass_when_the_way_is_bad(
    gateway: Gateway, operation: str, then: dict[str, Any], fault: Fault
) -> None:
    gateway.force(operation, **then)
    started = time.monotonic()

    with pytest.raises(AdapterError) as refused:
        gateway.adapter(read=0.5).check(operation, CLAIM)

    assert (refused.value.fault, refused.value.charge_possible) == (fault, True)
    assert time.monotonic() - started < 10
    entry = gateway.server.admin("GET", f"/journal?tenant={gateway.tenant}")["entries"][-1]
    assert entry["answer"]["charged"] is True


def test_tenants_are_told_apart_by_licence_and_by_app_id(gateway: Gateway) -> None:
    gateway.adapter().check("two-factor", CLAIM)
    gateway.adapter().check("nciicCheck", CLAIM)

    ledger = gateway.server.admin("GET", f"/ledger?tenant={gateway.tenant}")

    assert ledger["totals"]["mps"] == {
        "two-factor": {"charged": 1, "free": 0},
        "nciicCheck": {"charged": 1, "free": 0},
    }
