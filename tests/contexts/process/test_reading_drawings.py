"""A drawing is accepted with its elements, or refused with each element that asks for too much, by name and reason."""

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow

from liandong.contexts.process.domain import language
from liandong.contexts.process.domain.drawing import DrawingRefused, Refusal, in_english, named, read
from liandong.contexts.process.public import Variant, shipped
from tests.contexts.process.drawn import HEAD, default, drawing

MODELS = [
    "A.1.0", "A.2.0", "A.2.1", "A.3.0", "A.4.0", "A.4.1", "B.1.0", "B.2.0", "C.1.0", "C.1.1", "C.2.0", "C.3.0",
    "C.4.0", "C.5.0", "C.6.0", "C.7.0", "C.8.0", "C.8.1", "C.9.0", "C.9.1", "C.9.2",
]  # fmt: skip


def refused(source: bytes) -> tuple[Refusal, ...]:
    with pytest.raises(DrawingRefused) as caught:
        read(source)
    return caught.value.refusals


@pytest.mark.parametrize("model", MODELS)
def test_a_reference_model_is_read_or_refused_by_name(real_data, model: str) -> None:
    source = real_data(f"bpmn/{model}.bpmn").read_bytes()
    if model == "A.1.0":
        assert read(source).elements
    else:
        assert all(each.id and each.name and each.kind and each.reason for each in refused(source))


@pytest.mark.parametrize(
    ("model", "name", "reason"),
    [
        ("A.2.0", "Gateway\n(Split Flow)", "分支没有写明条件。"),
        ("A.4.1", "Pool 2", "一张图只能有一个流程。"),
        ("C.8.0", "Notify Employee of Approval", "发送任务要向外发送，通知由平台发送。"),
        ("C.8.0", "Update Remaining Vacation", "服务任务要调用外部程序。"),
        ("C.9.0", "Red (severe risk)", "条件超出安全的表达式：只能比较 action 和 to。"),
        ("C.9.2", "Document Request", "调用活动要另一张流程图。"),
    ],
)
def test_what_a_reference_model_asks_for_is_named(real_data, model: str, name: str, reason: str) -> None:
    found = refused(real_data(f"bpmn/{model}.bpmn").read_bytes())
    assert (name, reason) in [(each.name, each.reason) for each in found]


def test_the_plainest_reference_model_is_accepted_with_its_elements(real_data) -> None:
    found = read(real_data("bpmn/A.1.0.bpmn").read_bytes())
    assert [each.kind for each in found.elements.values()] == ["startEvent", "task", "task", "task", "endEvent"]
    assert [each.name for each in found.elements.values() if each.kind == "task"] == ["Task 1", "Task 2", "Task 3"]
    assert found.has_diagram


@pytest.mark.parametrize("variant", Variant)
def test_the_products_drawings_are_drawn_and_named_in_both_languages(variant: Variant) -> None:
    found = read(shipped(variant))
    assert found.process == variant
    assert found.has_diagram
    assert [each.id for each in (*found.elements.values(), *found.flows) if bool(each.name) != bool(each.name_en)] == []
    english = named(in_english(shipped(variant)))
    assert english["closed"] == "Closed"
    assert [name for name in english.values() if not name.isascii()] == []


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ('<scriptTask id="step" name="算分"><script>import os</script></scriptTask>', "scriptTask"),
        ('<serviceTask id="step" name="发短信"/>', "serviceTask"),
        ('<sendTask id="step" name="发短信"/>', "sendTask"),
        ('<businessRuleTask id="step" name="定级"/>', "businessRuleTask"),
        ('<callActivity id="step" name="另一张图" calledElement="x"/>', "callActivity"),
        ('<complexGateway id="step" name="会商"/>', "complexGateway"),
        ('<userTask id="step" name="各部门"><multiInstanceLoopCharacteristics/></userTask>',
         "multiInstanceLoopCharacteristics"),
        ('<userTask id="step" name="重复"><standardLoopCharacteristics/></userTask>', "standardLoopCharacteristics"),
        ('<intermediateThrowEvent id="step" name="通知"><messageEventDefinition/></intermediateThrowEvent>',
         "intermediateThrowEvent"),
        ('<choreographyTask id="step" name="编排"/>', "choreographyTask"),
    ],
)  # fmt: skip
def test_an_element_that_asks_for_more_is_refused_by_its_name(step: str, kind: str) -> None:
    (found,) = refused(drawing(step))
    assert (found.id, found.kind) == ("step", kind)
    assert f'name="{found.name}"' in step


@pytest.mark.parametrize(
    "condition",
    [
        "__import__('os').system('true')", "action.__class__", "[x for x in action]", "(lambda: 1)()", "9**9**9",
        "open('/etc/passwd')", "${approved}", "= approved", "approved", "f'{action}'", "action[0] == 'a'", "",
        "action == 'a' or " * 40 + "action", "\0",
    ],
)  # fmt: skip
def test_a_condition_outside_the_safe_language_is_refused_and_never_run(condition: str) -> None:
    assert not language.is_condition(condition)
    with pytest.raises(PermissionError):
        language.SafeEnvironment().evaluate(condition, {"action": "a", "approved": True})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('action == "answer"', True),
        ('action == "answer" and not to == "closed"', True),
        ('action == "ask" or to != "answered"', False),
    ],
)
def test_the_safe_language_compares_what_happened(condition: str, holds: bool) -> None:
    assert language.is_condition(condition)
    assert language.SafeEnvironment().evaluate(condition, {"action": "answer", "to": "answered"}) is holds


@pytest.mark.parametrize("text", ["PT24H", "P30D", "P1Y2M3DT4H5M6S", "2026-05-11T10:00:00+08:00", "2026-05-11"])
def test_a_length_of_time_is_no_arithmetic(text: str) -> None:
    assert language.SafeEnvironment().evaluate(text, {}) == text


@pytest.mark.parametrize("text", ["P", "PT", "R3/P1D", "PT24H + 1", "2026-05-11 or open('x')", "P٣D"])
def test_what_only_looks_like_a_length_of_time_is_none(text: str) -> None:
    assert not language.is_moment(text)


def test_scripts_and_services_are_refused_even_where_a_drawing_got_past_the_check() -> None:
    environment = language.SafeEnvironment()
    for run in (lambda: environment.execute("x = 1", {}), lambda: environment.call_service({}, name="x")):
        with pytest.raises(PermissionError):
            run()


def test_a_condition_that_the_drawing_hides_in_a_flow_is_named_by_its_gateway() -> None:
    gateway = '<exclusiveGateway id="step" name="解决了吗" default="f2"/>'
    flow = (
        '<sequenceFlow id="f3" sourceRef="step" targetRef="e"><conditionExpression>open("x")</conditionExpression>'
        "</sequenceFlow>"
    )
    (found,) = refused(drawing(gateway, flow))
    assert (found.id, found.name, found.kind) == ("step", "解决了吗", "sequenceFlow")


@pytest.mark.parametrize(
    "source",
    [
        b"", b"no xml", b"<html/>", b"\xff\xfe\x00", HEAD.encode() + b"</definitions>",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + HEAD.encode()
        + b"<process>&a;</process></definitions>",
        b" " * 2_000_001,
    ],
    ids=["nothing", "no XML", "other XML", "no text", "no process", "entities", "too large"],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_in_a_sentence(source: bytes) -> None:
    (found,) = refused(source)
    assert found.reason in ("不是 BPMN 2.0 文件。", "没有流程。", "文件太大。")


def test_doubled_and_missing_ids_are_refused() -> None:
    assert {each.reason for each in refused(drawing('<userTask id="s" name="重复"/><userTask id="step"/>'))} == {
        "没有编号，或编号重复。"
    }


def test_a_drawing_may_hold_lanes_notes_and_data_objects_that_nothing_runs() -> None:
    notes = '<textAnnotation id="n"/><dataObject id="o"/><laneSet id="l"/>'
    assert set(read(drawing('<userTask id="step" name="办理"/>' + notes)).elements) == {"s", "step", "e"}


def test_the_engine_is_never_given_another_environment() -> None:
    found = read(default().encode())
    workflow = BpmnWorkflow(found.spec, dict(found.inner_specs), script_engine=language.engine())
    assert isinstance(workflow.script_engine.environment, language.SafeEnvironment)
