"""What goes over a real connection: a file is asked for without any Accept header, JSON as JSON."""

import socketserver

import httpx
import pytest

BODIES = {
    b"POST": b'{"access_token": "acc3ss-number-0", "expires_in": 3600}',
    b"GET /3/companyinformation": b'{"CompanyInformation": {}}',
    b"GET /3/sie/4": b"#FLAGGA 0",
    b"GET /3/archive/42": b"%PDF-1.4",
}


class _Recorder(socketserver.StreamRequestHandler):
    """Writes down what it was sent, and answers; the first request for a file is answered 401."""

    timeout = 10
    heads: list[tuple[str, list[str]]]

    def handle(self) -> None:
        request, lines = self.rfile.readline(), []
        while (line := self.rfile.readline()).strip():
            lines.append(line)
        self.rfile.read(sum(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length")))
        body = next(body for start, body in BODIES.items() if request.startswith(start))
        refused = request.startswith(b"GET /3/archive") and not any("archive" in path for path, _ in self.heads)
        if request.startswith(b"GET"):
            accept = [line.decode().strip() for line in lines if line.lower().startswith(b"accept:")]
            self.heads.append((request.split()[1].decode(), accept))
        status = "401 Unauthorized" if refused else "200 OK"
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode() + body)


@pytest.fixture
def recorder(listening):
    _Recorder.heads = []
    return listening(_Recorder)


def test_files_are_asked_for_without_an_accept_header_also_when_asked_for_again(open_client, recorder, tmp_path):
    client = open_client(api_url=recorder, auth_url=f"{recorder}/oauth-v1", transport=httpx.HTTPTransport())
    client.get("/3/companyinformation")
    assert client.get_bytes("/3/sie/4") == b"#FLAGGA 0"
    client.save("/3/archive/42", tmp_path / "file", longest=100)
    assert (tmp_path / "file").read_bytes() == b"%PDF-1.4"
    assert _Recorder.heads == [
        ("/3/companyinformation", ["Accept: application/json"]),
        ("/3/sie/4", []),
        *[("/3/archive/42", [])] * 2,
    ]
