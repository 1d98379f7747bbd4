"""Why a candidate is one, as a sentence in the language of the page."""

from django.utils.translation import gettext

from .finding import Candidate, Precision, Reason


def reason_words(candidate: Candidate) -> str:
    """`只到村（社区）`."""
    match candidate.reason:
        case Reason.NAMED:
            return gettext("完全相符")
        case Reason.SAME_NAME:
            return gettext("有同名的地点，请核对")
        case Reason.MEETING:
            first, second = candidate.words
            return gettext("%(first)s与%(second)s相交处附近") % {"first": first, "second": second}
        case Reason.NUMBER:
            road, number = candidate.words
            return gettext("%(road)s上最近的门牌：%(number)s号") % {"road": road, "number": number}
        case Reason.ON_ROAD:
            return gettext("在%(road)s上") % {"road": candidate.words[0]}
        case Reason.DIVISION if candidate.precision is Precision.VILLAGE:
            return gettext("只到村（社区）")
        case Reason.DIVISION:
            return gettext("只到乡镇（街道）")
        case _:
            return gettext("名称相近")
