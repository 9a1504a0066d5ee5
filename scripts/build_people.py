"""Rebuild ``fixtures/people.json``: the shipped population, the same bytes at every run.

Usage::

    python scripts/build_people.py

Everyone here is made up, and made so that no number can be a living person's:

* Resident numbers: births of 1850-1900 (nobody alive), or, where an age must be plausible, a county code that no table
  has ever listed (``110199``). Check characters are right, so that format checks pass.
* Mobile numbers: block 1349-0, which the ministry has given to nobody, while the providers' lists of supported ranges
  contain 1349; one line lies in the wholly unallocated block 154, which those lists leave out.
* Cards: real prefixes with the right length and check digit, because providers refuse anything else at the door before
  a register is asked. The account part is zeros and a small serial: issuers give out numbers from assigned ranges, not
  from zero. Should one of them exist all the same, a number alone names nobody here and moves nothing anywhere.

A person's serial makes the card, the line and (for people without a story) the resident number. It is written down per
person and never reused, so that adding somebody changes nobody else's numbers.

Source: control people by sequence code, the outcomes that people stand for, harmless ranges [inferred].
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from kyc_core.bank_card import prefixes
from kyc_core.card_validity import Document, expiry, format_expiry
from kyc_core.checksums import luhn_check_digit, mod_11_2
from kyc_core.dates import format as write_date
from kyc_core.dates import parse as read_date
from kyc_core.footprint import Area, AreaKind, PoliceFlag, Risk
from kyc_core.people import (
    Card,
    CardState,
    LineStatus,
    MobileLine,
    Operator,
    Person,
    PersonState,
    Photo,
    PhotoQuality,
    to_document,
)

HERE: Final = Path(__file__).resolve().parent
TARGET: Final = HERE.parent / "fixtures" / "people.json"
MAGIC: Final = HERE / "magic_people.json"

SOURCE: Final = "Written by scripts/build_people.py, which says why every number in here is harmless; do not edit."

UNLISTED: Final = "110199"
LONG_TERM: Final = ("20180501", "长期")

OWN_PHOTO: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
)
"""One grey pixel, a whole PNG."""
OTHER_PHOTO: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGPImAAAAWMA+dWZZI8AAAAASUVORK5CYII="
)
"""Two grey pixels, a whole PNG."""

# serial, name, county, born, sequence, card prefix, operator, months on the network
ORDINARY: Final = (
    (1, "林静怡", "310115", "18850314", "062", "621700", Operator.MOBILE, 120),
    (2, "赵国栋", "110101", "18781002", "015", "622848", Operator.UNICOM, 36),
    (3, "陈嘉豪", "440305", "18920720", "031", "622588", Operator.TELECOM, 24),
    (4, "周敏", "510104", "18990101", "028", "622202", Operator.BROADNET, 12),
    (5, "吴志强", "420106", "18661231", "113", "621661", Operator.MOBILE, 9),
    (6, "郑秀兰", "610113", "18730909", "240", "622262", Operator.UNICOM, 6),
    (7, "孙丽华", "230102", "18511111", "004", "621098", Operator.TELECOM, 4),
    (8, "钱学文", "330106", "18880808", "057", "622908", Operator.MOBILE, 2),
    (9, "黄晓东", "350203", "18950523", "199", "622516", Operator.UNICOM, 0),
    (10, "冯玉珍", "370102", "18690617", "386", "622622", Operator.TELECOM, None),
)

# province and city of the ordinary people's lines, by the county of their number
CITIES: Final = {
    "310115": ("上海", "上海"),
    "110101": ("北京", "北京"),
    "440305": ("广东", "深圳"),
    "510104": ("四川", "成都"),
    "420106": ("湖北", "武汉"),
    "610113": ("陕西", "西安"),
    "230102": ("黑龙江", "哈尔滨"),
    "330106": ("浙江", "杭州"),
    "350203": ("福建", "厦门"),
    "370102": ("山东", "济南"),
}

# serial, key, what registers of offenders hold, note
RISKS: Final = (
    (501, "risk-fraud", Risk(fraud=3), "In the fraud list, severity 3."),
    (502, "risk-gambling", Risk(gambling=1), "In the gambling list, severity 1."),
    (503, "risk-money-mule", Risk(money_mule=2), "In the list of money mules, severity 2."),
    (504, "risk-police", Risk(police=tuple(PoliceFlag)), "The police record holds every flag."),
)

# serial, key, card state, what the issuer says
CARD_STATES: Final = (
    (101, "card-cardless-off", CardState.CARDLESS_OFF, "cardless payment is not enabled"),
    (102, "card-confiscated", CardState.CONFISCATED, "confiscated"),
    (103, "card-invalid-number", CardState.INVALID_NUMBER, "no such account"),
    (104, "card-no-issuer", CardState.NO_ISSUER, "no bank answers for the prefix"),
    (105, "card-dormant", CardState.DORMANT, "not initialised, or dormant"),
    (106, "card-fraud", CardState.FRAUD, "fraudulent, to be retained"),
    (107, "card-lost", CardState.LOST, "reported lost"),
    (108, "card-expired", CardState.EXPIRED, "expired"),
    (109, "card-restricted", CardState.RESTRICTED, "restricted"),
    (110, "card-pin-locked", CardState.PIN_LOCKED, "too many wrong PINs"),
    (111, "card-issuer-unsupported", CardState.ISSUER_UNSUPPORTED, "the issuer does not take part"),
    (112, "card-status-abnormal", CardState.STATUS_ABNORMAL, "status abnormal"),
)

# serial, key, line status
LINES: Final = (
    (131, "line-out-of-service", LineStatus.OUT_OF_SERVICE),
    (132, "line-cancelled", LineStatus.CANCELLED),
    (133, "line-not-on-network", LineStatus.NOT_ON_NETWORK),
    (134, "line-unusable", LineStatus.UNUSABLE),
    (135, "line-unknown", LineStatus.UNKNOWN),
)

# key, name, what is special, note; the sequence code is the place in the list
CONTROL: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("mps-match", "测试甲", {}, "On file; name and dates decide."),
    ("mps-not-found", "测试乙", {"state": PersonState.NOT_FOUND}, "The number is not on file."),
    ("mps-cancelled", "测试丙", {"state": PersonState.CANCELLED}, "The registration is cancelled."),
    ("mps-no-photo", "测试丁", {"photos": ()}, "On file without a photo."),
    ("mps-face-unsure", "测试戊", {"photos": (Photo(score=52.0),)}, "No picture is certain: score 52."),
    ("mps-face-different", "测试己", {"photos": (Photo(score=13.0),)}, "Every picture is another's: score 13."),
    (
        "mps-source-error",
        "测试庚",
        {"controls": {"mps": {"meaning": "source_error"}, "signzy": {"error": "409"}}},
        "The source fails.",
    ),
    (
        "mps-source-upgrading",
        "测试辛",
        {"controls": {"mps": {"meaning": "source_upgrading"}, "signzy": {"error": "409"}}},
        "The source is down.",
    ),
    (
        "mps-quota",
        "测试壬",
        {"controls": {"mps": {"meaning": "quota"}, "signzy": {"error": "403"}}},
        "Asked too often today.",
    ),
    # Name and score of the holder in the first vector of UPI's signature dossier.
    (
        "mps-slow",
        "张三",
        {"controls": {"mps": {"delay": 5}, "signzy": {"delay": 5}}, "photos": (Photo(score=87.0),)},
        "In order, after 5 s.",
    ),
)

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"


def main() -> None:
    """Write the file."""
    TARGET.write_bytes(build())


def build() -> bytes:
    """Return the file's bytes: one person per line, so that a change is a line in a diff."""
    lines = [json.dumps(to_document(person), ensure_ascii=False) for person in population()]
    body = ",\n  ".join(lines)
    return f'{{\n "source": {json.dumps(SOURCE)},\n "people": [\n  {body}\n ]\n}}\n'.encode()


def population() -> Iterator[Person]:
    """Yield everyone, people without a trick first."""
    yield from ordinary_people()
    yield from people_with_a_story()
    yield from people_by_age()
    yield from people_with_photos()
    yield from people_with_lines()
    yield from people_with_risks()
    yield from control_people()
    for serial, key, state, says in CARD_STATES:
        card = Card(number=pan(serial), mobile=line(serial), state=state)
        yield replace(nobody(serial, key, f"The issuer says: {says}."), cards=(card,))
    yield from magic_people()


def resident_id(county: str, born: str, sequence: str) -> str:
    """Put a number together; an odd last digit of *sequence* is male."""
    body = county + born + sequence
    return body + mod_11_2(body)


def pan(serial: int, prefix: str = "621700", which: int = 0) -> str:
    """Make the card number of *serial*: real prefix and length, zeros, serial, *which* of the person's cards, Luhn."""
    length = prefixes()[prefix][0].length
    body = prefix + f"{serial * 10 + which}".zfill(length - len(prefix) - 1)
    return body + luhn_check_digit(body)


def line(serial: int, which: int = 0) -> str:
    """Make the mobile number of *serial*, in a block given to nobody."""
    return f"13490{serial * 10 + which:06d}"


def someone(
    serial: int,
    key: str,
    name: str,
    number: str,
    note: str,
    *,
    validity: tuple[str, str] = LONG_TERM,
    prefix: str = "621700",
    operator: Operator = Operator.MOBILE,
    months: int | None = 36,
) -> Person:
    """Return a person with one card, one line which is also reserved at the bank, and a photo any picture matches."""
    return Person(
        key=key,
        name=name,
        resident_id=number,
        valid_from=validity[0],
        valid_to=validity[1],
        cards=(Card(number=pan(serial, prefix), mobile=line(serial)),),
        mobiles=(MobileLine(number=line(serial), operator=operator, months=months),),
        photos=(Photo(),),
        note=note,
    )


def seen_in(mobile: MobileLine, province: str, city: str, serial: int) -> MobileLine:
    """Return the line as one that is issued and used in one city; the streets are made up."""
    home, office = f"测试路{serial}号", f"测试大道{serial}号"
    areas = (
        Area(kind=AreaKind.COMMON, city=city, address=home),
        Area(kind=AreaKind.WORK, city=city, address=office),
        Area(kind=AreaKind.RESIDENTIAL, city=city, address=home),
    )
    return replace(mobile, province=province, city=city, areas=areas)


def nobody(serial: int, key: str, note: str) -> Person:
    """Return a person without a story, whose name is the serial in the sexagenary cycle and the cycle."""
    name = "测试" + _STEMS[serial % 10] + _BRANCHES[serial % 12] + _STEMS[serial // 60]
    return someone(serial, key, name, resident_id("110101", "18900101", f"{serial:03d}"), note)


def magic_people() -> Iterator[Person]:
    """Yield the people of ``magic_people.json``: one provider answers as the control says, whatever the facts."""
    for row in json.loads(MAGIC.read_text(encoding="utf-8"))["people"]:
        control = row["control"]
        note = row.get("note") or f"At {row['provider']}: {control.get('meaning') or control['error']}."
        yield replace(nobody(row["serial"], row["key"], note), controls={row["provider"]: control})


def ordinary_people() -> Iterator[Person]:
    """Yield people of ten provinces about whom everything is in order."""
    for serial, name, county, born, sequence, prefix, operator, months in ORDINARY:
        number = resident_id(county, born, sequence)
        sex = "man" if int(sequence) % 2 else "woman"
        note = f"A {sex} about whom everything is in order."
        key = f"ordinary-{serial:02d}"
        person = someone(serial, key, name, number, note, prefix=prefix, operator=operator, months=months)
        yield replace(person, mobiles=(seen_in(person.mobiles[0], *CITIES[county], serial),))


def people_with_a_story() -> Iterator[Person]:
    """Yield people whose name, number or possessions are out of the ordinary."""
    old = "18900101"
    uighur, short = resident_id("650102", "18620518", "133"), resident_id("540102", "18770202", "011")
    yield someone(21, "minority-name", "阿卜杜热依木·买买提", uighur, "A name with a middle dot (U+00B7).")
    # The holder in the third vector of UPI's signature dossier.
    vector = resident_id("650102", "19000228", "001")
    yield someone(22, "minority-name-02", "阿依古丽·买买提", vector, "A name with a middle dot (U+00B7).")
    yield someone(23, "one-character-name", "晋", short, "A name of one character.")
    longest = "阿布都热合曼·" + "买合木提江" * 3 + "吐尔逊"
    yield someone(24, "long-name", longest, resident_id("653101", "18810303", "019"), "A name of 25 characters.")
    bmp, ext_e = resident_id("110105", "18640404", "015"), resident_id("440304", "18650505", "026")
    yield someone(25, "rare-character-bmp", "王䶮", bmp, "A character of extension A: two bytes in UTF-16, not in GBK.")
    yield someone(26, "rare-character-ext-e", "陈𬱖", ext_e, "A character of extension E: four bytes in UTF-16.")
    twins = resident_id("110105", old, "017"), resident_id("310104", old, "018")
    yield someone(27, "same-name-01", "王芳", twins[0], "Has the name of same-name-02, and another number.")
    yield someone(28, "same-name-02", "王芳", twins[1], "Has the name of same-name-01, and another number.")
    yield someone(29, "x-check-character", "何尾叉", resident_id("310104", old, "037"), "A number that ends in X.")
    yield someone(30, "abolished-county", "崇文生", resident_id("110103", old, "019"), "A county abolished in 2010.")
    yield someone(31, "unlisted-county", "吕无名", resident_id(UNLISTED, old, "015"), "A county no table has listed.")
    permit = write_date(date(2023, 9, 1)), five_years("20230901")
    for serial, county, place, name in (
        (32, "810000", "hong-kong", "欧阳港生"),
        (33, "820000", "macao", "司徒澳生"),
        (34, "830000", "taiwan", "诸葛台生"),
    ):
        number = resident_id(county, "18910101", "017")
        yield someone(serial, f"residence-permit-{place}", name, number, "A residence permit.", validity=permit)
    foreigner = resident_id("932682", "18850101", "001")
    yield someone(35, "foreign-permanent-resident", "马沙特", foreigner, "A number of the 2023 card for foreigners.")
    rich = someone(36, "many-cards", "沈多卡", resident_id("320507", old, "013"), "Five cards and three lines.")
    yield replace(
        rich,
        cards=tuple(
            Card(number=pan(36, prefix, which), mobile=line(36, min(which, 2)))
            for which, prefix in enumerate(("621700", "622848", "622575", "622284", "620040"))
        ),
        mobiles=tuple(
            MobileLine(number=line(36, which), operator=operator, months=12 * which + 12)
            for which, operator in enumerate((Operator.MOBILE, Operator.UNICOM, Operator.TELECOM))
        ),
    )
    plain = someone(37, "no-possessions", "苏空空", resident_id("330106", old, "025"), "Neither card, line nor photo.")
    yield replace(plain, cards=(), mobiles=(), photos=())
    forgetful = someone(38, "no-reserved-mobile", "温故", resident_id("330106", old, "033"), "The bank has no mobile.")
    yield replace(forgetful, cards=(Card(number=pan(38)),))
    moved = someone(39, "other-reserved-mobile", "温新", resident_id("330106", old, "041"), "The bank has an old line.")
    yield replace(moved, cards=(Card(number=pan(39), mobile=line(39, 1)),))
    undated = someone(40, "no-validity", "岳无期", resident_id("330106", old, "050"), "A record without dates.")
    yield replace(undated, valid_from=None, valid_to=None)
    credit = someone(41, "credit-card", "钱先用", resident_id("330106", old, "068"), "A credit card.", prefix="622575")
    yield credit
    note = "A line in block 154, which the providers' lists of ranges leave out."
    virtual = someone(42, "unsupported-range", "段无号", resident_id("330106", old, "076"), note)
    elsewhere = MobileLine(number="15400000420", operator=Operator.MOBILE, months=36)
    yield replace(virtual, mobiles=(elsewhere,), cards=(Card(number=pan(42), mobile=elsewhere.number),))


def people_by_age() -> Iterator[Person]:
    """Yield people of a plausible age, in a county that does not exist, with cards that last as the rule says."""
    # serial, key, name, born, sequence, issued, note
    for serial, key, name, born, sequence, issued, note in (
        (51, "long-term-card", "安长久", "19700301", "013", "20180501", "Issued at 48: a card without an end."),
        (52, "expired-card", "安过期", "19700601", "021", "20040601", "Issued at 34, expired in 2024."),
        (53, "ten-year-card", "安十年", "20010910", "039", "20230510", "Issued at 21, for ten years."),
        (54, "twenty-year-card", "安二十", "19900307", "046", "20180501", "Issued at 28, for twenty years."),
        (
            55,
            "leap-day-birth",
            "闰二月",
            "20040229",
            "054",
            "20200229",
            "Born and issued on 29 February, ends 1 March.",
        ),
        (56, "leap-day-issue", "闰发证", "19811212", "062", "20200229", "Issued on 29 February of a leap year."),
        (57, "child", "小满", "20190520", "070", "20220601", "A child in 2026; a card for five years."),
        (58, "pupil", "小雪", "20151122", "088", "20230901", "Ten or eleven years old in 2026."),
        (59, "teenager", "小寒", "20091105", "096", "20251106", "Issued at 16; seventeen in November 2026."),
        (60, "newborn", "谷雨", "20261120", "010", "20261120", "Born on 2026-11-20, Shanghai time: before, no number."),
    ):
        ends = format_expiry(expiry(read_date(born), read_date(issued)))
        number = resident_id(UNLISTED, born, sequence)
        yield someone(serial, key, name, number, note, validity=(issued, ends))


def five_years(issued: str) -> str:
    """Return the last day of a residence permit."""
    return format_expiry(expiry(date(1891, 1, 1), read_date(issued), document=Document.RESIDENCE_PERMIT))


def people_with_photos() -> Iterator[Person]:
    """Yield people for whom the picture matters."""
    digest, other = hashlib.sha256(OWN_PHOTO).hexdigest(), hashlib.sha256(OTHER_PHOTO).hexdigest()
    for serial, key, photos, note in (
        (71, "photo-own", (Photo(sha256=digest, score=98.0), Photo(score=13.0)),
         "Only one picture matches: a PNG of one grey pixel, 67 bytes, known by its digest."),
        (72, "photo-poor", (Photo(quality=PhotoQuality.POOR),), "Any picture is found too poor to compare."),
        (73, "photo-no-face", (Photo(quality=PhotoQuality.NO_FACE),), "No face is found in any picture."),
        (74, "photo-score-39", (Photo(score=39.0),), "Just below the band of doubt of the police gateway."),
        (75, "photo-score-40", (Photo(score=40.0),), "The lower edge of the band of doubt."),
        (76, "photo-score-59", (Photo(score=59.0),), "The last of the band of doubt."),
        (77, "photo-score-60", (Photo(score=60.0),), "The same person at the police gateway, not at the clouds."),
        (78, "photo-score-69", (Photo(score=69.99),), "Just below the threshold of the clouds."),
        (79, "photo-score-70", (Photo(score=70.0),), "The threshold of the clouds."),
        (80, "photo-score-0", (Photo(score=0.0),), "A similarity of 0, which is a legal answer."),
        (81, "photo-score-100", (Photo(score=100.0),), "A similarity of 100."),
        (82, "photo-album", (Photo(sha256=digest, score=100.0), Photo(sha256=other), Photo(score=13.0)),
         "The very photo on file, another one of the same person, and everybody else's pictures."),
    ):  # fmt: skip
        yield replace(nobody(serial, key, note), photos=photos)


def people_with_lines() -> Iterator[Person]:
    """Yield one person for every thing an operator can say about a line."""
    for serial, key, status in LINES:
        mobiles = (MobileLine(number=line(serial), operator=Operator.UNICOM, status=status, months=None),)
        yield replace(nobody(serial, key, f"The operator says: {status.value}."), mobiles=mobiles)


def people_with_risks() -> Iterator[Person]:
    """Yield the people of `RISKS`."""
    for serial, key, risk, note in RISKS:
        yield replace(nobody(serial, key, note), risk=risk)


def control_people() -> Iterator[Person]:
    """Yield the people of `CONTROL`: sequence codes 000 to 009 of one birthday."""
    for sequence, (key, name, changes, note) in enumerate(CONTROL):
        number = resident_id("110101", "19000101", f"{sequence:03d}")
        yield replace(someone(90 + sequence, key, name, number, note), **changes)


if __name__ == "__main__":
    main()
