"""The nightly training of the category proposal: from the letters that ship and the first reports of confirmed cases,
which another room keeps.
"""

from liandong.app.origins import FICTIONAL
from liandong.contexts.cases import public as cases
from liandong.contexts.categories import learning
from liandong.contexts.categories import public as categories
from liandong.contexts.intake import public as intake
from liandong.kernel.actor import SYSTEM

NEWEST = 40_000
"""Cases that are learned from: what a county calls things this year."""
_AT_A_TIME = 1_000


def learn() -> categories.Lesson | None:
    """Trains and keeps the result; None where there is too little to learn from. Some minutes for 40,000 cases."""
    lesson = learning.learn(examples(), learning.shipped_letters(), list(categories.taxonomy().leaves()))
    categories.keep_lesson(actor=SYSTEM, lesson=lesson)
    return lesson


def examples() -> list[learning.Example]:
    """One of each confirmed case, the newest first; erased texts are gone, and the fictional county's teach nothing."""
    confirmed = cases.confirmed_cases(NEWEST)
    ids = list(confirmed)
    found: list[learning.Example] = []
    for begin in range(0, len(ids), _AT_A_TIME):
        some = ids[begin : begin + _AT_A_TIME]
        texts = intake.first_texts(some, without_origin=FICTIONAL)
        found += [
            learning.Example(texts[case_id], confirmed[case_id].code, is_recent=confirmed[case_id].is_recent)
            for case_id in some
            if texts.get(case_id)
        ]
    return found


def lines(lesson: categories.Lesson) -> list[str]:
    """The figures in both languages, a line each."""
    figures = lesson.figures

    def beside(share: float) -> str:
        return f"初始模型 · start model {share:.1%}"

    return [
        f"已确认的事件 · confirmed cases                    {figures.cases:>8,}",
        f"其中用于学习 · learned from                       {figures.used:>8,}",
        f"涉及小类 · leaves                                 {figures.leaves:>8,}",
        f"随附检查集 · letters kept apart, right first      {figures.check:>8.1%}  {beside(figures.check_start)}",
        f"近 30 天确认的事件 · confirmed in the last 30 days {figures.recent_cases:>7,}",
        f"其中首选正确 · right first                        {figures.recent:>8.1%}  {beside(figures.recent_start)}",
        *(["明显变差的小类 · leaves that got much worse      " + " ".join(figures.lost)] if figures.lost else []),
        "采用本县的模型 · the county's model speaks now"
        if lesson.learned
        else "不比初始模型好，仍由初始模型归类 · no better than the start model, which goes on",
    ]
