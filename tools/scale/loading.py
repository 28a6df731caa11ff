"""How long nodes take to read all keys, many at once: what they share is divided fairly, until the last one has all."""
import random


def load_times(figures, by_region):
    """`by_region`: how many nodes read, in each region. Answers when each is done, in seconds, by region."""
    cluster, database, node = figures["cluster"], figures["database"], figures["node"]
    row_bits = database["load_row_bytes"] * 8
    own = node["cores"] * node["load_keys_per_core_s"]
    most = [min(own, node_gbit * 1e9 / row_bits) for node_gbit in ([2 * figures["links"]["node_gbit"]] + [figures["links"]["node_gbit"]] * 4)]
    # What is left for reading when a quarter of the cores is kept for all else.
    shared = min(database["cores"] * 0.75 * 1e6 / database["load_row_us"], database["gbit"] * 1e9 / row_bits)
    left = [[cluster["keys"] * 1.0 for _ in range(count)] for count in by_region]
    done = [[] for _ in by_region]
    now = 0.0
    while any(left):
        rates = fair_rates(shared, [(most[region], len(rest)) for region, rest in enumerate(left)])
        step = min(min(rest) / rate for rest, rate in zip(left, rates) if rest)
        now += step
        for region, rest in enumerate(left):
            still = [rows - rates[region] * step for rows in rest]
            done[region] += [now] * sum(rows <= 1e-3 for rows in still)
            left[region] = [rows for rows in still if rows > 1e-3]
    return done


def fair_rates(shared, groups):
    """Each member of a group (most, count) gets as much as any other, but no more than its most."""
    rates = [0.0] * len(groups)
    for region in sorted(range(len(groups)), key=lambda number: groups[number][0]):
        most, count = groups[region]
        waiting = sum(other for number, (_, other) in enumerate(groups) if rates[number] == 0.0)
        if waiting and count:
            rates[region] = min(most, shared / waiting)
            shared -= rates[region] * count
    return rates


def redis_waits(figures, calls_per_second, masters, seed=1, calls=200_000):
    """How long calls take at Redis alone, each on the master of its tenant: in the queue and served, in seconds."""
    chance = random.Random(seed)
    service = figures["redis"]["call_us"] / 1e6
    free = [0.0] * masters
    now, waits = 0.0, []
    for _ in range(calls):
        now += chance.expovariate(calls_per_second)
        master = chance.randrange(masters)
        free[master] = max(now, free[master]) + service
        waits.append(free[master] - now)
    return waits
