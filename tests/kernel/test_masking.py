"""What of a text is hidden: by a list of labelled sentences, and what holds for every text."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.kernel import masking
from liandong.kernel.masking import Reporter, Span

LIST = Path(__file__).with_name("masking_sentences.tsv")
BEGINS, ENDS = "⟦", "⟧"
LEAST, LEAST_OF_A_KIND = 0.99, 0.95


class Sentence(NamedTuple):
    """A line of the list: its text, the places of what must be hidden with their kinds, and who reported."""

    marked: str
    text: str
    spans: list[tuple[range, str]]
    reporter: Reporter


def read_list() -> list[Sentence]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [
            sentence(line["sentence"], Reporter(line["name"], line["phone"]), line["kind"].split(","))
            for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def sentence(marked: str, reporter: Reporter, kinds: list[str]) -> Sentence:
    text = ""
    spans: list[tuple[range, str]] = []
    for part in re.split(f"({BEGINS}.*?{ENDS})", marked):
        inside = part.removeprefix(BEGINS).removesuffix(ENDS)
        if inside != part:
            spans.append((range(len(text), len(text) + len(inside)), kinds[min(len(spans), len(kinds) - 1)]))
        text += inside
    return Sentence(marked, text, spans, reporter)


class Marks(NamedTuple):
    """How the spans of the list were found: per kind how many there are, and which went wrong."""

    marked: Counter[str]
    missed: list[tuple[str, Sentence]]
    hidden: Counter[str]
    wrong: list[tuple[str, Sentence]]

    def recall(self, kind: str = "") -> float:
        return share(self.marked, self.missed, kind)

    def precision(self, kind: str = "") -> float:
        return share(self.hidden, self.wrong, kind)

    def told(self) -> str:
        lines = [f"recall {self.recall():.4f}, precision {self.precision():.4f}"]
        for word, failures in (("missed", self.missed), ("wrongly hidden", self.wrong)):
            for kind, failed in failures:
                shown = masking.masked(failed.text, [failed.reporter])
                lines.append(f"{word} ({kind}): {failed.marked!r} {failed.reporter} -> {shown!r}")
        return "\n".join(lines)


def share(of: Counter[str], failures: list[tuple[str, Sentence]], kind: str) -> float:
    failed = [each for each, _ in failures if kind in ("", each)]
    return 1 - len(failed) / ((of[kind] if kind else of.total()) or 1)


@pytest.fixture(scope="module")
def marks() -> Marks:
    marks = Marks(Counter(), [], Counter(), [])
    for each in read_list():
        found = masking.find(each.text, [each.reporter])
        covered = {place for span in found for place in range(span.start, span.end)}
        allowed = {place for places, _ in each.spans for place in places}
        for places, kind in each.spans:
            marks.marked[kind] += 1
            if not all(place in covered for place in places if each.text[place].isalnum()):
                marks.missed.append((kind, each))
        for span in found:
            marks.hidden[span.kind] += 1
            if any(each.text[place].isalnum() for place in range(span.start, span.end) if place not in allowed):
                marks.wrong.append((span.kind, each))
    return marks


def test_the_list_is_long_enough_to_say_something() -> None:
    sentences = read_list()
    assert len(sentences) >= 420
    assert len([each for each in sentences if not each.spans]) >= 180
    assert {kind for each in sentences for _, kind in each.spans} == set(masking.Kind)


def test_nearly_all_that_must_be_hidden_is_hidden(marks: Marks) -> None:
    assert marks.recall() >= LEAST, marks.told()


def test_nearly_nothing_is_hidden_that_readers_need(marks: Marks) -> None:
    assert marks.precision() >= LEAST, marks.told()


@pytest.mark.parametrize("kind", list(masking.Kind))
def test_no_kind_falls_behind(marks: Marks, kind: str) -> None:
    assert marks.recall(kind) >= LEAST_OF_A_KIND, marks.told()
    assert marks.precision(kind) >= LEAST_OF_A_KIND, marks.told()


SENTENCES = [each.text for each in read_list()]
REPORTERS = [Reporter(), *{each.reporter: None for each in read_list()}]
PIECES = (
    st.sampled_from(SENTENCES)
    | st.text("0123456789一三零 -+()（）.,，转x电话浙a@\u200b", max_size=20)
    | st.text(max_size=9)
)
TEXTS = st.lists(PIECES, max_size=4).map("".join)


@given(TEXTS, st.sampled_from(REPORTERS))
def test_masking_twice_is_the_same_as_once(text: str, reporter: Reporter) -> None:
    once = masking.masked(text, [reporter])
    assert masking.masked(once, [reporter]) == once


@given(TEXTS, st.sampled_from(REPORTERS))
def test_a_masked_text_grows_no_new_number(text: str, reporter: Reporter) -> None:
    once = masking.masked(text, [reporter])
    assert masking.find(once, [reporter]) == []
    assert not Counter(filter(str.isalnum, once)) - Counter(filter(str.isalnum, text))


@given(TEXTS, st.sampled_from(REPORTERS))
def test_what_is_found_stands_in_order_without_overlap_within_the_text(text: str, reporter: Reporter) -> None:
    at = 0
    for span in masking.find(text, [reporter]):
        assert isinstance(span, Span)
        assert at <= span.start < span.end <= len(text)
        at = span.end


@given(st.text("路灯不亮请尽快修，。！？（）的了是在门口\n 😀—…", max_size=60))
def test_a_text_without_digits_letters_and_names_stays_as_it_is(text: str) -> None:
    assert masking.masked(text, [Reporter("王建国", "13900001234")]) == text


@given(st.sampled_from(SENTENCES))
def test_a_text_in_full_width_signs_hides_the_same_places(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if re.match("[0-9A-Za-z]", sign) else sign for sign in text)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)
    assert masking.find(wide) == masking.find(text)


@given(
    TEXTS, st.text("王先生女士、（）()·.*-_' 一13900001234+@aA和路", max_size=12), st.text("0139+-() /，x", max_size=16)
)
def test_a_contact_may_hold_anything(text: str, name: str, phone: str) -> None:
    once = masking.masked(text, [Reporter(name, phone)])
    assert masking.masked(once, [Reporter(name, phone)]) == once
