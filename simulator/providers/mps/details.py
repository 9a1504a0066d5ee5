"""What a number says about its holder, as an answer may tell it: place, birthday, age and gender. Pure.

>>> from datetime import date
>>> of("110101190001010006", date(2026, 1, 5))
{'province': '北京市', 'city': '', 'country': '东城区', 'birthday': '19000101', 'age': '126', 'gender': '2'}

Source:
    Members, format of the birthday and numbers of the genders: Chuanglan, identity check [doc]; that all of them are
    texts, and ``country`` is the county [inferred].
"""

from __future__ import annotations

from datetime import date

from kyc_core import dates, provinces, regions, resident_id_parts
from kyc_core.errors import KycValueError
from kyc_core.sex import Sex


def of(number: str, today: date) -> dict[str, str]:
    """Return the members an answer adds about *number*; none when it does not read as a number.

    Args:
        number: 18 characters.
        today: the day in Shanghai.
    """
    try:
        parts = resident_id_parts.read(number)
    except KycValueError:
        return {}
    code = parts.region_code
    province = provinces.by_code(code[:2])
    return {
        "province": province.name if province is not None else "",
        "city": regions.name(f"{code[:4]}00") or "",
        "country": regions.name(code) or "",
        "birthday": dates.format(parts.birth_date),
        "age": str(dates.age(parts.birth_date, today)),
        "gender": "1" if parts.sex is Sex.MALE else "2",
    }
