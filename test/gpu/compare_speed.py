"""Measures the ESM-2 worker: against a plain transformers loop, and what `drover run` around it costs.

    python3 compare_speed.py [--device cuda:0] [--size 650M] [--sequences 4000] [--files 8] [--drover "npx drover"] [--out result.json]

The model has random weights of the real shape, since times do not depend on their values; --model-folder takes a real one. All
three do the same files in the same precision: (1) a loop over the files with batches of 8 in file order, (2) the worker alone, (3) the
worker by `drover run`. Loading is left out of the first comparison and counted in the second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
import transformers

from make_tiny_models import ESM_VOCABULARY

HERE = Path(__file__).resolve().parent
WORKERS = HERE.parents[1] / "resources" / "workers"
# Layers, width and heads of the published sizes.
SIZES = {"8M": (6, 320, 20), "35M": (12, 480, 20), "150M": (30, 640, 20), "650M": (33, 1280, 20), "3B": (36, 2560, 40)}
PLAIN_BATCH = 8
MAX_RESIDUES = 1022
# Lengths like those of proteins in UniProt: a median near 300, a long tail.
LOG_MEAN, LOG_DEVIATION = 5.7, 0.7
REPEATS = 3


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="drover-speed-") as folder:
        result = measure(arguments, Path(folder))
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.out:
        Path(arguments.out).write_text(text + "\n")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the ESM-2 worker.")
    parser.add_argument("--device", default="cuda:0" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", default="bf16" if torch.cuda.is_available() else "fp32")
    parser.add_argument("--size", choices=SIZES, default="650M")
    parser.add_argument("--model-folder", default="")
    parser.add_argument("--sequences", type=int, default=4000)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--batch-tokens", default="16384")
    parser.add_argument("--drover", default="", help="the command; without it the third measurement is left out")
    parser.add_argument("--out", default="")
    return parser.parse_args()


def measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    model = arguments.model_folder or make_model(arguments.size, folder / "model")
    files = write_files(folder / "in", arguments.sequences, arguments.files)
    plain = plain_loop(arguments, model, files)
    if arguments.device.startswith("cuda"):
        # The workers shall find the memory that the loop had.
        torch.cuda.empty_cache()
    alone = [run_alone(arguments, model, files, folder / f"alone-{number}") for number in range(REPEATS)]
    result = {
        "device": torch.cuda.get_device_name(0) if arguments.device.startswith("cuda") else "cpu",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "python": sys.version.split()[0]},
        "model": arguments.model_folder or f"ESM-2 {arguments.size}, random weights",
        "precision": arguments.precision,
        "sequences": arguments.sequences,
        "plain_sequences_per_second": round(plain, 2),
        "worker_sequences_per_second": round(max(rate for _, rate in alone), 2),
        "worker_alone_seconds": [round(wall, 2) for wall, _ in alone],
    }
    result["times_as_fast"] = round(result["worker_sequences_per_second"] / plain, 2)
    if arguments.drover:
        drover = [run_drover(arguments, model, folder, number) for number in range(REPEATS)]
        result["drover_seconds"] = [round(wall, 2) for wall in drover]
        result["overhead"] = round(min(drover) / min(wall for wall, _ in alone), 4)
    return result


def make_model(size: str, folder: Path) -> str:
    layers, width, heads = SIZES[size]
    config = transformers.EsmConfig(
        vocab_size=len(ESM_VOCABULARY),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        max_position_embeddings=1026,
        position_embedding_type="rotary",
        token_dropout=True,
        pad_token_id=1,
        mask_token_id=32,
    )
    transformers.EsmModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(ESM_VOCABULARY))
    tokens = {"cls_token": "<cls>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "EsmTokenizer", **tokens}))
    return str(folder)


def write_files(folder: Path, sequences: int, files: int) -> list[str]:
    chance = random.Random(20261121)
    folder.mkdir()
    paths = [folder / f"proteins_{number}.faa" for number in range(files)]
    records: list[list[str]] = [[] for _ in paths]
    for number in range(sequences):
        length = min(MAX_RESIDUES, int(chance.lognormvariate(LOG_MEAN, LOG_DEVIATION)) + 20)
        letters = "".join(chance.choices("ACDEFGHIKLMNPQRSTVWY", k=length))
        records[number % files].append(f">protein_{number}\n{letters}\n")
    for path, found in zip(paths, records):
        path.write_text("".join(found))
    return [str(path) for path in paths]


@torch.inference_mode()
def plain_loop(arguments: argparse.Namespace, folder: str, files: list[str]) -> float:
    """Sequences per second of what one would write first: the tokenizer, batches in file order, a mean per sequence."""
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[arguments.precision]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder, add_pooling_layer=False).to(device=arguments.device, dtype=kind).eval()
    sequences = [record.split("\n")[1] for file in files for record in Path(file).read_text().split(">")[1:]]

    def embed(batch: list[str]) -> None:
        inputs = tokenizer(batch, return_tensors="pt", padding=True, truncation=True, max_length=MAX_RESIDUES + 2).to(
            arguments.device
        )
        hidden = model(**inputs).last_hidden_state.float()
        mask = inputs["attention_mask"].unsqueeze(-1).float()
        ((hidden * mask).sum(1) / mask.sum(1)).cpu()

    embed(sequences[:PLAIN_BATCH])
    started = time.monotonic()
    for at in range(0, len(sequences), PLAIN_BATCH):
        embed(sequences[at : at + PLAIN_BATCH])
    return len(sequences) / (time.monotonic() - started)


def run_alone(arguments: argparse.Namespace, model: str, files: list[str], output: Path) -> tuple[float, float]:
    """Seconds from start to end, and sequences per second without loading."""
    reports = output / "reports.ndjson"
    output.mkdir()
    items = "".join(json.dumps({"file": file, "output": str(output / f"{Path(file).stem}.safetensors")}) + "\n" for file in files)
    command = [sys.executable, str(WORKERS / "esm2_embed.py"), "--model-folder", model, "--device", arguments.device]
    command += ["--precision", arguments.precision, "--batch-tokens", arguments.batch_tokens]
    started = time.monotonic()
    subprocess.run(
        command, input=items, text=True, check=True, capture_output=True, env={**os.environ, "DROVER_REPORT_FILE": str(reports)}
    )
    wall = time.monotonic() - started
    final = [json.loads(line) for line in reports.read_text().splitlines() if '"complete"' in line]
    if len(final) != len(files):
        raise RuntimeError(f"{len(final)} of {len(files)} files are complete")
    seconds = sum(report["metrics"]["sequences"] / report["metrics"]["sequences_per_second"] for report in final)
    return wall, arguments.sequences / seconds


def run_drover(arguments: argparse.Namespace, model: str, folder: Path, number: int) -> float:
    device = "0" if arguments.device.startswith("cuda") else "cpu:1"
    parameters = {"model_folder": model, "precision": arguments.precision, "batch_tokens": arguments.batch_tokens}
    command = [
        *shlex.split(arguments.drover),
        "run",
        "--pipeline",
        "esm2-embedding",
        "--input",
        str(folder / "in"),
        "--devices",
        device,
    ]
    command += ["--output", str(folder / f"drover-{number}")]
    command += [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
    environment = {**os.environ, "DROVER_HOME": str(folder / "home"), "DROVER_PYTHON": sys.executable}
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
