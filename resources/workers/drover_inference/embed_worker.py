"""The shared parts of the embedding workers: their arguments, and the way from a FASTA file to a file of embeddings."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any, Callable, Sequence

from drover_worker import Throughput, atomic_output, complete, failed, items, report_progress, setup_worker_logging, worker_rank

from .batches import BatchRunner
from .embedding_file import Table, check_suffix, write_tables
from .encode import Embeddings, Encoder, Settings, encode, make_runner
from .problems import InputProblem, SetupProblem, end_with
from .sequences import ID_RULES, Kind, SequenceFile, has_no_sequences, read_sequences
from .torch_setup import PRECISIONS, device_is_broken

log = logging.getLogger("embed")
# Fits into 8 GB with ESM-2 of 650 M parameters; more hardly helps, less leaves a large device idle.
DEFAULT_BATCH_TOKENS = 16_384
# The largest number of skipped sequences named in the log and in a report.
SHOWN_IDS = 5
REPORTED_IDS = 20
# The largest number named in the output: its header has to stay small.
NOTED_IDS = 10_000


def yes_or_no(text: str) -> bool:
    """Parse a boolean as Drover writes it."""
    if text in ("true", "false"):
        return text == "true"
    raise argparse.ArgumentTypeError(f"must be true or false, found {text!r}")


def positive(text: str) -> int:
    """Parse a whole number from 1 on."""
    if text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, found {text!r}")


def embedding_arguments(description: str) -> argparse.ArgumentParser:
    """Create the arguments of an embedding worker; it may add its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model-folder", default="", help="local folder of the model; read without any network")
    parser.add_argument("--model", default="", help="name of the model on the Hugging Face hub, for when there is no folder")
    parser.add_argument("--device", default="cpu", help="cuda:0, mps or cpu")
    parser.add_argument("--precision", choices=PRECISIONS, default="auto")
    parser.add_argument(
        "--batch-tokens", type=positive, default=DEFAULT_BATCH_TOKENS, help="tokens that go through the model together"
    )
    parser.add_argument("--long-sequences", choices=("split", "skip"), default="split")
    parser.add_argument("--ids", choices=ID_RULES, default="first-word", help="what of a header is the id")
    parser.add_argument("--check-kind", type=yes_or_no, default=True, help="false: files of the other kind are not refused")
    parser.add_argument("--allow-empty", action="store_true", help="a file of comments only makes a table without rows")
    parser.add_argument("files", nargs="*", help="FASTA files, when run by hand; the embeddings go to the current folder")
    return parser


def start_log() -> None:
    """Set up logging: inside Drover to the worker's log, otherwise to standard error."""
    folder = os.environ.get("DROVER_LOG_DIR", "")
    if folder:
        setup_worker_logging(worker_rank(), folder)
    else:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s - %(message)s")
    # Otherwise every request of the hub's library would be a line.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def embed_files(arguments: argparse.Namespace, load: Callable[[], Encoder], kind: Kind) -> None:
    """Load the model once, then embed file after file until the queue ends. Ends the program with a sentence when it cannot work at all."""
    try:
        encoder = load()
    except SetupProblem as problem:
        end_with(problem)
    worker = _EmbedWorker(encoder, arguments, kind)
    failures = sum(not worker.embed(item) for item in items(arguments.files))
    # An engine counts failures by the reports; a person who runs this by hand checks the exit status.
    sys.exit(1 if arguments.files and failures else 0)


class _EmbedWorker:
    def __init__(self, encoder: Encoder, arguments: argparse.Namespace, kind: Kind):
        self._encoder = encoder
        self._arguments = arguments
        self._kind = kind
        self._runner: BatchRunner = make_runner(encoder.torch, encoder.device, arguments.batch_tokens)

    def embed(self, item: dict[str, Any]) -> bool:
        """Embed one file. A bad file must not prevent the others from being embedded; a broken device must."""
        file = item["file"]
        output = item["output"] or os.path.abspath(f"{_stem(file)}.safetensors")
        try:
            metrics = self._embed(file, output)
        except Exception as error:
            if device_is_broken(error):
                raise
            message = str(error) if isinstance(error, (InputProblem, SetupProblem)) else f"{type(error).__name__}: {error}"
            log.error("%s: %s", file, message)
            failed(file, message)
            return False
        complete(file, outputs=[output], metrics=metrics)
        return True

    def _embed(self, file: str, output: str) -> dict[str, Any]:
        check_suffix(output)
        sequences, left_out, warnings = self._read(file)
        for warning in warnings:
            log.warning("%s: %s", file, warning)
        throughput = Throughput()

        def on_progress(done: int, tokens: int) -> None:
            throughput.count(sequences=done, tokens=tokens)
            report_progress(file, done, len(sequences), throughput.metrics())

        settings = self._settings(output)
        found = encode(self._encoder, [sequence.letters for sequence in sequences], settings, self._runner, on_progress)
        throughput.count(sequences=len(found.kept), tokens=found.tokens)
        ids = [sequences[index].id for index in found.kept]
        too_long = [sequences[index].id for index in found.skipped]
        skipped = left_out + too_long
        with atomic_output(output) as temporary:
            write_tables(temporary, self._tables(found), ids, self._notes(skipped))
        self._say(file, found, too_long, throughput.metrics())
        named = {"skipped_ids": skipped[:REPORTED_IDS]} if skipped else {}
        return {**throughput.metrics(), "skipped_sequences": len(skipped), **named}

    def _read(self, file: str) -> SequenceFile:
        if self._arguments.allow_empty and os.path.getsize(file) > 0 and has_no_sequences(file):
            return SequenceFile([], [], [])
        return read_sequences(file, self._kind, self._arguments.ids, self._arguments.check_kind)

    def _settings(self, output: str) -> Settings:
        given = self._arguments
        folder = os.path.dirname(output)
        os.makedirs(folder, exist_ok=True)
        return Settings(given.long_sequences, getattr(given, "per_residue", False), getattr(given, "pooling", "") == "all", folder)

    def _tables(self, found: Embeddings) -> dict[str, Table]:
        dimension = self._encoder.dimension
        tables = {"embeddings": Table((len(found.kept), dimension), "float32", found.means)}
        if found.token_rows is not None:
            lengths = b"".join(count.to_bytes(8, "little") for count in found.token_counts)
            tables["residues"] = Table((sum(found.token_counts), dimension), "float32", found.token_rows)
            tables["residue_counts"] = Table((len(found.token_counts),), "int64", lengths)
        return tables

    def _notes(self, skipped: Sequence[str]) -> dict[str, str]:
        given = self._arguments
        model = Path(given.model_folder).name if given.model_folder else given.model
        named = "\n".join(skipped[:NOTED_IDS])
        return {"model": model, "precision": self._encoder.precision, "skipped": named, "skipped_count": str(len(skipped))}

    def _say(self, file: str, found: Embeddings, skipped: Sequence[str], metrics: dict[str, Any]) -> None:
        if skipped:
            log.warning(
                "%s: %d sequences longer than %d tokens were skipped: %s",
                file,
                len(skipped),
                self._encoder.maximum,
                " ".join(skipped[:SHOWN_IDS]),
            )
        log.info(
            "%s: %d sequences, %d tokens; %.1f sequences/s, %.0f tokens/s",
            *(os.path.basename(file), len(found.kept), found.tokens, metrics["sequences_per_second"], metrics["tokens_per_second"]),
        )


def _stem(file: str) -> str:
    name = os.path.basename(file)
    name = name[: -len(".gz")] if name.endswith(".gz") else name
    return os.path.splitext(name)[0]
