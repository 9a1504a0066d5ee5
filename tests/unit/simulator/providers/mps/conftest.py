"""One simulator with the MPS gateway alone on a clock that stands still, and a client of both dialects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

import orjson
import pytest

from kyc_core.signing import mps_hmac_sha1
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.mps import PROVIDER
from simulator.providers.mps.documents import of_message
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

SERVICE = "/nciic_ws/services/NciicServices"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
FORM = "application/x-www-form-urlencoded"
LABELS = "<ROW><GMSFHM>公民身份号码</GMSFHM><XM>姓名</XM></ROW>"


class Client:
    """Makes requests and reads answers; whatever it is answered is compared with its schema."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.engine = Engine(services, inspect=check)
        self.tenant = services.tenants.default
        self.keys: Mapping[str, str] = self.tenant.credentials["mps"]

    def send(self, request: WireRequest) -> WireResponse:
        answer = self.engine.answer(request)
        assert answer is not None, "no provider claims the request"
        return answer

    def signed(self, fields: Mapping[str, Any], **changes: str) -> dict[str, Any]:
        """Add appId and sign; *changes* are made afterwards."""
        app_id = self.keys["app_id"]
        signature = mps_hmac_sha1.sign(
            app_key=self.keys["app_key"],
            app_id=app_id,
            id_num=str(fields.get("idNum", "")),
            name=str(fields.get("name", "")),
        )
        return {"appId": app_id, **fields, "sign": signature, **changes}

    def request(
        self,
        operation: str,
        body: Mapping[str, Any] | bytes,
        *,
        content_type: str = "application/json",
        method: str = "POST",
    ) -> WireRequest:
        """A request of the JSON dialect; a mapping is written as *content_type* says."""
        if isinstance(body, bytes):
            raw = body
        else:
            raw = urlencode(body).encode() if content_type == FORM else orjson.dumps(body)
        headers = (("host", "127.0.0.1:8080"), ("content-type", content_type))
        return WireRequest(method=method, path=f"/mps/v1/{operation}", query=b"", headers=headers, body=raw)

    def ask(self, operation: str, fields: Mapping[str, Any], **changes: str) -> dict[str, Any]:
        """Ask in JSON and return the whole answer."""
        answer = self.send(self.request(operation, self.signed(fields, **changes)))
        assert (answer.status, answer.headers) == (200, (("Content-Type", "application/json"),))
        document: dict[str, Any] = orjson.loads(answer.body)
        return document

    def code(self, operation: str, fields: Mapping[str, Any]) -> str:
        """Ask in JSON and return the code that decides."""
        document = self.ask(operation, fields)
        if document["data"] is None:
            return str(document["code"])
        return str(document["data"]["photoResult" if operation == "face-compare" else "result"])

    def conditions(self, *rows: Mapping[str, str], labels: str = LABELS) -> str:
        """Write inConditions; FSD and YWLX become attributes."""
        found = ""
        for row in rows:
            attributes = "".join(f" {name}={quoteattr(row[name])}" for name in ("FSD", "YWLX") if name in row)
            columns = "".join(f"<{name}>{escape(row[name])}</{name}>" for name in ("GMSFHM", "XM", "XP") if name in row)
            found += f"<ROW{attributes}>{columns}</ROW>"
        return f'<?xml version="1.0" encoding="UTF-8"?><ROWS><INFO><SBM>unit</SBM></INFO>{labels}{found}</ROWS>'

    def message(
        self,
        operation: str,
        conditions: str,
        *,
        licence: str | None = None,
        soap: str = SOAP,
        namespace: str = "urn:client",
    ) -> bytes:
        licence = self.keys["license"] if licence is None else licence
        inside = f"<inLicense>{escape(licence)}</inLicense><inConditions>{escape(conditions)}</inConditions>"
        return (
            f'<e:Envelope xmlns:e="{soap}"><e:Header/><e:Body><{operation} xmlns="{namespace}">{inside}</{operation}>'
            "</e:Body></e:Envelope>"
        ).encode()

    def post(self, body: bytes, *, method: str = "POST", query: bytes = b"", host: str = "127.0.0.1") -> WireResponse:
        headers = (("host", host), ("content-type", "text/xml; charset=utf-8"))
        return self.send(WireRequest(method=method, path=SERVICE, query=query, headers=headers, body=body))

    def rows(self, operation: str, *rows: Mapping[str, str]) -> dict[str, Any]:
        """Ask the service and return its document as JSON."""
        answer = self.post(self.message(operation, self.conditions(*rows)))
        assert answer.status == 200
        return of_message(answer.body)

    @property
    def last(self) -> dict[str, Any]:
        """The newest journal entry of the tenant."""
        return self.tenant.journal.entries(limit=1)[-1]

    def step(self, name: str) -> dict[str, Any]:
        """What the named check of the newest call saw, whosever call it was."""
        entries = [*self.tenant.journal.entries(limit=1), *self.services.tenants.lobby.journal.entries(limit=1)]
        entry = max(entries, key=lambda found: (found["at"], found["number"]))
        return next(evidence for check, _, evidence in reversed(entry["steps"]) if check == name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 5, 2, tzinfo=UTC))


@pytest.fixture
def client(clock: FixedClock) -> Client:
    return Client(Services(Settings(), (PROVIDER,), clock=clock))


@pytest.fixture
def honest() -> dict[str, str]:
    """What the person of the control table truthfully says."""
    return {"name": "测试甲", "idNum": "110101190001010006"}


@pytest.fixture
def honest_four(honest: dict[str, str]) -> dict[str, str]:
    return {**honest, "validFrom": "20180501", "validTo": "长期"}


@pytest.fixture
def photo() -> str:
    return "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="


@pytest.fixture
def honest_face(honest: dict[str, str], photo: str) -> dict[str, str]:
    return {**honest, "image": photo}


@pytest.fixture
def row(honest: dict[str, str]) -> dict[str, str]:
    return {"FSD": "110000", "YWLX": "开户", "GMSFHM": honest["idNum"], "XM": honest["name"]}


@pytest.fixture
def photo_row(row: dict[str, str], photo: str) -> dict[str, str]:
    return {**row, "XP": photo}
