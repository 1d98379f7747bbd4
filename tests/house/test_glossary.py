"""Names come from the glossary."""

import ast
import re
from pathlib import Path

from django.apps import apps

from liandong.contexts.cases.domain.actions import LIFECYCLE
from liandong.contexts.cases.public import ACTION_NAMES, STATE_NAMES, Action, State
from liandong.foundation import facts
from tests.house import writers
from tests.house.fences import graph, rooms

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_model_stands_in_the_glossary() -> None:
    named = set(re.findall(r"`(\w+)`", GLOSSARY))
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("liandong.")}
    assert ours - named == set()


NO_EVENTS = {
    *("ArrayField", "FeatureCollection", "GeometryCollection", "LineString", "MultiLineString", "MultiPolygon"),
    *("ContentType", "PartName", "TargetMode"),
    *("DocumentRef", "FileRef", "PhotoRef"),
}
"""Words of Django, of GeoJSON and of office documents, and what kernel names."""


def test_every_event_stands_in_the_glossary() -> None:
    told = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", GLOSSARY.split("## Events")[1]))
    assert {line.event for line in LIFECYCLE.values()} <= set(facts.declared())
    assert set(facts.declared()) - told == set()
    assert told - set(facts.declared()) == set()


def test_every_text_that_reads_like_an_event_is_one() -> None:
    """Every text of the rooms, wherever it stands, but earlier names and the names of what the house is made of."""
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
    assert events - set(facts.declared()) - set(facts.former_names()) == set()


def test_every_state_and_action_has_its_chinese_name() -> None:
    assert set(STATE_NAMES) == set(State)
    assert set(ACTION_NAMES) == set(Action) == set(LIFECYCLE)
