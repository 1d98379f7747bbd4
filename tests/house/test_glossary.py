"""Names come from the glossary."""

import re
from pathlib import Path

from django.apps import apps

from liandong.contexts.cases.domain.actions import LIFECYCLE
from liandong.contexts.cases.public import ACTION_NAMES, STATE_NAMES, Action, State

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_model_stands_in_the_glossary() -> None:
    named = set(re.findall(r"`(\w+)`", GLOSSARY))
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("liandong.")}
    assert ours - named == set()


def test_every_event_stands_in_the_glossary() -> None:
    told = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", GLOSSARY.split("## Events")[1]))
    published = {line.event for line in LIFECYCLE.values()}
    for path in (ROOT / "src").rglob("commands.py"):
        published |= set(re.findall(r'(?:type|action)="([A-Z]\w+)"', path.read_text("utf-8")))
    assert published - told == set()


def test_every_state_and_action_has_its_chinese_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(ACTION_NAMES) == set(Action) == set(LIFECYCLE)
