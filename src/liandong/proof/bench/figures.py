"""Timings and how they are told."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: milliseconds at p50 and p95, and per second where a rate was asked for. `wrong`: what an
    answer was that wasn't what was asked; its timings say nothing then. `remark`: what else was seen.
    """

    name: str
    p50_ms: float
    p95_ms: float
    count: int
    per_s: float = 0.0
    failed: int = 0
    wrong: str = ""
    remark: str = ""

    @property
    def is_right(self) -> bool:
        return not (self.wrong or self.failed)


def figure(
    name: str, seconds: Sequence[float], *, elapsed_s: float = 0.0, failed: int = 0, wrong: str = "", remark: str = ""
) -> Figure:
    """Figures of single durations; `elapsed_s` of the whole run gives the rate."""
    ordered = sorted(seconds) or [0.0]
    return Figure(
        name=name,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p95_ms=ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] * 1000,
        count=len(seconds),
        per_s=len(seconds) / elapsed_s if elapsed_s else 0.0,
        failed=failed,
        wrong=wrong,
        remark=remark,
    )


def line(row: Figure, beside: Figure | None = None) -> str:
    """`list, open    3.1 ms  4.0 ms   ×2.4 of bare SQL`; of a wrong answer no figure."""
    if not row.is_right:
        return f"{row.name:<44} 错误 WRONG: {row.wrong or f'{row.failed} of {row.failed + row.count} requests failed'}"
    rate = f"{row.per_s:>9,.0f}/s" if row.per_s else " " * 11
    return (
        f"{row.name:<44}{row.p50_ms:>8.2f} ms{row.p95_ms:>9.2f} ms{rate}  {ratio(row, beside)}  {row.remark}".rstrip()
    )


def ratio(row: Figure, beside: Figure | None) -> str:
    """How it stands to bare SQL."""
    if beside and row.per_s and beside.per_s:
        return f"{row.per_s / beside.per_s:.2f} of bare SQL ({beside.per_s:,.0f}/s)"
    if beside and beside.p50_ms:
        return f"×{row.p50_ms / beside.p50_ms:.1f} of bare SQL ({beside.p50_ms:.2f} ms)"
    return ""
