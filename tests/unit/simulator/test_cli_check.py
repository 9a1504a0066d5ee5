from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from simulator.cli_check import check, read_answer
from simulator.cli_report import FORMATS
from simulator.exits import Exit, Failed

PERSON = {"Name": "测试甲", "IdCard": "110101190001010006", "BankCard": "6217000000000000103"}


def line(result: str = "0", *, host: str = "faceid.intl.tencentcloudapi.com", status: int = 200) -> str:
    answer = {"Response": {"Result": result, "Description": "d", "RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"}}
    request = {
        "method": "POST",
        "url": f"https://{host}/",
        "headers": {"Content-Type": "application/json", "X-TC-Action": "BankCardVerification"},
        "body": json.dumps(PERSON, ensure_ascii=False),
    }
    if host == "example.org":
        request["headers"] = {}
    return json.dumps({"request": request, "response": {"status": status, "body": json.dumps(answer)}})


def ended(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(check, arguments)
    if isinstance(result.exception, Failed):
        return result.exception.code, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


def test_traffic_that_keeps_to_the_contract_is_fine(file: Path) -> None:
    file.write_text(f"{line()}\n{line('-1')}\n")
    code, out, _ = ended(str(file))

    assert (code, out.splitlines()[-1]) == (0, "2 passed, 0 failed, 0 not run; 0 findings")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_a_finding_and_nobodys_values(file: Path, form: str) -> None:
    file.write_text(f"{line()}\n{line('-99')}\n{line(PERSON['IdCard'])}\n{line(host='example.org')}\n")
    code, out, said = ended(str(file), "--format", form)

    assert (code, said) == (Exit.FINDINGS, "3 findings")
    assert "another one, -99" in out
    assert "example.org is no provider" in out or form == "sarif"
    assert not any(value in out for value in PERSON.values())
    if form in ("json", "sarif"):
        json.loads(out)
    if form == "junit":
        ElementTree.fromstring(out)  # noqa: S314 - our own bytes


def test_a_report_may_go_into_a_file(file: Path, tmp_path: Path) -> None:
    file.write_text(line())

    assert ended(str(file), "--format", "html", "--output", str(tmp_path / "page.html")) == (0, "", "")
    assert "Recorded traffic: no findings" in (tmp_path / "page.html").read_text("utf-8")


def test_several_files_are_one_recording(file: Path, tmp_path: Path) -> None:
    file.write_text(line())
    other = tmp_path / "other.har"
    found = json.loads(line("-99"))
    entry: dict[str, Any] = {
        "request": {
            **found["request"],
            "headers": [{"name": n, "value": v} for n, v in found["request"]["headers"].items()],
            "postData": {"text": found["request"]["body"]},
        },
        "response": {"status": 200, "headers": [], "content": {"text": found["response"]["body"]}},
    }
    other.write_text(json.dumps({"log": {"entries": [entry]}}))
    code, out, _ = ended(str(file), str(other))

    assert code == Exit.FINDINGS
    assert f"(at {other} entry 1)" in out


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        pytest.param((), None, "No such file or directory", id="no file"),
        pytest.param((), "{", "line 1: not JSON", id="no JSON"),
        pytest.param((), '{"log": {"entries": [3]}}', "entry 1: not an entry of HAR 1.2", id="no HAR"),
        pytest.param((), "", "holds no call", id="nothing"),
        pytest.param(
            (),
            line(host="example.org"),
            "holds no answer that could be judged; --provider says whose calls they are",
            id="nobody's",
        ),
        pytest.param(
            ("--provider", "moon"),
            "",
            "--provider: one of alibaba, kyc_china, mps, signzy, tencent, upi",
            id="a provider nobody knows",
        ),
    ],
)
def test_what_cannot_be_judged_is_one_line_and_exit_code_2(
    file: Path, arguments: tuple[str, ...], text: str | None, said: str
) -> None:
    if text is not None:
        file.write_text(text)
    code, _, told = ended(*arguments, str(file))

    assert code == Exit.USAGE
    assert told.endswith(said)
    assert "\n" not in told


def test_the_gate_counts_outcomes_seen(file: Path) -> None:
    file.write_text(line())

    assert ended(str(file), "--min-coverage", "1")[0] == 0
    file.write_text(line("-99"))
    assert ended(str(file), "--min-coverage", "1")[0] == Exit.FINDINGS
    file.write_text(line())
    code, _, said = ended(str(file), "--min-coverage", "50")
    assert (code, said.partition(":")[0]) == (Exit.GATE, "coverage below 50 %")


def test_answers_are_read_in_the_providers_own_form() -> None:
    fault = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>'
        b"<faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>"
    )

    assert read_answer("mps", 500, fault) == {"Fault": {"faultcode": "e:Server", "faultstring": "x"}}
    assert read_answer("alibaba", 400, b"<Error><Code>MissingAction</Code></Error>") == {"Code": "MissingAction"}
    assert read_answer("tencent", 200, b"[]") == []
    with pytest.raises(ValueError, match="unexpected"):
        read_answer("tencent", 200, b"<html>")
