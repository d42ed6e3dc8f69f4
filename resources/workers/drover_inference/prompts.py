"""JSON Lines with prompts in, JSON Lines with answers out; a wrong line fails alone, with its number."""

from __future__ import annotations

import hashlib
import json
import math
import os
from typing import Any, NamedTuple, Sequence, Union

from .problems import InputProblem

# The number of characters of a broken line in a message.
SHOWN_CHARACTERS = 80
# The number of keys that a warning names.
SHOWN_KEYS = 10


class Request(NamedTuple):
    """A line that can be answered: a plain prompt, or the messages of a chat."""

    line: int
    id: Any
    prompt: Union[str, list]
    # Keys of the line that have no effect.
    ignored: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A line that cannot be answered, and why."""

    line: int
    id: Any
    kind: str
    message: str


def read_requests(path: str) -> list[Union[Request, Refusal]]:
    """Read all lines that are not blank, ended by CR, LF or CRLF. Raises InputProblem when there are none, or the file cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise InputProblem(f"It cannot be read ({error}).") from error
    _refuse_other_formats(content)
    found = [parse_line(number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip()]
    if not found:
        raise InputProblem(f'It holds no prompts. Each line has to be an object such as {{"prompt": "…"}}.')
    if all(isinstance(line, Refusal) for line in found) and _is_one_document(content, len(found)):
        raise InputProblem("It is one JSON document and not JSON Lines: write one object per line (jq -c '.[]?' or jq -c . does so).")
    return found


def _refuse_other_formats(content: bytes) -> None:
    if content[:2] == b"\x1f\x8b":
        raise InputProblem("It is compressed with gzip: unpack it (gunzip).")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]:
        raise InputProblem("It is UTF-16 or UTF-32 and not UTF-8: convert it (iconv -f UTF-16 -t UTF-8).")


def _is_one_document(content: bytes, lines: int) -> bool:
    try:
        document = json.loads(content)
        return isinstance(document, list) or (isinstance(document, dict) and lines > 1)
    except (ValueError, RecursionError):
        return False


def parse_line(number: int, line: bytes) -> Union[Request, Refusal]:
    """
    Parse a line: {"prompt": text} or {"messages": [{"role", "content"}, …]}, and an "id" of any kind; or a line of an OpenAI batch, whose request
    is in "body" and whose name is "custom_id".
    """
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        shown = line[:SHOWN_CHARACTERS].decode("utf-8", "replace").strip()
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        return Refusal(number, None, "invalid_json", f"Line {number} is not valid JSON ({why}): {shown}")
    if not isinstance(record, dict):
        return Refusal(number, None, "invalid_request", f"Line {number} is no object.")
    name, keys = record.get("id"), set(record) - {"id"}
    if isinstance(record.get("body"), dict) and not keys & {"prompt", "messages"}:
        name = record.get("custom_id", name)
        record = record["body"]
        keys = set(record)
    prompt, messages = record.get("prompt"), record.get("messages")
    ignored = tuple(sorted(keys - {"prompt", "messages"}))
    if prompt is not None and messages is not None:
        return _refusal(number, name, 'has both "prompt" and "messages": which one is to be answered?')
    if isinstance(prompt, str) and prompt:
        return Request(number, name, prompt, ignored)
    if not isinstance(messages, list) or not messages:
        return _refusal(number, name, 'has neither a "prompt" with text nor "messages" with roles and contents.')
    chat = []
    for place, message in enumerate(messages, start=1):
        text = _text_of(message)
        if text is None:
            return _refusal(number, name, f"has a message (number {place}) without a role and a text; tool calls and pictures are not answered.")
        chat.append({"role": message["role"], "content": text})
    return Request(number, name, chat, ignored)


def _refusal(number: int, name: Any, what: str) -> Refusal:
    return Refusal(number, name, "invalid_request", f"Line {number} {what}")


def _refuse_number(text: str) -> None:
    # Python reads and writes these values; no other JSON reader does.
    raise ValueError(f"{text} is no number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:SHOWN_CHARACTERS]} is beyond the numbers that can be held")
    return value


def _text_of(message: Any) -> Union[str, None]:
    """Return the text of a message; content parts of the type text are joined. None for anything else."""
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        return None
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        return None
    parts = [part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None for part in content]
    return "".join(parts) if all(isinstance(part, str) for part in parts) else None


def warnings_about(lines: Sequence[Union[Request, Refusal]]) -> list[str]:
    """Return notes for the user on an answered file: keys without effect, repeated ids."""
    found = []
    ignoring = [line for line in lines if isinstance(line, Request) and line.ignored]
    if ignoring:
        keys = sorted({key for line in ignoring for key in line.ignored})
        shown = ", ".join(keys[:SHOWN_KEYS]) + (", …" if len(keys) > SHOWN_KEYS else "")
        where = f"Line {ignoring[0].line}" + (f" and {len(ignoring) - 1} more" if len(ignoring) > 1 else "")
        found.append(f"{where}: {shown} ignored; the pipeline's parameters count for all lines.")
    first: dict[str, int] = {}
    twice = []
    for line in lines:
        if line.id is None:
            continue
        key = _dumped(line.id)
        if key in first:
            twice.append((first[key], line.line))
        first.setdefault(key, line.line)
    if twice:
        more = f" and {len(twice) - 1} more" if len(twice) > 1 else ""
        found.append(f"Lines {twice[0][0]} and {twice[0][1]} have the same id{more}; answers are told apart by their line.")
    return found


def answer(request: Request, text: str, finish_reason: str, prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """Create the record of an answer; `usage` as in OpenAI's API."""
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    return {"id": request.id, "line": request.line, "text": text, "finish_reason": finish_reason, "usage": usage}


def refused(refusal: Refusal) -> dict[str, Any]:
    """Create the record of a line that failed."""
    return {"id": refusal.id, "line": refusal.line, "error": {"type": refusal.kind, "message": refusal.message}}


def write_records(path: Any, records: Sequence[dict[str, Any]]) -> None:
    """Write records in the order of their lines."""
    with open(path, "w", encoding="utf-8") as file:
        for record in sorted(records, key=lambda record: record["line"]):
            file.write(record_line(record))


def record_line(record: dict[str, Any]) -> str:
    """Format a record as a line of valid JSON in UTF-8, whatever its id and text contain: half of a surrogate pair stays escaped."""
    try:
        return _dumped(record) + "\n"
    except RecursionError:
        return _dumped({**record, "id": None}) + "\n"


def _dumped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return json.dumps(value)


class Parts:
    """
    Stores answers as they come, in a file beside the output, so that they survive a kill at 99 %. They are reused only for the same request:
    file, model and settings. When the disk does not take them, answering goes on without the file.
    """

    def __init__(self, output: str, question: str):
        self._path = os.path.join(os.path.dirname(output), f".parts.{os.path.basename(output)}")
        self._question = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
        self._file: Any = None
        # Why they are not stored; None as long as they are.
        self.trouble: Union[str, None] = None

    def open(self) -> dict[int, dict[str, Any]]:
        """Return the answers that an earlier attempt has stored, by their lines; answers from now on are added to them."""
        kept = self._read()
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            # Written again: partial answers and those of other requests are removed, and the rest is flushed to the disk.
            draft = f"{self._path}.new"
            with open(draft, "w", encoding="utf-8") as file:
                file.write(json.dumps({"question": self._question}) + "\n")
                file.writelines(record_line(record) for record in kept.values())
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)
            self._file = open(self._path, "a", encoding="utf-8")
        except OSError as error:
            self._give_up(error)
        return kept

    def add(self, records: Sequence[dict[str, Any]]) -> None:
        """Flush answers to the disk."""
        if self._file is None:
            return
        try:
            self._file.write("".join(map(record_line, records)))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file; it stays for the next attempt."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                self.trouble = str(error)

    def remove(self) -> None:
        """Remove the file: the output has all answers."""
        self.close()
        try:
            os.remove(self._path)
        except OSError:
            pass

    def _give_up(self, error: OSError) -> None:
        self.close()
        self.trouble = str(error)

    def _read(self) -> dict[int, dict[str, Any]]:
        try:
            with open(self._path, "rb") as file:
                lines = file.read().split(b"\n")
        except OSError:
            return {}
        records = [_record_of(line) for line in lines[:-1]]
        if not records or records[0] is None or records[0].get("question") != self._question:
            return {}
        return {record["line"]: record for record in records[1:] if record is not None and "usage" in record and "line" in record}


def _record_of(line: bytes) -> Union[dict[str, Any], None]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def completion_length(tokens: Sequence[int], end_tokens: frozenset[int]) -> tuple[int, bool]:
    """Return how many tokens of a row were generated, including the end token, and whether there was one: padding follows it."""
    for place, token in enumerate(tokens):
        if token in end_tokens:
            return place + 1, True
    return len(tokens), False
