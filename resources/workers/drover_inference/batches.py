"""Groups sequences for the model: windows of long ones, batches by length, smaller batches when memory runs out."""

from __future__ import annotations

from collections import deque
from typing import Callable, Sequence, TypeVar

Outcome = TypeVar("Outcome")


def split_into_windows(length: int, maximum: int) -> list[tuple[int, int]]:
    """Cut 0..length into the fewest windows of at most `maximum`, as equal as possible: a last one of three letters would mean little."""
    count = max(1, -(-length // maximum))
    edges = [length * number // count for number in range(count + 1)]
    return list(zip(edges, edges[1:]))


def pack_by_tokens(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Group indices into batches whose padded size (longest x count) stays within a budget of tokens, longest first.

    Sorted by length, batches have hardly any padding; the longest comes first, so that memory runs out at the start or not at all. A sequence that
    is longer than the budget goes alone.
    """
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        last = batches[-1] if batches else None
        if last is not None and lengths[last[0]] * (len(last) + 1) <= budget:
            last.append(index)
        else:
            batches.append([index])
    return batches


def padded_tokens(lengths: Sequence[int], batch: Sequence[int]) -> int:
    """Return the number of tokens in a batch, including padding."""
    return max((lengths[index] for index in batch), default=0) * len(batch)


def pack_by_count(lengths: Sequence[int], rooms: Sequence[int], size: int) -> list[list[int]]:
    """Group indices into batches of at most `size` with the same room for answers, similar lengths together, longest first."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: (rooms[index], -lengths[index])):
        last = batches[-1] if batches else None
        if last is not None and len(last) < size and rooms[last[0]] == rooms[index]:
            last.append(index)
        else:
            batches.append([index])
    return batches


class BatchRunner:
    """Runs batches one after the other; when there is not enough memory for one, this and all later ones are made smaller.

    `budget` stays lowered for later files: a batch that did not fit once would not fit again.
    """

    def __init__(
        self, budget: int, ran_out: Callable[[BaseException], bool], on_smaller: Callable[[int, int, BaseException], None]
    ):
        """`ran_out` recognizes exceptions that mean too little memory; `on_smaller` gets batch size, new budget and exception."""
        self.budget = budget
        self._ran_out = ran_out
        self._on_smaller = on_smaller

    def run(self, lengths: Sequence[int], run_batch: Callable[[list[int]], None]) -> None:
        """Call `run_batch` with indices until all are done. Raises its exception when a single sequence does not fit."""
        waiting = deque(pack_by_tokens(lengths, self.budget))
        while waiting:
            batch = waiting.popleft()
            if not self._try(batch, run_batch, lengths):
                rest = [index for other in (batch, *waiting) for index in other]
                packed = pack_by_tokens([lengths[index] for index in rest], self.budget)
                waiting = deque([rest[place] for place in places] for places in packed)

    def _try(self, batch: list[int], run_batch: Callable[[list[int]], None], lengths: Sequence[int]) -> bool:
        try:
            run_batch(batch)
            return True
        except Exception as error:
            if len(batch) == 1 or not self._ran_out(error):
                raise
            # Half of the batch that was tried, not of the budget: a batch may be far smaller than its budget.
            self.budget = padded_tokens(lengths, batch) // 2
            self._on_smaller(len(batch), self.budget, error)
        # Only here is the memory free again, because the exception and its frames are gone.
        return False
