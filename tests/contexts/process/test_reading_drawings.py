"""A drawing is accepted with its elements, or refused with each element that asks for too much, by name and reason."""

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow

from liandong.contexts.process.domain import language
from liandong.contexts.process.domain.drawing import DrawingRefused, Refusal, in_english, named, read, text_of
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


GIVEN = {"laneSet", "dataObject", "dataInputAssociation", "dataOutputAssociation", "ioSpecification", "property"}
"""What the platform passes over: no model is refused for it."""


@pytest.mark.parametrize("model", MODELS)
def test_a_reference_model_is_read_or_refused_by_what_it_really_asks_for(real_data, model: str) -> None:
    source = real_data(f"bpmn/{model}.bpmn").read_bytes()
    if model == "A.1.0":
        assert read(source).elements
        return
    found = refused(source)
    assert all(each.id and each.name and each.kind and each.reason for each in found)
    assert not GIVEN & {each.kind for each in found}
    assert "流程引擎读不懂这个元素。" not in {each.reason for each in found}


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
    ("step", "kind", "asks_for"),
    [
        ('<scriptTask id="step" name="算分"><script>import os</script></scriptTask>', "scriptTask", "脚本"),
        ('<serviceTask id="step" name="发短信"/>', "serviceTask", "外部程序"),
        ('<sendTask id="step" name="发短信"/>', "sendTask", "发送"),
        ('<businessRuleTask id="step" name="定级"/>', "businessRuleTask", "规则"),
        ('<callActivity id="step" name="另一张图" calledElement="x"/>', "callActivity", "另一张"),
        ('<complexGateway id="step" name="会商"/>', "complexGateway", "复杂网关"),
        ('<userTask id="step" name="各部门"><multiInstanceLoopCharacteristics/></userTask>',
         "multiInstanceLoopCharacteristics", "多实例"),
        ('<userTask id="step" name="重复"><standardLoopCharacteristics/></userTask>', "standardLoopCharacteristics",
         "循环"),
        ('<intermediateThrowEvent id="step" name="通知"><messageEventDefinition/></intermediateThrowEvent>',
         "intermediateThrowEvent", "发送"),
        ('<choreographyTask id="step" name="编排"/>', "choreographyTask", "不认识"),
    ],
)  # fmt: skip
def test_an_element_that_asks_for_more_is_refused_by_its_name_and_what_it_asks_for(
    step: str, kind: str, asks_for: str
) -> None:
    (found,) = refused(drawing(step))
    assert asks_for in found.reason
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


def test_a_condition_is_two_hundred_signs_at_most() -> None:
    whole = "action == 'answer'" + " or to == 'closed'" * 10
    longest = whole + " " * (200 - len(whole))
    assert language.is_condition(longest)
    assert not language.is_condition(longest + " ")


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
    assert found.reason in (
        "不是 BPMN 2.0 文件。",
        "没有流程。",
        "文件太大。",
        "文件带有 DTD 或实体声明，为安全起见不采用。",
    )


def test_doubled_and_missing_ids_are_refused() -> None:
    assert {each.reason for each in refused(drawing('<userTask id="s" name="重复"/><userTask id="step"/>'))} == {
        "编号重复。"
    }
    assert {each.reason for each in refused(drawing('<userTask id="step" name="办"/><userTask name="另"/>'))} == {
        "没有编号。"
    }


def test_a_drawing_may_hold_lanes_notes_and_data_objects_that_nothing_runs() -> None:
    notes = '<textAnnotation id="n"/><dataObject id="o"/><laneSet id="l"/>'
    assert set(read(drawing('<userTask id="step" name="办理"/>' + notes)).elements) == {"s", "step", "e"}


def test_the_engine_is_never_given_another_environment() -> None:
    found = read(default().encode())
    workflow = BpmnWorkflow(found.spec, dict(found.inner_specs), script_engine=language.engine())
    assert isinstance(workflow.script_engine.environment, language.SafeEnvironment)


PAPERS = """<dataObjectReference id="form" name="申请表" dataObjectRef="o"/><dataObject id="o"/>
    <dataStoreReference id="store" name="档案"/><property id="kept"/>"""
TAKES = """<property id="taken" name="__targetRef"/><dataInputAssociation id="in"><sourceRef>form</sourceRef>
    <targetRef>taken</targetRef></dataInputAssociation><dataOutputAssociation id="out"><targetRef>store</targetRef>
    </dataOutputAssociation>"""
PASSED_OVER = {
    "papers that a step takes and gives": f'<userTask id="step" name="办理">{TAKES}</userTask>{PAPERS}',
    "an empty list of what goes in": '<userTask id="step" name="办理"><ioSpecification/></userTask>',
    "what goes in, declared": """<userTask id="step" name="办理"><ioSpecification><dataInput id="i"/><inputSet>
        <dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification></userTask>""",
    "of the process": '<ioSpecification><inputSet/><outputSet/></ioSpecification><userTask id="step" name="办理"/>',
    "notes": """<documentation>说明</documentation><userTask id="step" name="办理"><documentation>说明</documentation>
        </userTask><textAnnotation id="n"><text>注</text></textAnnotation>
        <association id="a" sourceRef="step" targetRef="n"/><group id="g" categoryValueRef="v"/>""",
    "what other tools keep": """<userTask id="step" name="办理"><extensionElements><x:run xmlns:x="urn:x">1</x:run>
        </extensionElements></userTask><x:mark xmlns:x="urn:x"/>""",
}


@pytest.mark.parametrize("steps", PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_says_how_people_work_and_carries_no_behaviour_is_passed_over(steps: str) -> None:
    found = read(drawing(steps))
    assert set(found.elements) == {"s", "step", "e"}
    assert BpmnWorkflow(found.spec, dict(found.inner_specs), script_engine=language.engine()).spec.name == "default"


def test_what_stands_beside_the_process_unused_and_colours_are_passed_over() -> None:
    beside = """<category id="c"><categoryValue id="v" value="甲"/></category><message id="m" name="不用" itemRef="i"/>
        <itemDefinition id="i" structureRef="xsd:string"/><signal id="g" name="不用"/><resource id="r" name="窗口"/>
        <interface id="f" name="接口"><operation id="op" name="问"><inMessageRef>m</inMessageRef></operation>
        </interface>
        <import importType="urn:x" location="x.xsd" namespace="urn:x"/><process """
    colours = """<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
        xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"
        id="d"><di:BPMNPlane id="p" bpmnElement="default"><di:BPMNShape id="sh" bpmnElement="step" bioc:fill="#fff">
        <dc:Bounds x="1" y="1" width="9" height="9"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram></definitions>"""
    source = drawing('<userTask id="step" name="办理"/>').decode()
    found = read(source.replace("<process ", beside).replace("</definitions>", colours).encode())
    assert set(found.elements) == {"s", "step", "e"}
    assert found.has_diagram


def test_a_program_that_hides_in_a_paper_is_refused() -> None:
    hidden = "<dataInputAssociation><targetRef>x</targetRef><assignment><from>1+1</from><to>x</to></assignment>"
    steps = f'<userTask id="step" name="办理">{hidden}</dataInputAssociation></userTask>'
    assert [(each.name, each.kind) for each in refused(drawing(steps))] == [("办理", "assignment")]


def waiting(inside: str) -> str:
    return f'<intermediateCatchEvent id="step" name="等">{inside}</intermediateCatchEvent>'


def timed(inside: str) -> str:
    return waiting(f"<timerEventDefinition>{inside}</timerEventDefinition>")


LEAVING = """<exclusiveGateway id="step" name="分"/><subProcess id="sub" name="里"><startEvent id="s1"/>
    <userTask id="in"/><sequenceFlow id="f4" sourceRef="s1" targetRef="in"/>
    <sequenceFlow id="f5" sourceRef="in" targetRef="e"/></subProcess>"""
INTO = """<sequenceFlow id="f3" sourceRef="sub" targetRef="e"/>
    <sequenceFlow id="f6" sourceRef="s" targetRef="sub"/>"""


@pytest.mark.parametrize(
    ("steps", "flows", "name", "reason"),
    [
        ('<subProcess id="step" name="空"/>', "", "空", "子流程里没有步骤。"),
        ('<subProcess id="step" name="无头"><userTask id="u"/></subProcess>', "", "无头",
         "要有一个开始事件，也只能有一个。"),
        (waiting("<eventDefinitionRef>gone</eventDefinitionRef>"), "", "等", "事件引用的事件定义不在图中。"),
        (timed("<timeCycle>R3/P1D</timeCycle>"), "", "等", "定时事件按周期重复：请写一个时长或时刻。"),
        (timed(""), "", "等", "定时事件没有写明时长或时刻。"),
        (timed("<timeDuration>${days}</timeDuration>"), "", "等",
         "定时事件的时间应写成时长或时刻，如 P30D、PT2H、2026-05-11。"),
        ('<userTask id="step" name="办理"/><userTask id="other" name="另一步"/>',
         '<sequenceFlow id="f3" sourceRef="step" targetRef="other"/>', "办理", "一个步骤有几条去线：分开走请用网关。"),
        ('<userTask id="step" name="办理"/><boundaryEvent id="b" name="边上" attachedToRef="step"/>',
         '<sequenceFlow id="f3" sourceRef="b" targetRef="e"/>', "边上", "边界事件没有写明等什么。"),
        (LEAVING, INTO, "f5", "连线的一端没有元素，或穿过了子流程的边界。"),
    ],
)  # fmt: skip
def test_the_reason_is_the_true_one(steps: str, flows: str, name: str, reason: str) -> None:
    assert (name, reason) in [(each.name, each.reason) for each in refused(drawing(steps, flows))]


def test_an_event_may_refer_to_a_definition_beside_the_process() -> None:
    beside = '<timerEventDefinition id="t"><timeDuration>%s</timeDuration></timerEventDefinition><process '
    source = drawing(waiting("<eventDefinitionRef>t</eventDefinitionRef>")).decode()
    assert "step" in read(source.replace("<process ", beside % "P1D").encode()).elements
    (found,) = refused(source.replace("<process ", beside % "soon").encode())
    assert found.reason.startswith("定时事件的时间应写成")


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "ISO-8859-1"])
def test_a_file_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    name = "Évaluation" if encoding == "ISO-8859-1" else "评估"
    plain = drawing(f'<userTask id="step" name="{name}"/>').decode().replace("试画", "x")
    source = f'<?xml version="1.0" encoding="{encoding}"?>{plain}'.encode(encoding)
    assert read(source).elements["step"].name == name
    assert read(text_of(source).encode()).elements["step"].name == name


def test_a_file_that_is_not_in_its_encoding_or_not_well_formed_is_told_so() -> None:
    (found,) = refused(drawing('<userTask id="step" name="é"/>').decode().replace("试画", "x").encode("latin-1"))
    assert found.reason == "文件的编码与它声明的不一致。"
    (found,) = refused(drawing("<userTask>"))
    assert found.reason == "XML 没有写对，读不出来。"
