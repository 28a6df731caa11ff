"""The access log of a server, read as it grows."""
import json

from harness.wait import eventually


class AccessLog:
    def __init__(self, path):
        self.path = path

    def text(self):
        return self.path.read_text() if self.path.exists() else ""

    def lines(self):
        """Every whole line, which must be one JSON object."""
        return [json.loads(line) for line in self.text().split("\n")[:-1]]

    def of(self, request_id, times=1):
        """The lines of a request, once they are there."""
        return eventually(lambda: len(found := [line for line in self.lines() if line["request_id"] == request_id]) >= times and found,
                          f"the access log's line of {request_id}")
