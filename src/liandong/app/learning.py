"""The nightly training of the category proposal: from the confirmed cases' first reports, which another room keeps."""

from liandong.contexts.cases import learning
from liandong.contexts.cases import public as cases
from liandong.contexts.intake import public as intake
from liandong.kernel.actor import SYSTEM

NEWEST = 40_000
"""Cases that are learned from: what a county calls things this year."""
_AT_A_TIME = 1_000


def learn() -> cases.Lesson | None:
    """Trains and keeps the result; None where there is too little to learn from. Some minutes for 40,000 cases."""
    lesson = learning.learn(examples(), cases.leaf_words())
    cases.keep_lesson(actor=SYSTEM, lesson=lesson)
    return lesson


def examples() -> list[learning.Example]:
    """One of each confirmed case; erased texts are gone."""
    confirmed = cases.confirmed_cases(NEWEST)
    ids = list(confirmed)
    found: list[learning.Example] = []
    for begin in range(0, len(ids), _AT_A_TIME):
        texts = intake.first_texts(ids[begin : begin + _AT_A_TIME])
        found += [learning.Example(text, confirmed[case_id]) for case_id, text in texts.items() if text]
    return found


def told(figures: cases.Figures) -> list[str]:
    """The figures in both languages, a line each."""
    never = "从不 · never"
    sure, agreeing = (never if each > 1 else f"{each:.2f}" for each in (figures.sure, figures.sure_agreeing))
    right, written_right = (f"{each:.1%} 正确 · right" for each in (figures.taken_right, figures.written_right))
    return [
        f"已确认的事件 · confirmed cases          {figures.cases:>8,}",
        f"学得的小类 · leaves learned             {figures.leaves:>8,}",
        f"字词片段 · pieces of text               {figures.pieces:>8,}",
        f"宏 F1（五折） · macro-F1, 5 folds       {figures.macro_f1:>8.3f}",
        f"准确率 · accuracy                       {figures.accuracy:>8.3f}",
        f"校准误差 · expected calibration error   {figures.calibration_error:>8.3f}",
        f"采用门槛 · taken from probability       {sure:>8}",
        f"与同义词一致时 · where synonyms agree   {agreeing:>8}",
        f"自动归类 · taken without a clerk        {figures.taken:>8.1%}  {right}",
        f"仅凭同义词 · by synonyms alone          {figures.written_taken:>8.1%}  {written_right}",
    ]
