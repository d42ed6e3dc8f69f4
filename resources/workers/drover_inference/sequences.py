"""FASTA files, plain or gzip, and whether what they hold fits the model."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from typing import BinaryIO, Iterable, Iterator, NamedTuple, Sequence

from .problems import InputProblem

GZIP_MAGIC = b"\x1f\x8b"
# The IUPAC codes of DNA and RNA, and the gap.
DNA_LETTERS = frozenset("ACGTUNRYSWKMBDHV-")
# The IUPAC codes of amino acids with B, Z, X, J, U and O, the stop, and the gap.
PROTEIN_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ*-.")
# Proteins are about a quarter A, C, G, T and N by chance; from this share on a file is taken for DNA.
DNA_SHARE = 0.95
# With fewer letters than this, chance could make a protein look like DNA.
MIN_LETTERS_TO_TELL = 30
# Sequences and letters that a message names, at most.
SHOWN = 5


class FastaSequence(NamedTuple):
    """One record: the id is the first word of its header; the letters are upper case, without blanks."""

    id: str
    letters: str


def read_fasta(path: str) -> list[FastaSequence]:
    """Read all sequences of a FASTA file. Raises InputProblem when it is not one or holds none."""
    try:
        with open(path, "rb") as file:
            sequences = list(_parse(_lines(file)))
    except (OSError, EOFError, zlib.error) as error:
        raise InputProblem(f"It cannot be read ({error}). Is it cut off or moved?") from error
    if not sequences:
        raise InputProblem("It holds no sequences. Leave it out, or look why it is empty.")
    empty = [sequence.id for sequence in sequences if not sequence.letters]
    if empty:
        raise InputProblem(f"{_list(empty)} has a header and no letters. Is the file cut off?")
    return sequences


def has_no_sequences(path: str) -> bool:
    """Whether a file holds nothing but blanks and `;` comments: what an earlier step writes when it found nothing."""
    with open(path, "rb") as file:
        return all(line.startswith(b";") or not line.strip() for line in _lines(file))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    compressed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    return iter(gzip.open(file) if compressed else file)


def _parse(lines: Iterable[bytes]) -> Iterator[FastaSequence]:
    name: str | None = None
    parts: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line[3:] if line.startswith(b"\xef\xbb\xbf") else line
        if line.startswith(b">"):
            if name is not None:
                yield FastaSequence(name, _letters(parts))
            words = line[1:].decode("utf-8", "replace").split()
            name, parts = (words[0] if words else f"sequence_{number}"), []
        elif name is not None and not line.startswith(b";"):
            parts.append(line)
        elif line.strip() and not line.startswith(b";"):
            raise InputProblem(_not_fasta(number, line))
    if name is not None:
        yield FastaSequence(name, _letters(parts))


def _letters(parts: Sequence[bytes]) -> str:
    # Splitting at white space and joining again drops line ends of every kind, and blanks inside lines.
    return "".join(b"".join(parts).decode("latin-1").upper().split())


def _not_fasta(number: int, line: bytes) -> str:
    found = line[:40].decode("utf-8", "replace").rstrip()
    hint = " A FASTQ file has to be converted first." if line.startswith(b"@") else ""
    return f'It is not FASTA: expected ">" at the start of a sequence, found {found!r} in line {number}.{hint}'


def check_dna(sequences: Sequence[FastaSequence]) -> None:
    """Raise InputProblem unless all letters can be nucleotides."""
    for sequence in sequences:
        foreign = set(sequence.letters) - DNA_LETTERS
        if not foreign:
            continue
        found = f"sequence {sequence.id} has the letters {_list(sorted(foreign))}"
        if foreign <= PROTEIN_LETTERS:
            raise InputProblem(f"It does not look like DNA: {found}. Proteins belong to the pipeline esm2-embedding.")
        raise InputProblem(f"It does not look like DNA: {found}, which are no nucleotides.")


def check_protein(sequences: Sequence[FastaSequence]) -> None:
    """Raise InputProblem when letters cannot be amino acids, or the file as a whole looks like DNA."""
    letters: Counter[str] = Counter()
    for sequence in sequences:
        foreign = set(sequence.letters) - PROTEIN_LETTERS
        if foreign:
            found = f"sequence {sequence.id} has the letters {_list(sorted(foreign))}"
            raise InputProblem(f"It does not look like proteins: {found}, which are no amino acids.")
        letters.update(sequence.letters)
    total = sum(letters.values())
    share = sum(letters[letter] for letter in "ACGTUN") / max(1, total)
    if total >= MIN_LETTERS_TO_TELL and share >= DNA_SHARE:
        raise InputProblem(
            f"It looks like DNA, not proteins: {share:.0%} of its letters are A, C, G, T, U or N. "
            "Translate it first, or use the pipeline dnabert-s-embedding."
        )


def _list(words: Sequence[str]) -> str:
    rest = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
