"""Processes by version, and which of them a case has: every state and every action has its place in every drawing."""

import json

import pytest

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.public import ENDED, LIFECYCLE, State
from liandong.contexts.process import places
from liandong.contexts.process import public as process
from liandong.contexts.process.domain import running
from liandong.contexts.process.domain.drawing import Drawing, read
from liandong.contexts.process.public import DrawingRefused, Variant
from liandong.foundation.ledger import public as ledger
from liandong.kernel.actor import SYSTEM
from tests import county
from tests.contexts.process.drawn import default

pytestmark = pytest.mark.usefixtures("small_county")


def drawn(variant: Variant) -> tuple[Drawing, running.Kept]:
    found = read(process.shipped(variant))
    return found, json.loads(json.dumps(running.compiled(found)))


DRAWN = set(State) - {State.JOINED}
"""A joined case rests: its matter goes the way of the other one."""


def test_every_state_has_its_element_and_every_element_its_state() -> None:
    assert set(places.ELEMENT_OF) == DRAWN
    assert len(places.STATE_OF) == len(DRAWN)


@pytest.mark.parametrize("variant", Variant)
def test_every_state_and_every_action_that_changes_it_has_its_place(variant: Variant) -> None:
    found, spec = drawn(variant)
    assert places.misfits(found, spec) == []


def test_every_action_that_changes_a_state_is_one_of_the_moves() -> None:
    changing = {action for action, line in LIFECYCLE.items() if line.to in DRAWN and line.sources - {line.to}}
    assert {action for state in State for action, _ in places.moves(state)} == changing


@pytest.mark.parametrize("variant", Variant)
def test_a_drawn_step_is_a_state_or_stands_in_the_table_of_those_that_are_none(variant: Variant) -> None:
    found, _ = drawn(variant)
    tasks = {each.id for each in found.elements.values() if each.kind.endswith("Task")}
    assert tasks <= set(places.STATE_OF) | places.TAKEN_IN_ONE


@pytest.mark.parametrize("variant", Variant)
@pytest.mark.parametrize("state", sorted(DRAWN))
def test_a_run_is_led_to_any_state_kept_without_its_spec_and_goes_on_from_there(variant: Variant, state: State) -> None:
    _, spec = drawn(variant)
    kept = json.dumps(running.led(spec, places.STOPS, *places.way_to(state)).kept())
    assert "task_specs" not in kept
    assert len(kept) < 40_000
    for action, to in () if state in ENDED else places.moves(state):
        again = running.Running.restored(spec, places.STOPS, json.loads(kept))
        assert again.positions == [places.ELEMENT_OF[state]]
        again.take(action, to)
        assert again.positions == [places.ELEMENT_OF[to]], (action, to)


@pytest.mark.parametrize(
    ("code", "variant"),
    [
        (county.POTHOLE, Variant.DEFAULT),
        ("060101", Variant.EMERGENCY),
        ("110105", Variant.EMERGENCY),
        ("120401", Variant.PETITION),
        ("120402", Variant.PETITION),
        ("120101", Variant.CONSULTATION),
        ("120102", Variant.DEFAULT),
        ("", Variant.DEFAULT),
        ("999999", Variant.DEFAULT),
    ],
)
def test_the_category_decides_the_process(code: str, variant: Variant) -> None:
    assert process.variant_of(code) == variant


def test_a_county_begins_with_the_products_drawings_and_laying_them_again_changes_nothing() -> None:
    before = process.definitions()
    assert {(row.key, row.version, row.current, row.shipped) for row in before} == {
        (variant.value, 1, True, True) for variant in Variant
    }
    process.lay_shipped(actor=SYSTEM)
    assert process.definitions() == before


def test_a_changed_drawing_becomes_the_next_version_and_the_same_again_changes_nothing() -> None:
    changed = default().replace("县级统筹", "县长统筹").encode()
    row = process.load_definition(actor=county.post("admin"), source=changed)
    assert (row.key, row.version, row.current, row.shipped) == ("default", 2, True, False)
    assert process.load_definition(actor=county.post("admin"), source=changed) == row
    assert [(each.version, each.current) for each in process.definitions("default")] == [(2, True), (1, False)]
    (entry,) = ledger.entries(("process", row.id))
    assert (entry.action, entry.payload["sha256"]) == ("ProcessLoaded", row.sha256)


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
def test_a_drawing_in_another_encoding_is_loaded_kept_and_shown(encoding: str) -> None:
    plain = default().partition("?>")[2].replace("办理", "办理中")
    process.load_definition(actor=SYSTEM, source=f'<?xml version="1.0" encoding="{encoding}"?>{plain}'.encode(encoding))
    row = county.receive()
    cases.accept_case(actor=county.post("hud1"), case_id=row.id)
    shown = process.case_process(row=cases.find(row.id))
    assert shown.state == State.HANDLING
    assert "办理中" in shown.xml
    assert read(shown.xml.encode()).elements


def test_a_countys_own_drawing_stays_when_the_product_lays_its_own() -> None:
    own = process.load_definition(actor=SYSTEM, source=default().replace("县级统筹", "县长统筹").encode())
    process.lay_shipped(actor=SYSTEM)
    assert process.definitions("default")[0] == own


@pytest.mark.parametrize(
    ("old", "new", "id_", "reason"),
    [
        ('<bpmn:process id="default"', '<bpmn:process id="other"', "other", "流程编号应为"),
        ('"asked"', '"waiting"', "asked", "图中没有事件的这个状态。"),
        ("</bpmn:process>", '<bpmn:task id="lone" name="孤"/></bpmn:process>', "lone", "没有连线通到这里。"),
        ('name="ask"/>', 'name="question"/>', "asked", "图中走不到事件的这个状态。"),
        ('name="reassign"/>', 'name="move"/>', "handling", "图中这一步没有走到该到的状态。"),
        (
            'sourceRef="check" targetRef="answer"',
            'sourceRef="check" targetRef="check"',
            "check",
            "图中有走不到头的圈。",
        ),
    ],
)
def test_a_drawing_that_does_not_fit_the_lifecycle_is_refused_by_name(
    old: str, new: str, id_: str, reason: str
) -> None:
    source = default()
    assert old in source
    with pytest.raises(DrawingRefused) as refusal:
        process.load_definition(actor=SYSTEM, source=source.replace(old, new).encode())
    assert id_ in [each.id for each in refusal.value.refusals if each.reason.startswith(reason)]
    assert len(process.definitions("default")) == 1
