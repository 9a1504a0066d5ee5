from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from simulator.callbacks import CallbackRules
from simulator.journal import JournalLimits
from simulator.ledger import LedgerLimits
from simulator.settings import MEMBERS, Settings, SettingsError, default_of, load_settings


def test_without_any_source_everything_is_default() -> None:
    assert load_settings({}, {}) == Settings()


def test_every_member_of_the_settings_can_be_given() -> None:
    groups = {"journal": JournalLimits, "ledger": LedgerLimits, "callback": CallbackRules}
    flat = {field.name for field in fields(Settings)} - groups.keys()
    limits = {f"{group}.{field.name}" for group, members in groups.items() for field in fields(members)}

    assert {member.path for member in MEMBERS} == flat | limits


def test_a_name_is_spelt_the_same_way_everywhere() -> None:
    (member,) = (member for member in MEMBERS if member.path == "journal.entries")

    assert (member.name, member.flag, member.variable) == (
        "journal_entries",
        "--journal-entries",
        "KYC_SIM_JOURNAL_ENTRIES",
    )
    assert default_of(member) == JournalLimits().entries


def test_flags_beat_environment_beats_file(tmp_path: Path) -> None:
    config = tmp_path / "kyc-sim.toml"
    config.write_text('host = "::1"\nport = 1\nseed = "file"\n[ledger]\nentries = 5\nsize = 2048\n')
    settings = load_settings({"port": "3", "seed": None}, {"KYC_SIM_PORT": "2", "KYC_SIM_SEED": "environment"}, config)

    assert settings == Settings(host="::1", port=3, seed="environment", ledger=LedgerLimits(entries=5, size=2048))


@pytest.mark.parametrize(
    ("variable", "text", "member", "value"),
    [
        pytest.param("KYC_SIM_PORT", "0", "port", 0, id="whole number"),
        pytest.param("KYC_SIM_GRACE", "0.25", "grace", 0.25, id="fraction"),
        pytest.param("KYC_SIM_GRACE", "7", "grace", 7.0, id="whole seconds"),
        pytest.param("KYC_SIM_SELF_CHECK", "true", "self_check", True, id="true"),
        pytest.param("KYC_SIM_SELF_CHECK", "0", "self_check", False, id="0 for false"),
        pytest.param("KYC_SIM_SEED", " s p ", "seed", " s p ", id="text as it is"),
    ],
)
def test_text_is_read_as_the_member_needs_it(variable: str, text: str, member: str, value: object) -> None:
    assert getattr(load_settings({}, {variable: text}), member) == value


@pytest.mark.parametrize(
    ("variable", "text", "allowed"),
    [
        pytest.param("KYC_SIM_PORT", "65536", "a whole number from 0 to 65535", id="port above"),
        pytest.param("KYC_SIM_PORT", "-1", "a whole number from 0 to 65535", id="port below"),
        pytest.param("KYC_SIM_PORT", "８０", "a whole number from 0 to 65535", id="digits of another script"),
        pytest.param("KYC_SIM_PORT", "80\n", "a whole number from 0 to 65535", id="newline"),
        pytest.param("KYC_SIM_PORT", "", "a whole number from 0 to 65535", id="empty number"),
        pytest.param("KYC_SIM_PORT", "9" * 6000, "a whole number from 0 to 65535", id="too many digits to read"),
        pytest.param("KYC_SIM_GRACE", "nan", "seconds from 0 to 3600", id="not a number"),
        pytest.param("KYC_SIM_GRACE", "3601", "seconds from 0 to 3600", id="an hour and more"),
        pytest.param("KYC_SIM_SELF_CHECK", "maybe", "true or false", id="truth"),
        pytest.param("KYC_SIM_ADMIN_TOKEN", "", "a text that is not empty", id="empty token"),
        pytest.param(
            "KYC_SIM_ADMIN_TOKEN",
            "a\nb",
            "a text without control characters, and without spaces around it",
            id="a token no header carries",
        ),
        pytest.param("KYC_SIM_SEED", "\udcff", "a text in UTF-8", id="bytes of another encoding"),
        pytest.param(
            "KYC_SIM_CALLBACK_HOSTS",
            "http://a",
            "host names or addresses without ports, separated by commas; empty for none",
            id="a URL for a host",
        ),
        pytest.param(
            "KYC_SIM_CALLBACK_SCHEDULE",
            "5,0",
            "seconds from 0 to 3600, separated by commas, none smaller than the one before",
            id="a schedule that goes back",
        ),
        pytest.param("KYC_SIM_CALLBACK_TIMEOUT", "0", "seconds from 0.1 to 3600", id="no time at all"),
        pytest.param("KYC_SIM_JOURNAL_ENTRIES", "0", "a whole number from 1 to 10000000", id="no journal at all"),
    ],
)
def test_a_value_that_is_not_allowed_names_its_place_and_what_is_allowed(
    variable: str, text: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({}, {variable: text})

    assert str(refused.value) == f"{variable}: {allowed}"
    assert refused.value.where == variable


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        pytest.param("a.example, 10.0.0.7", ("a.example", "10.0.0.7"), id="two"),
        pytest.param("::1", ("::1",), id="an address with colons"),
        pytest.param("", (), id="nobody"),
    ],
)
def test_hosts_are_cut_at_commas(text: str, hosts: tuple[str, ...]) -> None:
    assert load_settings({}, {"KYC_SIM_CALLBACK_HOSTS": text}).callback.hosts == hosts


def test_a_file_may_list_what_a_flag_cuts_at_commas(tmp_path: Path) -> None:
    config = tmp_path / "kyc-sim.toml"
    config.write_text('[callback]\nhosts = ["a.example"]\nschedule = [0, 0.5]\n')
    from_file = load_settings({}, {}, config).callback
    from_flags = load_settings({"callback_hosts": "a.example", "callback_schedule": "0,0.5"}, {}).callback

    assert from_file == from_flags == CallbackRules(hosts=("a.example",), schedule=(0.0, 0.5))


def test_a_flag_is_named_as_it_was_given() -> None:
    with pytest.raises(SettingsError, match=r"^--journal-size: a whole number"):
        load_settings({"journal_size": "many"}, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a = " + "[" * 5000, "nested too deeply", id="lists"),
        pytest.param(".".join("a" * 900) + " = 1", "a: no such setting; see kyc-sim serve --help", id="tables"),
        pytest.param(
            "[journal.entries]\nx = 1", "journal.entries: a whole number from 1 to 10000000", id="below a setting"
        ),
    ],
)
def test_a_file_may_be_as_deep_as_it_likes_and_is_refused(tmp_path: Path, text: str, said: str) -> None:
    config = tmp_path / "deep.toml"
    config.write_text(text)

    with pytest.raises(SettingsError) as refused:
        load_settings({}, {}, config)
    assert str(refused.value) == f"{config}: {said}"


def test_a_variable_that_nobody_reads_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match=r"^KYC_SIM_PROT: no such setting"):
        load_settings({}, {"KYC_SIM_PROT": "9000", "PATH": "/bin"})


def test_variables_that_are_no_settings_are_left_alone() -> None:
    assert load_settings({}, {"KYC_SIM_URL": "http://127.0.0.1:1", "KYC_SIM_READY_FILE": "f"}) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("prot = 1", "prot: no such setting", id="unknown member"),
        pytest.param("[journal]\nbytes = 1", "journal.bytes: no such setting", id="unknown member of a table"),
        pytest.param("journal = 1", "journal: no such setting", id="a table given as a value"),
        pytest.param("port = true", "port: a whole number", id="truth for a number"),
        pytest.param("self_check = 1", "self_check: true or false", id="number for a truth"),
        pytest.param("grace = inf", "grace: seconds", id="for ever"),
        pytest.param("seed = 5", "seed: a text", id="number for a text"),
        pytest.param("port =", "not TOML", id="not TOML"),
    ],
)
def test_a_file_is_read_as_strictly(tmp_path: Path, text: str, message: str) -> None:
    config = tmp_path / "kyc-sim.toml"
    config.write_text(text)

    with pytest.raises(SettingsError) as refused:
        load_settings({}, {}, config)
    assert message in str(refused.value)
    assert str(config) in str(refused.value)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_settings({}, {}, tmp_path / "absent.toml")


def test_bytes_that_are_no_text_are_a_mistake(tmp_path: Path) -> None:
    config = tmp_path / "kyc-sim.toml"
    config.write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match="not TOML"):
        load_settings({}, {}, config)


def test_the_token_is_never_shown() -> None:
    secret = "do-not-show-me"
    settings = load_settings({"admin_token": secret}, {})

    assert settings.admin_token == secret
    assert secret not in repr(settings)
    with pytest.raises(SettingsError) as refused:
        load_settings({"port": secret}, {})
    assert secret not in str(refused.value)
