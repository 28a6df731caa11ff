"""A request to an API that never answers, under way while other tests run, because the gateway is patient with it."""
import threading

from harness.latchkey import PLAIN


class LateAnswer:
    def __init__(self, latchkey, upstream):
        self._never = threading.Event()
        self._answer = None
        fields = latchkey.create_key("admin").headers | upstream.script(lambda wire: self._never.wait(180) and wire.hang_up())
        self._thread = threading.Thread(target=self._ask, args=(latchkey, fields), daemon=True)
        self._thread.start()

    def _ask(self, latchkey, fields):
        self._answer = latchkey.send("GET", PLAIN, fields, timeout=180)

    def wait(self):
        self._thread.join(180)
        self._never.set()
        return self._answer
