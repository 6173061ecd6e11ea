"""How Fortnox says no: status, Swedish message, code, and the casing the answer is written in.

Messages and codes are those of recorded answers (public recordings of 2014, 2023 and 2024) and of Fortnox's developer
documentation (https://www.fortnox.se/developer/guides-and-good-to-know/errors). A code nobody has published is null.
"""

from http import HTTPStatus

from fortnox_assets.simulator.serialisation import json_text

NOT_FOUND = {
    "accounts": ("Kan inte hitta kontot.", 2000423),
    "articles": ("Kan inte hitta artikeln.", 2000428),
    "customers": ("Kan inte hitta kunden.", 2000433),
    "invoices": ("Kan inte hitta fakturan.", 2000434),
    "orders": ("Kan inte hitta ordern.", 2000439),
    "projects": ("Kan inte hitta projektet.", 2001161),
}


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the API, not an error of the program
    """An answer that says no; raised anywhere while a request is being answered."""

    def __init__(self, status: HTTPStatus, message: str, code: int | None, *, pascal_case: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.body = envelope(message, code, pascal_case=pascal_case)


def envelope(message: str, code: int | None, *, pascal_case: bool = False) -> bytes:
    """The JSON of an error. Fortnox writes 404s with capitals and most others without."""
    names = ("Error", "Message", "Code") if pascal_case else ("error", "message", "code")
    return json_text({"ErrorInformation": dict(zip(names, (1, message, code), strict=True))}).encode("ascii")


def bad_parameter() -> Refusal:
    """A parameter the endpoint does not know, or a value it cannot read."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Ogiltig parameter i anropet.", 2000588)


def bad_filter() -> Refusal:
    """A value of ``filter`` the endpoint does not know."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Ett ogiltigt filter har använts.", 2000587)


def page_not_found() -> Refusal:
    """A page after the last one."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Angiven sida hittades ej (24).", None)


def bad_response_type() -> Refusal:
    """A named ``Accept`` where bytes are served."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Invalid response type", 1000030, pascal_case=True)


def no_such_route() -> Refusal:
    """A path Fortnox does not have."""
    return Refusal(HTTPStatus.NOT_FOUND, "No such route", 2000762, pascal_case=True)


def reading_only() -> Refusal:
    """A method other than GET: the simulator imitates reading alone."""
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The simulator answers GET only.", None)


def not_found(endpoint: str) -> Refusal:
    """There is no such row."""
    message, code = NOT_FOUND.get(endpoint, ("Kan inte hitta posten.", None))
    return Refusal(HTTPStatus.NOT_FOUND, message, code, pascal_case=True)


def missing_scope() -> Refusal:
    """The connection was not given the endpoint's scope."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Har inte behörighet för scope.", 2000663)


def missing_licence() -> Refusal:
    """The company pays for no product that has the endpoint's scope."""
    message = "Det finns ingen aktiv licens för önskat scope."  # codespell:ignore licens
    return Refusal(HTTPStatus.BAD_REQUEST, message, 2001101)


def missing_right(register: str) -> Refusal:
    """The user, or the service account, may not see the register."""
    return Refusal(HTTPStatus.FORBIDDEN, f"Saknar behörighet för {register}.", 2003275, pascal_case=True)


def missing_feature() -> Refusal:
    """The company has a newer product in place of this one, as new companies have for contracts."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Feature inte tillgänglig", None)
