"""A room on top of the house, as tests build it: orders 督办单 on cases. An open one forbids closing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from liandong.contexts.cases import public as cases
from liandong.foundation.access import public as access
from liandong.foundation.events import public as events
from liandong.foundation.facts import Facts
from liandong.foundation.rooms import public as rooms
from liandong.kernel.actor import Actor
from liandong.kernel.errors import Conflict, LiandongError
from liandong.kernel.rights import Right
from liandong.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Order:
    """An order on a case."""

    id: int
    case_id: int
    words: str


ORDERS: dict[int, Order] = {}


@cases.guards(cases.Action.CLOSE, cases.Action.OVERRIDE)
def open_order(case: object, actor: Actor) -> LiandongError | None:
    ordered = any(order.case_id == getattr(case, "id", None) for order in ORDERS.values())
    return Conflict("督办单尚未答复。") if ordered else None


def orders(look: rooms.Look[cases.CaseRow]) -> Mapping[str, object] | None:
    found = [order for order in ORDERS.values() if order.case_id == look.row.id]
    return {"orders": found} if found else None


def details(look: rooms.Look[cases.CaseRow]) -> Mapping[str, object]:
    return {"orders": [order for order in ORDERS.values() if order.case_id == look.row.id]}


def of_thing(look: rooms.Look[str]) -> Mapping[str, object] | None:
    return {"thing": look.row} if look.row != "nothing" else None


def is_old(look: rooms.Look[str]) -> bool:
    return look.row.startswith("old")


def rows(ids: Collection[int]) -> dict[int, Order]:
    return {id_: ORDERS[id_] for id_ in ids if id_ in ORDERS}


def words(order: Order) -> str:
    return order.words


def address(order: Order) -> str:
    return f"/orders/{order.id}/"


def leaders(order: Order, facts: Facts) -> list[int]:
    return [post.id for post in access.staff().values() if post.role == Role.LEADER]


def is_sharp(order: Order, event: events.EventRow) -> bool:
    return "急" in order.words or bool(event.payload.get("sharp"))


HERE = "tests.an_order"
PANELS = (
    rooms.Panel("case", "orders", "督办单", 15, f"{HERE}.orders", "orders.html", rooms.Area.WORK),
    rooms.Panel(
        "case", "for-leaders", "批示", 16, f"{HERE}.details", "orders.html", right=Right("test.lead", "", {Role.LEADER})
    ),
    rooms.Panel("thing", "history", "往来", 20, f"{HERE}.of_thing", "thing.html"),
    rooms.Panel("thing", "age", "年限", 10, f"{HERE}.of_thing", "thing.html", when=f"{HERE}.is_old"),
    rooms.Panel("thing", "letters", "来文", 30, f"{HERE}.of_thing", "thing.html", lazy=True, opens=f"{HERE}.is_old"),
)
KINDS = (
    rooms.Kind(
        "order_issued",
        "督办单已下达",
        rooms.Group.TASKS,
        ("OrderIssued",),
        (f"{HERE}.leaders",),
        about="order",
        when=f"{HERE}.is_sharp",
    ),
)
ROOM = rooms.Room(
    name="orders",
    label="督办",
    panels=PANELS,
    about=(rooms.About("order", f"{HERE}.rows", f"{HERE}.words", f"{HERE}.address"),),
    kinds=KINDS,
    events={"OrderIssued": rooms.Told("下达督办单", "县里正在督办")},
)
