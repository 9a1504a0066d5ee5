"""What a signed and encrypted UPI call costs beside its bare RSA operations, in the same process.

    python -m benchmarks.upi

RSA is the price of the protocol and cannot be saved; everything beside it is ours: JSON, base64url, AES, HMAC, checks.
Both sides of a ratio take turns, and the best of several rounds counts.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from os import urandom
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.values import Row
from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.upi_jws_faults import ResponseSigner
from kyc_core.signing.upi_jws_header import protected_header
from kyc_core.strict_json import read_object, write

KID: Final = "20250101000001"
UUID: Final = "5ba10d46d5d148dfbcc2119c08e01015"
PATH: Final = "/uis/idverify/v1/idcardphotoverification"
NOW: Final = 1_735_689_600
PHOTOS: Final = (("a photo of 1 KiB", 1_024, 1.5), ("the largest photo, 150 KiB", 153_600, 15.0))
"""What is sent, its bytes, and the aim. A large photo is encoded twice, hashed twice and escaped twice."""
CALLS: Final = 40
ROUNDS: Final = 7


def rows() -> list[Row]:
    """Measure everything; takes some seconds."""
    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    public = key.public_key()
    answer = b'{"confidence":"87","msgResponse":{"responseCode":"00","responseMsg":"Approved"}}'
    signer = ResponseSigner(private_key=key, kid=KID, uuid=UUID, timestamp=NOW, app_id="39990061")
    signature = key.sign(answer, PKCS1v15(), SHA256())
    wrapped = public.encrypt(bytes(32), PKCS1v15())
    header = protected_header(kid=KID, uuid=UUID, timestamp=NOW, app_id="39990061", request_path=PATH)

    def bare_client() -> None:
        public.encrypt(bytes(32), PKCS1v15())
        key.sign(answer, PKCS1v15(), SHA256())
        public.verify(signature, answer, PKCS1v15(), SHA256())

    def bare_server() -> None:
        public.verify(signature, answer, PKCS1v15(), SHA256())
        key.decrypt(wrapped, PKCS1v15())
        key.sign(answer, PKCS1v15(), SHA256())

    measured = []
    for what, size, aim in PHOTOS:
        personal = {
            "customerNm": "张三",
            "certifID": "11010119000101009X",
            "photo": base64.b64encode(bytes(size)).decode(),
        }
        answered = signer.sign(answer) or ""

        def request(personal: dict[str, str] = personal) -> tuple[str, bytes]:
            token = upi_jwe.encrypt(write(personal), public_key=public, kid=KID, random_bytes=urandom)
            body = write({"memberIIN": "39990061", "tradeType": "ID0203", "encData": token})
            return upi_jws.sign(header, body, private_key=key), body

        def client(request: Callable[[], object] = request, answered: str = answered) -> None:
            request()
            upi_jws.verify_response(answered, answer, public_key=public, kid=KID, uuid=UUID, app_id="39990061", now=NOW)

        def server(sent: tuple[str, bytes] = request()) -> None:
            upi_jws.verify(*sent, public_key=public)
            read_object(upi_jwe.decrypt(read_object(sent[1])["encData"], key_for_kid=lambda _: key))
            signer.sign(answer)

        measured.append(_ratio(f"UPI client: encrypt, sign, check the answer; {what}", client, bare_client, aim))
        measured.append(_ratio(f"UPI server: check, decrypt, sign the answer; {what}", server, bare_server, aim))
    return measured


def main() -> None:
    """Print the rows."""
    for name, ratio, note in rows():
        print(f"{ratio:8.2f}x  {name}  ({note})")


def _ratio(name: str, ours: Callable[[], None], bare: Callable[[], None], aim: float) -> Row:
    """Return how many times our call costs its RSA operations."""
    best = {ours: float("inf"), bare: float("inf")}
    for _ in range(ROUNDS):
        for run in best:
            started = time.perf_counter()
            for _ in range(CALLS):
                run()
            best[run] = min(best[run], (time.perf_counter() - started) / CALLS)
    note = f"aim {aim:g}x at most; {best[ours] * 1e6:.0f} us against {best[bare] * 1e6:.0f} us of RSA"
    return name, best[ours] / best[bare], note


if __name__ == "__main__":
    main()
