import json
import os
import random
from pathlib import Path

from support import FolderCase

from drover_inference.problems import InputProblem
from drover_inference.prompts import (
    Parts,
    Refusal,
    Request,
    answer,
    completion_length,
    parse_line,
    read_requests,
    record_line,
    refused,
    warnings_about,
    write_records,
)

MESSAGES = [{"role": "user", "content": "hi"}]


class ReadsPrompts(FolderCase):
    def test_takes_prompts_and_chats_with_the_numbers_of_their_lines(self) -> None:
        path = self.write("a.jsonl", '{"prompt": "x", "id": 7}\n\n' + json.dumps({"messages": MESSAGES}))
        self.assertEqual(read_requests(path), [Request(1, 7, "x"), Request(3, None, MESSAGES)])

    def test_a_broken_line_fails_alone_and_says_which(self) -> None:
        path = self.write(
            "a.jsonl",
            '{"prompt": "x"}\n{"prompt": \n[1]\n{"id": 4, "prompt": ""}\n{"messages": [{"role": "user"}]}\n\xff\n'.encode(
                "latin-1"
            ),
        )
        first, *others = read_requests(path)
        self.assertIsInstance(first, Request)
        self.assertEqual(
            [(other.line, other.kind) for other in others],
            [(2, "invalid_json"), *((n, "invalid_request") for n in (3, 4, 5)), (6, "invalid_json")],
        )
        self.assertIn("Line 2 is not valid JSON", others[0].message)
        self.assertEqual(others[2].id, 4)

    def test_refuses_a_file_without_lines(self) -> None:
        with self.assertRaisesRegex(InputProblem, "holds no prompts"):
            read_requests(self.write("a.jsonl", "\n \n"))

    def test_never_raises_whatever_a_line_holds(self) -> None:
        chance = random.Random(6)
        for _ in range(500):
            line = bytes(chance.choices(b'{}[]":,promt\xff\x00 1e', k=chance.randint(1, 30)))
            self.assertIsInstance(parse_line(1, line), (Request, Refusal))


    def test_one_line_never_costs_the_others(self) -> None:
        lines = ['{"id": "a", "prompt": "x"}', '{"id": ' + "[" * 100_000, '{"id": NaN, "prompt": "x"}', '{"id": -Infinity, "prompt": "x"}']
        lines += ['{"id": 1e999, "prompt": "x"}', '{"id": "\\ud83d", "prompt": "x"}']
        found = read_requests(self.write("a.jsonl", "\n".join(lines)))
        self.assertEqual([type(line).__name__ for line in found], ["Request", *["Refusal"] * 4, "Request"])
        self.assertIn("nested too deeply", found[1].message)
        self.assertIn("NaN is no number", found[2].message)

    def test_every_line_end_counts_and_a_mark_at_the_beginning_does_not(self) -> None:
        for end in ("\n", "\r\n", "\r"):
            path = self.write("a.jsonl", f'\ufeff{{"prompt": "x"}}{end}{{"prompt": "y"}}{end}')
            self.assertEqual([(line.line, line.prompt) for line in read_requests(path)], [(1, "x"), (2, "y")])

    def test_takes_lines_of_a_batch_and_texts_in_parts(self) -> None:
        batch = {"custom_id": "r-1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": MESSAGES}}
        self.assertEqual(parse_line(1, json.dumps(batch).encode()), Request(1, "r-1", MESSAGES, ("model",)))
        parts = {"messages": [{"role": "user", "content": [{"type": "text", "text": "h"}, {"type": "text", "text": "i"}]}]}
        self.assertEqual(parse_line(1, json.dumps(parts).encode()), Request(1, None, MESSAGES))
        for content in (None, [], [{"type": "image_url"}], 5):
            found = parse_line(3, json.dumps({"messages": [*MESSAGES, {"role": "user", "content": content}]}).encode())
            self.assertIn("Line 3 has a message (number 2) without", found.message)

    def test_takes_every_line_that_the_documents_show_by_its_name(self) -> None:
        page = (Path(__file__).parents[2] / "docs/bundled-pipelines.md").read_text(encoding="utf-8")
        section = page.split("## `text-generation`")[1].split("\n## ")[0]
        lines = section.split("```json\n")[1].split("```")[0].encode().splitlines()
        read = [parse_line(number, line) for number, line in enumerate(lines, start=1)]
        self.assertEqual([(type(line), line.id) for line in read], [(Request, 7), (Request, 8), (Request, "nine")])
        for kind in ("invalid_json", "invalid_request", "context_length_exceeded"):
            self.assertIn(f"`{kind}`", section)
        self.assertIn(f"`{os.path.basename(Parts('STEM.answers.jsonl', '')._path)}`", section)

    def test_refuses_a_prompt_beside_messages(self) -> None:
        found = parse_line(1, json.dumps({"prompt": "x", "messages": MESSAGES}).encode())
        self.assertIn('both "prompt" and "messages"', found.message)
        path = self.write("a.jsonl", json.dumps({"prompt": "x", "messages": MESSAGES}))
        self.assertEqual(read_requests(path), [found])

    def test_names_the_format_of_a_file_that_is_another(self) -> None:
        for content, named in (
            (b"\x1f\x8b\x08", "gzip"),
            ('{"prompt": "x"}'.encode("utf-16"), "UTF-16"),
            ('{"prompt": "x"}'.encode("utf-16-le"), "UTF-16"),
            (b'[{"prompt": "x"}]', "not JSON Lines"),
            (b'{\n "prompt": "x"\n}\n', "not JSON Lines"),
        ):
            (self.folder / "a.jsonl").write_bytes(content)
            with self.assertRaisesRegex(InputProblem, named):
                read_requests(str(self.folder / "a.jsonl"))

    def test_warns_of_keys_that_change_nothing_and_of_ids_that_are_there_twice(self) -> None:
        path = self.write("a.jsonl", '{"id": 1, "prompt": "x", "max_tokens": 5, "stop": ["."]}\n{"id": 1, "prompt": "y", "temperature": 1}\n')
        keys, ids = warnings_about(read_requests(path))
        self.assertIn("Line 1 and 1 more: max_tokens, stop, temperature ignored", keys)
        self.assertIn("Lines 1 and 2 have the same id", ids)
        self.assertEqual(warnings_about(read_requests(self.write("b.jsonl", '{"id": "1", "prompt": "x"}\n{"id": 1, "prompt": "y"}'))), [])


class KeepsAnswersAsTheyCome(FolderCase):
    def answers(self, *lines: int) -> list:
        return [answer(Request(line, f"id {line}", "x"), "t", "stop", 1, 1) for line in lines]

    def test_those_of_an_attempt_that_was_cut_off_count_for_the_same_question_alone(self) -> None:
        output = str(self.folder / "out.jsonl")
        parts = Parts(output, "question")
        self.assertEqual(parts.open(), {})
        parts.add(self.answers(3, 1))
        parts.close()
        with open(self.folder / ".parts.out.jsonl", "ab") as file:
            file.write(b'{"line": 2, "usage": {}, "te')
        again = Parts(output, "question")
        self.assertEqual(sorted(again.open()), [1, 3])
        again.add(self.answers(2))
        again.close()
        last = Parts(output, "question")
        self.assertEqual(sorted(last.open()), [1, 2, 3])
        last.close()
        another = Parts(output, "another")
        self.assertEqual(another.open(), {})
        another.close()

    def test_nothing_is_left_when_the_output_has_them(self) -> None:
        parts = Parts(str(self.folder / "out.jsonl"), "question")
        parts.open()
        parts.add(self.answers(1))
        parts.remove()
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_place_that_takes_no_file_costs_no_answer(self) -> None:
        parts = Parts(str(self.folder / ("x" * 255)), "question")
        self.assertEqual(parts.open(), {})
        parts.add(self.answers(1))
        parts.close()
        self.assertIsNotNone(parts.trouble)


class WritesAnswers(FolderCase):
    def test_as_valid_json_whatever_an_id_holds(self) -> None:
        path = self.folder / "out.jsonl"
        deep: list = []
        for _ in range(100_000):
            deep = [deep]
        requests = [Request(1, "\ud83d", "x"), Request(2, deep, "x"), Request(3, "Рак", "x")]
        write_records(path, [answer(request, "t", "stop", 1, 1) for request in requests])
        lines = path.read_text(encoding="utf-8").splitlines()
        self.assertEqual([json.loads(line)["id"] for line in lines], ["\ud83d", None, "Рак"])
        self.assertIn("Рак", lines[2])
        self.assertTrue(record_line({"line": 1}).endswith("}\n"))

    def test_in_the_order_of_their_lines_with_usage_and_errors(self) -> None:
        path = self.folder / "out.jsonl"
        write_records(path, [refused(Refusal(2, None, "invalid_json", "no")), answer(Request(1, "ä", "x"), "tö", "stop", 3, 4)])
        self.assertEqual(
            [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()],
            [
                {
                    "id": "ä",
                    "line": 1,
                    "text": "tö",
                    "finish_reason": "stop",
                    "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
                },
                {"id": None, "line": 2, "error": {"type": "invalid_json", "message": "no"}},
            ],
        )

    def test_an_answer_ends_with_its_first_ending_token_and_what_follows_is_padding(self) -> None:
        self.assertEqual(completion_length([5, 6, 0, 0], frozenset({0})), (3, True))
        self.assertEqual(completion_length([5, 6], frozenset({0, 9})), (2, False))
        self.assertEqual(completion_length([9], frozenset({0, 9})), (1, True))
