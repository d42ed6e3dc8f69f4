from __future__ import annotations

import gzip
import json
import random
import unittest

from support import FIXTURES, ROOT, FolderCase

from drover_inference.problems import InputProblem
from drover_inference.sequences import DNA, PROTEIN, Kind, has_no_sequences, read_sequences

CASES_FOLDER = ROOT / "test" / "fixtures" / "sequences"
# The same table that the readers in JavaScript and the counters of cost are tested against.
CASES = json.loads((CASES_FOLDER / "cases.json").read_text(encoding="utf-8"))
KINDS = {"dna": DNA, "protein": PROTEIN}


def letters_of(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


class FollowsTheTableOfCases(unittest.TestCase):
    def test_reads_every_good_file(self) -> None:
        for case in CASES:
            if "error" in case:
                continue
            with self.subTest(case["file"]):
                empty = case.get("empty_reads", [])
                found = read_sequences(str(CASES_FOLDER / case["file"]), KINDS[case["kind"]])
                self.assertEqual([sequence.id for sequence in found.sequences], [name for name in case["ids"] if name not in empty])
                self.assertEqual(
                    [letters_of(sequence.letters) for sequence in found.sequences], [count for count in case["letters"] if count]
                )
                self.assertEqual(found.left_out, case.get("left_out", []) + empty)
                self.assertIn(case.get("warning", ""), "\n".join(found.warnings))
                self.assertEqual(len(found.warnings), bool(found.left_out) + ("warning" in case))

    def test_refuses_every_bad_file_in_the_same_words(self) -> None:
        for case in CASES:
            if "error" not in case:
                continue
            with self.subTest(case["file"]):
                with self.assertRaises(InputProblem) as caught:
                    read_sequences(str(CASES_FOLDER / case["file"]), KINDS[case["kind"]])
                self.assertIn(case["error"].lower(), str(caught.exception).lower())

    def test_takes_whole_headers_and_other_kinds_where_that_is_wanted(self) -> None:
        for case in CASES:
            path, kind = str(CASES_FOLDER / case["file"]), KINDS[case["kind"]]
            with self.subTest(case["file"]):
                if "whole" in case:
                    found = read_sequences(path, kind, "whole-header")
                    self.assertEqual(([sequence.id for sequence in found.sequences], found.warnings), (case["whole"], []))
                if "unchecked" in case:
                    found = read_sequences(path, kind, check_kind=False)
                    self.assertEqual([len(sequence.letters) for sequence in found.sequences], case["unchecked"])
                    self.assertLessEqual({*"".join(sequence.letters for sequence in found.sequences).encode()}, {*kind.letters})


class ReadsSequences(FolderCase):
    def read(self, content: str | bytes, kind: Kind = DNA) -> list[tuple[str, str]]:
        return [tuple(sequence) for sequence in read_sequences(self.write("a.fa", content), kind).sequences]

    def test_joins_lines_in_upper_case_without_gaps(self) -> None:
        self.assertEqual(self.read(">a first\nacg\r\nT T-.*\n\n>b\nGu\n"), [("a", "ACGTT"), ("b", "GU")])
        self.assertEqual(self.read(">a\nmk*v-.*\n", PROTEIN), [("a", "MK*V*")])

    def test_reads_back_what_was_written_in_any_layout(self) -> None:
        chance = random.Random(1)
        for _ in range(100):
            sequences = [
                (f"s{n}", "".join(chance.choices("ACDEFGHIK", k=chance.randint(1, 200)))) for n in range(chance.randint(1, 9))
            ]
            width, end = chance.randint(1, 90), chance.choice(["\n", "\r\n", "\r"])
            lines = []
            for name, letters in sequences:
                lines += [f">{name} x", *(letters[at : at + width] for at in range(0, len(letters), width))]
            self.assertEqual(self.read(end.join(lines), PROTEIN), sequences)

    def test_tells_a_file_of_comments_from_one_with_sequences(self) -> None:
        self.assertTrue(has_no_sequences(self.write("none.fa", "; nothing found\n\n")))
        self.assertFalse(has_no_sequences(self.write("one.fa", "; x\n>a\nAC\n")))
        self.assertTrue(has_no_sequences(self.write("none-cr.fa", b"; nothing found\r\r")))
        self.assertFalse(has_no_sequences(self.write("one-cr.fa", b"; x\r>a\rAC\r")))
        self.assertFalse(has_no_sequences(self.write("control.fa", b"; x\n\x0c\n")))
        self.assertFalse(has_no_sequences(self.write("cut.fa.gz", gzip.compress(b"; x\n")[:-4])))


class TellsDnaFromProteins(FolderCase):
    def test_accepts_real_files_of_each_kind(self) -> None:
        for name in ("test_sequences.fa", "test_with_orfs.fa"):
            read_sequences(str(FIXTURES / name), DNA)
        for name in ("test_with_orfs_identified_protein.faa", "test_fixed_500bp_identified_protein.faa"):
            read_sequences(str(FIXTURES / name), PROTEIN)

    def test_refuses_each_kind_where_the_other_is_wanted(self) -> None:
        with self.assertRaisesRegex(InputProblem, "looks like DNA.*dnabert-s-embedding"):
            read_sequences(str(FIXTURES / "test_sequences_small.fa"), PROTEIN)
        with self.assertRaisesRegex(InputProblem, 'synthetic_seq_1_chunk_1R1 has the letter "[A-Z]".*esm2-embedding'):
            read_sequences(str(FIXTURES / "test_with_orfs_identified_protein.faa"), DNA)

    def test_does_not_take_a_short_peptide_for_dna(self) -> None:
        read_sequences(self.write("a.faa", ">a\nGATTACA\n"), PROTEIN)
