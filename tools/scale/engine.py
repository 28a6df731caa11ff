"""A queue of events, and what waits in it: generators that say how long they wait.

  world = World(seed)
  world.start(node(world))      # def node(world): yield 0.5; ...; yield from lock.take(); ...
  world.run(until=60.0)

Times are seconds. The same seed gives the same run.
"""
import heapq
import random


class World:
    def __init__(self, seed):
        self.now = 0.0
        self.random = random.Random(seed)
        self._queue = []
        self._count = 0

    def at(self, when, step):
        self._count += 1
        heapq.heappush(self._queue, (when, self._count, step))

    def start(self, process, after=0.0):
        self.at(self.now + after, lambda: self._go_on(process))

    def _go_on(self, process):
        try:
            wait = next(process)
        except StopIteration:
            return
        if wait is not None:  # None: somebody else goes on with it
            self.at(self.now + wait, lambda: self._go_on(process))

    def wake(self, process):
        self.at(self.now, lambda: self._go_on(process))

    def run(self, until):
        while self._queue and self._queue[0][0] <= until:
            self.now, _, step = heapq.heappop(self._queue)
            step()
        self.now = until


class Cores:
    """Serves one job a core, in the order in which they come."""

    def __init__(self, world, count):
        self.world = world
        self.count = count
        self.busy = 0.0
        self._free = [0.0] * count

    def serve(self, seconds):
        """How long until it is done."""
        self.busy += seconds
        start = max(self.world.now, heapq.heappop(self._free))
        heapq.heappush(self._free, start + seconds)
        return start + seconds - self.world.now


class Lock:
    """One at a time, in the order in which they ask."""

    def __init__(self, world):
        self.world = world
        self.held = 0.0
        self._since = None
        self._waiting = []

    def take(self, process):
        """`yield from lock.take(me)`, where `me` is a list that holds the generator."""
        if self._since is None:
            self._since = self.world.now
            return
        self._waiting.append(process)
        yield None

    def give(self):
        self.held += self.world.now - self._since
        self._since = None
        if self._waiting:
            self._since = self.world.now
            self.world.wake(self._waiting.pop(0)[0])


class Bell:
    """What one process waits for, for a while; rings are not counted."""

    def __init__(self, world):
        self.world = world
        self._rung = False
        self._waiting = None
        self._turn = 0

    def ring(self):
        self._rung = True
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.world.wake(waiting)

    def wait(self, process, seconds):
        if not self._rung:
            self._turn += 1
            turn, self._waiting = self._turn, process[0]
            self.world.at(self.world.now + seconds, lambda: self._over(turn))
            yield None
        self._rung = False

    def _over(self, turn):
        if self._waiting is not None and self._turn == turn:
            waiting, self._waiting = self._waiting, None
            self.world.wake(waiting)


def quantile(values, share):
    """By rank; of nothing, 0."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
