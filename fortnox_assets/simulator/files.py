"""What Fortnox sends as bytes: SIE files, and the files of the archive and the inbox with the folders they lie in."""

import io
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from fortnox_assets.catalogue.endpoint import Endpoint
from fortnox_assets.sie.writer import write
from fortnox_assets.simulator.addresses import API_URL
from fortnox_assets.simulator.asked import JSON, Answer, Asked
from fortnox_assets.simulator.company import SimulatedCompany
from fortnox_assets.simulator.errors import bad_parameter, bad_response_type, not_found
from fortnox_assets.simulator.serialisation import Body, json_text
from fortnox_assets.simulator.years import default_year, known_year

SIE_TYPES = ("1", "2", "3", "4")
ROOT = "root"
_INBOX_FOLDERS = {
    "inbox_s": "Leverantörsfakturor",
    "inbox_v": "Verifikationer",
    "inbox_d": "Dagskassor",
    "inbox_a": "Anläggningsregister",
    "inbox_b": "Bankfiler",
    "inbox_l": "Lönefiler",
    "inbox_kf": "Kundfakturor",
    "inbox_o": "Order",
    "inbox_of": "Offerter",
}


def sie_answer(company: SimulatedCompany, asked: Asked, sie_type: str, encoding: str) -> Answer:
    """The SIE file of one year (the current one unless asked otherwise). Raises: Refusal."""
    if not asked.takes_anything:
        raise bad_response_type()
    if sie_type not in SIE_TYPES or set(asked.query) - {"financialyear"}:
        raise bad_parameter()
    year = asked.query.get("financialyear")
    chosen = default_year(company) if year is None else known_year(company, year)
    out = io.BytesIO()
    write(company.sie(int(chosen), int(sie_type)), out, encoding=encoding)
    return Answer(body=out.getvalue(), content_type="text/plain")


def folder_answer(company: SimulatedCompany, endpoint: Endpoint, asked: Asked, wanted: str | None) -> Answer:
    """A folder as JSON, or a file as bytes, by either of a file's two ids. Raises: Refusal."""
    wanted = asked.query.get("fileid", wanted)
    folders = _folders(company, endpoint)
    if wanted is None:
        path = asked.query.get("path", "").strip("/")
        folder = folders.get(ROOT) if not path else _named(folders, path)
        if folder is None:
            raise not_found(endpoint.name)
        return _folder(endpoint, folder)
    if wanted in folders:
        return _folder(endpoint, folders[wanted])
    return _file(company, asked, wanted, "fileid" if "fileid" in asked.query else endpoint.name)


def _file(company: SimulatedCompany, asked: Asked, wanted: str, way: str) -> Answer:
    known = next((each for each in _ids(company, wanted) if each in company.files), None)
    if known is None or way not in company.files[known].found_by:
        raise not_found("files")
    if not asked.takes_anything:
        raise bad_response_type()
    file = company.files[known]
    disposition = ("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.name, safe='')}")
    return Answer(body=file.content, content_type=file.content_type, headers=(disposition,))


def _ids(company: SimulatedCompany, wanted: str) -> Iterator[str]:
    """The id asked for, then the other id of the same file."""
    yield wanted
    for endpoint in ("archive", "inbox"):
        for folder in company.of(endpoint):
            for row in folder.body.get("Files") or ():
                if wanted in (row.get("Id"), row.get("ArchiveFileId")):
                    yield str(row.get("Id"))
                    yield str(row.get("ArchiveFileId"))


def _folders(company: SimulatedCompany, endpoint: Endpoint) -> Mapping[str, Body]:
    folders = {str(document.body.get("Id") or ROOT): document.body for document in company.of(endpoint.name)}
    if ROOT not in folders:
        folders[ROOT] = next(iter(folders.values()), _empty_root(endpoint))
    for row in folders[ROOT].get("Folders") or ():
        folders.setdefault(row["Id"], {"Email": "", "Files": [], "Folders": [], "Id": row["Id"], "Name": row["Name"]})
    return folders


def _empty_root(endpoint: Endpoint) -> Body:
    names = _INBOX_FOLDERS if endpoint.name == "inbox" else {}
    rows = [{"Id": each, "Name": name} for each, name in names.items()]
    return {"Email": "", "Files": [], "Folders": rows, "Id": ROOT, "Name": ROOT}


def _named(folders: Mapping[str, Body], path: str) -> Body | None:
    return next((each for each in folders.values() if each.get("Name") == path.rpartition("/")[2]), None)


def _folder(endpoint: Endpoint, folder: Body) -> Answer:
    def address(row: Body) -> Body:
        return {"@url": f"{API_URL}{endpoint.path}/{row.get('Id')}", **{k: v for k, v in row.items() if k != "@url"}}

    own = f"{API_URL}{endpoint.path}" + ("" if folder.get("Id") == ROOT else f"/{folder.get('Id')}")
    answer = {
        **folder,
        "@url": own,
        "Files": [address(row) for row in folder.get("Files") or ()],
        "Folders": [address(row) for row in folder.get("Folders") or ()],
    }
    return Answer(body=json_text({endpoint.wrapper: answer}).encode("ascii"), content_type=JSON)
