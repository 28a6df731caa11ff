"""Prometheus from its package, with the configuration and the rules of packaging/prometheus. Only intervals and targets are
replaced: what is tested is what people copy."""
import json
import urllib.parse

from harness import paths
from harness.gateways import free_ports
from harness.process import Process, find_program, run
from harness.wait import eventually
from harness.wire import send

FOLDER = paths.REPO / "packaging" / "prometheus"


def promtool(*arguments, stdin=""):
    return run([find_program("promtool", "prometheus"), *arguments], stdin=stdin)


def _configuration(targets):
    text = (FOLDER / "prometheus.yml").read_text()
    for old, new in {
        "scrape_interval: 15s": "scrape_interval: 1s",
        "evaluation_interval: 15s": "evaluation_interval: 1s",
        "- latchkey.rules.yml": f"- {FOLDER / 'latchkey.rules.yml'}",
        'targets: ["127.0.0.1:8082"]': f"targets: {json.dumps(targets)}",
    }.items():
        assert text.count(old) == 1, f"prometheus.yml has no {old!r} to replace"
        text = text.replace(old, new)
    return text


class Prometheus:
    def __init__(self, folder, check_urls):
        self.targets = [url.removeprefix("http://") for url in check_urls]
        (folder / "prometheus.yml").write_text(_configuration(self.targets))
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process("prometheus", [
            find_program("prometheus", "prometheus"), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ])
        try:
            eventually(self._ready, "Prometheus to be ready", seconds=60)
        except BaseException:
            self.process.kill()
            raise

    def _ready(self):
        assert self.process.popen.poll() is None, self.process.log()
        try:
            return send(self.url, "GET", "/-/ready").status == 200
        except OSError:
            return False

    def stop(self):
        self.process.stop()

    def get(self, path, **query):
        answer = send(self.url, "GET", f"/api/v1/{path}?{urllib.parse.urlencode(query)}")
        document = answer.json()
        assert answer.status == 200 and document["status"] == "success", document
        return document["data"]

    def query(self, expression):
        """{labels as a sorted tuple, without the metric's name: value}"""
        data = self.get("query", query=expression)
        assert data["resultType"] == "vector", data
        return {
            tuple(sorted((name, value) for name, value in each["metric"].items() if name != "__name__")): float(each["value"][1])
            for each in data["result"]
        }

    def value(self, expression):
        """Of the one series that there is; None if there is none yet."""
        found = self.query(expression)
        assert len(found) <= 1, found
        return next(iter(found.values()), None)

    def rules(self):
        return [rule for group in self.get("rules")["groups"] for rule in group["rules"]]
