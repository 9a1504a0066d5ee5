from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from simulator.admin.guard import check, is_ours
from simulator.problems import Problem
from simulator.settings import Settings


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LocalHost:8080",
        "faceid.localhost:8080",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.255.0.9:1",
        "[::1]",
        "[::1]:8080",
    ],
)
def test_loopback_is_ours(host: str) -> None:
    assert is_ours(host, bound="127.0.0.1")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "192.168.0.7",
        "8.8.8.8:80",
        "[2001:db8::1]:80",
        "::1",
        "faceid.tencentcloudapi.com",
        "localhost:notaport",
        "localhost:99999",
        "localhost:0",
        "localhost/x",
        "localhost?x",
        "localhost#x",
        "user@localhost",
        "local\thost",
        "localhost\n",
        "[::1",
        "2130706433",
        "0x7f.1",
    ],
)
def test_everything_else_is_not_ours(host: str) -> None:
    assert not is_ours(host, bound="127.0.0.1")


@pytest.mark.parametrize(
    ("bound", "host", "ours"),
    [
        pytest.param("192.168.0.7", "192.168.0.7:8080", True, id="the address listened on"),
        pytest.param("Sim.Corp", "sim.corp", True, id="the name listened on"),
        pytest.param("192.168.0.7", "192.168.0.8", False, id="another address"),
        pytest.param("0.0.0.0", "192.168.0.7:8080", True, id="any address when listening on all"),  # noqa: S104 - a value compared, nothing listens
        pytest.param("::", "[2001:db8::1]", True, id="any address when listening on all of six"),
        pytest.param("0.0.0.0", "evil.example", False, id="no name when listening on all"),  # noqa: S104 - as above
        pytest.param("sim.corp", "192.168.0.7", False, id="no address when a name is listened on"),
    ],
)
def test_the_address_listened_on_is_ours_too(bound: str, host: str, ours: bool) -> None:
    assert is_ours(host, bound=bound) is ours


@pytest.mark.parametrize(
    ("hosts", "origins", "kind"),
    [
        pytest.param([], [], "foreign-host", id="no host"),
        pytest.param(["localhost", "localhost"], [], "foreign-host", id="two hosts"),
        pytest.param(["evil.example"], ["http://evil.example"], "foreign-host", id="a name pointed at us"),
        pytest.param(["localhost:80"], ["http://evil.example"], "foreign-origin", id="a page elsewhere"),
        pytest.param(["localhost:80"], ["null"], "foreign-origin", id="a page from nowhere"),
        pytest.param(["localhost:80"], [""], "foreign-origin", id="an empty origin"),
        pytest.param(["localhost:80"], ["http://localhost:81"], "foreign-origin", id="another port"),
        pytest.param(["localhost:80"], ["file://localhost:80"], "foreign-origin", id="a file"),
        pytest.param(
            ["localhost:80"], ["http://localhost:80", "http://evil.example"], "foreign-origin", id="one of two"
        ),
    ],
)
def test_foreign_requests_are_refused(hosts: list[str], origins: list[str], kind: str) -> None:
    with pytest.raises(Problem) as refused:
        check(Settings(), hosts=hosts, origins=origins, authorizations=[])

    assert (refused.value.kind, refused.value.status) == (kind, 403)


@pytest.mark.parametrize("origins", [[], ["http://localhost:8080"], ["https://LOCALHOST:8080"]])
def test_our_own_pages_and_programs_are_let_in(origins: list[str]) -> None:
    check(Settings(), hosts=["localhost:8080"], origins=origins, authorizations=[])


@pytest.mark.parametrize(
    ("authorizations", "fits"),
    [
        pytest.param(["Bearer geheim"], True, id="the token"),
        pytest.param(["bearer  geheim "], True, id="spelt otherwise"),
        pytest.param([], False, id="none"),
        pytest.param(["Bearer other"], False, id="another"),
        pytest.param(["Bearer "], False, id="an empty one"),
        pytest.param(["Basic geheim"], False, id="another scheme"),
        pytest.param(["geheim"], False, id="no scheme"),
        pytest.param(["Bearer geheim", "Bearer geheim"], False, id="two"),
        pytest.param(["Bearer gehe\xefm\u0142"], False, id="odd characters"),
    ],
)
def test_the_token_is_needed_where_there_is_one(authorizations: list[str], fits: bool) -> None:
    settings = Settings(admin_token="geheim")
    if fits:
        check(settings, hosts=["localhost"], origins=[], authorizations=authorizations)
        return
    with pytest.raises(Problem) as refused:
        check(settings, hosts=["localhost"], origins=[], authorizations=authorizations)
    assert refused.value.status == 401


def test_a_token_beyond_ascii_can_be_sent(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(admin_token="gehêim")
    header = b"Bearer geh\xc3\xaaim".decode("latin-1")

    assert client.get("/__admin/health", headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize("path", ["health", "rules", "nowhere", "", "openapi.json"])
def test_every_address_is_guarded(make_client: Callable[..., FlaskClient], path: str) -> None:
    client = make_client(admin_token="geheim")
    refused = client.get(f"/__admin/{path}")
    foreign = client.get(f"/__admin/{path}", headers={"Host": "evil.example", "Authorization": "Bearer geheim"})
    page = client.get(f"/__admin/{path}", headers={"Origin": "http://evil.example", "Authorization": "Bearer geheim"})

    assert (refused.status_code, foreign.status_code, page.status_code) == (401, 403, 403)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "geheim" not in refused.text + foreign.text + page.text


def test_no_answer_lets_another_origin_read_it(client: FlaskClient) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        answer = client.open(
            "/__admin/health", method=method, headers={"Origin": "http://localhost", "Host": "localhost"}
        )
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
