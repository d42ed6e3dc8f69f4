"""Recognizes by its first bytes a file without sequences, or one that cannot be read."""

from __future__ import annotations

import re

# The number of first bytes that identify a file.
TELLING_BYTES = 64
COMPRESSED = (
    (rb"BZh", "bzip2-compressed: unpack it with bunzip2"),
    (rb"\xfd7zXZ\x00", "xz-compressed: unpack it with unxz"),
    (rb"\x28\xb5\x2f\xfd", "zstd-compressed: unpack it with unzstd"),
    (rb"\x04\x22\x4d\x18", "lz4-compressed: unpack it with unlz4"),
    (rb"\x1f\x9d", "compressed with the old compress: unpack it with uncompress"),
    (rb"LZIP\x01", "lzip-compressed: unpack it with lzip -d"),
    (rb"\x1f\x8b", "gzip inside gzip: unpack it once with gunzip"),
    (rb"PK\x03\x04", "a ZIP archive: unpack it"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (rb"Rar!\x1a\x07", "a RAR archive: unpack it"),
)
ENCODED = (
    (rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "in UTF-32"),
    (rb"\xff\xfe|\xfe\xff", "in UTF-16"),
    # Without a mark: every other byte of such text is zero.
    (rb"\x00[^\x00]\x00[^\x00]|[^\x00]\x00[^\x00]\x00", "in UTF-16"),
)
OTHERS = (
    (rb"(?i)<(?:!doctype\s+html|html|head|body)", "it is a web page (HTML), not sequences. Was a download refused? Get the file again."),
    (rb"(?i)<(?:\?xml|[a-z])", "it is XML, not sequences. Export it as FASTA."),
    (rb"BAM\x01", "it is BAM (aligned reads). Convert it with samtools fasta."),
    (rb"CRAM", "it is CRAM (aligned reads). Convert it with samtools fasta."),
    (rb"LOCUS\s", "it is GenBank. Convert it to FASTA."),
    (rb"ID   ", "it is EMBL or Swiss-Prot. Convert it to FASTA."),
    (rb"%PDF", "it is PDF, not sequences."),
    (rb"version https://git-lfs", "it is only the pointer of a file in Git LFS. Fetch the file itself: git lfs pull."),
)


def foreign_encoding(head: bytes) -> str | None:
    """Return in a sentence what a file with this beginning is, when it cannot be read as text; otherwise None."""
    compressed = _first(COMPRESSED, head)
    if compressed is not None:
        return f"It is {compressed}, or compress it with gzip."
    encoded = _first(ENCODED, head)
    return None if encoded is None else f"It is {encoded}. Save it as plain text (ASCII or UTF-8)."


def not_sequences(head: bytes) -> str | None:
    """Return in a sentence what a text with this beginning is, when it is known and is neither FASTA nor FASTQ."""
    return _first(OTHERS, head)


def _first(table: tuple[tuple[bytes, str], ...], head: bytes) -> str | None:
    return next((name for sign, name in table if re.match(sign, head)), None)
