import json
import random

from support import FolderCase

from drover_inference.problems import InputProblem
from drover_inference.prompts import Refusal, Request, answer, completion_length, parse_line, read_requests, refused, write_records

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


class WritesAnswers(FolderCase):
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
