import time
from datetime import date

import pytest

from kyc_core import resident_id
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.holders import Kind
from kyc_core.reports import NOTHING_TO_SAY, Normalised, Severity
from kyc_core.resident_id import Profile, ResidentId, is_valid, normalise, parse, validate
from kyc_core.sex import Sex
from tests.walking import walk

TODAY = date(2026, 11, 20)
AGGREGATOR_SAMPLE = "110101199001011234"
TENCENT_SAMPLE = "11204416541220243X"

E, W = Severity.ERROR, Severity.WARNING

UNREMARKABLE = [
    pytest.param("110101199003070011", id="ordinary"),
    pytest.param("11010119900307002X", id="check character X"),
    pytest.param("310115200002291235", id="leap day"),
    pytest.param("440305198512319995", id="sequence 999"),
    pytest.param("110101199003070003", id="sequence 000"),
    pytest.param("330113202201010010", id="district created 2021"),
    pytest.param("659012202303010127", id="city created 2023"),
    pytest.param("110111195006150214", id="born before the code existed"),
    pytest.param("330102196001010019", id="listed since 1980, born 1960"),
    pytest.param("510224197006150178", id="code of the 1990s, born before it went"),
    pytest.param("110103200905010032", id="code abolished 2010, born 2009"),
    pytest.param("810000199001010019", id="Hong Kong resident"),
    pytest.param("820000199001010029", id="Macao resident"),
    pytest.param("830000199001010012", id="Taiwan resident"),
    pytest.param("932682198501010017", id="foreign permanent resident, official sample"),
    pytest.param("911840197511040023", id="foreign permanent resident"),
    pytest.param("110101202611200013", id="born today"),
    pytest.param("11010519491231002X", id="the standard's first example"),
]

REMARKABLE = [
    ("110103201505010038", "born after the code went", [("region_abolished_before_birth", W)]),
    ("32111919700101001X", "code in no table", [("region_unlisted", W)]),
    ("119999199003070019", "prefecture in no table", [("region_unlisted", W)]),
    ("440524188001010014", "the standard's second example", [("age_over_120", W)]),
    ("110101202611210019", "born tomorrow", [("birth_date_future", E)]),
    ("110101190002290011", "29 February 1900", [("birth_date_invalid", E)]),
    ("110101202302290019", "29 February 2023", [("birth_date_invalid", E)]),
    ("110101199004310013", "31 April", [("birth_date_invalid", E)]),
    ("110101199013010012", "month 13", [("birth_date_invalid", E)]),
    ("110101165412202438", "born 1654", [("birth_date_implausible", E)]),
    ("990101199003070015", "province 99, or 90", [("region_unknown_province", E)]),
    ("999840199003070016", "foreign resident of province 99", [("region_unknown_province", E)]),
    ("11000019900307001X", "province code", [("region_level", E)]),
    ("110100199003070015", "prefecture code", [("region_level", E)]),
    ("710000199003070011", "Taiwan province", [("region_never_issued", W)]),
    ("830101199003070010", "permit with a county", [("region_never_issued", E)]),
    ("932999199003070015", "nationality 999", [("nationality_unknown", E)]),
    ("110101199003070012", "wrong check character", [("checksum", E)]),
    (AGGREGATOR_SAMPLE, "aggregator's sample", [("checksum", E)]),
    (
        TENCENT_SAMPLE,
        "Tencent's sample",
        [("checksum", E), ("birth_date_implausible", E), ("region_unlisted", W)],
    ),
    ("110101199013010011", "date and check character wrong", [("checksum", E), ("birth_date_invalid", E)]),
    ("1101011990030700", "16 characters", [("length", E)]),
    ("1101011990030700111", "19 characters", [("length", E)]),
    ("1101011990030700X1", "X inside", [("charset", E)]),
    ("11010119900307002x", "lower-case x", [("charset", E)]),
    ("11010119901307002x", "lower-case x, month 13", [("charset", E), ("checksum", E), ("birth_date_invalid", E)]),
    ("1101011990030700１1", "full-width digit", [("charset", E)]),
    ("11010119900307001１", "full-width check digit", [("charset", E)]),
    ("1101011990030700٣1", "Arabic-Indic digit", [("charset", E)]),
    ("110101199003070011\n", "line end", [("length", E), ("charset", E)]),
    (" 110101199003070011", "leading blank", [("length", E), ("charset", E)]),
    ("11010119900307002\u2169", "Roman ten", [("check_char_lookalike", E)]),
    ("11010119900307002\u0425", "Cyrillic ha", [("check_char_lookalike", E)]),
    ("11010119900307002\u03a7", "Greek chi", [("check_char_lookalike", E)]),
    ("11010119900307002\u00d7", "multiplication sign", [("check_char_lookalike", E)]),
    ("11010119900307002*", "asterisk", [("check_char_lookalike", E)]),
    ("99010１19901307002*", "everything", [("charset", E), ("check_char_lookalike", E), ("birth_date_invalid", E)]),
    ("", "empty", [("empty", E)]),
    ("110105491231002", "15 digits", [("first_generation", W)]),
    ("110105000229002", "15 digits, 29 February 1900", [("birth_date_invalid", E), ("first_generation", W)]),
    ("991101900307001", "15 digits, province 99", [("region_unknown_province", E), ("first_generation", W)]),
    ("KAZ110090123105", "old foreign resident", [("foreign_pr_legacy", W)]),
    ("XYZ110090123105", "old foreign resident of nowhere", [("nationality_unknown", E), ("foreign_pr_legacy", W)]),
    (
        "KAZ990090133105",
        "old, wrong",
        [("birth_date_invalid", E), ("region_unknown_province", E), ("foreign_pr_legacy", W)],
    ),
    ("kaz110090123105", "old foreign resident in lower case", [("length", E), ("charset", E)]),
]


@walk("number", UNREMARKABLE)
@pytest.mark.parametrize("profile", Profile)
def test_there_is_nothing_to_say_about_a_good_number(number: str, profile: Profile) -> None:
    assert validate(number, today=TODAY, profile=profile) is NOTHING_TO_SAY


@pytest.mark.parametrize(
    ("number", "reasons"), [pytest.param(number, reasons, id=case) for number, case, reasons in REMARKABLE]
)
def test_everything_that_applies_is_said_in_order(number: str, reasons: list[tuple[str, Severity]]) -> None:
    report = validate(number, today=TODAY)

    assert [(reason.code, reason.severity) for reason in report.reasons] == reasons
    assert is_valid(number, today=TODAY) is all(severity is not E for _, severity in reasons)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param(110101199003070011, id="int"),
        pytest.param(110101199003070011.0, id="float"),
        pytest.param(True, id="bool"),
        pytest.param(b"110101199003070011", id="bytes"),
        pytest.param(["110101199003070011"], id="list"),
    ],
)
@pytest.mark.parametrize("profile", Profile)
def test_only_text_can_be_a_number(value: object, profile: Profile) -> None:
    assert validate(value, today=TODAY, profile=profile, allow={AGGREGATOR_SAMPLE}).codes == ("type",)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("character", ["1", "X", "汉", "\0"])
def test_a_million_characters_cost_nothing(character: str, profile: Profile) -> None:
    value = character * 10**6

    started = time.perf_counter()
    codes = {validate(value, today=TODAY, profile=profile).codes for _ in range(100)}

    assert codes == {("length",)}
    assert time.perf_counter() - started < 1


def test_a_reason_tells_what_would_have_been_right_and_never_the_value() -> None:
    report = validate(TENCENT_SAMPLE, today=TODAY)

    assert report.reasons[0].detail == "want 4"
    assert not [reason for reason in report.reasons if TENCENT_SAMPLE[:6] in reason.detail or "1654" in reason.detail]


@pytest.mark.parametrize(
    ("number", "profile", "reasons"),
    [
        pytest.param("11010119901307002x", Profile.SEED_PATTERN, [], id="the pattern knows no calendar"),
        pytest.param("1101011990030700X1", Profile.SEED_PATTERN, [("charset", E)], id="the pattern knows places"),
        pytest.param("110105491231002", Profile.SEED_PATTERN, [("length", E)], id="the pattern has 18 characters"),
        pytest.param("110105491231002", Profile.GB11643, [("length", E)], id="the standard has 18 characters"),
        pytest.param("KAZ110090123105", Profile.GB11643, [("length", E), ("charset", E)], id="... and no letters"),
        pytest.param("990101199003070015", Profile.GB11643, [], id="the standard's digits, whatever the region"),
        pytest.param("110101165412202438", Profile.GB11643, [], id="the standard has no earliest year"),
        pytest.param("110101165412202430", Profile.GB11643, [("checksum", E)], id="the standard's check character"),
        pytest.param("110103201505010038", Profile.STRICT, [("region_abolished_before_birth", E)], id="strict: region"),
        pytest.param("32111919700101001X", Profile.STRICT, [("region_unlisted", E)], id="strict: unlisted"),
        pytest.param("440524188001010014", Profile.STRICT, [("age_over_120", E)], id="strict: age"),
        pytest.param("710000199003070011", Profile.STRICT, [("region_never_issued", E)], id="strict: Taiwan province"),
        pytest.param("110105491231002", Profile.STRICT, [("first_generation", E)], id="strict: 15 digits"),
        pytest.param("KAZ110090123105", Profile.STRICT, [("foreign_pr_legacy", E)], id="strict: old foreign resident"),
        pytest.param(
            "362601195001010012",
            Profile.STRICT,
            [("region_abolished_before_birth", W)],
            id="strict: codes that ended before there were cards are the table's trouble",
        ),
    ],
)
def test_a_profile_decides_what_is_looked_at_and_what_it_weighs(
    number: str, profile: Profile, reasons: list[tuple[str, Severity]]
) -> None:
    report = validate(number, today=TODAY, profile=profile)

    assert [(reason.code, reason.severity) for reason in report.reasons] == reasons


@pytest.mark.parametrize("sample", [AGGREGATOR_SAMPLE, TENCENT_SAMPLE])
@pytest.mark.parametrize("profile", Profile)
def test_a_documented_sample_is_accepted_and_its_faults_still_told(sample: str, profile: Profile) -> None:
    faults = validate(sample, today=TODAY, profile=profile).codes

    report = validate(sample, today=TODAY, profile=profile, allow={AGGREGATOR_SAMPLE, TENCENT_SAMPLE})

    assert report.ok
    assert report.codes == (*faults, "sample_allowlisted")
    assert {reason.severity for reason in report.reasons} == {Severity.INFO}


def test_a_sample_that_is_a_good_number_is_named_too() -> None:
    assert validate("110101199003070011", today=TODAY, allow={"110101199003070011"}).codes == ("sample_allowlisted",)


def test_a_list_of_samples_changes_nothing_for_other_numbers() -> None:
    assert validate("110101199003070011", today=TODAY, allow={TENCENT_SAMPLE}) is NOTHING_TO_SAY
    assert validate("110101199003070012", today=TODAY, allow={TENCENT_SAMPLE}).codes == ("checksum",)


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        pytest.param("110101199003070011", "110101199003070011", (), id="nothing to do"),
        pytest.param("11010119900307002x", "11010119900307002X", ("lowercased_x",), id="lower-case x"),
        pytest.param("１１０１０１１９９００３０７００２Ｘ", "11010119900307002X", ("fullwidth",), id="full width"),
        pytest.param("11010119900307002ｘ", "11010119900307002X", ("fullwidth", "lowercased_x"), id="full-width x"),
        pytest.param(" \t110101199003070011\r\n", "110101199003070011", ("trimmed",), id="ASCII blanks"),
        pytest.param("\u3000110101199003070011\u200b", "110101199003070011", ("trimmed",), id="wide and zero width"),
        pytest.param("\ufeff110101199003070011", "110101199003070011", ("trimmed",), id="byte-order mark"),
        pytest.param("110101 19900307 0011", "110101199003070011", ("separators",), id="blanks inside"),
        pytest.param("110101-19900307-002x", "11010119900307002X", ("lowercased_x", "separators"), id="hyphens"),
        pytest.param("-\u200b110101199003070011", "110101199003070011", ("separators",), id="mark behind a hyphen"),
        pytest.param("11010119900307002\u2169", "11010119900307002\u2169", (), id="Roman ten stays"),
        pytest.param("11010119900307002\u0425", "11010119900307002\u0425", (), id="Cyrillic ha stays"),
        pytest.param("1101011990030700²①", "1101011990030700²①", (), id="superscript and circle stay"),
        pytest.param("1101011990030700٣1", "1101011990030700٣1", (), id="other digits stay"),
        pytest.param("11010x199003070011", "11010x199003070011", (), id="x inside stays"),
        pytest.param("", "", (), id="empty"),
    ],
)
def test_only_harmless_writing_is_mended_and_all_of_it_is_told(text: str, value: str, notes: tuple[str, ...]) -> None:
    assert normalise(text) == Normalised(value, notes)


def test_a_citizen_s_number_is_taken_apart() -> None:
    parsed = parse("11010119900307002X", today=TODAY)

    assert parsed == ResidentId(
        kind=Kind.CITIZEN,
        region_code="110101",
        region_name="北京市东城区",
        birth_date=date(1990, 3, 7),
        sequence="002",
        sex=Sex.FEMALE,
        check_character="X",
    )
    assert parsed.nationality_name is None


@pytest.mark.parametrize(
    ("number", "kind", "region_name", "born", "sex", "nationality"),
    [
        pytest.param(
            "810000199001010019", Kind.RESIDENCE_PERMIT, "香港", date(1990, 1, 1), Sex.MALE, None, id="permit"
        ),
        pytest.param(
            "932682198501010017",
            Kind.FOREIGN_PERMANENT_RESIDENT,
            "江苏省",
            date(1985, 1, 1),
            Sex.MALE,
            "Saudi Arabia",
            id="foreign permanent resident",
        ),
        pytest.param(
            "KAZ110090123105",
            Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT,
            "北京市",
            date(1990, 12, 31),
            Sex.UNKNOWN,
            "Kazakhstan",
            id="old foreign permanent resident",
        ),
        pytest.param(
            "110105491231002",
            Kind.FIRST_GENERATION,
            "北京市朝阳区",
            date(1949, 12, 31),
            Sex.FEMALE,
            None,
            id="15 digits",
        ),
        pytest.param("32111919700101001X", Kind.CITIZEN, None, date(1970, 1, 1), Sex.MALE, None, id="unlisted region"),
    ],
)
def test_the_other_kinds_are_taken_apart_too(
    number: str, kind: Kind, region_name: str | None, born: date, sex: Sex, nationality: str | None
) -> None:
    parsed = parse(number, today=TODAY)

    assert (parsed.kind, parsed.region_name, parsed.birth_date, parsed.sex) == (kind, region_name, born, sex)
    assert parsed.nationality_name == nationality
    assert resident_id.format(parsed) == number


def test_an_open_century_is_told() -> None:
    assert parse("440524800101997", today=TODAY).other_birth_dates == (date(1880, 1, 1),)
    assert parse("KAZ110010123105", today=TODAY).other_birth_dates == (date(2010, 12, 31),)
    assert parse("110105491231002", today=TODAY).other_birth_dates == ()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("", InvalidLength, id="empty"),
        pytest.param("1101011990030700111", InvalidLength, id="too long"),
        pytest.param("1101011990030700X1", InvalidFormat, id="characters"),
        pytest.param("11010119900307002*", InvalidFormat, id="look-alike"),
        pytest.param("110101199003070012", InvalidChecksum, id="check character"),
        pytest.param("110101199013010012", InvalidComponent, id="date"),
        pytest.param("990101199003070015", InvalidComponent, id="province"),
        pytest.param("932999199003070015", InvalidComponent, id="nationality"),
    ],
)
def test_parse_raises_by_what_is_wrong_and_keeps_the_value_to_itself(text: str, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(text, today=TODAY)

    assert caught.value.field == "resident_id"
    assert not text or text not in str(caught.value)


def test_a_sample_is_taken_apart_when_it_is_allowed() -> None:
    parsed = parse(TENCENT_SAMPLE, today=TODAY, allow={TENCENT_SAMPLE})

    assert (parsed.birth_date, parsed.region_name) == (date(1654, 12, 20), None)


def test_the_narrow_pattern_lets_pass_what_cannot_be_taken_apart() -> None:
    assert parse("11010119900307002x", today=TODAY, profile=Profile.SEED_PATTERN).check_character == "X"
    with pytest.raises(InvalidComponent):
        parse("110101199013010012", today=TODAY, profile=Profile.SEED_PATTERN)
    with pytest.raises(InvalidFormat):
        parse("not a number", today=TODAY, allow={"not a number"})


def test_the_check_digit_is_computed_from_the_body() -> None:
    assert resident_id.check_digit("11010119900307002") == "X"
    with pytest.raises(InvalidLength):
        resident_id.check_digit("11010119900307002X")
    with pytest.raises(InvalidFormat):
        resident_id.check_digit("1101011990030700X")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("11010119900307002X", "110101********002X", id="18 characters"),
        pytest.param("110105491231002", "110105*****1002", id="15 digits"),
        pytest.param("1101011990", "**********", id="too short to show anything"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_masked_number_shows_six_and_four(text: str, masked: str) -> None:
    assert resident_id.mask(text) == masked


@pytest.mark.parametrize(
    ("number", "declared", "codes"),
    [
        pytest.param("110101199003070011", Sex.MALE, (), id="man"),
        pytest.param("110101199003070011", Sex.FEMALE, ("sex_mismatch",), id="a man's number, a woman declared"),
        pytest.param("110101199003070003", Sex.FEMALE, (), id="zero is even"),
        pytest.param("110101199003070011", Sex.UNKNOWN, (), id="not known"),
        pytest.param("110105491231002", Sex.MALE, ("sex_mismatch",), id="15 digits"),
        pytest.param("KAZ110090123105", Sex.MALE, (), id="no sequence to read"),
        pytest.param("nonsense", Sex.MALE, (), id="no number"),
    ],
)
def test_a_declared_sex_is_compared_with_the_sequence(number: str, declared: Sex, codes: tuple[str, ...]) -> None:
    report = resident_id.compare_sex(number, declared)

    assert report.codes == codes
    assert report.ok
