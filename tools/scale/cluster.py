"""Nodes in regions that follow one database: what docs/revocation.md has them do, by the times and costs of figures.toml."""
import dataclasses

import engine


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What differs from figures.toml."""

    nodes_per_region: int = 20
    changes_per_second: float = 20.0
    receipts_per_second: float = 0.5     # of these changes
    writing_regions: tuple = (0,)        # where the management API is called
    notify: bool = True
    standby_ms: float | None = None
    cut_off: int = 0                     # nodes without their database


class Cluster:
    def __init__(self, figures, scenario, seed, seconds, warm_up=1.0):
        self.figures, self.scenario = figures, scenario
        self.database = figures["database"]
        self.links = figures["links"]
        self.world = engine.World(seed)
        self.cores = engine.Cores(self.world, self.database["cores"])
        self.lock = engine.Lock(self.world)
        self.until, self.warm_up = seconds, warm_up
        self.head = 0
        self.committed_at = {}           # sequence -> when it was acknowledged by the database
        self.queries = 0
        self.busy = self.held = self.asked = 0.0  # of the database's cores, of its lock, and queries, until the end
        self.delays = [[] for _ in figures["cluster"]["regions"]]   # commit to applied, by region
        self.everywhere = []             # call to applied by the last node
        self.receipts = []
        self.written = []                # call to commit
        self.left = {}                   # sequence -> [nodes that lack it, when it was called]
        count = scenario.nodes_per_region * len(figures["cluster"]["regions"])
        self.nodes = [Node(self, number % len(figures["cluster"]["regions"])) for number in range(count)]
        for node in self.nodes[: scenario.cut_off * len(figures["cluster"]["regions"]) : len(figures["cluster"]["regions"])]:
            node.is_cut_off = True

    # One way between a region and the database.
    def way(self, region):
        random, links = self.world.random, self.links
        round_trip = links["between_ms"][0][region]
        time = round_trip / 2 * (1 + random.expovariate(1 / links["jitter"]))
        if random.random() < links["lost"]:
            time += max(links["again_ms"], round_trip)
        return time / 1000

    def serve(self, cost):
        self.queries += 1
        return self.cores.serve(self.database[cost] / 1e6)

    def query(self, region, cost):
        """To the database and back."""
        yield self.way(region)
        yield self.serve(cost)
        yield self.way(region)

    def durable_s(self):
        standby = self.database["standby_ms"] if self.scenario.standby_ms is None else self.scenario.standby_ms
        # Both write to disk, the standby once it has the log.
        return (standby + self.database["flush_ms"]) / 1000

    def ring_all(self, reason):
        """Each session that listens is woken by the database, one after the other."""
        for node in self.nodes:
            if not node.is_cut_off:
                wait = self.cores.serve(self.database["notify_us"] / 1e6)
                self.world.at(self.world.now + wait + self.way(node.region), lambda node=node: node.hear(reason))

    def run(self):
        for node in self.nodes:
            node.start()
        self.world.start(self.callers())
        self.world.run(self.until)
        self.busy, self.held, self.asked = self.cores.busy, self.lock.held, self.queries
        self.world.run(self.until + 15.0)  # what was called in time comes to its end
        return self

    def callers(self):
        random, scenario = self.world.random, self.scenario
        writers = [node for node in self.nodes if node.region in scenario.writing_regions and not node.is_cut_off]
        while True:
            yield random.expovariate(scenario.changes_per_second)
            if self.world.now >= self.until:
                return
            wants_receipt = random.random() < scenario.receipts_per_second / scenario.changes_per_second
            random.choice(writers).call(wants_receipt)

    def applied(self, node, sequence):
        if self.world.now < self.warm_up or self.committed_at[sequence] < self.warm_up:
            return
        self.delays[node.region].append(self.world.now - self.committed_at[sequence])
        left = self.left[sequence]
        left[0] -= 1
        if left[0] == 0:
            self.everywhere.append(self.world.now - left[1])

    def core_share(self):
        return self.busy / (self.until * self.cores.count)

    def lock_share(self):
        return self.held / self.until


class Node:
    def __init__(self, cluster, region):
        self.cluster, self.region = cluster, region
        self.world = cluster.world
        self.position = 0
        self.told = 0
        self.awaited = 0
        self.is_cut_off = False
        self.bell = engine.Bell(self.world)
        self.confirmed = []              # bells of those who wait here
        self.pending = []
        self.is_writing = False

    def start(self):
        if self.is_cut_off:
            return
        follow = [None]
        follow[0] = self.follow(follow)
        period = self.cluster.figures["cluster"]["max_staleness_s"] / self.cluster.figures["cluster"]["beats_per_staleness"]
        self.world.start(follow[0], self.world.random.uniform(0, 0.05))
        self.world.start(self.beat(period), self.world.random.uniform(0, period))

    def hear(self, reason):
        if reason == "confirmed":
            for bell in self.confirmed:
                bell.ring()
        elif isinstance(reason, int):
            self.awaited = max(self.awaited, reason)
        self.bell.ring()

    def follow(self, me):
        cluster, poll_s = self.cluster, self.cluster.figures["cluster"]["feed_poll_ms"] / 1000
        while True:
            yield cluster.way(self.region)
            head = cluster.head
            yield cluster.serve("poll_us" if head == self.position else "read_feed_us")
            yield cluster.way(self.region)
            if head > self.position:
                for _ in range(cluster.database["reads_after_feed"]):
                    yield from cluster.query(self.region, "read_key_us")
                yield (head - self.position) * cluster.figures["node"]["apply_us"] / 1e6
                for sequence in range(self.position + 1, head + 1):
                    cluster.applied(self, sequence)
                self.position = head
            if self.awaited > self.told and self.position >= self.awaited:
                self.told = self.position
                yield cluster.way(self.region)
                yield cluster.serve("confirm_us")
                cluster.ring_all("confirmed")
                yield cluster.way(self.region)
            yield from self.bell.wait(me, poll_s)

    def beat(self, period):
        cluster = self.cluster
        while True:
            position = self.position
            yield cluster.way(self.region)
            yield cluster.serve("heartbeat_us")
            yield cluster.durable_s()
            self.told = max(self.told, position)
            yield cluster.way(self.region)
            yield from cluster.query(self.region, "list_nodes_us")
            yield period

    def call(self, wants_receipt):
        self.pending.append((self.world.now, wants_receipt))
        if not self.is_writing:
            self.is_writing = True
            write = [None]
            write[0] = self.write(write)
            self.world.start(write[0])

    # One thread writes, and puts what has gathered into one transaction.
    def write(self, me):
        cluster, database = self.cluster, self.cluster.database
        while self.pending:
            yield cluster.way(self.region)
            yield from cluster.lock.take(me)
            batch, self.pending = self.pending, []
            yield cluster.way(self.region)
            trips = database["change_round_trips"] - 1 + (len(batch) - 1) * database["round_trips_each"]
            cost = database["change_us"] * len(batch) / trips / 1e6
            for trip in range(trips):
                yield cluster.way(self.region)
                cluster.queries += 1
                yield cluster.cores.serve(cost)
                if trip + 1 < trips:
                    yield cluster.way(self.region)
            yield cluster.durable_s()
            self.committed(batch)
            cluster.lock.give()
            if cluster.scenario.notify:
                cluster.ring_all("changed")
            yield cluster.way(self.region)
        self.is_writing = False

    def committed(self, batch):
        cluster = self.cluster
        for called, wants_receipt in batch:
            cluster.head += 1
            cluster.committed_at[cluster.head] = self.world.now
            cluster.left[cluster.head] = [sum(not node.is_cut_off for node in cluster.nodes), called]
            cluster.written.append(self.world.now - called)
            if wants_receipt:
                wait = [None]
                wait[0] = self.wait_for_all(wait, called, cluster.head)
                self.world.start(wait[0])

    def wait_for_all(self, me, called, sequence):
        cluster = self.cluster
        bell = engine.Bell(self.world)
        yield from cluster.query(self.region, "heartbeat_us")  # the small write that reads the head
        yield cluster.durable_s()
        committed = self.world.now
        if cluster.scenario.notify:
            yield from cluster.query(self.region, "confirm_us")
            cluster.ring_all(sequence)
        self.confirmed.append(bell)
        over = cluster.figures["cluster"]["max_staleness_s"] * 1.001 + 0.05
        while True:
            yield from cluster.query(self.region, "list_nodes_us")
            stale = self.world.now - committed >= over
            if all(node.told >= sequence or (stale and node.is_cut_off) for node in cluster.nodes):
                break
            yield from bell.wait(me, 0.1)
        self.confirmed.remove(bell)
        if called >= cluster.warm_up:
            cluster.receipts.append(self.world.now - called)
