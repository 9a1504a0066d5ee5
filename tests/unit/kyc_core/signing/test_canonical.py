"""The small pieces that signature schemes share."""

from __future__ import annotations

import pytest

from kyc_core.signing import canonical


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"Region=&Name=a", [("Region", ""), ("Name", "a")], id="blank value"),
        pytest.param(b"Name=Wei+Xiao%20bao", [("Name", "Wei Xiao bao")], id="both blanks"),
        pytest.param(b"%E9%9F%A6=%e9%9f%a6", [("韦", "韦")], id="either case of escapes"),
        pytest.param("Name=韦".encode(), [("Name", "韦")], id="raw bytes"),
        pytest.param(b"a=1&a=2", [("a", "1"), ("a", "2")], id="repeated name"),
        pytest.param(b"flag", [("flag", "")], id="no equals sign"),
        pytest.param(b"a=b=c", [("a", "b=c")], id="two equals signs"),
    ],
)
def test_pairs_are_decoded_with_blanks_kept(raw: bytes, pairs: list[tuple[str, str]]) -> None:
    assert canonical.query_pairs(raw) == pairs


def test_bytes_that_are_not_utf8_survive_decoding() -> None:
    ((_, value),) = canonical.query_pairs(b"Name=%CE%A4\xff")

    assert value.encode("utf-8", "surrogateescape") == b"\xce\xa4\xff"


@pytest.mark.parametrize(
    ("host", "bare"),
    [
        ("faceid.tencentcloudapi.com", "faceid.tencentcloudapi.com"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("[fe80::1]:443", "[fe80::1]"),
        ("localhost:8080/tencent", "localhost:8080/tencent"),
        ("localhost:", "localhost:"),
        ("", ""),
    ],
)
def test_only_a_trailing_port_is_removed(host: str, bare: str) -> None:
    assert canonical.without_port(host) == bare


@pytest.mark.parametrize("raw", [b"plain", bytes(range(256)), "韦小宝".encode()])
def test_header_text_goes_back_to_the_bytes_it_was(raw: bytes) -> None:
    assert canonical.wire_bytes(raw.decode("latin-1")) == raw


@pytest.mark.parametrize("text", ["plain", "韦小宝", "\xe9\ud800"])
def test_header_text_is_what_a_server_hands_over(text: str) -> None:
    assert canonical.wire_bytes(canonical.as_received(text)) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("AZaz09-_.~", "AZaz09-_.~", id="unreserved"),
        pytest.param("a b+c*d/e", "a%20b%2Bc%2Ad%2Fe", id="reserved"),
        pytest.param("a\n", "a%0A", id="a line feed at the end"),
        pytest.param("韦·", "%E9%9F%A6%C2%B7", id="Chinese"),
        pytest.param("\udcff", "%FF", id="a byte that was not UTF-8"),
        pytest.param("\ud800", "%ED%A0%80", id="a surrogate of another origin"),
        pytest.param("１", "%EF%BC%91", id="a full-width digit"),
    ],
)
def test_everything_but_unreserved_characters_is_escaped(text: str, escaped: str) -> None:
    assert canonical.percent_encode(text) == escaped


@pytest.mark.parametrize("text", ["韦小宝", "\ud800"])
def test_text_that_never_was_a_header_is_encoded_without_an_error(text: str) -> None:
    assert canonical.wire_bytes(text) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("query", "hidden"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("IdCard=+11204416541220243X", "IdCard=+***", id="a value, its blank kept"),
        pytest.param("Name=Wei%20Xiaobao", "Name=***%20***", id="an escaped blank"),
        pytest.param("Name=%E9%9F%A6%E5%B0%8F", "Name=***", id="escapes"),
        pytest.param("Action=MobileStatus&Token=abc", "Action=MobileStatus&Token=***", id="a credential"),
        pytest.param("11204416541220243X", "***", id="no name"),
        pytest.param('{"Name":"Wei"}=&a', "***=&***", id="a document instead of parameters"),
        pytest.param("Region=", "Region=", id="a blank value"),
    ],
)
def test_only_protocol_values_are_shown(query: str, hidden: str) -> None:
    assert canonical.hide_query(query) == hidden


def test_bytes_that_are_not_utf_8_become_replacement_characters() -> None:
    garbled = "韦小宝".encode("gbk").decode("utf-8", "surrogateescape")

    found = canonical.printable({"Name": garbled, "IdCard": "1", "姓名": "韦"})

    assert "\ufffd" in found["Name"]
    assert not any("\ud800" <= character <= "\udfff" for character in found["Name"])
    assert (found["IdCard"], found["姓名"]) == ("1", "韦")
