from __future__ import annotations

from contracts.secret_members import secrets_of

PEM = "-----BEGIN PRIVATE KEY-----\nFIRSTLINEOFDATA\nSECOND\n-----END PRIVATE KEY-----\n"


def test_secrets_are_known_by_the_names_of_their_members() -> None:
    credentials = {
        "secret_id": "AKID0123456789",
        "secret_key": "KEY0123456789",
        "password": "short",
        "number": 3,
        "nested": {"private_key": PEM, "username": "somebody else"},
    }

    assert list(secrets_of(credentials)) == ["KEY0123456789", "FIRSTLINEOFDATA"]
