"""Callers that ask every node all the time whether it accepts each key, also while it hangs: what waits in a socket for a paused node
is what it sees first when it goes on.

    with Callers(cluster.nodes) as callers:
        watched = callers.watch(key)
        ...
        watched.last_accepted_ns      # when the latest request was sent that was accepted; by time.monotonic_ns()
"""
import asyncio
import threading
import time
import urllib.parse

from harness.latchkey import PLAIN

_EVERY_S = 0.005
_MOST_WAITING = 64  # of one node: more than it takes to see it resume, fewer than its backlog


class Watched:
    def __init__(self, key):
        self.key = key
        self.request = f"GET /authz HTTP/1.1\r\nHost: a\r\nX-Original-Method: GET\r\nX-Original-URI: {PLAIN}\r\nX-API-KEY: {key.secret}\r\n\r\n".encode()
        self.last_accepted_ns, self.accepted_by = 0, None
        self.accepted, self.refused, self.stale = {}, {}, {}

    def note(self, node, sent_ns, status):
        if 200 <= status < 300:
            self.accepted[node.name] = self.accepted.get(node.name, 0) + 1
            if sent_ns > self.last_accepted_ns:
                self.last_accepted_ns, self.accepted_by = sent_ns, node.name
        elif status == 503:
            self.stale[node.name] = self.stale.get(node.name, 0) + 1
        else:
            self.refused[node.name] = self.refused.get(node.name, 0) + 1


class Callers:
    def __init__(self, nodes):
        self.nodes, self.watched = list(nodes), []
        self.asked = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="callers")
        self._ended = False

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended = True
        self._thread.join(30)

    def watch(self, key):
        watched = Watched(key)
        self.watched = [*self.watched, watched]
        return watched

    def forget(self, watched):
        self.watched = [each for each in self.watched if each is not watched]

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._ask_all())
        self._loop.close()

    async def _ask_all(self):
        await asyncio.gather(*(self._ask_node(node) for node in self.nodes))

    async def _ask_node(self, node):
        idle, waiting, turn = [], set(), 0
        while not self._ended:
            watched = self.watched
            if watched and len(waiting) < _MOST_WAITING:
                turn += 1
                task = asyncio.ensure_future(self._ask(node, watched[turn % len(watched)], idle))
                waiting.add(task)
                task.add_done_callback(waiting.discard)
            await asyncio.sleep(_EVERY_S)
        for task in list(waiting):
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for _, writer in idle:
            writer.transport.abort()

    async def _ask(self, node, watched, idle):
        connection, kept = None, False
        try:
            address = urllib.parse.urlsplit(node.check_url)
            connection = idle.pop() if idle else await asyncio.open_connection(address.hostname, address.port)
            reader, writer = connection
            sent_ns = time.monotonic_ns()
            writer.write(watched.request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            self.asked += 1
            watched.note(node, sent_ns, int(head[9:12]))
            idle.append(connection)
            kept = True
        except (OSError, asyncio.IncompleteReadError):
            pass  # it was killed, or is not there yet
        finally:
            if connection and not kept:
                connection[1].transport.abort()
