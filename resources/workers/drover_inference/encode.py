"""Runs an encoder over the sequences of a file and averages its output for each."""

from __future__ import annotations

import logging
import mmap
import tempfile
import time
from typing import Any, Callable, NamedTuple, Protocol, Sequence

from .batches import BatchRunner, split_into_windows
from .problems import InputProblem
from .torch_setup import give_memory_back, ran_out_of_memory

log = logging.getLogger("encode")
# Results stay on the device for this time, or up to this many windows: fetching them makes the processor wait for the device.
FETCH_SECONDS = 1.0
FETCH_WINDOWS = 4096


class Encoder(Protocol):
    """A model that turns tokens into vectors."""

    torch: Any
    device: Any
    dimension: int
    # The largest number of tokens between the special ones at the ends.
    maximum: int
    start_token: int
    end_token: int
    pad_token: int

    def tokenize(self, letters: Sequence[str]) -> list[Sequence[int]]:
        """Return the token numbers of every sequence, without special tokens."""

    def hidden_states(self, ids: Any, mask: Any) -> Any:
        """Return the vectors of the last layer, (batch, length, dimension); called without gradients."""


class Settings(NamedTuple):
    """The choices of the user."""

    # split: windows, averaged by length; skip: left out, and listed in the output.
    long_sequences: str
    per_token: bool
    # Whether the special tokens at the ends are included in the average.
    pool_special: bool
    # The folder for the vectors of all tokens until they are written.
    scratch_folder: str


class Embeddings(NamedTuple):
    """float32 numbers in row order: a row per sequence that was not skipped and, on request, per token."""

    kept: list[int]
    skipped: list[int]
    means: bytearray
    token_counts: list[int]
    token_rows: Any
    tokens: int


class _Window(NamedTuple):
    sequence: int
    start: int
    end: int


def encode(
    encoder: Encoder, letters: Sequence[str], settings: Settings, runner: BatchRunner, on_progress: Callable[[int, int], None]
) -> Embeddings:
    """Embed sequences in batches of similar length. `on_progress` gets the sequences and tokens that are done.

    Raises PyTorch's exception when a single sequence does not fit, and InputProblem when no sequence is left or numbers overflow.
    """
    torch = encoder.torch
    tokens = encoder.tokenize(letters)
    kept = [index for index, found in enumerate(tokens) if settings.long_sequences == "split" or len(found) <= encoder.maximum]
    if letters and not kept:
        raise InputProblem(
            f"All {len(letters)} sequences are longer than the model takes ({encoder.maximum} tokens); none is left."
        )
    counts = [len(tokens[index]) for index in kept]
    if 0 in counts:
        raise InputProblem(f"Sequence number {kept[counts.index(0)] + 1} has no letter that the model knows.")
    windows = [_Window(row, *edges) for row, count in enumerate(counts) for edges in split_into_windows(count, encoder.maximum)]
    work = _Work(encoder, settings, [tokens[index] for index in kept], windows, on_progress)
    with torch.inference_mode():
        runner.run([window.end - window.start + 2 for window in windows], work.run_batch)
        work.fetch()
    work.average()
    return Embeddings(kept, sorted(set(range(len(letters))) - set(kept)), work.means, counts, work.token_rows, sum(counts))


def make_runner(torch: Any, device: Any, budget: int) -> BatchRunner:
    """Create a runner of batches that makes them smaller, and logs it, when the device has too little memory."""

    def on_smaller(size: int, smaller: int, error: BaseException) -> None:
        log.warning(
            "A batch of %d does not fit into the device's memory; going on with %d tokens per batch (%s)", size, smaller, error
        )
        give_memory_back(torch, device)

    return BatchRunner(budget, ran_out_of_memory, on_smaller)


class _Work:
    """The state of one file: sums of the results of its windows, on the device until they are fetched."""

    def __init__(
        self,
        encoder: Encoder,
        settings: Settings,
        tokens: list[Sequence[int]],
        windows: list[_Window],
        on_progress: Callable[[int, int], None],
    ):
        self._encoder, self._settings, self._tokens, self._windows, self._on_progress = (
            encoder,
            settings,
            tokens,
            windows,
            on_progress,
        )
        torch = encoder.torch
        self.means = bytearray(len(tokens) * encoder.dimension * 4)
        self._sums = _table(torch, self.means, encoder.dimension)
        self._weights = [0] * len(tokens)
        self._pending: list[tuple[list[int], Any]] = []
        self._pending_windows = 0
        self._fetched = time.monotonic()
        self._open = [0] * len(tokens)
        for window in windows:
            self._open[window.sequence] += 1
        self._sequences_done = 0
        self._tokens_done = 0
        self._first_row = [0]
        for found in tokens:
            self._first_row.append(self._first_row[-1] + len(found))
        size = self._first_row[-1] * encoder.dimension * 4
        self.token_rows = _scratch(size, settings.scratch_folder) if settings.per_token else None
        self._rows = None if self.token_rows is None else _table(torch, self.token_rows, encoder.dimension)

    def run_batch(self, batch: list[int]) -> None:
        encoder, torch = self._encoder, self._encoder.torch
        windows = [self._windows[index] for index in batch]
        ids, mask, counted = self._inputs(windows)
        hidden = encoder.hidden_states(ids, mask).float()
        sums = torch.bmm(counted.unsqueeze(1), hidden).squeeze(1)
        if self._rows is not None:
            self._keep_rows(windows, hidden)
        # Only now: a batch that raised above is tried again.
        self._pending.append(([window.sequence for window in windows], sums))
        self._pending_windows += len(windows)
        extra = 2 if self._settings.pool_special else 0
        for window in windows:
            self._weights[window.sequence] += window.end - window.start + extra
            self._open[window.sequence] -= 1
            self._sequences_done += self._open[window.sequence] == 0
            self._tokens_done += window.end - window.start
        if self._pending_windows >= FETCH_WINDOWS or time.monotonic() - self._fetched >= FETCH_SECONDS:
            self.fetch()

    def _inputs(self, windows: list[_Window]) -> tuple[Any, Any, Any]:
        """Return token numbers, a mask of those that are not padding, and a mask of those in the average (float32)."""
        encoder, torch = self._encoder, self._encoder.torch
        longest = max(window.end - window.start for window in windows) + 2
        ids = torch.full((len(windows), longest), encoder.pad_token, dtype=torch.int64)
        for row, window in enumerate(windows):
            found = self._tokens[window.sequence][window.start : window.end]
            ids[row, 0] = encoder.start_token
            ids[row, 1 : len(found) + 1] = _numbers(torch, found)
            ids[row, len(found) + 1] = encoder.end_token
        lengths = torch.tensor([window.end - window.start for window in windows]).unsqueeze(1)
        place = torch.arange(longest).unsqueeze(0)
        mask = place < lengths + 2
        counted = mask if self._settings.pool_special else (place >= 1) & (place <= lengths)
        device = encoder.device
        return ids.to(device), mask.to(device=device, dtype=torch.int64), counted.to(device=device, dtype=torch.float32)

    def _keep_rows(self, windows: list[_Window], hidden: Any) -> None:
        fetched = hidden.cpu()
        for row, window in enumerate(windows):
            first = self._first_row[window.sequence]
            self._rows[first + window.start : first + window.end] = fetched[row, 1 : window.end - window.start + 1]

    def fetch(self) -> None:
        """Copy sums from the device into the table, which waits for the device."""
        torch = self._encoder.torch
        for sequences, sums in self._pending:
            self._sums.index_add_(0, torch.tensor(sequences), sums.cpu())
        self._pending, self._pending_windows, self._fetched = [], 0, time.monotonic()
        self._on_progress(self._sequences_done, self._tokens_done)

    def average(self) -> None:
        """Turn sums into means: over the windows of one sequence this is the mean weighted by their lengths."""
        if not self._weights:
            return
        torch = self._encoder.torch
        self._sums /= torch.tensor(self._weights, dtype=torch.float32).unsqueeze(1)
        broken = (~torch.isfinite(self._sums).all(dim=1)).nonzero().flatten().tolist()
        if broken:
            raise InputProblem(
                f"The embeddings of {len(broken)} sequences (the first is number {broken[0] + 1}) are not finite numbers: the precision "
                "does not suffice. Choose bf16 or fp32."
            )


def _numbers(torch: Any, tokens: Sequence[int]) -> Any:
    # A bytearray is used without a copy; a list has to be copied number by number.
    return torch.frombuffer(tokens, dtype=torch.uint8) if isinstance(tokens, bytearray) else torch.tensor(tokens, dtype=torch.int64)


def _table(torch: Any, buffer: Any, dimension: int) -> Any:
    """Return a tensor over memory that Python can also write to a file, so that NumPy is not needed."""
    if len(buffer) == 0:
        return torch.zeros((0, dimension))
    return torch.frombuffer(buffer, dtype=torch.float32).view(-1, dimension)


def _scratch(size: int, folder: str) -> Any:
    """Memory in a file without a name: the vectors of all tokens may be larger than the main memory."""
    if size == 0:
        return bytearray()
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)
