"""Channels and attributes, on real shapes: what a limited key may ask for, send, and see."""
import json

import pytest

from harness.keyring import make_keyring
from harness.memory import PeakMemory

CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?Date=2026-05-01"
ONE_TIME = "/current/customers/GetCustomerOneTimeActionsByCampaign?CampaignID=242"
INTERACTIONS = "/current/customers/GetCustomerChannelInteractions?CustomerID=841231&StartDate=2026-01-01&EndDate=2026-12-31"
METRICS = "/current/integrations/UpdateCampaignMetrics"
JSON = {"Content-Type": "application/json"}
ROWS = 20_000
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def ring(scripted):
    return make_keyring(scripted)


def answer_with(upstream, document):
    return upstream.script(lambda wire: wire.answer(200, json.dumps(document).encode()))


def test_a_body_that_names_a_channel_which_is_not_permitted_is_refused_and_told_which(scripted, upstream, ring):
    rows = [{"ChannelID": channel, "CampaignID": 7, "TemplateID": 1, "MetricID": 2, "MetricValue": 10} for channel in (504, 504, 510)]
    before = upstream.count()
    refused = scripted.post(ring.limited, METRICS, rows)
    assert refused.verdict == (403, "channel_not_permitted")
    assert "510" in refused.json()["detail"]
    assert upstream.count() == before
    assert scripted.post(ring.limited, METRICS, rows[:2]).status == 200
    assert json.loads(upstream.last.body) == rows[:2]
    assert scripted.post(ring.integrations, METRICS, rows).status == 200


@pytest.mark.parametrize(
    "body, content_type, verdict",
    [
        (b'[{"ChannelID":504},{"CampaignID":7}]', "application/json", (403, "channel_not_permitted")),
        (b'[{"ChannelID":0}]', "application/json", (403, "channel_not_permitted")),
        (b'[{"ChannelID":"505"}]', "application/json", (403, "channel_not_permitted")),
        (b'[{"ChannelID":505.0}]', "application/json", None),
        (b'[{"ChannelID":504,"ChannelID":505}]', "application/json", None),
        (b'[{"ChannelID":504,"channelid":505}]', "application/json", None),
        (b'[{"Channel\\u0049D":505}]', "application/json", (403, "channel_not_permitted")),
        (b'[{"ChannelID":504}', "application/json", (400, "request_unreadable")),
        (b'\xff\xfe[\x00{\x00', "application/json", (400, "request_unreadable")),
        (b"", "application/json", None),
        (b"ChannelID=505", "application/x-www-form-urlencoded", (415, "request_unreadable")),
        (b'[{"ChannelID":504}]', "text/plain", (415, "request_unreadable")),
    ],
)
def test_no_spelling_of_a_body_talks_the_check_around(scripted, upstream, ring, body, content_type, verdict):
    """Where one status is right it is named; elsewhere what counts is that nothing gets through."""
    before = upstream.count()
    answer = scripted.call(ring.limited, METRICS, "POST", {"Content-Type": content_type}, body)
    assert answer.status in (400, 403, 415), answer.body
    assert upstream.count() == before
    if verdict:
        assert answer.verdict == verdict


def test_a_compressed_body_can_not_be_checked_and_is_refused(scripted, upstream, ring):
    before = upstream.count()
    answer = scripted.call(ring.limited, METRICS, "POST", JSON | {"Content-Encoding": "gzip"}, b"\x1f\x8b")
    assert answer.verdict == (415, "request_unreadable")
    assert upstream.count() == before


def test_a_body_too_large_to_be_checked_is_refused(scripted, upstream, ring):
    before = upstream.count()
    row = b'{"ChannelID":504,"CampaignID":7},'
    body = b"[" + row * (9 * MEGABYTE // len(row)) + b'{"ChannelID":504}]'
    answer = scripted.call(ring.limited, METRICS, "POST", JSON, body)
    assert answer.verdict == (413, "request_unreadable")
    assert upstream.count() == before


@pytest.mark.parametrize(
    "query, verdict",
    [
        ("&ChannelID=504", (200, None)),
        ("&channelid=504", (200, None)),
        ("&ChannelID=505", (403, "channel_not_permitted")),
        ("&CHANNELID=505", (403, "channel_not_permitted")),
        ("&Channel%49D=505", (403, "channel_not_permitted")),
        ("&ChannelID=%35%30%35", (403, "channel_not_permitted")),
        ("&ChannelID=0", (403, "channel_not_permitted")),
        ("&ChannelID=", (403, "channel_not_permitted")),
        ("", (403, "channel_not_permitted")),
        ("&ChannelID=999", (403, "channel_not_permitted")),
        ("&ChannelID=504&ChannelID=505", None),
        ("&ChannelID=504&channelid=505", None),
        ("&ChannelID=0504", None),
        ("&ChannelID=+505", None),
        ("&ChannelID[]=505&ChannelID=504", None),
        ("&ChannelID=504;ChannelID=505", None),
    ],
)
def test_no_spelling_of_a_query_talks_the_check_around(scripted, upstream, ring, query, verdict):
    before = upstream.count()
    answer = scripted.call(ring.limited, CHANNEL + query)
    if verdict:
        assert answer.verdict == verdict
    elif answer.status == 200:
        # Let through only if no reader could see another channel in it.
        assert "505" not in upstream.last.target
    else:
        assert answer.status in (400, 403)
    assert upstream.count() == before + (answer.status == 200)


@pytest.mark.parametrize(
    "query, verdict",
    [
        ("&CustomerAttributes=Alias;Country", (200, None)),
        ("&CustomerAttributes=Alias,Country", (200, None)),
        ("&customerattributes=alias;COUNTRY", (200, None)),
        ("", (200, None)),
        ("&CustomerAttributes=Alias;Email", (403, "attribute_not_permitted")),
        ("&CustomerAttributes=Alias,Email", (403, "attribute_not_permitted")),
        ("&CustomerAttributes=Alias%3BEmail", (403, "attribute_not_permitted")),
        ("&CustomerAttributes=%45mail", (403, "attribute_not_permitted")),
        ("&CustomerAttributes=EMAIL", (403, "attribute_not_permitted")),
        ("&CustomerAttributesDelimiter=|&CustomerAttributes=Alias|Email", None),
        ("&CustomerAttributes=Alias&CustomerAttributes=Email", None),
    ],
)
def test_attributes_are_found_under_every_spelling(scripted, upstream, ring, query, verdict):
    before = upstream.count()
    script = answer_with(upstream, [])
    answer = scripted.call(ring.limited, ONE_TIME + "&ChannelID=504" + query, headers=script)
    if verdict:
        assert answer.verdict == verdict
        if verdict[1]:
            assert "Email" in answer.json()["detail"]
    else:
        assert answer.status in (400, 403)
        assert upstream.count() == before


def rows_of(count, channels=(504, 505, 506, 510), filler=900):
    for number in range(count):
        yield {"Date": "2026-05-01", "CampaignID": number, "ChannelID": channels[number % len(channels)], "Note": "x" * filler, "Name": f'"{number}"\\é'}


def stream_rows(count, **options):
    """Writes the rows as a real API would, in pieces that know nothing of row boundaries."""

    def act(wire):
        wire.start_chunks(content_type="application/json; charset=utf-8")
        pending = b"["
        for number, row in enumerate(rows_of(count, **options)):
            pending += (b"," if number else b"") + json.dumps(row, ensure_ascii=number % 2 == 0).encode()
            while len(pending) >= 5_003:
                wire.chunk(pending[:5_003])
                pending = pending[5_003:]
        wire.chunk(pending + b"]")
        wire.end_chunks()

    return act


def test_an_answer_of_20000_rows_is_filtered_exactly(scripted, upstream, ring):
    answer = scripted.call(ring.limited, INTERACTIONS, headers=upstream.script(stream_rows(ROWS)))
    assert answer.status == 200
    assert answer.json() == [row for row in rows_of(ROWS) if row["ChannelID"] == 504]
    whole = scripted.call(ring.integrations, INTERACTIONS, headers=upstream.script(stream_rows(ROWS)))
    assert whole.json() == list(rows_of(ROWS))


@pytest.mark.parametrize("who", ["limited", "integrations"])
def test_an_answer_of_20000_rows_passes_in_bounded_memory(scripted, upstream, ring, who):
    """About 20 MB go through; what the server holds of them must not grow with them."""
    key = getattr(ring, who)

    def ask():
        return scripted.call(key, INTERACTIONS, headers=upstream.script(stream_rows(ROWS)))

    ask()  # so that what is allocated once is there
    with PeakMemory(scripted.process.pid) as memory:
        for _ in range(3):
            ask()
    assert memory.grown_kb < 6 * 1024


@pytest.mark.parametrize(
    "body, content_type",
    [
        (b'{"rows":[{"ChannelID":505}]}', "application/json"),
        (b'[{"ChannelID":504},{"ChannelID":505}', "application/json"),
        (b'[{"ChannelID":505}]', "text/html"),
        (b'"505"', "application/json"),
    ],
    ids=["another shape", "cut off", "another type", "a string"],
)
def test_an_answer_that_can_not_be_filtered_is_never_passed_on_unfiltered(scripted, upstream, ring, body, content_type):
    script = upstream.script(lambda wire: wire.answer(200, body, content_type=content_type))
    try:
        answer = scripted.call(ring.limited, INTERACTIONS, headers=script)
    except (ConnectionError, OSError, ValueError) as cut_off:
        assert "505" not in repr(cut_off)
        return
    except Exception as cut_off:  # http.client's own, with what had arrived
        assert b"505" not in getattr(cut_off, "partial", b"")
        return
    assert answer.verdict == (502, "upstream_answer_unreadable")
    problem = json.loads(answer.body)
    del problem["request_id"]  # by chance it may hold any number
    assert "505" not in json.dumps(problem)


def test_a_compressed_answer_is_not_asked_for_where_it_must_be_filtered(scripted, upstream, ring):
    script = answer_with(upstream, [{"ChannelID": 504}, {"ChannelID": 505}])
    answer = scripted.call(ring.limited, INTERACTIONS, headers=script | {"Accept-Encoding": "gzip, br", "Range": "bytes=0-1"})
    assert answer.json() == [{"ChannelID": 504}]
    assert upstream.last.all("Accept-Encoding") == ["identity"] and upstream.last.all("Range") == []


def test_channels_of_a_campaign_are_reduced_to_those_permitted(scripted, upstream, ring):
    details = {"CampaignID": 7, "Channels": [{"Id": 504, "Name": "Email"}, {"Id": 505, "Name": "SMS"}]}
    answer = scripted.call(ring.limited, "/current/actions/GetCampaignDetails?CampaignID=7", headers=answer_with(upstream, details))
    assert answer.json() == {"CampaignID": 7, "Channels": [{"Id": 504, "Name": "Email"}]}
