import pytest

from kyc_core.holders import Kind, kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("110101199003070011", Kind.CITIZEN, id="citizen"),
        pytest.param("11010119900307002X", Kind.CITIZEN, id="citizen with X"),
        pytest.param("810000199001010019", Kind.RESIDENCE_PERMIT, id="permit"),
        pytest.param("810101199001010010", Kind.CITIZEN, id="a permit has no county"),
        pytest.param("911840197511040023", Kind.FOREIGN_PERMANENT_RESIDENT, id="foreign permanent resident"),
        pytest.param("110105491231002", Kind.FIRST_GENERATION, id="15 digits"),
        pytest.param("KAZ110090123105", Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT, id="three letters"),
        pytest.param("kaz110090123105", None, id="letters in lower case"),
        pytest.param("11010119900307002x", None, id="lower-case x"),
        pytest.param("110101199003070011\n", None, id="line end"),
        pytest.param("11010549123100\n", None, id="line end for the 15th digit"),
        pytest.param("11010549123100２", None, id="full-width digit"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_shape_tells_the_holder(text: str, kind: Kind | None) -> None:
    assert kind_of(text) is kind
