"""JSON Lines with prompts in, JSON Lines with answers out; a line that is wrong fails alone, with its number."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Sequence, Union

from .problems import InputProblem

# What a message shows of a broken line.
SHOWN_CHARACTERS = 80


class Request(NamedTuple):
    """A line that can be answered: a prompt as it is, or the messages of a chat."""

    line: int
    id: Any
    prompt: Union[str, list]


class Refusal(NamedTuple):
    """A line that cannot be answered, and why."""

    line: int
    id: Any
    kind: str
    message: str


def read_requests(path: str) -> list[Union[Request, Refusal]]:
    """Read all lines that are not blank. Raises InputProblem when there are none, or the file cannot be read."""
    try:
        with open(path, "rb") as file:
            found = [parse_line(number, line) for number, line in enumerate(file, start=1) if line.strip()]
    except OSError as error:
        raise InputProblem(f"It cannot be read ({error}).") from error
    if not found:
        raise InputProblem(f'It holds no prompts. Each line has to be an object such as {{"prompt": "…"}}.')
    return found


def parse_line(number: int, line: bytes) -> Union[Request, Refusal]:
    """One line: {"prompt": text} or {"messages": [{"role", "content"}, …]}, and an "id" of any kind."""
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        shown = line[:SHOWN_CHARACTERS].decode("utf-8", "replace").strip()
        return Refusal(number, None, "invalid_json", f"Line {number} is not valid JSON ({error}): {shown}")
    if not isinstance(record, dict):
        return Refusal(number, None, "invalid_request", f"Line {number} is no object.")
    name, prompt, messages = record.get("id"), record.get("prompt"), record.get("messages")
    if isinstance(prompt, str) and prompt:
        return Request(number, name, prompt)
    if isinstance(messages, list) and messages and all(map(_is_message, messages)):
        return Request(number, name, messages)
    return Refusal(
        number, name, "invalid_request", f'Line {number} has neither a "prompt" with text nor "messages" with roles and contents.'
    )


def _is_message(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("role"), str) and isinstance(message.get("content"), str)


def answer(request: Request, text: str, finish_reason: str, prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """The record of an answer; `usage` as OpenAI's API has it."""
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    return {"id": request.id, "line": request.line, "text": text, "finish_reason": finish_reason, "usage": usage}


def refused(refusal: Refusal) -> dict[str, Any]:
    """The record of a line that failed."""
    return {"id": refusal.id, "line": refusal.line, "error": {"type": refusal.kind, "message": refusal.message}}


def write_records(path: Any, records: Sequence[dict[str, Any]]) -> None:
    """Write records in the order of their lines."""
    with open(path, "w", encoding="utf-8") as file:
        for record in sorted(records, key=lambda record: record["line"]):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def completion_length(tokens: Sequence[int], end_tokens: frozenset[int]) -> tuple[int, bool]:
    """How many tokens of a row were generated, the ending one counted in, and whether there was one: what follows is padding."""
    for place, token in enumerate(tokens):
        if token in end_tokens:
            return place + 1, True
    return len(tokens), False
