"""HmacSHA1 and HmacSHA256 against published vectors, the official SDK, and the rules of the verifier."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.sign import Sign

from kyc_core.signing import tencent_v1
from kyc_core.signing.canonical import parameter_bytes, query_pairs

SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
INTL = "faceid.intl.tencentcloudapi.com"
V6 = {
    "Action": "BankCardVerification",
    "BankCard": "6226090210146748",
    "IdCard": "11204416541220243X",
    "Language": "en-US",
    "Name": "韦小宝",
    "Nonce": "11886",
    "RequestClient": "SDK_PYTHON_3.1.193",
    "SecretId": "AKIDEXAMPLE",
    "SignatureMethod": "HmacSHA1",
    "Timestamp": "1767225600",
    "Version": "2018-03-01",
}
V7 = V6 | {
    "SignatureMethod": "HmacSHA256",
    "CertType": "0",
    "Region": "ap-singapore",
    "Token": "TOKENEXAMPLE",
}
V8 = V6 | {
    "Encryption.Algorithm": "AES-256-CBC",
    "Encryption.CiphertextBlob": "Q0lQSEVS",
    "Encryption.EncryptList.0": "IdCard",
    "Encryption.EncryptList.1": "Name",
    "Encryption.Iv": "SVZJVklWSVZJVklWSVZJVg==",
}
VECTORS = [
    pytest.param("GET", V6, "08jn5IW/POAst93LWFRGmnumEsQ=", id="V6 GET HmacSHA1"),
    pytest.param("POST", V7, "OCgnQ6xhmq+mgYCbqOXD7JuxgAn6AAU/+Kar0k0eXUs=", id="V7 POST HmacSHA256"),
    pytest.param("POST", V8, "muDJsIigF8McRTy5bBQ7z4mbfAk=", id="V8 POST with encryption"),
]


def wire(params: dict[str, str]) -> list[tuple[str, str]]:
    """Send *params* as a form and decode them as a server does."""
    return query_pairs(urlencode(params).encode())


def accepts(pairs: list[tuple[str, str]], **changes: Any) -> bool:
    request = {"secret_key": SECRET_KEY, "method": "POST", "host": INTL, "path": "/"} | changes
    return tencent_v1.verify(pairs, **request)


def signed(params: dict[str, str], **changes: Any) -> list[tuple[str, str]]:
    request = {"secret_key": SECRET_KEY, "method": "POST", "host": INTL} | changes
    return wire(params | {"Signature": tencent_v1.sign(params=params, **request)})


@pytest.mark.parametrize(("method", "params", "signature"), VECTORS)
def test_every_vector_is_signed_as_published_and_accepted(method: str, params: dict[str, str], signature: str) -> None:
    assert tencent_v1.sign(secret_key=SECRET_KEY, method=method, host=INTL, params=params) == signature
    assert accepts(wire(params | {"Signature": signature}), method=method)


def test_the_string_of_the_get_vector_is_the_published_one() -> None:
    assert tencent_v1.string_to_sign("GET", INTL, "/", V6 | {"Signature": "x"}) == (
        "GETfaceid.intl.tencentcloudapi.com/?Action=BankCardVerification&BankCard=6226090210146748"
        "&IdCard=11204416541220243X&Language=en-US&Name=韦小宝&Nonce=11886&RequestClient=SDK_PYTHON_3.1.193"
        "&SecretId=AKIDEXAMPLE&SignatureMethod=HmacSHA1&Timestamp=1767225600&Version=2018-03-01"
    )


def test_the_signature_is_escaped_on_the_wire() -> None:
    assert "Signature=08jn5IW%2FPOAst93LWFRGmnumEsQ%3D" in urlencode({"Signature": "08jn5IW/POAst93LWFRGmnumEsQ="})
    assert ("Signature", "08jn5IW/POAst93LWFRGmnumEsQ=") in query_pairs(b"Signature=08jn5IW%2fPOAst93LWFRGmnumEsQ%3d")


class OfficialClient(AbstractClient):  # type: ignore[misc]  # published without types
    """The SDK's own string, given an endpoint and nothing else."""

    _service = "faceid"
    _requestPath = "/"  # noqa: N815 - the SDK reads this name

    def __init__(self, method: str, endpoint: str) -> None:
        self.profile = SimpleNamespace(httpProfile=SimpleNamespace(reqMethod=method, endpoint=endpoint))


@pytest.mark.parametrize("announced", ["HmacSHA1", "HmacSHA256"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", [INTL, "127.0.0.1:8080"])
@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Region": "", "Name": "a b+c&d=e/f~g%20"}, id="blank value and every separator"),
        pytest.param({"Filter_Name": "x", "List.12": "a", "List.2": "b"}, id="underscore and indices"),
    ],
)
def test_the_official_sdk_signs_alike(announced: str, method: str, host: str, extra: dict[str, str]) -> None:
    params = V6 | {"SignatureMethod": announced} | extra
    text = OfficialClient(method, host)._format_sign_string(params)
    official = Sign.sign(SECRET_KEY, text, announced)

    assert tencent_v1.string_to_sign(method, host, "/", params) == text
    assert tencent_v1.sign(secret_key=SECRET_KEY, method=method, host=host, params=params) == official
    assert accepts(wire(params | {"Signature": official}), method=method, host=host)


@pytest.mark.parametrize(
    ("announced", "method"),
    [
        pytest.param("HmacSHA256", tencent_v1.SignatureMethod.SHA256, id="the exact name"),
        pytest.param("HmacSHA1", tencent_v1.SignatureMethod.SHA1, id="the other name"),
        pytest.param("hmacsha256", tencent_v1.SignatureMethod.SHA1, id="lower case"),
        pytest.param("", tencent_v1.SignatureMethod.SHA1, id="blank"),
        pytest.param(None, tencent_v1.SignatureMethod.SHA1, id="absent"),
    ],
)
def test_only_the_exact_name_selects_sha256(announced: str | None, method: tencent_v1.SignatureMethod) -> None:
    params = {} if announced is None else {"SignatureMethod": announced}

    assert tencent_v1.signature_method(params) is method


def test_blank_parameters_are_signed() -> None:
    pairs = signed(V6 | {"Region": ""})

    assert accepts(pairs)
    assert not accepts([pair for pair in pairs if pair[0] != "Region"])


@pytest.mark.parametrize("dots", [True, False])
def test_underscores_in_names_may_be_signed_either_way(dots: bool) -> None:
    assert accepts(signed(V6 | {"Some_Name": "1"}, underscores_as_dots=dots))


@pytest.mark.parametrize("path", ["/", "/tencent/"])
@pytest.mark.parametrize("host", ["localhost", "localhost:8080"])
def test_host_without_port_and_path_may_be_signed(host: str, path: str) -> None:
    assert accepts(signed(V6, host=host, path=path), host="localhost:8080", path="/tencent/")


def test_names_sort_by_code_point() -> None:
    text = tencent_v1.string_to_sign("POST", "h", "/", {"L.2": "b", "L.12": "a", "Z": "1", "a": "2"})

    assert text == "POSTh/?L.12=a&L.2=b&Z=1&a=2"


def test_the_last_of_repeated_parameters_counts() -> None:
    pairs = signed(V6)

    assert accepts([("Nonce", "1"), *pairs])
    assert not accepts([*pairs, ("Nonce", "1")])


def test_bytes_that_are_not_utf8_are_signed_as_they_were_sent() -> None:
    gbk = urlencode({"Name": "韦小宝"}, encoding="gbk").encode()
    params = V6 | dict(query_pairs(gbk))
    text = tencent_v1.string_to_sign("POST", INTL, "/", params)
    signature = tencent_v1.sign(secret_key=SECRET_KEY, method="POST", host=INTL, params=params)

    assert "韦小宝".encode("gbk") in parameter_bytes(text)
    assert accepts([*params.items(), ("Signature", signature)])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"secret_key": SECRET_KEY + "\n"}, id="secret"),
        pytest.param({"method": "GET"}, id="method"),
        pytest.param({"host": "faceid.tencentcloudapi.com"}, id="host"),
    ],
)
def test_what_surrounds_the_parameters_is_signed(changes: dict[str, str]) -> None:
    pairs = signed(V6)

    assert accepts(pairs)
    assert not accepts(pairs, **changes)


@pytest.mark.parametrize("signature", ["", "x", "é", "\ud800", "08jn5IW/POAst93LWFRGmnumEsQ=\n"])
def test_a_signature_of_any_shape_is_refused_without_an_error(signature: str) -> None:
    assert not accepts([*V6.items(), ("Signature", signature)], method="GET")


def test_an_absent_signature_is_refused() -> None:
    assert not accepts(list(V6.items()))


@pytest.mark.parametrize("name", sorted(V6))
def test_every_parameter_is_signed(name: str) -> None:
    pairs = signed(V6)

    assert not accepts([(key, value + "0" if key == name else value) for key, value in pairs])
