"""A bucket on the loopback: what of Google Cloud Storage's JSON API the project's storage library asks for."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import quote, unquote

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


@dataclass
class Bucket:
    """Objects by name. ``requests`` are (method, path) as they came; ``broken`` answers every one with 503."""

    name: str = "papers"
    objects: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    uploads: dict[str, tuple[str, bytearray]] = field(default_factory=dict)
    broken: bool = False

    def __call__(self, environ, start_response):
        request = Request(environ)
        path = unquote(environ.get("RAW_URI") or environ["REQUEST_URI"]).split("?")[0]
        self.requests.append((request.method, path))
        answer = Response(status=503) if self.broken else self.answer(request, path)
        return answer(environ, start_response)

    def answer(self, request: Request, path: str) -> Response:
        if path == f"/upload/storage/v1/b/{self.name}/o":
            return self.upload(request)
        if match := re.fullmatch(rf"/storage/v1/b/{self.name}/o/(.+)/rewriteTo/b/{self.name}/o/(.+)", path):
            self.objects[match[2]] = self.objects[match[1]]
            done = {"kind": "storage#rewriteResponse", "done": True, "resource": self.about(match[2])}
            return _json(done | {"objectSize": "1", "totalBytesRewritten": "1"})
        if path == f"/storage/v1/b/{self.name}/o":
            return _json({"kind": "storage#objects", "items": [self.about(name) for name in self.listed(request)]})
        if match := re.fullmatch(rf"(?:/download)?/storage/v1/b/{self.name}/o/(.+)|/{self.name}/(.+)", path):
            return self.one(request, match[1] or match[2], media=path.startswith(("/download", f"/{self.name}/")))
        return Response(status=404)

    def listed(self, request: Request) -> list[str]:
        prefix, delimiter = request.args.get("prefix", ""), request.args.get("delimiter", "")
        found = sorted(name for name in self.objects if name.startswith(prefix))
        return [name for name in found if not (delimiter and delimiter in name[len(prefix) :])]

    def one(self, request: Request, name: str, *, media: bool) -> Response:
        if name not in self.objects:
            return _json({"error": {"code": 404, "message": f"No such object: {name}"}}, 404)
        if request.method == "DELETE":
            del self.objects[name]
            return Response(status=204)
        if media or request.args.get("alt") == "media":
            return self.media(request, self.objects[name])
        return _json(self.about(name))

    @staticmethod
    def media(request: Request, body: bytes) -> Response:
        ranges = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        headers = {"x-goog-generation": "1", "x-goog-stored-content-length": str(len(body))}
        if ranges is None:
            return Response(body, headers=headers)
        first, last = int(ranges[1]), min(int(ranges[2] or len(body)), len(body) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return Response(body[first : last + 1], status=206, headers=headers)

    def upload(self, request: Request) -> Response:
        if "upload_id" not in request.args:
            number = uuid.uuid4().hex
            about = json.loads(request.get_data() or b"{}")
            name = request.args.get("name") or about["name"]
            self.types[name] = about.get("contentType", "")
            self.uploads[number] = (name, bytearray())
            place = f"{request.host_url}upload/storage/v1/b/{self.name}/o?uploadType=resumable&upload_id={number}"
            return Response(headers={"Location": place})
        name, so_far = self.uploads[request.args["upload_id"]]
        so_far += request.get_data()
        if request.headers.get("Content-Range", "").endswith("/*"):
            return Response(status=308, headers={"Range": f"bytes=0-{len(so_far) - 1}"} if so_far else {})
        self.objects[name] = bytes(so_far)
        return _json(self.about(name))

    def about(self, name: str) -> dict[str, str]:
        return {
            "kind": "storage#object",
            "name": name,
            "bucket": self.name,
            "id": f"{self.name}/{quote(name)}/1",
            "generation": "1",
            "metageneration": "1",
            "size": str(len(self.objects[name])),
            "updated": "2026-11-21T00:00:00Z",
            "timeCreated": "2026-11-21T00:00:00Z",
        }


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status=status, content_type="application/json")


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served(bucket: Bucket) -> Iterator[str]:
    """The bucket's address on the loopback."""
    server = make_server("127.0.0.1", 0, bucket, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
