# SPDX-License-Identifier: Apache-2.0
"""The page of `kafka web` and of the broker's --http, in a browser and as JSON."""
import json
import re
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest
from browser import CHROMIUM, Browser
from conftest import KAFKA, Broker
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

CHANGE = {"X-Kafka-Change": "1", "Content-Type": "application/json"}
# Texts that would do something if they were taken for markup or shown as they are.
ATTACKS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "'><svg/onload=alert(3)>", "javascript:alert(4)",
    "\u202egnp.exe", "\x1b[31mred\x1b]0;title\x07", "</textarea></pre><iframe src=//evil.example>", "{{7*7}}${7*7}",
    "<a href=http://evil.example>x</a>", "\u0000\u0001\uffff"]


class Web:
    """`kafka web` as a child process."""

    def __init__(self, address, *options):
        self.process = subprocess.Popen(
            [KAFKA, "web", "--bootstrap-server", address, "--listen", "127.0.0.1:0", *options], stdout=subprocess.PIPE,
            text=True)
        self.address = re.match(r"page on (http://\S+)\n", self.process.stdout.readline())[1]

    def get(self, path, accept="application/json", status=200):
        request = urllib.request.Request(self.address + path, headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                found, body = response.status, response.read()
        except urllib.error.HTTPError as error:
            found, body = error.code, error.read()
        assert found == status, (path, found, body)
        return json.loads(body) if accept == "application/json" else body

    def change(self, method, path, body=None, status=200, headers=CHANGE):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                found, answer = response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            found, answer = error.code, error.read()
        assert found == status, (path, found, answer)
        return answer

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) in (0, 143)


@pytest.fixture(scope="module")
def web(broker):
    web = Web(broker.address)
    yield web
    web.close()


@pytest.fixture(scope="module")
def writing(broker):
    web = Web(broker.address, "--http-write")
    yield web
    web.close()


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "the page's tests need chromium, which make test installs"
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def tab(browser):
    tab = browser.tab()
    yield tab
    tab.look()
    assert not tab.errors and not tab.dialogs
    assert all(request.startswith("http://127.0.0.1") for request in tab.requests)
    tab.close()


def produce(broker, topic, records, **settings):
    """Records are (partition, key, value, headers)."""
    producer = Producer({"bootstrap.servers": broker.address, **settings})
    failures = []
    for partition, key, value, headers in records:
        producer.produce(
            topic, value, key, partition, headers=headers, on_delivery=lambda error, _: error and failures.append(error))
        producer.poll(0)
    assert producer.flush(60) == 0 and not failures


def part(*names):
    return "/" + "/".join(urllib.parse.quote(name, safe="") for name in names)


def commit(broker, group, topic, offset):
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": group, "enable.auto.commit": False})
    consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
    consumer.close()


# As JSON


def test_records_are_told_whole_and_each_once(broker, web, topic):
    sent = [(n % 3, f"k{n}" if n % 4 else None, json.dumps({"n": n}), [("h", b"1")]) for n in range(100)]
    sent += [(0, b"", b"", []), (1, b"gone", None, []), (2, b"\xff\x00", b"\x00\x01\xfe", [("none", None)])]
    produce(broker, topic, sent)
    for path in ["from=earliest&limit=30", "limit=30"]:
        seen = []
        for _ in range(20):
            found = web.get(f"{part('topics', topic, 'messages')}?{path}")
            seen += [(record["partition"], record["offset"]) for record in found["records"]]
            if found["complete"]:
                break
            path = f"{found['direction']}={found['next']}&limit=30"
        assert len(seen) == len(set(seen)) == len(sent)
    last = {record["partition"]: record for record in web.get(f"{part('topics', topic, 'messages')}?limit=100")["records"][::-1]}
    assert last[0]["key"] == last[0]["value"] == {"size": 0, "text": ""}
    assert last[1]["value"] is None and last[1]["key"]["text"] == "gone"
    assert last[2]["value"] == {"size": 3, "base64": "AAH+"} and last[2]["headers"][0]["value"] is None
    offset = last[2]["offset"]
    # A browser asks for a file as it does for a page.
    for accept in ["*/*", "text/html,*/*;q=0.8"]:
        assert web.get(part("topics", topic, "messages", "2", str(offset), "value"), accept=accept) == b"\x00\x01\xfe"
    assert web.get(part("topics", topic, "messages", "2", str(offset), "key"), accept="*/*") == b"\xff\x00"
    web.get(part("topics", topic, "messages", "1", str(last[1]["offset"]), "value"), status=404)


def test_what_is_downloaded_can_be_produced_again(broker, web, topic):
    produce(broker, topic, [(n % 3, f"k{n}", f"value {n}\n\u202e", [("h", b"\xff")]) for n in range(50)])
    lines = web.get(f"{part('topics', topic, 'messages')}?download=json", accept="text/html,*/*;q=0.8")
    assert lines.count(b"\n") == 50
    broker.kafka("console-producer", "--topic", topic + "-copy", "--format", "json", input=lines.decode())
    again = web.get(f"{part('topics', topic + '-copy', 'messages')}?download=json", accept="*/*")
    strip = lambda text: sorted(re.sub(rb'"topic":"[^"]*","partition":\d+,"offset":\d+', b"", line) for line in text.split(b"\n"))
    assert strip(lines) == strip(again)
    where = urllib.parse.quote('key = "k7"')
    filtered = web.get(f"{part('topics', topic, 'messages')}?download=raw&where={where}", accept="*/*")
    assert filtered.decode() == "value 7\n\u202e\n"


def test_changes_are_refused_unless_allowed(broker, web, writing, topic):
    for server, headers in [(web, CHANGE), (writing, {}), (writing, {**CHANGE, "Origin": "http://evil.example"})]:
        server.change("POST", "/topics", {"name": f"{topic}-new"}, 403, headers)
        server.change("DELETE", part("topics", topic), None, 403, headers)
        server.change("POST", part("topics", topic, "messages"), {"value": "x"}, 403, headers)
        server.change("POST", part("groups", "g", "offsets"), {"topic": topic, "to": "latest"}, 403, headers)
    assert web.get(f"{part('topics', topic, 'messages')}")["records"] == []
    assert web.get(f"/topics?search={topic}")["count"] == 1


def test_groups_are_shown_and_reset(broker, writing, topic):
    produce(broker, topic, [(0, None, str(n), []) for n in range(10)])
    group = f"{topic}/<b>group"
    commit(broker, group, topic, 4)
    found = writing.get(part("groups", group))
    assert (found["lag"], found["members"], found["offsets"][0]["offset"]) == (6, [], 4)
    assert writing.get(f"/groups?search={urllib.parse.quote(group)}")["groups"][0]["lag"] == 6
    assert writing.get(part("topics", topic, "groups"))["groups"][0]["group"] == group
    reset = {"topic": topic, "partitions": [0], "to": "offset", "offset": 2}
    plan = writing.change("POST", part("groups", group, "offsets"), {**reset, "dryRun": True})
    assert plan["offsets"] == [{"topic": topic, "partition": 0, "before": 4, "offset": 2}]
    assert writing.get(part("groups", group))["lag"] == 6
    writing.change("POST", part("groups", group, "offsets"), reset)
    assert writing.get(part("groups", group))["lag"] == 8
    # Not while somebody reads.
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": group})
    consumer.subscribe([topic])
    while not consumer.assignment():
        consumer.poll(0.1)
    writing.change("POST", part("groups", group, "offsets"), reset, status=409)
    consumer.close()


# In a browser


PAGES = ["/", "/topics", "/topics/{}", "/topics/{}/messages", "/topics/{}/config", "/topics/{}/groups", "/groups", "/groups/g-{}",
         "/transactions", "/acls", "/nowhere"]


def test_every_page_is_there_and_fits_a_phone(broker, writing, browser, topic):
    produce(broker, topic, [(n % 3, "key", json.dumps({"n": n, "long": "x" * 300}), [("h", b"v")]) for n in range(30)])
    commit(broker, f"g-{topic}", topic, 4)
    for width, dark in [(1280, False), (390, True)]:
        tab = browser.tab(width=width, dark=dark)
        for page in PAGES:
            tab.go(writing.address + page.format(topic))
            tab.wait("!/Loading…|Asking|Searching/.test(document.querySelector('main').innerText)")
            if page.endswith("messages"):
                tab.wait("document.querySelectorAll('tr.record').length === 30")
                tab.run("document.querySelector('tr.record').click()")
                tab.wait("document.querySelector('tr.detail .json')")
            assert tab.run("document.querySelector('.failure')?.innerText ?? null") is None
            assert tab.run("document.documentElement.scrollWidth <= innerWidth"), (page, width)
        tab.look()
        # That nothing is there, the browser tells its console.
        assert [error for error in tab.errors if not error.endswith("/nowhere")] == [] and not tab.dialogs
        assert all(request.startswith(writing.address) for request in tab.requests)
        tab.close()


def test_nothing_in_a_record_or_a_name_does_anything(broker, writing, browser, topic):
    produce(broker, topic, [
        (0, attack, attack, [(attack.replace("\0", ""), attack.encode())]) for attack in ATTACKS])
    produce(broker, topic, [(0, "json", json.dumps({attack: [attack]}), []) for attack in ATTACKS])
    groups = [f"{topic} {attack}" for attack in ATTACKS[:-1]]
    for group in groups:
        commit(broker, group, topic, 1)
    tab = browser.tab()
    tab.go(f"{writing.address}{part('topics', topic, 'messages')}")
    tab.wait(f"document.querySelectorAll('tr.record').length === {2 * len(ATTACKS)}")
    tab.run("document.querySelectorAll('tr.record').forEach(row => row.open())")
    for form in ["Text", "Hex", "JSON"]:
        tab.run(f"document.querySelectorAll('button.form').forEach(button => {{ if (button.textContent === '{form}') button.click(); }})")
    assert "<script>alert(1)</script>" in tab.text()
    # The order of what is read is that of what is there.
    assert "\u202e" not in tab.text() and "\\u202E" in tab.text() and "\x1b" not in tab.text()
    tab.go(f"{writing.address}/groups?search={topic}")
    tab.wait(f"document.querySelectorAll('tbody tr').length === {len(groups)}")
    for group in groups:
        tab.go(f"{writing.address}{part('groups', group)}")
        tab.wait("document.querySelector('.tiles')")
        tab.click("#reset")
        tab.wait("document.querySelector('dialog[open]')")
    # Names that no cluster has are shown as well; the server refuses a zero byte.
    for attack in [attack.replace("\0", "") for attack in ATTACKS]:
        for page in ["topics/{}", "topics/{}/messages?where={}", "groups/{}", "topics?search={}", "{}"]:
            tab.go(f"{writing.address}/{page.format(*[urllib.parse.quote(attack, safe='')] * 2)}")
    tab.look()
    # The cluster refuses such names, which the browser tells its console.
    assert [error for error in tab.errors if "the server responded with a status of 4" not in error] == []
    assert not tab.dialogs
    assert all(request.startswith(writing.address) for request in tab.requests)
    assert tab.run("document.querySelectorAll('main script, main img, main iframe, main svg:not(.trend)').length") == 0
    tab.close()


def test_a_filter_finds_and_can_be_stopped(broker, web, tab, topic):
    produce(broker, topic, [(n % 3, f"k{n % 10}", json.dumps({"n": n, "even": n % 2 == 0}), []) for n in range(20_000)])
    tab.go(f"{web.address}{part('topics', topic, 'messages')}")
    tab.wait("document.querySelectorAll('tr.record').length === 50")
    tab.fill(".where", "n = 7 or n = 19000")
    tab.press("Enter")
    tab.wait("/2 found in 20,000 records/.test(document.querySelector('#status').innerText)")
    assert [text in tab.text() for text in ('"n": 7,', '"n": 19000')] == [True, True]
    # The address says so, and another who opens it sees the same.
    address = tab.run("location.href")
    assert "where=n" in address
    tab.go(address)
    tab.wait("document.querySelectorAll('tr.record').length === 2")
    tab.fill(".where", "n = ")
    tab.press("Enter")
    tab.wait("/filter: .*the end/.test(document.querySelector('.failure')?.innerText)")
    tab.fill(".where", "n = -1")
    tab.run("(document.querySelector('form.search').requestSubmit(), document.querySelector('#stop').click())")
    tab.wait("/stopped/.test(document.querySelector('#status').innerText)")
    assert tab.run("document.querySelector('#stop').hidden")
    tab.look()
    tab.errors = [error for error in tab.errors if "status of 400" not in error]


def test_a_live_view_shows_what_comes_and_counts_what_it_leaves_out(broker, web, tab, topic):
    tab.go(f"{web.address}{part('topics', topic, 'messages')}")
    tab.wait("/No records/.test(document.querySelector('main').innerText)")
    tab.press("l")
    tab.wait("/^Live/.test(document.querySelector('#status').innerText)")
    produce(broker, topic, [(0, "first", "one <b>record</b>", [])])
    tab.wait("/one <b>record/.test(document.querySelector('.records').innerText)")
    produce(broker, topic, [(n % 3, None, str(n), []) for n in range(30_000)])
    tab.wait("/Live: 30,001 records.* were left out/.test(document.querySelector('#status').innerText)")
    assert tab.run("document.querySelectorAll('tr.record').length") <= 200
    shown, hidden = (int(text.replace(",", "")) for text in re.search(
        r"([\d,]+) shown, ([\d,]+) were left out", tab.text("#status")).groups())
    assert shown + hidden == 30_001
    tab.press("l")
    tab.wait("/stopped/.test(document.querySelector('#status').innerText)")


def test_addresses_keys_and_the_way_back(broker, web, tab, topic):
    produce(broker, topic, [(0, f"k{n}", str(n), []) for n in range(100)])
    tab.go(f"{web.address}{part('topics', topic, 'messages')}?partition=0&offset=42")
    tab.wait("document.querySelector('tr.detail')")
    assert "partition 0, offset 42" in tab.text("tr.detail")
    tab.call("Page.reload")
    tab.wait("document.querySelector('tr.detail')")
    tab.press("g")
    tab.press("t")
    tab.wait("location.pathname === '/topics' && document.querySelector('tbody tr[data-path]')")
    tab.press("/")
    assert tab.run("document.activeElement.type") == "search"
    tab.fill("[data-search]", topic)
    tab.wait(f"location.search === '?search={topic}' && document.querySelectorAll('tbody tr').length === 1")
    tab.press("Escape")
    tab.press("j")
    tab.press("Enter")
    tab.wait("document.querySelectorAll('tr.record').length === 50")
    tab.press("m")
    tab.wait("document.querySelectorAll('tr.record').length === 100")
    tab.run("history.back()")
    tab.wait("document.querySelectorAll('tbody tr[data-path]').length === 1")
    tab.press("?")
    tab.wait("document.querySelector('dialog[open] kbd')")


def test_topics_are_made_written_to_and_deleted(broker, writing, tab, topic):
    name = topic + "-made"
    tab.go(f"{writing.address}/topics")
    tab.click("#create")
    tab.fill("dialog input[type=text]", name)
    tab.fill("dialog input[type=number]", "2")
    tab.fill("dialog textarea", "retention.ms=3600000")
    tab.click("dialog button[type=submit]")
    tab.wait(f"location.pathname === '/topics/{name}' && document.querySelectorAll('tbody tr').length === 2")
    tab.go(f"{writing.address}{part('topics', name, 'config')}")
    tab.wait("/retention.ms/.test(document.querySelector('tbody tr').innerText)")
    assert "1 h" in tab.run("document.querySelector('tbody tr').innerText")
    tab.go(f"{writing.address}{part('topics', name, 'messages')}")
    for key, value in [("k", "v"), ("k", "")]:
        tab.click("#produce")
        tab.fill("dialog textarea", key)
        tab.fill("dialog label:nth-of-type(3) textarea", value)
        tab.click("dialog button[type=submit]")
        tab.wait("!document.querySelector('dialog') && /Stored/.test(document.querySelector('#toast').innerText)")
    values = [record["value"] for record in writing.get(part("topics", name, "messages"))["records"]]
    assert sorted(values, key=str) == [{"size": 0, "text": ""}, {"size": 1, "text": "v"}]
    tab.click("#delete")
    tab.fill("dialog input", "another")
    tab.click("dialog button[type=submit]")
    tab.wait("/another name/.test(document.querySelector('dialog').innerText)")
    tab.fill("dialog input", name)
    tab.click("dialog button[type=submit]")
    tab.wait("location.pathname === '/topics'")
    assert writing.get(f"/topics?search={name}")["count"] == 0


def test_ten_thousand_topics_are_paged_through_on_the_brokers_own_page(tmp_path, browser):
    broker = Broker(tmp_path, "--http", "127.0.0.1:0")
    address = re.match(r"HTTP on (http://\S+)\n", broker.process.stdout.readline())[1]
    admin = AdminClient({"bootstrap.servers": broker.address})
    for start in range(0, 10_000, 2000):
        for future in admin.create_topics([NewTopic(f"t-{n:05}", 1, 1) for n in range(start, start + 2000)]).values():
            future.result()
    tab = browser.tab()
    tab.go(f"{address}/topics")
    tab.wait("/1–100 of 10,000/.test(document.querySelector('.pager')?.innerText)")
    assert tab.run("document.querySelectorAll('tbody tr').length") == 100
    tab.press("n")
    tab.wait("/101–200 of 10,000/.test(document.querySelector('.pager')?.innerText)")
    tab.fill("[data-search]", "t-0999")
    tab.wait("/1–10 of 10/.test(document.querySelector('.pager')?.innerText)")
    tab.look()
    assert not tab.errors
    tab.close()
    broker.stop()
