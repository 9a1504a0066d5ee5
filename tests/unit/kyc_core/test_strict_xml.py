from __future__ import annotations

import pytest

from kyc_core.strict_xml import DEEPEST, NotStrictXml, XmlProblem, children, local, namespace, problem_of, read

BOMB = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'


def nested(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("<a/>", None, id="a document"),
        pytest.param("<a>&lt;&amp;&#20320;</a>", None, id="entities that XML has"),
        pytest.param('<?xml version="1.0" encoding="GBK"?><a>你</a>', None, id="text, whatever it declares"),
        pytest.param(b'<?xml version="1.0" encoding="utf-16"?><a/>', XmlProblem.NOT_XML, id="not what it declares"),
        pytest.param(b'<?xml version="1.0" encoding="gbk"?><a/>', XmlProblem.NOT_XML, id="an encoding not read"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><a/>', XmlProblem.NOT_XML, id="no encoding"),
        pytest.param("<a>你</a>".encode("gbk"), XmlProblem.NOT_XML, id="GBK that does not say so"),
        pytest.param("", XmlProblem.NOT_XML, id="nothing"),
        pytest.param("{}", XmlProblem.NOT_XML, id="JSON"),
        pytest.param("<a><b></a>", XmlProblem.NOT_XML, id="crossed"),
        pytest.param("<a>\x00</a>", XmlProblem.NOT_XML, id="a character XML does not have"),
        pytest.param("<a>\ud800</a>", XmlProblem.NOT_XML, id="half a character"),
        pytest.param("<a>&b;</a>", XmlProblem.NOT_XML, id="an entity nobody declared"),
        pytest.param("<!DOCTYPE a><a/>", XmlProblem.DOCTYPE, id="a document type"),
        pytest.param(BOMB, XmlProblem.DOCTYPE, id="a bomb"),
        pytest.param(OUTSIDE, XmlProblem.DOCTYPE, id="a file"),
        pytest.param(nested(DEEPEST), None, id="as deep as may be"),
        pytest.param(nested(DEEPEST + 1), XmlProblem.TOO_DEEP, id="a level too deep"),
        pytest.param(nested(100_000), XmlProblem.TOO_DEEP, id="a well"),
    ],
)
def test_only_plain_xml_is_read(text: bytes | str, problem: XmlProblem | None) -> None:
    assert problem_of(text) is problem


def test_a_refusal_repeats_nothing_of_the_text() -> None:
    with pytest.raises(NotStrictXml) as refused:
        read("<a>110101190001010006<b></a>")

    assert "110101190001010006" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_names_are_told_with_and_without_their_namespace() -> None:
    root = read('<s:a xmlns:s="urn:x"><b/><s:b/><c/></s:a>')

    assert (local(root), namespace(root), namespace(root[0])) == ("a", "urn:x", "")
    assert children(root, "b") == [root[0], root[1]]
