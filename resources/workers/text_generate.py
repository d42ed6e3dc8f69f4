"""Queue worker of the pipeline `text-generation`: answers the prompts of JSON Lines files with a causal language model.

Needs PyTorch and transformers. Run by hand with files as arguments it writes into the current folder:

    python3 text_generate.py --model-folder models/Qwen3-0.6B prompts.jsonl
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import sys
from typing import Any, Mapping, NamedTuple, Sequence

from drover_inference.batches import pack_by_count
from drover_inference.embed_worker import positive, start_log
from drover_inference.load_model import find_model, load_tokenizer, load_weights
from drover_inference.problems import InputProblem, SetupProblem, end_with
from drover_inference.prompts import (
    Parts,
    Refusal,
    Request,
    answer,
    completion_length,
    read_requests,
    refused,
    warnings_about,
    write_records,
)
from drover_inference.torch_setup import (
    PRECISIONS,
    check_memory,
    device_is_broken,
    give_memory_back,
    import_packages,
    pick_device,
    pick_precision,
    ran_out_of_memory,
    type_of,
)
from drover_worker import Throughput, atomic_output, complete, failed, items, report_progress

log = logging.getLogger("text")
# The context length when config.json does not have it.
DEFAULT_CONTEXT = 2048


class Settings(NamedTuple):
    """How answers are generated."""

    batch_size: int
    max_new_tokens: int
    # 0: always the most likely token.
    temperature: float
    top_p: float
    seed: int


class Prepared(NamedTuple):
    """A request with its tokens, and the largest number of tokens in its answer."""

    request: Request
    tokens: list[int]
    room: int


class Generator:
    """A causal model on a device."""

    def __init__(self, torch: Any, model: Any, tokenizer: Any, device: Any, context: int, loaded_as: str):
        self.torch, self.device, self.context = torch, device, context
        # Model, revision and precision in words: answers of another combination are different.
        self.loaded_as = loaded_as
        self._model, self._tokenizer = model, tokenizer
        ends = model.generation_config.eos_token_id
        ends = tokenizer.eos_token_id if ends is None else ends
        self._ends = frozenset(ends if isinstance(ends, (list, tuple)) else [] if ends is None else [ends])
        pad = tokenizer.pad_token_id
        # Padding is masked, so any token will do when the model has no padding token.
        self._pad = pad if pad is not None else min(self._ends, default=0)

    def prepare(self, request: Request, max_new_tokens: int) -> Prepared | Refusal:
        """Return the tokens of a prompt, or why it cannot be answered."""
        try:
            tokens = self._tokens(request)
        except Exception as error:
            return Refusal(request.line, request.id, "invalid_request", f"Line {request.line}: {type(error).__name__}: {error}")
        room = min(max_new_tokens, self.context - len(tokens))
        if tokens and room >= 1:
            return Prepared(request, tokens, room)
        if not tokens:
            return Refusal(request.line, request.id, "invalid_request", f"Line {request.line}: the prompt has no tokens.")
        message = f"Line {request.line}: the prompt has {len(tokens)} tokens, but the model's context holds {self.context}."
        return Refusal(request.line, request.id, "context_length_exceeded", message)

    def _tokens(self, request: Request) -> list[int]:
        if isinstance(request.prompt, str):
            return self._tokenizer(request.prompt, verbose=False)["input_ids"]
        if not getattr(self._tokenizer, "chat_template", None):
            raise ValueError('this model has no chat template; give "prompt" instead of "messages"')
        text = self._tokenizer.apply_chat_template(request.prompt, add_generation_prompt=True, tokenize=False)
        # The template has already added the special tokens.
        return self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]

    def generate(self, batch: Sequence[Prepared], settings: Settings) -> list[dict[str, Any]]:
        """Generate answers to a batch, padded on the left so that all of them continue at the same position."""
        torch = self.torch
        longest = max(len(prepared.tokens) for prepared in batch)
        ids = torch.full((len(batch), longest), self._pad, dtype=torch.int64)
        mask = torch.zeros((len(batch), longest), dtype=torch.int64)
        for row, prepared in enumerate(batch):
            ids[row, longest - len(prepared.tokens) :] = torch.tensor(prepared.tokens, dtype=torch.int64)
            mask[row, longest - len(prepared.tokens) :] = 1
        sampling = {"do_sample": False}
        if settings.temperature > 0:
            sampling = {"do_sample": True, "temperature": settings.temperature, "top_p": settings.top_p}
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=ids.to(self.device),
                attention_mask=mask.to(self.device),
                max_new_tokens=min(prepared.room for prepared in batch),
                pad_token_id=self._pad,
                **sampling,
            )
        rows = output[:, longest:].tolist()
        return [self._answer(prepared, row) for prepared, row in zip(batch, rows)]

    def _answer(self, prepared: Prepared, row: Sequence[int]) -> dict[str, Any]:
        length, ended = completion_length(row, self._ends)
        text = self._tokenizer.decode(row[:length], skip_special_tokens=True)
        return answer(prepared.request, text, "stop" if ended else "length", len(prepared.tokens), length)


def main() -> None:
    arguments = _parse_arguments()
    start_log()
    try:
        generator = _load(arguments)
    except SetupProblem as problem:
        end_with(problem)
    settings = Settings(arguments.batch_size, arguments.max_new_tokens, arguments.temperature, arguments.top_p, arguments.seed)
    failures = sum(not _answer_file(generator, settings, item) for item in items(arguments.files))
    sys.exit(1 if arguments.files and failures else 0)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Answers the prompts of JSON Lines files with a causal language model.")
    parser.add_argument("--model-folder", default="", help="local folder of the model; read without any network")
    parser.add_argument("--model", default="", help="name of the model on the Hugging Face hub, for when there is no folder")
    parser.add_argument("--device", default="cpu", help="cuda:0, mps or cpu")
    parser.add_argument("--precision", choices=PRECISIONS, default="auto")
    parser.add_argument("--batch-size", type=positive, default=16, help="prompts that are answered together")
    parser.add_argument("--max-new-tokens", type=positive, default=256)
    parser.add_argument("--temperature", type=float, default=0.0, help="0: always the most likely token")
    parser.add_argument("--top-p", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="with a temperature, the same seed and file give the same answers")
    parser.add_argument("files", nargs="*", help="JSON Lines files, when run by hand; answers go to the current folder")
    return parser.parse_args()


def _load(arguments: argparse.Namespace) -> Generator:
    torch, transformers = import_packages("torch", "transformers")
    device = pick_device(torch, arguments.device)
    precision = pick_precision(torch, device, arguments.precision)
    folder = find_model(arguments.model, arguments.model_folder)
    check_memory(torch, device, folder, precision)
    tokenizer = load_tokenizer(transformers, folder)
    model = load_weights(transformers, "AutoModelForCausalLM", folder, type_of(torch, precision)).to(device).eval()
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None) or DEFAULT_CONTEXT
    log.info("Model loaded: %s, context of %d tokens", folder.loaded_as(precision, device), context)
    return Generator(torch, model, tokenizer, device, context, f"{folder.path} {folder.loaded_as(precision, device)}")


def _answer_file(generator: Generator, settings: Settings, item: dict[str, Any]) -> bool:
    """Answer one file. A bad file must not prevent the answers to the others; a broken device must."""
    file = item["file"]
    output = item["output"] or os.path.abspath(f"{os.path.splitext(os.path.basename(file))[0]}.answers.jsonl")
    try:
        metrics = _answer_requests(generator, settings, file, output)
    except Exception as error:
        if device_is_broken(error):
            raise
        message = str(error) if isinstance(error, InputProblem) else f"{type(error).__name__}: {error}"
        log.error("%s: %s", file, message)
        failed(file, message)
        return False
    complete(file, outputs=[output], metrics=metrics)
    return True


def _answer_requests(generator: Generator, settings: Settings, file: str, output: str) -> dict[str, Any]:
    lines = read_requests(file)
    prepared = [line if isinstance(line, Refusal) else generator.prepare(line, settings.max_new_tokens) for line in lines]
    refusals = [entry for entry in prepared if isinstance(entry, Refusal)]
    for refusal in refusals:
        log.warning("%s: %s", file, refusal.message)
    if len(refusals) == len(lines):
        raise InputProblem(f"None of its {len(lines)} lines can be answered. {refusals[0].message}")
    for text in warnings_about(lines):
        log.warning("%s: %s", file, text)
    parts = Parts(output, _question(generator, settings, file))
    kept = parts.open()
    if kept:
        log.info("%s: %d answers of an earlier attempt are kept", file, len(kept))
    if parts.trouble is not None:
        log.warning("%s: answers are not kept as they come (%s)", file, parts.trouble)
    throughput = Throughput()
    records = [refused(refusal) for refusal in refusals] + list(kept.values())
    made = {"requests": 0, "generated": 0}

    def on_answers(answers: list[dict[str, Any]]) -> None:
        fresh = [record for record in answers if record["line"] not in kept]
        records.extend(fresh)
        parts.add(fresh)
        for usage in (record["usage"] for record in answers):
            log.info(
                "Token usage: input=%d, output=%d, cache_read=0, cache_creation=0",
                usage["prompt_tokens"],
                usage["completion_tokens"],
            )
        made["requests"] += len(answers)
        made["generated"] += sum(record["usage"]["completion_tokens"] for record in answers)
        throughput.count(**made)
        report_progress(file, len(records), len(lines), throughput.metrics())

    try:
        _generate_all(generator, settings, [entry for entry in prepared if isinstance(entry, Prepared)], kept, on_answers)
    finally:
        parts.close()
    with atomic_output(output) as temporary:
        write_records(temporary, records)
    parts.remove()
    return {**throughput.metrics(), "failed_requests": len(refusals)}


def _question(generator: Generator, settings: Settings, file: str) -> str:
    """Return everything that an answer depends on, except its line."""
    with open(file, "rb") as content:
        digest = hashlib.file_digest(content, "sha256") if hasattr(hashlib, "file_digest") else hashlib.sha256(content.read())
    return repr((digest.hexdigest(), generator.loaded_as, settings))


def _generate_all(
    generator: Generator, settings: Settings, prepared: Sequence[Prepared], kept: Mapping[int, Any], on_answers: Any
) -> None:
    """
    Runs batches of similar length and equal room, so that no answer is cut because of another; halved when memory runs out. A batch whose
    answers are all stored is skipped, any other is generated completely: with a temperature, answers depend on the batch.
    """
    lengths = [len(entry.tokens) for entry in prepared]
    waiting = pack_by_count(lengths, [entry.room for entry in prepared], settings.batch_size)
    while waiting:
        batch = waiting.pop(0)
        if all(prepared[index].request.line in kept for index in batch):
            continue
        # The seed gives the same answers for each worker, whatever it processed before, and wherever an earlier attempt was interrupted.
        generator.torch.manual_seed(settings.seed + prepared[batch[0]].request.line)
        answers = _try(generator, settings, [prepared[index] for index in batch])
        if answers is None:
            middle = len(batch) // 2
            waiting[:0] = [batch[:middle], batch[middle:]]
        else:
            on_answers(answers)


def _try(generator: Generator, settings: Settings, batch: list[Prepared]) -> list[dict[str, Any]] | None:
    try:
        return generator.generate(batch, settings)
    except Exception as error:
        if len(batch) == 1 or not ran_out_of_memory(error):
            raise
        log.warning("A batch of %d prompts does not fit into the device's memory; it is halved (%s)", len(batch), error)
    # Only here is the memory free again, because the exception and its frames are gone.
    give_memory_back(generator.torch, generator.device)
    return None


if __name__ == "__main__":
    main()
