"""Reads FASTA and FASTQ files, plain or gzip, and checks that the content fits the model. docs/sequence-files.md has the rules."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from typing import BinaryIO, Iterable, Iterator, NamedTuple, Sequence

from .foreign_formats import TELLING_BYTES, foreign_encoding, not_sequences
from .problems import InputProblem

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ID_RULES = ("first-word", "whole-header")
BLANKS = b" \t"
LINE_ENDS = b"\r\n"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# NCBI joins the headers of equal sequences with this character; the first header counts.
HEADER_JOINT = b"\x01"
# Proteins are about a quarter A, C, G, T and N by chance. From this share on, a file with all of A, C, G and T is treated as DNA.
DNA_SHARE = 0.95
# With fewer letters than this, a file of proteins, or one of them, could look like DNA by chance.
MIN_LETTERS_TO_TELL = 30
MIN_LETTERS_OF_ONE = 60
# The largest number of sequences and headers in a message, and bytes of a header.
SHOWN = 5
SHOWN_HEADER_BYTES = 100


class Kind(NamedTuple):
    """The meaning of the letters of a sequence."""

    letters: bytes
    # Characters that are left out of a sequence; assemblies of DNA write a gap as `*`.
    gaps: bytes
    # A character that may be among the letters and is not a letter.
    stop: str
    # The replacement of other letters, when files of another kind are not refused.
    unknown: bytes


# The IUPAC codes of DNA and RNA.
DNA = Kind(b"ACGTUNRYSWKMBDHV", b"-.*", "", b"N")
# The IUPAC codes of amino acids with B, Z, X, J, U and O are all letters.
PROTEIN = Kind(LETTERS, b"-.", "*", b"X")


class SequenceRecord(NamedTuple):
    """One record; the letters are upper case, without blanks and gaps."""

    id: str
    letters: str


class SequenceFile(NamedTuple):
    """The records of a file that have letters, the ids of those without letters, and sentences for the log."""

    sequences: list[SequenceRecord]
    left_out: list[str]
    warnings: list[str]


class _Raw(NamedTuple):
    """A record as in the file: its header without the mark, its lines of letters, and the numbers of both."""

    line: int
    header: bytes
    lines: list[bytes]
    first: int


def read_sequences(path: str, kind: Kind, ids: str = "first-word", check_kind: bool = True) -> SequenceFile:
    """Read all sequences of a FASTA or FASTQ file. Raises InputProblem when it is another format, has no sequences, or has another kind."""
    reader = _Reader(path, kind, ids, check_kind)
    try:
        with open(path, "rb") as file:
            for record in _records(_unpacked(file)):
                reader.take(record)
    except (OSError, EOFError, zlib.error) as error:
        raise InputProblem(_unreadable(error)) from error
    return reader.finish()


def has_no_sequences(path: str) -> bool:
    """Whether a file has only blanks and `;` comments, as an earlier step writes it when it found nothing. False for a damaged file."""
    try:
        with open(path, "rb") as file:
            return all(line.startswith(b";") or not line.strip(BLANKS + LINE_ENDS) for line in _any_lines(b"", _unpacked(file)))
    except (OSError, EOFError, zlib.error):
        # The reader of the file reports what is wrong with it.
        return False


def _unreadable(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "Its gzip data ends too early. The file was cut off: copy or download it again."
    if isinstance(error, (gzip.BadGzipFile, zlib.error)):
        return f"Its gzip data is damaged ({error}): copy or download it again."
    return f"It cannot be read ({error}). Is it cut off or moved?"


def _unpacked(file: BinaryIO) -> BinaryIO:
    compressed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    return gzip.open(file) if compressed else file


def _records(file: BinaryIO) -> Iterator[_Raw]:
    head = file.read(TELLING_BYTES)
    encoding = foreign_encoding(head)
    if encoding is not None:
        raise InputProblem(encoding)
    file.seek(len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0)
    # Blank lines before the first mark are skipped here, so that the first other line shows the format.
    blank = 0
    for line in file:
        first = line.lstrip(BLANKS + LINE_ENDS)
        if not first:
            blank += _count_lines(line)
            continue
        blank += _count_lines(line[: len(line) - len(first)])
        if first.startswith(b"@"):
            return (yield from _fastq(first, file, blank + 1))
        if first.startswith((b">", b";")):
            return (yield from _fasta(_any_lines(first, file), blank + 1))
        shown = _show(first[0])
        neither = f'It is neither FASTA nor FASTQ: its first character is {shown}, expected ">" or "@".'
        raise InputProblem(f"Line {blank + 1}: {not_sequences(first[:TELLING_BYTES]) or neither}")


def _count_lines(blanks: bytes) -> int:
    return len(re.findall(rb"\r\n|\r|\n", blanks))


def _any_lines(first: bytes, file: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines that end with LF, CR or both; Python splits only at LF."""
    yield from first.splitlines()
    for line in file:
        if b"\r" in line:
            yield from line.splitlines()
        else:
            yield line


def _fasta(lines: Iterable[bytes], start: int) -> Iterator[_Raw]:
    record: _Raw | None = None
    for number, line in enumerate(lines, start):
        if line.startswith(b">"):
            if record is not None:
                yield record
            record = _Raw(number, line[1:], [], number + 1)
        elif line.startswith(b";"):
            if record is not None:
                # Replaces the comment, so that the place of a line in the list is still its number.
                record.lines.append(b"")
        elif record is not None:
            record.lines.append(line)
        elif line.strip(BLANKS + LINE_ENDS):
            raise InputProblem(f"Line {number}: it is not FASTA: letters stand before the first header.")
    if record is not None:
        yield record


def _fastq(first: bytes, file: Iterable[bytes], start: int) -> Iterator[_Raw]:
    """Parse FASTQ. Sequence and quality may have several lines, so a quality ends when it is as long as its sequence."""
    record: _Raw | None = None
    state, owed = "between", 0
    try:
        for number, line in enumerate(_fastq_lines(first, file, start), start):
            if state == "between":
                if not line:
                    continue
                if not line.startswith(b"@"):
                    raise _no_fastq(number, 'a FASTQ record must begin with "@" here')
                record = _Raw(number, line[1:], [], number + 1)
                state, owed = "sequence", 0
            elif state == "sequence" and line.startswith(b"+"):
                state = "quality" if owed else "between"
                if not owed:
                    yield record
            elif state == "sequence":
                record.lines.append(line)
                owed += len(line)
                if line.endswith((b" ", b"\t")):
                    raise _no_fastq(number, "a blank ends the sequence of a read, and no quality belongs to it")
            else:
                owed -= len(line)
                if owed < 0:
                    raise _no_fastq(number, "the quality of a read is longer than its sequence")
                if owed == 0:
                    state = "between"
                    yield record
        if state != "between":
            raise InputProblem(
                f"Line {record.line}: its last FASTQ record ends before its quality does. The file was cut off: copy or download it again."
            )
    except InputProblem:
        # Errors in its header or letters come before that in the file, so they are reported first.
        if state != "between":
            yield record
        raise


def _fastq_lines(first: bytes, file: Iterable[bytes], start: int) -> Iterator[bytes]:
    for number, line in enumerate(_chain(first, file), start):
        ended = line.rstrip(b"\n")
        plain = ended[:-1] if ended.endswith(b"\r") else ended
        if b"\r" in plain:
            raise _no_fastq(number, "a line ends with a CR alone, as on old Macs; in FASTQ lines end with LF or CRLF. Convert it")
        yield plain


def _chain(first: bytes, file: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from file


def _no_fastq(line: int, what: str) -> InputProblem:
    return InputProblem(f"Line {line}: {what}. The file is damaged or not FASTQ.")


class _Reader:
    """Converts records of a file into sequences, and collects the messages about the file as a whole."""

    def __init__(self, path: str, kind: Kind, ids: str, check_kind: bool):
        self._path, self._kind, self._rule, self._check = path, kind, ids, check_kind
        self._delete = kind.gaps + BLANKS + LINE_ENDS
        others = bytes(set(LETTERS) - set(kind.letters))
        self._others_as_unknown = bytes.maketrans(others, kind.unknown * len(others))
        self._known = kind.letters + kind.stop.encode()
        self._number = 0
        self._sequences: list[SequenceRecord] = []
        self._left_out: list[str] = []
        self._lines: dict[str, int] = {}
        self._unnamed: list[int] = []
        self._repeats: list[tuple[str, int, int]] = []

    def take(self, record: _Raw) -> None:
        self._number += 1
        name = self._id(record)
        if self._lines.setdefault(name, record.line) != record.line:
            self._repeats.append((name, self._lines[name], record.line))
        letters = self._letters(name, record)
        if letters.strip(self._kind.stop or None):
            self._sequences.append(SequenceRecord(name, letters))
        else:
            self._left_out.append(name)

    def _id(self, record: _Raw) -> str:
        header = record.header.lstrip(BLANKS).split(HEADER_JOINT, 1)[0].rstrip(LINE_ENDS)
        if self._rule == "first-word":
            header = re.split(rb"[ \t]", header, maxsplit=1)[0]
        header = header.rstrip(BLANKS)
        control = re.search(rb"[\x00-\x08\x0a-\x1f]", header)
        if control is not None:
            raise InputProblem(
                f"Line {record.line}: the control character {_show(control[0][0])} is in a header. The file is damaged."
            )
        if not header:
            self._unnamed.append(record.line)
            return f"sequence_{self._number}"
        try:
            return header.decode()
        except UnicodeDecodeError:
            return header.decode("latin-1")

    def _letters(self, name: str, record: _Raw) -> str:
        # Only ASCII letters have case: other bytes are not letters, whatever an encoding makes of them.
        letters = b"".join(record.lines).translate(None, self._delete).upper()
        if not self._check:
            letters = letters.translate(self._others_as_unknown)
        if letters.translate(None, self._known):
            self._refuse(name, record)
        return letters.decode("ascii")

    def _refuse(self, name: str, record: _Raw) -> None:
        fine = self._delete + self._known + (LETTERS if not self._check else b"")
        for number, line in enumerate(record.lines, record.first):
            for column, byte in enumerate(line.upper(), 1):
                if byte in fine:
                    continue
                found, place = line[column - 1], f"line {number}, column {column}"
                if byte in LETTERS:
                    raise InputProblem(
                        f"It does not look like DNA: sequence {name} has the letter {_show(found)} in {place}. Proteins belong to the "
                        "pipeline esm2-embedding; check_kind = false takes such letters for unknown bases."
                    )
                raise InputProblem(
                    f"Sequence {name} has {_show(found)} in {place}, which cannot stand in a sequence. The file is damaged or something else."
                )

    def finish(self) -> SequenceFile:
        if not self._number:
            raise InputProblem("It holds no sequences. Leave it out, or look why it is empty.")
        if not self._sequences:
            raise InputProblem(
                f"None of its {self._number} records has a letter ({_list(self._left_out)}). Is the file cut off?"
            )
        if self._check and self._kind is PROTEIN:
            _refuse_dna(self._sequences)
        warnings = []
        if self._unnamed:
            many = len(self._unnamed) > 1
            lines = _list([str(line) for line in self._unnamed])
            warnings.append(
                f"{len(self._unnamed)} headers have no name (lines {lines})" if many else f"1 header has no name (line {lines})"
            )
            warnings[-1] += "; sequence_N with the number of the record stands for it"
        if self._left_out:
            count = len(self._left_out)
            warnings.append(
                f"{'1 record has' if count == 1 else f'{count} records have'} no letters and {'is' if count == 1 else 'are'} left out: "
                f"{_list(self._left_out)}"
            )
        if self._repeats:
            warnings.append(self._tell_repeats())
        return SequenceFile(self._sequences, self._left_out, warnings)

    def _tell_repeats(self) -> str:
        shown = self._repeats[:SHOWN]
        texts = self._headers({line for _, first, second in shown for line in (first, second)})
        said = [f"{name} in line {first} ({texts[first]}) and line {second} ({texts[second]})" for name, first, second in shown]
        rest = len(self._repeats) - len(shown)
        count = "1 id is" if len(self._repeats) == 1 else f"{len(self._repeats)} ids are"
        more = f" and {rest} more" if rest else ""
        first_word = self._rule == "first-word"
        why = " An id ends at the first blank of its header; with ids = whole-header it is all of it." if first_word else ""
        return f"{count} there before: {', '.join(said)}{more}.{why}"

    def _headers(self, lines: set[int]) -> dict[int, str]:
        """Return the beginnings of header lines. It reads the file again, because they are not stored for a rare message."""
        texts: dict[int, str] = {}
        with open(self._path, "rb") as file:
            for number, line in enumerate(_any_lines(b"", _unpacked(file)), 1):
                if number in lines:
                    text = line[:SHOWN_HEADER_BYTES].decode("utf-8", "replace")
                    texts[number] = re.sub(r"[\x00-\x1f\x7f]", " ", text).strip("\ufeff ")
                if len(texts) == len(lines):
                    break
        return texts


def _refuse_dna(sequences: Sequence[SequenceRecord]) -> None:
    """Raise InputProblem when proteins look like DNA, in total or one by one. Low complexity alone is no error: poly-alanine is a protein."""
    letters: Counter[str] = Counter()
    for sequence in sequences:
        found = set(sequence.letters)
        if len(sequence.letters) >= MIN_LETTERS_OF_ONE and found <= set("ACGTUN") and _has_all_bases(found):
            raise InputProblem(_like_dna(f"sequence {sequence.id} is made of A, C, G, T, U or N alone"))
        letters.update(sequence.letters)
    total = sum(letters.values())
    share = sum(letters[letter] for letter in "ACGTUN") / max(1, total)
    if total >= MIN_LETTERS_TO_TELL and share >= DNA_SHARE and _has_all_bases(letters.keys()):
        raise InputProblem(_like_dna(f"{share:.0%} of its letters are A, C, G, T, U or N"))


def _has_all_bases(letters: Iterable[str]) -> bool:
    found = set(letters)
    return found >= set("ACG") and bool(found & set("TU"))


def _like_dna(why: str) -> str:
    return (
        f"It looks like DNA, not proteins: {why}. Translate it first, or use the pipeline dnabert-s-embedding; check_kind = false takes it "
        "for proteins all the same."
    )


def _show(byte: int) -> str:
    return json.dumps(chr(byte)) if 0x20 < byte < 0x7F else f"\\x{byte:02x}"


def _list(words: Sequence[str]) -> str:
    rest = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
