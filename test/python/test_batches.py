import random
import unittest

import support  # noqa: F401

from drover_inference.batches import BatchRunner, pack_by_count, pack_by_tokens, padded_tokens, split_into_windows


class OutOfRoom(Exception):
    pass


def no_smaller(size: int, budget: int, error: BaseException) -> None:
    raise AssertionError("no batch should have been made smaller")


class SplitsIntoWindows(unittest.TestCase):
    def test_covers_everything_once_by_the_fewest_windows_of_even_length(self) -> None:
        chance = random.Random(2)
        for _ in range(500):
            length, maximum = chance.randint(1, 5000), chance.randint(1, 1100)
            windows = split_into_windows(length, maximum)
            self.assertEqual([place for start, end in windows for place in range(start, end)], list(range(length)))
            sizes = [end - start for start, end in windows]
            self.assertEqual(len(windows), -(-length // maximum))
            self.assertLessEqual(max(sizes), maximum)
            self.assertLessEqual(max(sizes) - min(sizes), 1)


class PacksBatches(unittest.TestCase):
    def test_holds_each_once_within_the_budget_longest_first(self) -> None:
        chance = random.Random(3)
        for _ in range(300):
            lengths = [chance.randint(1, 400) for _ in range(chance.randint(0, 80))]
            budget = chance.randint(1, 2000)
            batches = pack_by_tokens(lengths, budget)
            self.assertEqual(sorted(index for batch in batches for index in batch), list(range(len(lengths))))
            in_order = [lengths[index] for batch in batches for index in batch]
            self.assertEqual(in_order, sorted(lengths, reverse=True))
            for batch in batches:
                self.assertTrue(len(batch) == 1 or padded_tokens(lengths, batch) <= budget)
            for before, after in zip(batches, batches[1:]):
                self.assertGreater(lengths[before[0]] * (len(before) + 1), budget, f"{after[0]} would have fitted")

    def test_wastes_little_on_padding_where_file_order_wastes_much(self) -> None:
        chance = random.Random(4)
        lengths = [int(chance.lognormvariate(5.5, 0.7)) + 1 for _ in range(2000)]
        sorted_size = sum(padded_tokens(lengths, batch) for batch in pack_by_tokens(lengths, 16_384))
        file_order = sum(padded_tokens(lengths, range(at, at + 8)) for at in range(0, 2000, 8))
        self.assertLess(sorted_size, 1.1 * sum(lengths))
        self.assertGreater(file_order, 1.5 * sum(lengths))

    def test_puts_prompts_together_that_leave_the_same_room_for_answers(self) -> None:
        self.assertEqual(pack_by_count([5, 9, 120, 7, 6], [20, 20, 8, 20, 20], 3), [[2], [1, 3, 4], [0]])


class RunsBatches(unittest.TestCase):
    def test_does_each_once_although_memory_runs_out_and_stays_smaller_afterwards(self) -> None:
        chance = random.Random(5)
        for _ in range(200):
            lengths = [chance.randint(1, 50) for _ in range(chance.randint(1, 60))]
            room = chance.randint(50, 400)
            done: list[int] = []
            smaller: list[int] = []

            def run_batch(batch: list[int]) -> None:
                if padded_tokens(lengths, batch) > room:
                    raise OutOfRoom
                done.extend(batch)

            runner = BatchRunner(
                2000, lambda error: isinstance(error, OutOfRoom), lambda size, budget, error: smaller.append(budget)
            )
            runner.run(lengths, run_batch)
            self.assertEqual(sorted(done), list(range(len(lengths))))
            self.assertEqual(smaller, sorted(smaller, reverse=True))
            count = len(smaller)
            runner.run(lengths, run_batch)
            self.assertEqual(len(smaller), count, "what did not fit once was tried again")

    def test_gives_up_when_a_single_one_does_not_fit_or_something_else_is_wrong(self) -> None:
        def too_big(batch: list[int]) -> None:
            raise OutOfRoom(str(len(batch)))

        runner = BatchRunner(100, lambda error: isinstance(error, OutOfRoom), lambda size, budget, error: None)
        with self.assertRaisesRegex(OutOfRoom, "^1$"):
            runner.run([10, 10, 10], too_big)

        def broken(batch: list[int]) -> None:
            raise RuntimeError("device-side assert triggered")

        with self.assertRaisesRegex(RuntimeError, "assert"):
            BatchRunner(100, lambda error: False, no_smaller).run([10, 10], broken)
