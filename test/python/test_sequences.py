from __future__ import annotations

import gzip
import random

from support import FIXTURES, FolderCase

from drover_inference.problems import InputProblem
from drover_inference.sequences import check_dna, check_protein, has_no_sequences, read_fasta


class ReadsFasta(FolderCase):
    def read(self, content: str | bytes, name: str = "a.fa") -> list[tuple[str, str]]:
        return [tuple(sequence) for sequence in read_fasta(self.write(name, content))]

    def assert_refused(self, content: str | bytes, words: str) -> None:
        with self.assertRaisesRegex(InputProblem, words):
            self.read(content)

    def test_takes_the_first_word_of_a_header_and_joins_lines_in_upper_case(self) -> None:
        self.assertEqual(self.read(">a first\nacg\r\nT T\n\n>b\nGG\n"), [("a", "ACGTT"), ("b", "GG")])

    def test_skips_comments_and_a_byte_order_mark_and_reads_gzip(self) -> None:
        self.assertEqual(self.read(b"\xef\xbb\xbf; made by hand\n>a\nAC\n;x\nGT\n"), [("a", "ACGT")])
        self.assertEqual(self.read(gzip.compress(b">a\nACGT\n"), "a.fa.gz"), [("a", "ACGT")])

    def test_names_a_sequence_without_a_name_by_its_line(self) -> None:
        self.assertEqual(self.read(">\nAC\n>\nGT")[1], ("sequence_3", "GT"))

    def test_reads_back_what_was_written_in_any_layout(self) -> None:
        chance = random.Random(1)
        for _ in range(100):
            sequences = [
                (f"s{n}", "".join(chance.choices("ACDEFGHIK", k=chance.randint(1, 200)))) for n in range(chance.randint(1, 9))
            ]
            width, end = chance.randint(1, 90), chance.choice(["\n", "\r\n"])
            lines = []
            for name, letters in sequences:
                lines += [f">{name} x", *(letters[at : at + width] for at in range(0, len(letters), width))]
            self.assertEqual(self.read(end.join(lines)), sequences)

    def test_says_what_is_wrong_with_a_file_that_is_no_fasta(self) -> None:
        self.assert_refused("hello\n", "not FASTA.*'hello' in line 1")
        self.assert_refused("@read\nACGT\n+\n!!!!\n", "FASTQ file has to be converted")
        self.assert_refused("", "holds no sequences")
        self.assert_refused(">a\n>b\nAC\n", "a has a header and no letters")
        self.assert_refused(gzip.compress(b">a\n" + b"ACGT" * 999)[:-9], "cannot be read")

    def test_tells_a_file_of_comments_from_one_with_sequences(self) -> None:
        self.assertTrue(has_no_sequences(self.write("none.fa", "; nothing found\n\n")))
        self.assertFalse(has_no_sequences(self.write("one.fa", "; x\n>a\nAC\n")))


class TellsDnaFromProteins(FolderCase):
    def test_accepts_real_files_of_each_kind(self) -> None:
        for name in ("test_sequences.fa", "test_with_orfs.fa"):
            check_dna(read_fasta(str(FIXTURES / name)))
        for name in ("test_with_orfs_identified_protein.faa", "test_fixed_500bp_identified_protein.faa"):
            check_protein(read_fasta(str(FIXTURES / name)))

    def test_refuses_each_kind_where_the_other_is_wanted(self) -> None:
        with self.assertRaisesRegex(InputProblem, "looks like DNA.*dnabert-s-embedding"):
            check_protein(read_fasta(str(FIXTURES / "test_sequences_small.fa")))
        with self.assertRaisesRegex(InputProblem, "synthetic_seq_1_chunk_1R1 has the letters F, L, Q.*esm2-embedding"):
            check_dna(read_fasta(str(FIXTURES / "test_with_orfs_identified_protein.faa")))

    def test_does_not_take_a_short_peptide_for_dna(self) -> None:
        check_protein(read_fasta(self.write("a.faa", ">a\nGATTACA\n")))

    def test_names_letters_that_are_neither(self) -> None:
        with self.assertRaisesRegex(InputProblem, "sequence a has the letters 1, 2"):
            check_dna(read_fasta(self.write("a.fa", ">a\nAC12\n")))
        with self.assertRaisesRegex(InputProblem, "letters 1, which are no amino acids"):
            check_protein(read_fasta(self.write("a.faa", ">a\nMK1\n")))
