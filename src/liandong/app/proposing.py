"""Shows the proposal of intake for a text, as JSON, to measure it without a county."""

from typing import Any

from liandong.contexts.categories import public as categories


def proposed(text: str) -> dict[str, Any]:
    """By the taxonomy and the start model that ship. `taken`: the code that no clerk is asked about, or None."""
    voices = categories.shipped_voices()
    found = categories.assess(text, voices)
    taken = found.taken
    return {
        "proposals": [{"code": each.code, "score": each.score} for each in found.proposals],
        "taken": taken.code if taken else None,
        "emergency_shown": found.is_danger,
        "emergency_taken": taken is not None and taken.code in voices.emergencies,
    }
