"""Helper for Drover workers written in Python: the queue on standard input, reports, atomic outputs, and logging.

One file without dependencies, for Python 3.9 and later; the README beside it describes the input and output of a worker.

    for item in items():
        with atomic_output(item["output"]) as temporary:
            predict(item["file"], temporary)
        complete(item["file"], outputs=[item["output"]])
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Sequence

__all__ = [
    "Throughput",
    "atomic_output",
    "complete",
    "failed",
    "get_worker_log_path",
    "items",
    "report_progress",
    "report_started",
    "setup_worker_logging",
    "worker_rank",
]

# The shortest interval of progress reports: people need no more, and reading them takes time.
PROGRESS_INTERVAL_SECONDS = 0.2
# The largest number of characters of an error: a report is one line that others parse.
MAX_ERROR_LENGTH = 4_000
# The longest file name in bytes.
NAME_BYTES = 255
# The status that a shell reports for a process ended by SIGTERM.
EXIT_STATUS_TERMINATED = 128 + signal.SIGTERM

_lock = threading.Lock()
_report_descriptor = -1
_last_progress = ("", 0.0)
# When work on a file began, by a monotonic clock.
_begun: dict[str, float] = {}


def items(files: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield the items to process, and report each as started when it is handed out.

    They come from standard input, one JSON object per line until its end ({"file", "output", "attempt"}), or from `files` when
    the worker is run by hand. In a step that joins others, an item also has "files": the files of the join by their names.
    Report `complete` or `failed` to get the next one.
    """
    _end_cleanly_when_asked()
    for item in _items_of_arguments(files) if files else _items_of_queue():
        report_started(item["file"])
        yield item


def _items_of_arguments(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    for file in files:
        yield {"file": os.path.abspath(file), "output": None, "attempt": 1}


def _items_of_queue() -> Iterator[dict[str, Any]]:
    # readline returns each line as soon as it is complete; bytes, because the queue is UTF-8 in every locale.
    for line in iter(sys.stdin.buffer.readline, b""):
        if line.strip():
            yield _parse_item(line)


def _parse_item(line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError:
        item = None
    if isinstance(item, dict) and isinstance(item.get("file"), str):
        return {"output": None, "attempt": 1, **item}
    found = line.decode("utf-8", "replace").rstrip()
    raise ValueError(f'Standard input: expected an item such as {{"file": "/data/a.fa"}} on each line, found: {found}')


def report_started(file: str) -> None:
    """Report that work on a file has begun; `items()` does it by itself."""
    _begun[file] = time.monotonic()
    _report({"file": file, "status": "started"})


def report_progress(file: str, done: float, total: float, metrics: dict[str, Any] | None = None) -> None:
    """Report the progress of a file, in a unit of the worker's choice. Calls in quick succession are skipped."""
    global _last_progress
    now = time.monotonic()
    if _last_progress[0] == file and now - _last_progress[1] < PROGRESS_INTERVAL_SECONDS:
        return
    _last_progress = (file, now)
    _report({"file": file, "status": "progress", "done": done, "total": total, "metrics": metrics})


def complete(file: str, outputs: Sequence[Any] | None = None, metrics: dict[str, Any] | None = None) -> None:
    """Report that a file is done and its outputs are in place."""
    paths = None if outputs is None else [os.fspath(output) for output in outputs]
    _report({"file": file, "status": "complete", "seconds": _seconds_of(file), "outputs": paths, "metrics": metrics})


def failed(file: str, error: object, metrics: dict[str, Any] | None = None) -> None:
    """Report that a file cannot be processed, with an exception or a sentence; the worker goes on with the next."""
    text = str(error)
    if isinstance(error, BaseException):
        text = f"{type(error).__name__}: {error}"
    error_text = text[:MAX_ERROR_LENGTH]
    _report({"file": file, "status": "failed", "seconds": _seconds_of(file), "error": error_text, "metrics": metrics})


def _seconds_of(file: str) -> float | None:
    """Return the time since the start of a file was reported; None when it was not."""
    begun = _begun.pop(file, None)
    return None if begun is None else round(time.monotonic() - begun, 6)


class Throughput:
    """Counts the work done and its speed, as metrics of a report.

    throughput = Throughput()
    throughput.count(sequences=12, tokens=3400)
    complete(file, metrics=throughput.metrics())  # sequences, tokens, sequences_per_second, tokens_per_second
    """

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._counts: dict[str, float] = {}

    def count(self, **totals: float) -> None:
        """Set the present counts, by name."""
        self._counts.update(totals)

    def metrics(self) -> dict[str, float]:
        """Return the counts, and each of them per second since this object was created."""
        seconds = max(time.monotonic() - self._started, 1e-9)
        rates = {f"{name}_per_second": round(total / seconds, 3) for name, total in self._counts.items()}
        return {**self._counts, **rates}


def _report(content: dict[str, Any]) -> None:
    """Write one line in one write to a descriptor in append mode: writers that share the file cannot split each other's lines."""
    global _report_descriptor
    given = {key: _plain(value) for key, value in content.items() if value is not None}
    line = (json.dumps({"gpu_id": _device_number(), **given, "time": round(time.time(), 3)}) + "\n").encode()
    with _lock:
        if _report_descriptor < 0:
            _report_descriptor = _open_reports()
        written = os.write(_report_descriptor, line)
    if written != len(line):
        raise OSError(f"Only {written} of {len(line)} bytes of a report could be written. Is the disk full?")


def _plain(value: Any) -> Any:
    """Convert a value to JSON: numbers of NumPy and the like become Python's, NaN and infinities null, anything else its text."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _plain(value.item()) if callable(getattr(value, "item", None)) else str(value)


def _open_reports() -> int:
    path = os.environ.get("DROVER_REPORT_FILE", "")
    if path:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    print("DROVER_REPORT_FILE is not set: running alone, reports go to standard output.", file=sys.stderr)
    return 1


def _device_number() -> int | str:
    """Return the device of this worker, as a number where it is one; its rank when no mask sets a device."""
    mask = os.environ.get("CUDA_VISIBLE_DEVICES") or os.environ.get("ROCR_VISIBLE_DEVICES") or ""
    if not mask:
        return worker_rank()
    return int(mask) if mask.isascii() and mask.isdigit() else mask


def worker_rank() -> int:
    """Return the rank of this worker, 0 when it runs alone."""
    return int(os.environ.get("DROVER_RANK") or os.environ.get("RANK") or 0)


@contextmanager
def atomic_output(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Provide a temporary path with the same folder and suffix; its file is renamed to `path` when the block ends without an error.

    When the block raises, or the worker is asked to end, the temporary file is removed and `path` stays unchanged.
    """
    _end_cleanly_when_asked()
    final = Path(path)
    temporary = final.with_name(_partial_name(final))
    final.parent.mkdir(parents=True, exist_ok=True)
    _remove(temporary)
    try:
        yield temporary
        _sync_file(temporary)
        os.replace(temporary, final)
    except BaseException:
        _remove(temporary)
        raise


def _partial_name(final: Path) -> str:
    """Return the same name for the same output, so that the file of a killed worker is found again, and with its suffix.

    A digest replaces a name with no room for an addition.
    """
    whole = f".partial.{final.name}"
    if len(os.fsencode(whole)) <= NAME_BYTES:
        return whole
    digest = hashlib.sha256(os.fsencode(final.name)).hexdigest()[:32]
    short = f".partial.{digest}{final.suffix}"
    return short if len(os.fsencode(short)) <= NAME_BYTES else f".partial.{digest}"


def _sync_file(path: Path) -> None:
    """Flush a file to the disk. Otherwise it may be empty after a power failure, although its report says that it is complete."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        pass


def _end_cleanly_when_asked() -> None:
    """Turn SIGTERM into SystemExit, so that `with` and `finally` blocks run; the program's own handler is kept."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _end_by_signal)


def _end_by_signal(_number: int, _frame: object) -> None:
    sys.exit(EXIT_STATUS_TERMINATED)


def get_worker_log_path(log_dir: str | os.PathLike[str], rank: int) -> Path:
    """Return the path of a worker's log."""
    return Path(log_dir) / f"worker_{rank}.log"


def setup_worker_logging(rank: int, log_dir: str | os.PathLike[str], log_level: int | str = logging.INFO) -> Path:
    """Send the root logger to this worker's file, in append mode, warnings and errors also to standard error.

    When standard error is the same file, as inside a Drover worker, nothing is written twice, and the first lines are the
    engine's. Handlers that the root logger had before are removed. Returns the path of the file.
    """
    path = get_worker_log_path(log_dir, rank)
    alone = not _is_standard_error(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    formatter = logging.Formatter(f"%(asctime)s - Worker {rank} - %(name)s - %(levelname)s - %(message)s")
    handlers = [_with_format(logging.FileHandler(path, mode="a", encoding="utf-8"), formatter)]
    if alone:
        _begin_log(handlers[0], path, rank)
        console = _with_format(logging.StreamHandler(sys.stderr), formatter)
        console.setLevel(logging.WARNING)
        handlers.append(console)
    logging.basicConfig(level=log_level, handlers=handlers, force=True)
    return path


def _is_standard_error(path: Path) -> bool:
    """Whether descriptor 2 writes into this file: compares device and inode, because a file may have many names."""
    try:
        file, standard_error = os.stat(path), os.fstat(2)
    except OSError:
        return False
    return (file.st_dev, file.st_ino) == (standard_error.st_dev, standard_error.st_ino)


def _with_format(handler: logging.Handler, formatter: logging.Formatter) -> logging.Handler:
    handler.setFormatter(formatter)
    return handler


def _begin_log(handler: logging.Handler, path: Path, rank: int) -> None:
    if path.stat().st_size > 0:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with open(path, "ab+") as file:
            file.seek(-1, os.SEEK_END)
            # A partial line from the last end of the worker gets its newline first.
            mend = "" if file.read(1) == b"\n" else "\n"
            file.write(f"{mend}=== Resume at {now} ===\n".encode())
    # Directly to the handler: the first line is written at any level.
    first = f"Worker {rank} logging initialized: {path}"
    handler.emit(logging.LogRecord("drover", logging.INFO, __file__, 0, first, None, None))
