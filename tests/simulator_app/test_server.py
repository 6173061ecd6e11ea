"""Claims about the simulator on a real socket."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from fortnox_assets.simulator.faults import Fault
from fortnox_assets.simulator.server import announcement, background


@pytest.fixture
def served(desk, invoice):
    desk.add("invoices", *(invoice(number) for number in range(1, 8)))
    desk.add("articles", {"ArticleNumber": "A/B"})
    headers = {"Authorization": f"Bearer {desk.token()}"}
    with background(desk.app) as url, httpx.Client(base_url=url, headers=headers) as client:
        yield desk, client


def test_a_connection_serves_many_requests(served):
    _, client = served
    first, second = client.get("/3/invoices"), client.get("/3/articles/A%2FB")
    assert first.json()["MetaInformation"]["@TotalResources"] == 7
    assert second.json()["Article"]["ArticleNumber"] == "A/B"
    assert "Connection" not in first.headers
    assert first.extensions["network_stream"] is second.extensions["network_stream"]


def test_many_threads_get_their_own_answers(served):
    _, client = served

    def number(wanted: int) -> str:
        return str(client.get(f"/3/invoices/{wanted}").json()["Invoice"]["DocumentNumber"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(number, [1, 2, 3, 4, 5, 6, 7] * 5)) == [str(n) for n in [1, 2, 3, 4, 5, 6, 7] * 5]


def test_a_truncated_answer_is_noticed_by_the_client_and_the_next_one_is_whole(served):
    desk, client = served
    desk.faults.script(Fault.TRUNCATED, "/3/invoices")
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/3/invoices")
    assert client.get("/3/invoices").status_code == 200


def test_a_reset_is_a_reset_of_the_connection(served):
    desk, client = served
    desk.faults.script(Fault.RESET, "/3/invoices")
    with pytest.raises(httpx.ReadError):
        client.get("/3/invoices")
    assert client.get("/3/invoices").status_code == 200


def test_a_body_that_was_sent_does_not_confuse_the_next_request(served):
    _, client = served
    assert client.post("/3/invoices", json={"Invoice": {"CustomerNumber": "1"}}).status_code == 405
    assert client.get("/3/invoices").status_code == 200


def test_the_front_page_names_the_companies(served):
    _, client = served
    assert "are-cykel: Åre Cykel AB (900001)" in client.get("/").text


def test_a_stopped_server_answers_nobody(desk):
    with background(desk.app) as url:
        assert httpx.get(f"{url}/").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/")


def test_a_port_that_is_taken_is_an_error_the_caller_can_catch(served):
    desk, client = served
    with pytest.raises(OSError, match="in use"), background(desk.app, port=client.base_url.port):
        pytest.fail("two servers on one port")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_simulator_process_serves_its_sample_companies_and_ends_quietly_when_told(stop):
    program = "from fortnox_assets.simulator.server import run_simulator as run; run(port=0, size='tiny')"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().split()[-1]
        assert "are-cykel" in httpx.get(f"{url}/").text
        process.send_signal(stop)
        try:
            _, complaints = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, complaints) == (0, "")


def test_a_user_is_told_the_settings_to_copy():
    lines = list(announcement("http://127.0.0.1:8765", [("are-cykel", 900001)]))
    assert "FORTNOX_AUTH_URL=http://127.0.0.1:8765/oauth-v1" in lines
    assert "company are-cykel: tenant_id 900001" in lines
