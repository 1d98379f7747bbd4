"""Names come from the glossary."""

import ast
import re
from pathlib import Path

from django.apps import apps

from liandong.contexts.cases.domain.lifecycle import LIFECYCLE
from liandong.contexts.cases.public import ACTION_NAMES, STATE_NAMES, Action, State
from tests.house import writers
from tests.house.fences import graph, rooms

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_model_stands_in_the_glossary() -> None:
    named = set(re.findall(r"`(\w+)`", GLOSSARY))
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("liandong.")}
    assert ours - named == set()


NO_EVENTS = {"ArrayField", "FeatureCollection", "MultiPolygon"}
"""Words of Django and of GeoJSON."""


def test_every_event_stands_in_the_glossary() -> None:
    """Every text of the rooms that reads like one, wherever it stands, but the names of what the house is made of."""
    told = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", GLOSSARY.split("## Events")[1]))
    modules = [module for room in rooms(graph()) for module in graph().find_descendants(room)]
    trees = [writers.tree_of(module) for module in modules if ".migrations" not in module]
    texts, made = set(), set(NO_EVENTS)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
        elif isinstance(node, ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Assign):
            made |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    events = {text for text in texts - made if re.fullmatch(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+", text)}
    published = {line.event for line in LIFECYCLE.values()}
    assert published <= events
    assert events - told == set()


def test_every_state_and_action_has_its_chinese_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(ACTION_NAMES) == set(Action) == set(LIFECYCLE)
