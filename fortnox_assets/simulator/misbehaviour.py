"""What each fault does to a request, its answer, or the company's data."""

import contextlib
import copy
import os
import socket
import struct
from decimal import Decimal
from http import HTTPStatus
from random import Random
from typing import Any

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.simulator.asked import Answer, Asked
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import envelope
from fortnox_assets.simulator.faults import DURING_PAGING, Fault, Script
from fortnox_assets.simulator.serialisation import field_value, plain_text
from fortnox_assets.simulator.work import work

_CLOSE_AT_ONCE = struct.pack("ii", 1, 0)

INSTEAD_OF_AN_ANSWER = {
    Fault.SERVER_ERROR: Answer(body=b"", status=HTTPStatus.INTERNAL_SERVER_ERROR),
    Fault.UNAVAILABLE: Answer(
        body=b"<html><body><h1>503 Service Unavailable</h1></body></html>",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        content_type="text/html",
    ),
    Fault.BAD_GATEWAY: Answer(
        body=b"<html><body><h1>502 Bad Gateway</h1></body></html>",
        status=HTTPStatus.BAD_GATEWAY,
        content_type="text/html",
    ),
    Fault.TOLD_TO_WAIT: Answer(body=b"{}", status=HTTPStatus.TOO_MANY_REQUESTS, headers=(("Retry-After", "1"),)),
    Fault.EMPTY_BODY: Answer(body=b""),
    Fault.ERROR_IN_200: Answer(body=envelope("Ett fel har uppstått.", None)),
}


def truncated(answer: Answer) -> Answer:
    """Half the answer, with the length of the whole in its header."""
    return Answer(
        body=answer.body[: len(answer.body) // 2],
        status=answer.status,
        content_type=answer.content_type,
        headers=answer.headers,
        promised=len(answer.body),
    )


def reset(asked: Asked) -> ConnectionResetError:
    """Reset the connection, where there is one; what to raise in place of an answer."""
    connection = asked.request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_AT_ONCE)
            os.close(connection.detach())
    return ConnectionResetError("connection reset by the simulator")


def change_data(script: Script, company: SimulatedCompany, endpoint: Endpoint) -> None:
    """What somebody else does in Fortnox at this very moment."""
    if script.change is not None:
        script.change(company)
    if script.fault is Fault.WORK:
        work(company, Random(f"{company.key}|{company.revision}"))  # noqa: S311 - it must repeat
    if script.fault is Fault.SCOPE_WITHDRAWN:
        company.scopes -= {endpoint.scope}
    if script.fault is Fault.LICENCE_WITHDRAWN:
        company.licences -= {endpoint.licence}
    if script.fault in DURING_PAGING:
        documents = company.of(endpoint.name)
        if documents and script.fault is Fault.ROW_DELETED:
            del documents[0]
        elif documents:
            added = copy.copy(documents[0])
            added.body = copy.deepcopy(added.body)
            name = endpoint.key[-1]
            added.body[name] = _unused([field_value(endpoint, each.body, name) for each in documents])
            added.modified = company.now()
            documents.insert(0, added)
    company.revision += 1


def _unused(taken: list[Any]) -> Any:
    """A key that comes after all that are taken, of their type."""
    texts = [plain_text(value) for value in taken]
    highest = max((int(text) for text in texts if text.isdecimal()), default=0) + 1
    if isinstance(taken[0], (int, Decimal)):
        return highest
    return str(highest) if texts[0].isdecimal() else f"{texts[0]}-{len(texts)}"
