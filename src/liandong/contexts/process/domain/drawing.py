"""A BPMN 2.0 drawing as it is read: accepted with its elements, or refused with each element that asks for more than
the platform gives, by name and reason.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from liandong.kernel.errors import InvalidInput

from .language import is_condition, is_moment

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PLANE = "http://www.omg.org/spec/BPMN/20100524/DI"
OURS = "urn:liandong:bpmn"
"""Namespace of our one attribute: `en`, the English of a name; BPMN lets any element carry it."""
LONGEST_BYTES = 2_000_000
MOST_ELEMENTS = 500

TASKS = frozenset({"task", "userTask", "manualTask", "receiveTask"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
NODES = TASKS | EVENTS | GATEWAYS | {"subProcess"}
SILENT = frozenset(
    {
        "laneSet", "dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation", "association", "group",
        "documentation", "extensionElements", "incoming", "outgoing", "auditing", "monitoring", "potentialOwner",
        "performer", "humanPerformer", "resourceRole", "sequenceFlow", "conditionExpression", "category",
        "ioSpecification", "property",
    }
)  # fmt: skip
"""A drawing may contain these: the engine doesn't act on them, or they belong to the parts above."""
DATA = frozenset({"ioSpecification", "property", "dataObject", "dataObjectReference", "dataStoreReference", "dataInput",
                  "dataOutput", "inputSet", "outputSet", "dataInputAssociation", "dataOutputAssociation"})  # fmt: skip
"""These show the papers of a step. The engine never sees them."""
REFERRED_TO = frozenset({"message", "signal", "escalation", "error"})
"""These stand beside the process; triggers name them."""
TRIGGERS = frozenset({"messageEventDefinition", "timerEventDefinition", "escalationEventDefinition",
                      "signalEventDefinition", "errorEventDefinition", "terminateEventDefinition"})  # fmt: skip
THROWN = frozenset({"endEvent", "intermediateThrowEvent"})
SENT = frozenset({"messageEventDefinition", "signalEventDefinition"})

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "scriptTask": "脚本任务要运行程序。",
        "serviceTask": "服务任务要调用外部程序。",
        "businessRuleTask": "规则任务要另有决策表。",
        "sendTask": "发送任务要向外发送，通知由平台发送。",
        "callActivity": "调用活动要另一张流程图。",
        "complexGateway": "复杂网关没有明确的含义。",
        "transaction": "事务子流程要撤销已做的事。",
        "adHocSubProcess": "任意顺序的子流程没有确定的位置。",
        "multiInstanceLoopCharacteristics": "多实例要由程序决定份数。",
        "standardLoopCharacteristics": "循环任务要由程序决定次数。",
        "assignment": "输入输出数据要由程序传递。",
        "transformation": "输入输出数据要由程序传递。",
        "conditionalEventDefinition": "条件事件要由程序不断判断。",
        "compensateEventDefinition": "补偿事件要撤销已做的事。",
        "linkEventDefinition": "链接事件不支持，请直接连线。",
        "cancelEventDefinition": "取消事件只用于事务子流程。",
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One element that can't be taken: its id, its name as drawn, its BPMN kind, and why (a msgid)."""

    id: str
    name: str
    kind: str
    reason: str


class DrawingRefused(InvalidInput):
    """流程图中有不能采用的内容。"""

    code = "drawing_refused"

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("流程图不能采用，共 %(count)d 处。", count=len(refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Element:
    """A task, event, gateway or sub-process. `host`: what a boundary event is attached to."""

    id: str
    kind: str
    name: str
    name_en: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """`name` is empty for most."""

    id: str
    source: str
    target: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """An accepted drawing of one process: `elements` and `flows` in the order of the file."""

    process: str
    name: str
    name_en: str
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    has_diagram: bool
    spec: Any
    inner_specs: Mapping[str, Any]


def read(source: bytes) -> Drawing:
    """Raises DrawingRefused with every element that can't be taken, in the order of the file."""
    root = _parsed(source)
    process = _only_process(root)
    _write_triggers_out(root, process)
    refusals = {(each.id, each.reason): each for each in _refusals(process)}
    if refusals:
        raise DrawingRefused(*refusals.values())
    process.set("isExecutable", "true")
    spec, inner = _compiled(root, process)
    elements = {node.get("id"): _element(node) for node in process.iter() if _tag(node) in NODES}
    flows = tuple(
        Flow(node.get("id"), node.get("sourceRef"), node.get("targetRef"), *_names(node))
        for node in process.iter(f"{{{MODEL}}}sequenceFlow")
    )
    drawn = root.find(f".//{{{PLANE}}}BPMNShape") is not None
    return Drawing(process.get("id"), *_names(process), elements, flows, drawn, spec, inner)


def text_of(source: bytes) -> str:
    """The file as text, whatever encoding it declares; what isn't UTF-8 is written anew. Raises DrawingRefused."""
    root = _parsed(source)
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() in ("UTF-8", "US-ASCII", "ASCII"):
        return source.decode()
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written.decode()


def in_english(source: bytes) -> bytes:
    """The same drawing with its English names where it has them."""
    root = _parsed(source)
    for node in root.iter():
        english = node.get(f"{{{OURS}}}en")
        if english:
            node.set("name", english)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def named(source: bytes) -> dict[str, str]:
    """Names by id."""
    return {node.get("id"): node.get("name") for node in _parsed(source).iter() if node.get("id") and node.get("name")}


def _parsed(source: bytes) -> Any:
    if len(source) > LONGEST_BYTES:
        raise DrawingRefused(Refusal("", "", "definitions", "文件太大。"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DrawingRefused(Refusal("", "", "definitions", _why_unread(source, error))) from error
    if root.getroottree().docinfo.doctype:
        raise DrawingRefused(Refusal("", "", "definitions", _DECLARED))
    if root.tag != f"{{{MODEL}}}definitions":
        raise DrawingRefused(Refusal("", "", "definitions", _OTHER))
    return root


_OTHER = "不是 BPMN 2.0 文件。"
_DECLARED = "文件带有 DTD 或实体声明，为安全起见不采用。"
_ENCODING = {etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING,
             etree.ErrorTypes.ERR_UNKNOWN_ENCODING, etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
             etree.ErrorTypes.I18N_CONV_FAILED}  # fmt: skip


def _why_unread(source: bytes, error: Exception) -> str:
    if b"<!DOCTYPE" in source:
        return _DECLARED
    if MODEL.encode() not in source:
        return _OTHER
    if isinstance(error, etree.XMLSyntaxError) and error.code in _ENCODING:
        return "文件的编码与它声明的不一致。"
    return "XML 没有写对，读不出来。"


def _only_process(root: Any) -> Any:
    """The one process that has steps; a pool that stands only for somebody outside is no process of ours."""
    filled = [each for each in root.iter(f"{{{MODEL}}}process") if any(_tag(node) in NODES for node in each)]
    if not filled:
        raise DrawingRefused(Refusal("", "", "definitions", "没有流程。"))
    if len(filled) > 1:
        pools = {pool.get("processRef"): pool.get("name") for pool in root.iter(f"{{{MODEL}}}participant")}
        for each in filled:
            each.set("name", pools.get(each.get("id")) or each.get("name") or "")
        raise DrawingRefused(*(_refusal(each, "一张图只能有一个流程。") for each in filled[1:]))
    return filled[0]


def _refusals(process: Any) -> Iterator[Refusal]:
    nodes = [node for node in process.iter() if _tag(node) in NODES or _tag(node) == "sequenceFlow"]
    if len(nodes) > MOST_ELEMENTS:
        yield _refusal(process, "元素太多。")
    times = Counter(node.get("id") for node in process.iter() if node.get("id"))
    for node in process.iter():
        tag = _tag(node)
        if (tag in NODES or tag == "sequenceFlow") and times[node.get("id")] != 1:
            yield _refusal(node, "编号重复。" if node.get("id") else "没有编号。")
        if tag in REASONS:
            yield _refusal(node if node.get("name") else _owner(node), REASONS[tag], tag)
        elif _is_step(node) and tag not in NODES | SILENT:
            yield _refusal(node, "不认识的元素。")
        elif tag in TRIGGERS or tag == "eventDefinitionRef":
            yield from _about_trigger(node)
        elif tag in ("exclusiveGateway", "inclusiveGateway"):
            yield from _about_branches(node, process)
        elif tag == "conditionExpression":
            yield from _about_condition(node, process)
        elif tag == "subProcess" and node.get("triggeredByEvent") == "true":
            yield _refusal(node, "事件子流程没有确定的位置。")


def _about_trigger(node: Any) -> Iterator[Refusal]:
    event = node.getparent()
    if _tag(node) == "eventDefinitionRef":
        yield _refusal(event, "事件引用的事件定义不在图中。")
    if _tag(event) in THROWN and _tag(node) in SENT:
        yield _refusal(event, "事件要向外发送，通知由平台发送。")
    if _tag(node) == "messageEventDefinition" and _tag(event) not in THROWN and not node.get("messageRef"):
        yield _refusal(event, "消息事件没有写明消息。")
    if _tag(node) == "timerEventDefinition":
        yield from _about_timer(node, event)


def _about_timer(node: Any, event: Any) -> Iterator[Refusal]:
    times = {_tag(each): each.text or "" for each in node if _tag(each).startswith("time")}
    if "timeCycle" in times:
        yield _refusal(event, "定时事件按周期重复：请写一个时长或时刻。")
    elif len(times) != 1 or not all(each.strip() for each in times.values()):
        yield _refusal(event, "定时事件没有写明时长或时刻。")
    elif not all(map(is_moment, times.values())):
        yield _refusal(event, "定时事件的时间应写成时长或时刻，如 P30D、PT2H、2026-05-11。")


def _about_branches(gateway: Any, process: Any) -> Iterator[Refusal]:
    leaving = [flow for flow in process.iter(f"{{{MODEL}}}sequenceFlow") if flow.get("sourceRef") == gateway.get("id")]
    bare = [flow for flow in leaving if flow.find(f"{{{MODEL}}}conditionExpression") is None]
    if len(leaving) > 1 and any(flow.get("id") != gateway.get("default") for flow in bare):
        yield _refusal(gateway, "分支没有写明条件。")


def _about_condition(node: Any, process: Any) -> Iterator[Refusal]:
    if is_condition(node.text or ""):
        return
    flow = node.getparent()
    source = process.find(f".//*[@id='{flow.get('sourceRef')}']") if "'" not in flow.get("sourceRef", "'") else None
    named = flow if flow.get("name") or source is None else source
    reason = "条件超出安全的表达式：只能比较 action 和 to。" if (node.text or "").strip() else "分支没有写明条件。"
    yield _refusal(named, reason, _tag(flow))


def _compiled(root: Any, process: Any) -> tuple[Any, Mapping[str, Any]]:
    """Compiles the drawing with SpiffWorkflow. A drawing that it can't read is refused like any other."""
    for unused in [each for each in root if _tag(each) and _tag(each) not in REFERRED_TO and each is not process]:
        root.remove(unused)
    for data in [node for node in process.iter() if _tag(node) in DATA]:
        data.getparent().remove(data)
    parser = BpmnParser()
    try:
        parser.add_bpmn_xml(root)
        return parser.get_spec(process.get("id")), parser.get_subprocess_specs(process.get("id"))
    except Exception as error:
        if reasons := [*_unsound(process)]:
            raise DrawingRefused(*reasons) from error
        error_id = error.id if isinstance(error, ValidationException) else ""
        named = next((each for each in process.iter() if error_id and each.get("id") == error_id), process)
        raise DrawingRefused(_refusal(named, "流程引擎读不懂这个元素。")) from error


def _unsound(process: Any) -> Iterator[Refusal]:
    """Finds the faults of a drawing that the engine couldn't read."""
    flows = list(process.iter(f"{{{MODEL}}}sequenceFlow"))
    leaving = Counter(flow.get("sourceRef") for flow in flows)
    for node in process.iter():
        tag, beside = _tag(node), {each.get("id") for each in node.getparent()}
        within = [_tag(each) for each in node]
        if tag == "subProcess" and not NODES.intersection(within):
            yield _refusal(node, "子流程里没有步骤。")
        elif tag in ("process", "subProcess") and within.count("startEvent") != 1:
            yield _refusal(node, "要有一个开始事件，也只能有一个。" if tag == "subProcess" else "没有开始事件。")
        elif tag == "sequenceFlow" and not {node.get("sourceRef"), node.get("targetRef")} <= beside:
            yield _refusal(node, "连线的一端没有元素，或穿过了子流程的边界。")
        elif tag == "boundaryEvent" and not TRIGGERS.intersection(within):
            yield _refusal(node, "边界事件没有写明等什么。")
        elif tag in TASKS | {"subProcess"} and leaving[node.get("id")] > 1:
            yield _refusal(node, "一个步骤有几条去线：分开走请用网关。")


def _write_triggers_out(root: Any, process: Any) -> None:
    """An event that refers to a definition beside the process gets it as its own."""
    beside = {each.get("id"): each for each in root if _tag(each) in TRIGGERS | REASONS.keys() and each.get("id")}
    for reference in list(process.iter(f"{{{MODEL}}}eventDefinitionRef")):
        meant = beside.get((reference.text or "").strip().rpartition(":")[2])
        if meant is not None:
            own = deepcopy(meant)
            own.tail = None
            del own.attrib["id"]
            reference.getparent().replace(reference, own)


def _is_step(node: Any) -> bool:
    """Whether it stands where the steps of a process stand."""
    return _tag(node.getparent()) in ("process", "subProcess") and _tag(node) != "" and _tag(node) != "process"


def _owner(node: Any) -> Any:
    """The nearest element around it that people see."""
    while _tag(node) not in NODES and _tag(node) != "process" and not node.get("name"):
        node = node.getparent()
    return node


def _refusal(node: Any, reason: str, kind: str = "") -> Refusal:
    return Refusal(node.get("id", ""), node.get("name", "") or node.get("id", ""), kind or _tag(node), reason)


def _element(node: Any) -> Element:
    return Element(node.get("id"), _tag(node), *_names(node), node.get("attachedToRef", ""))


def _names(node: Any) -> tuple[str, str]:
    return node.get("name", ""), node.get(f"{{{OURS}}}en", "")


def _tag(node: Any) -> str:
    """The local name of a BPMN element; empty for any other."""
    tag = node.tag if node is not None and isinstance(node.tag, str) else ""
    return tag.removeprefix(f"{{{MODEL}}}") if tag.startswith(f"{{{MODEL}}}") else ""
