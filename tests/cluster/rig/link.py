"""A wire between a node and what it talks to, in which a test makes faults.

    with Link("127.0.0.1", 5432) as link:
        node = Node(..., database=[("127.0.0.1", link.port)])
        link.stall()     # nothing arrives any more, and nobody is told: as when packets are lost
        link.cut()       # connections are reset and new ones refused: as when the program at the other end dies
        link.pass_on()   # what had stalled arrives now, late

`stall("up")` holds back what the node says, `stall("down")` what it is answered: it has acted, and the node does not know.
"""
import asyncio
import contextlib
import threading

from rig.ports import lasting_ports

_CHUNK = 64 * 1024


class _Loop:
    """One thread that moves bytes for all links of a process."""

    _lock = threading.Lock()
    _loop = None

    @classmethod
    def get(cls):
        with cls._lock:
            if cls._loop is None:
                cls._loop = asyncio.new_event_loop()
                threading.Thread(target=cls._loop.run_forever, name="links", daemon=True).start()
            return cls._loop


class Link:
    def __init__(self, host, port, listen="127.0.0.1"):
        self.target = (host, port)
        self._loop = _Loop.get()
        self._writers, self._delay_s = set(), 0.0
        self._listen, self._server = listen, None
        (self.port,) = lasting_ports(1)
        self._call(self._open())

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _open(self):
        # An event for each direction: set while bytes may move.
        self._moves = {"up": asyncio.Event(), "down": asyncio.Event()}
        for event in self._moves.values():
            event.set()
        self._tasks = set()
        await self._take_connections()

    async def _take_connections(self):
        self._server = await asyncio.start_server(self._serve, self._listen, self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._call(self._close())

    async def _close(self):
        self._refuse()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._tasks.add(task := asyncio.current_task())
        task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        other, copies = None, ()
        try:
            # A connection that is begun while packets are lost is not made: whoever asks hears nothing.
            await self._moves["up"].wait()
            await self._moves["down"].wait()
            from_target, other = await asyncio.open_connection(*self.target)
            self._writers.add(other)
            copies = [asyncio.ensure_future(self._move("up", reader, other)), asyncio.ensure_future(self._move("down", from_target, writer))]
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass
        finally:
            for each in copies:
                each.cancel()
            for each in filter(None, (writer, other)):
                self._writers.discard(each)
                each.transport.abort()

    async def _move(self, direction, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                await self._moves[direction].wait()
                writer.write(data)
                await writer.drain()

    def cut(self):
        self._loop.call_soon_threadsafe(self._refuse)

    def _refuse(self):
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def stall(self, *directions):
        for direction in directions or ("up", "down"):
            self._loop.call_soon_threadsafe(self._moves[direction].clear)

    def delay(self, seconds):
        """Each part of what is sent waits that long; they do not overtake each other."""
        self._delay_s = seconds

    def pass_on(self):
        self._delay_s = 0.0
        self._call(self._pass_on())

    async def _pass_on(self):
        for event in self._moves.values():
            event.set()
        if not self._server.is_serving():
            await self._take_connections()
