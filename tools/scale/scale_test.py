"""The parts of the simulation: what waits, who is next, and that a seed gives one run."""
import pathlib
import sys
import tomllib
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import cluster  # noqa: E402
import engine  # noqa: E402
import loading  # noqa: E402

FIGURES = tomllib.loads((HERE / "figures.toml").read_text(encoding="utf-8"))


class Engine(unittest.TestCase):
    def test_a_lock_is_given_in_the_order_of_asking(self):
        world, order = engine.World(1), []
        lock = engine.Lock(world)

        def holder(me, name, after, hold):
            yield after
            yield from lock.take(me)
            yield hold
            order.append((name, round(world.now, 6)))
            lock.give()

        for name, after, hold in (("first", 0.0, 3.0), ("third", 2.0, 1.0), ("second", 1.0, 1.0)):
            me = [None]
            me[0] = holder(me, name, after, hold)
            world.start(me[0])
        world.run(10.0)
        self.assertEqual(order, [("first", 3.0), ("second", 4.0), ("third", 5.0)])
        self.assertAlmostEqual(lock.held, 5.0)

    def test_a_bell_ends_a_wait_early_and_is_heard_by_who_comes_later(self):
        world, woken = engine.World(1), []
        bell = engine.Bell(world)

        def listener(me):
            for seconds in (10.0, 10.0, 1.0):
                yield from bell.wait(me, seconds)
                woken.append(round(world.now, 6))
                yield 0.5

        me = [None]
        me[0] = listener(me)
        world.start(me[0])
        world.at(2.0, bell.ring)
        world.at(2.2, bell.ring)  # nobody waits then
        world.run(20.0)
        self.assertEqual(woken, [2.0, 2.5, 4.0])

    def test_cores_serve_as_many_as_they_are(self):
        cores = engine.Cores(engine.World(1), 2)
        self.assertEqual([cores.serve(1.0) for _ in range(3)], [1.0, 1.0, 2.0])


class Loading(unittest.TestCase):
    def test_what_is_shared_goes_to_those_that_can_take_it(self):
        self.assertEqual(loading.fair_rates(10.0, [(2.0, 1), (100.0, 2)]), [2.0, 4.0])

    def test_every_node_gets_all_keys(self):
        done = loading.load_times(FIGURES, [2, 0, 0, 1, 0])
        self.assertEqual([len(times) for times in done], [2, 0, 0, 1, 0])
        self.assertLess(done[0][0], done[3][0])


class Cluster(unittest.TestCase):
    def run_one(self, seed, **scenario):
        return cluster.Cluster(FIGURES, cluster.Scenario(nodes_per_region=2, changes_per_second=5.0, **scenario), seed, 5.0).run()

    def test_a_seed_gives_one_run(self):
        self.assertEqual(self.run_one(1).delays, self.run_one(1).delays)
        self.assertNotEqual(self.run_one(1).delays, self.run_one(2).delays)

    def test_every_change_reaches_every_node(self):
        run = self.run_one(3)
        self.assertEqual({node.position for node in run.nodes}, {run.head})
        self.assertGreater(len(run.everywhere), 10)

    def test_a_node_that_is_cut_off_makes_receipts_wait_for_its_lease(self):
        run = self.run_one(4, cut_off=1, receipts_per_second=2.0)
        self.assertGreater(min(run.receipts), FIGURES["cluster"]["max_staleness_s"])
        self.assertLess(max(run.receipts), FIGURES["cluster"]["max_staleness_s"] + 1.0)


if __name__ == "__main__":
    unittest.main()
