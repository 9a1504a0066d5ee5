"""Where the two dialects live.

>>> operation_of("/mps/v1/two-factor").name, operation_of("/mps/v1/nciicCheck"), is_service("/nciic_ws/services/x")
('two-factor', None, False)

Source:
    Host names and path of the NCIIC service: public integrations of it [sdk]; paths of the JSON dialect [inferred].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.mps.codes import Dialect, Operation, catalogue

HOSTS: Final = frozenset({"api.nciic.com.cn", "ws.nciic.org.cn"})
PREFIXES: Final = ("/mps", "/nciic_ws")

GATEWAY: Final = "/mps/v1/"
SERVICE: Final = "/nciic_ws/services/NciicServices"


def operation_of(path: str) -> Operation | None:
    """Return the JSON operation that stands at *path*, or ``None``."""
    if not path.startswith(GATEWAY):
        return None
    operation = catalogue().get(path.removeprefix(GATEWAY))
    return operation if operation is not None and operation.dialect is Dialect.JSON else None


def is_service(path: str) -> bool:
    """Tell whether the SOAP service stands at *path*."""
    return path == SERVICE
