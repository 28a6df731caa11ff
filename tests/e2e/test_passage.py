"""What the gateway does to a request on its way to the API, and to the answer on its way back."""
import hashlib
import threading

import pytest

from harness import wire
from harness.keyring import make_keyring
from harness.latchkey import PLAIN, Latchkey
from harness.memory import PeakMemory
from harness.wait import eventually

POST = "/current/integrations/UpdateCampaignInteractions"


@pytest.fixture(scope="module")
def ring(scripted):
    return make_keyring(scripted)


def test_the_key_is_gone_before_the_api_sees_the_request(scripted, upstream, ring):
    for fields in (ring.admin.headers, ring.admin.bearer, ring.admin.headers | ring.admin.bearer):
        assert scripted.send("GET", PLAIN, fields).status == 200
        seen = upstream.last
        assert seen.all("X-API-KEY") == [] and seen.all("Authorization") == []
        assert ring.admin.secret not in str(seen.headers) + seen.target


def test_an_authorization_that_was_not_the_key_stays(scripted, upstream, ring):
    scripted.send("GET", PLAIN, ring.admin.headers | {"Authorization": "Basic dXNlcjpwYXNz"})
    assert upstream.last.all("Authorization") == ["Basic dXNlcjpwYXNz"]


def test_the_verified_fields_are_set_and_forged_ones_dropped(scripted, upstream, ring):
    forged = [
        ("X-Latchkey-Key-Id", "key_forged"), ("x-latchkey-tenant", "forged"), ("X-LATCHKEY-Access-Type", "forged"),
        ("X_Latchkey_Key_Id", "forged"), ("X-Latchkey_Tenant", "forged"), ("X-Latchkey-Anything", "forged"),
    ]
    answer = scripted.send("GET", PLAIN, [*ring.limited.headers.items(), *forged])
    assert answer.status == 200
    seen = upstream.last
    assert seen.all("X-Latchkey-Key-Id") == [ring.limited.id]
    assert seen.all("X-Latchkey-Tenant") == [ring.limited.tenant_id]
    assert seen.all("X-Latchkey-Access-Type") == ["integrations"]
    assert "forged" not in str(seen.headers)


def test_a_request_id_goes_all_the_way_through(scripted, upstream, ring):
    answer = scripted.send("GET", PLAIN, ring.admin.headers | {"X-Request-Id": "order-17.a_B"})
    assert upstream.last.all("X-Request-Id") == ["order-17.a_B"] and answer.all("X-Request-Id") == ["order-17.a_B"]
    for sent in ("bad id!", "x" * 200, None):
        fields = ring.admin.headers | ({"X-Request-Id": sent} if sent else {})
        answer = scripted.send("GET", PLAIN, fields)
        made = upstream.last.get("X-Request-Id")
        assert made and made != sent and answer.all("X-Request-Id") == [made]
    denied = scripted.send("GET", PLAIN, {"X-Request-Id": "order-18"})
    assert denied.get("X-Request-Id") == denied.json()["request_id"] == "order-18"


def test_hop_by_hop_fields_end_at_the_gateway_in_both_directions(scripted, upstream, ring):
    hops = [("Connection", "keep-alive, X-Private"), ("X-Private", "1"), ("Keep-Alive", "timeout=5"), ("TE", "trailers"),
            ("Proxy-Authorization", "Basic eDp5"), ("Upgrade", "h2c")]
    back = [("Connection", "X-Inner"), ("X-Inner", "1"), ("Keep-Alive", "timeout=9"), ("X-Outer", "2")]
    fields = [*ring.admin.headers.items(), *upstream.script(lambda w: w.answer(200, b"{}", back)).items(), *hops, ("X-Kept", "1")]
    answer = scripted.send("GET", PLAIN, fields)
    for name in ("X-Private", "Keep-Alive", "TE", "Proxy-Authorization", "Upgrade"):
        assert upstream.last.all(name) == [], name
    assert upstream.last.all("X-Kept") == ["1"]
    assert answer.all("X-Inner") == [] and answer.all("X-Outer") == ["2"]
    assert "timeout=9" not in str(answer.all("Keep-Alive"))


def test_a_callers_word_about_its_address_is_not_passed_on(scripted, upstream, ring):
    told = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7", "X-Real-IP": "198.51.100.7", "X-Forwarded-Proto": "https"}
    scripted.send("GET", PLAIN, ring.admin.headers | told, source="127.0.0.5")
    assert upstream.last.all("X-Forwarded-For") == ["127.0.0.5"]
    assert upstream.last.all("X-Forwarded-Proto") == ["http"]
    assert "198.51.100.7" not in str(upstream.last.headers)


def test_what_was_checked_is_what_is_sent(scripted, upstream, ring):
    assert scripted.send("GET", "/current/general/Get%4cast%44ataUpdate?a=%41+b&&c", ring.admin.headers).status == 200
    assert upstream.last.target == "/current/general/GetLastDataUpdate?a=%41+b&&c"
    told = {"X-Original-URL": "/x", "X-Rewrite-URL": "/x", "X-Forwarded-Uri": "/x", "X-HTTP-Method-Override": "GET"}
    scripted.send("GET", PLAIN, ring.admin.headers | told)
    for name in told:
        assert upstream.last.all(name) == [], name


@pytest.mark.parametrize("status", [200, 204, 206, 301, 304, 404, 409, 418, 500, 503])
def test_the_apis_status_and_fields_come_back_as_they_are(scripted, upstream, ring, status):
    body = b"" if status in (204, 304) else b'{"n":1}'
    script = upstream.script(lambda w: w.answer(status, body, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-One", "1")]))
    answer = scripted.send("GET", PLAIN, ring.admin.headers | script)
    assert (answer.status, answer.body) == (status, body)
    assert answer.all("Set-Cookie") == ["a=1", "b=2"] and answer.all("X-One") == ["1"]


def test_head_is_answered_without_a_body_and_the_connection_stays_usable(scripted, upstream, ring):
    """HEAD is an operation of its own for the catalog, which has none of it: even so, framing must hold."""
    connection = wire.connect(scripted.gateway_url)
    for _ in range(3):
        wire.start(connection, "HEAD", PLAIN, ring.admin.headers)
        response = connection.getresponse()
        assert response.read() == b""
        wire.start(connection, "GET", PLAIN, ring.admin.headers)
        assert wire.finish(connection).status == 200
    connection.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_large_bodies_reach_the_api_byte_for_byte(scripted, upstream, ring, chunked):
    parts = [hashlib.sha256(bytes([number])).digest() * 2048 for number in range(64)]
    body = iter(parts) if chunked else b"".join(parts)
    answer = scripted.send("POST", POST, ring.admin.headers | {"Content-Type": "application/octet-stream"}, body)
    assert answer.status == 200
    assert upstream.last.digest == hashlib.sha256(b"".join(parts)).hexdigest()


def test_answers_in_chunks_come_back_byte_for_byte(scripted, upstream, ring):
    parts = [hashlib.sha256(bytes([number])).digest() * (1 + number * 40) for number in range(64)]

    def act(w):
        w.start_chunks(content_type="application/octet-stream")
        for part in parts:
            w.chunk(part)
        w.end_chunks()

    answer = scripted.send("GET", PLAIN, ring.admin.headers | upstream.script(act))
    assert answer.status == 200 and answer.body == b"".join(parts)


def test_an_answer_arrives_while_it_is_being_made(scripted, upstream, ring):
    """The second chunk is only sent once the first has arrived, so a gateway that gathers answers would hang here."""
    arrived = threading.Event()

    def act(w):
        w.start_chunks(content_type="text/plain")
        w.chunk(b"first")
        assert arrived.wait(30)
        w.chunk(b"second")
        w.end_chunks()

    connection = wire.connect(scripted.gateway_url)
    wire.start(connection, "GET", PLAIN, ring.admin.headers | upstream.script(act))
    response = connection.getresponse()
    assert response.read(5) == b"first"
    arrived.set()
    assert response.read() == b"second"
    connection.close()


def test_an_api_that_is_away_is_a_502_problem(scripted, upstream, ring):
    answer = scripted.send("POST", POST, ring.admin.headers | upstream.script(lambda w: w.hang_up(reset=True)), b"{}")
    assert answer.verdict == (502, "upstream_unreachable")
    assert answer.json()["request_id"] == answer.get("X-Request-Id")


def test_an_answer_that_is_no_http_is_a_502_problem(scripted, upstream, ring):
    def act(w):
        w.connection.sendall(b"SMTP ready\r\n\r\n")
        w.hang_up()

    assert scripted.send("GET", PLAIN, ring.admin.headers | upstream.script(act)).verdict == (502, "upstream_answer_unreadable")


def test_an_answer_with_two_lengths_is_a_502_problem(scripted, upstream, ring):
    def act(w):
        w.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
        w.hang_up()

    assert scripted.send("GET", PLAIN, ring.admin.headers | upstream.script(act)).verdict == (502, "upstream_answer_unreadable")


def test_an_answer_that_breaks_off_is_cut_off_and_not_made_to_look_whole(scripted, upstream, ring):
    def act(w):
        w.start_chunks(content_type="text/plain")
        w.chunk(b"half")
        w.hang_up()

    connection = wire.connect(scripted.gateway_url)
    wire.start(connection, "GET", PLAIN, ring.admin.headers | upstream.script(act))
    with pytest.raises((wire.http.client.IncompleteRead, ConnectionError)):
        connection.getresponse().read()
    connection.close()


@pytest.mark.late
@pytest.mark.last
def test_an_api_that_does_not_answer_in_time_is_a_504_problem(scripted):
    answer = scripted.late.wait()
    assert answer.verdict == (504, "upstream_unreachable")
    assert "in time" in answer.json()["detail"]


def test_a_caller_that_does_not_read_holds_the_api_back_and_costs_no_memory(scripted, upstream, ring):
    """The API writes 128 MB; the caller reads a little. What is between them must be the sockets' buffers."""
    sent = [0]

    def act(w):
        w.start_chunks(content_type="application/octet-stream")
        for _ in range(2048):
            w.chunk(bytes(65_536))
            sent[0] += 1
        w.end_chunks()

    def stands_still(seen=[]):
        seen.append(sent[0])
        return sent[0] > 0 and len(seen) > 50 and len(set(seen[-50:])) == 1

    scripted.call(ring.admin)  # so that what is allocated once is there
    connection = wire.connect(scripted.gateway_url)
    with PeakMemory(scripted.process.pid) as memory:
        wire.start(connection, "GET", PLAIN, ring.admin.headers | upstream.script(act))
        response = connection.getresponse()
        response.read(1000)
        eventually(stands_still, "the API to be held back")
    assert sent[0] < 2048
    assert memory.grown_kb < 6 * 1024
    assert len(response.read()) == 2048 * 65_536 - 1000
    connection.close()


def test_trusted_proxies_are_believed_about_the_caller_and_nobody_else(upstream, tmp_path):
    flags = ["--gateway-trusted-proxies", "127.0.0.0/29,192.0.2.0/24"]
    with Latchkey(upstream.url, tmp_path, name="latchkey-behind-proxy", flags=flags) as latchkey:
        key = latchkey.create_key("admin", ip_ranges=["198.51.100.7"])
        https = {"X-Forwarded-Proto": "https"}
        told = https | {"X-Forwarded-For": "203.0.113.5, 198.51.100.7, 192.0.2.1"}
        assert latchkey.call(key, headers=told, source="127.0.0.2").status == 200
        assert upstream.last.all("X-Forwarded-For") == ["203.0.113.5, 198.51.100.7, 192.0.2.1, 127.0.0.2"]
        assert upstream.last.all("X-Forwarded-Proto") == ["https"]
        # The same words from someone else, and a chain that ends elsewhere.
        assert latchkey.call(key, headers=told, source="127.0.0.200").verdict == (403, "address_not_permitted")
        told = https | {"X-Forwarded-For": "198.51.100.7, 203.0.113.5"}
        assert latchkey.call(key, headers=told, source="127.0.0.2").verdict == (403, "address_not_permitted")
        # A key that came to the proxy over plain HTTP was readable on the way.
        told = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http"}
        before = upstream.count()
        assert latchkey.call(key, headers=told, source="127.0.0.2").verdict == (403, "https_required")
        assert upstream.count() == before


def test_requests_on_one_connection_are_answered_in_order(scripted, upstream, ring):
    connection = wire.connect(scripted.gateway_url)
    for number in range(20):
        script = upstream.script(lambda w, number=number: w.answer(200, b"%d" % number))
        wire.start(connection, "GET", PLAIN, ring.admin.headers | script)
        assert wire.finish(connection).body == b"%d" % number
        wire.start(connection, "GET", PLAIN)
        assert wire.finish(connection).verdict == (401, "missing_key")
    connection.close()
