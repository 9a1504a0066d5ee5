from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from contracts.strategies.photo_bytes import jpeg, png
from simulator.providers.tencent import card_pictures

LIMIT = 1_000
PRINTED = "resident_id=110101190001010006;name=测试甲;warnings=-9102|-9103;quality=40;".encode()


@pytest.mark.parametrize("make", [png, jpeg])
def test_what_is_printed_is_read_from_either_kind_of_picture(make: Callable[..., bytes]) -> None:
    card = card_pictures.of_base64(base64.b64encode(make(comment=PRINTED)).decode(), LIMIT)

    assert (card.number, card.name) == ("110101190001010006", "测试甲")
    assert (card.warnings, card.quality) == (("-9102", "-9103"), 40.0)


def test_a_picture_without_a_comment_shows_nothing_but_its_digest() -> None:
    card = card_pictures.look(png())

    assert (card.number, card.name, card.warnings, card.quality) == ("", "", (), card_pictures.USUAL_QUALITY)
    assert len(card.digest) == 64


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "FailedOperation.EmptyImageError", id="empty"),
        pytest.param("QUJD", "FailedOperation.ImageDecodeFailed", id="no picture"),
        pytest.param("data:image/png;base64,QUJD", "FailedOperation.ImageDecodeFailed", id="data URI"),
        pytest.param("A" * (LIMIT + 4), "FailedOperation.ImageSizeTooLarge", id="too large"),
    ],
)
def test_a_picture_that_cannot_be_read_has_the_error_that_says_why(text: str, code: str) -> None:
    with pytest.raises(card_pictures.Unreadable) as caught:
        card_pictures.of_base64(text, LIMIT)

    assert caught.value.code == code


def test_an_address_stands_for_its_picture_and_nothing_is_fetched() -> None:
    card = card_pictures.of_url("https://images.invalid/resident_id=110101190001010006;.png")

    assert card.number == "110101190001010006"
    with pytest.raises(card_pictures.Unreadable, match="DownLoadError"):
        card_pictures.of_url("file:///etc/passwd")


@pytest.mark.parametrize("config", ["{", "[]", '{"CopyWarn":"true"}', "1"])
def test_a_configuration_is_an_object_of_booleans(config: str) -> None:
    assert card_pictures.asked_for(config) is None


def test_only_warnings_that_were_asked_for_are_raised() -> None:
    card = card_pictures.look(PRINTED)

    assert card_pictures.raised(card, frozenset()) == ()
    assert card_pictures.raised(card, card_pictures.asked_for('{"CopyWarn":true}') or frozenset()) == ("-9102",)
    assert card_pictures.raised(card, card_pictures.asked_for('{"Quality":true}') or frozenset()) == ("-8001",)
