"""The administrator switches rooms off and on; what is off is gone from pages, menus and addresses, its data stays."""

import pytest
from django.test import Client
from lxml import html

from liandong.contexts.handovers import public as handovers
from liandong.foundation.orgs import public as orgs
from liandong.foundation.rooms import public as rooms
from tests import county
from tests.contexts.console.reading import chinese, signed_in, words

pytestmark = pytest.mark.usefixtures("small_county")
PAGE = "/console/rooms/"
ADDRESSES = {
    "handovers": ("/console/handovers/", "/console/handovers/shifts/", "/console/handovers/1/acknowledge/"),
    "batches": ("/console/bulk/", "/console/bulk/1/", "/console/bulk/1/progress/"),
}


def press(name: str, way: str, client: Client | None = None) -> None:
    response = (client or signed_in("admin")).post(f"{PAGE}{name}/{way}/", follow=True)
    assert response.redirect_chain == [(PAGE, 302)]


def page(path: str, username: str = "coordinator", language: str = "zh-hans") -> html.HtmlElement:
    response = signed_in(username, language).get(path)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def buttons(path: str, username: str = "coordinator") -> list[str]:
    return [words(each) for each in page(path, username).xpath("//main//a[@class='btn']")]


def menu(username: str) -> list[str]:
    return [words(each) for each in page("/console/square/", username).xpath("//*[@class='menu-list']//a")]


def test_the_buttons_of_my_tasks_stand_as_ever() -> None:
    load, rest = "我的工作量", ["代理与请假", "交接"]
    assert buttons("/console/tasks/", "hud1")[:5] == [load, "本部门曾经办", *rest, "导出 Excel"]
    assert buttons("/console/tasks/", "clerk")[:6] == [load, *rest, "值班交接", "我上报的", "导出 Excel"]
    assert buttons("/console/square/", "coordinator")[:2] == ["批量办理记录", "导出 Excel"]
    assert buttons("/console/square/", "clerk")[:1] == ["导出 Excel"]


def test_the_menu_of_each_post_stands_as_ever() -> None:
    assert menu("hud1") == ["代理与请假", "交接", "通知设置", "修改密码"]
    assert menu("coordinator") == ["代理与请假", "交接", "事项分类", "通知设置", "修改密码"]
    assert menu("admin") == ["代理与请假", "事项分类", "开通前还缺什么", "功能开关", "通知设置", "修改密码"]


def test_the_navigation_of_each_post_stands_as_ever() -> None:
    def entries(username: str) -> list[str]:
        return [words(each) for each in page("/console/square/", username).xpath("//a[@class='nav-entry']")]

    assert entries("hud1") == ["首页", "事件广场", "我的任务"]
    assert entries("clerk") == ["首页", "事件广场", "我的任务", "登记", "坐席", "队列"]
    assert entries("admin") == ["首页", "事件广场", "我的任务", "发送记录", "登记册"]


def test_what_is_off_has_neither_buttons_nor_addresses_and_others_stay() -> None:
    press("handovers", "off")
    assert buttons("/console/tasks/", "clerk")[:4] == ["我的工作量", "代理与请假", "我上报的", "导出 Excel"]
    for path in ADDRESSES["handovers"]:
        for client in (signed_in("clerk"), signed_in("admin"), Client()):
            gone, nowhere = client.get(path), client.get("/console/nowhere/")
            assert (gone.status_code, client.post(path).status_code) == (404, 404)
            assert words(html.fromstring(gone.content.decode()).xpath("//main")[0]) == words(
                html.fromstring(nowhere.content.decode()).xpath("//main")[0]
            )
    assert signed_in("coordinator").get("/console/bulk/").status_code == 200


def test_batches_leave_the_lists_with_their_bar() -> None:
    county.receive()
    assert page("/console/square/").xpath("//*[@id='bulk']")
    press("batches", "off")
    assert buttons("/console/square/")[:1] == ["导出 Excel"]
    for path in ("/console/square/", "/console/queue/"):
        assert not page(path).xpath("//*[@id='bulk']")
    assert {signed_in("coordinator").get(path).status_code for path in ADDRESSES["batches"]} == {404}
    assert signed_in("coordinator").post("/console/bulk/", {"action": "urge", "case": "1"}).status_code == 404


def test_its_data_is_there_again_when_it_is_switched_on() -> None:
    giver, taker = county.post("clerk"), county.post("coordinator")
    handovers.write_handover(actor=giver, to_staff_id=taker.id, text="雨后看一下南沟", lines=[], is_shift=False)
    assert "雨后看一下南沟" in words(page("/console/tasks/"))
    press("handovers", "off")
    assert "雨后看一下南沟" not in words(page("/console/tasks/"))
    press("handovers", "on")
    assert "雨后看一下南沟" in words(page("/console/tasks/"))
    assert "雨后看一下南沟" in words(page("/console/handovers/", "clerk"))


def test_the_page_says_what_each_is_for_and_how_it_stands() -> None:
    rows = [words(row) for row in page(PAGE, "admin").xpath("//tbody/tr")]
    assert len(rows) == len(rooms.optional()) >= 2
    assert any("交接" in row and "✓ 启用" in row for row in rows)
    press("handovers", "off")
    (row,) = page(PAGE, "admin").xpath("//tbody/tr[contains(., '值班交接')]")
    assert row.xpath(".//form/@action") == [f"{PAGE}handovers/on/"]
    assert chinese(page(PAGE, "admin", "en")) == []


def test_a_switch_can_be_undone_from_what_the_page_says_of_it() -> None:
    response = signed_in("admin").post(f"{PAGE}handovers/off/", follow=True)
    assert "已停用：交接" in response.content.decode()
    assert f"{PAGE}handovers/on/" in response.content.decode()


def test_the_second_administrator_who_presses_the_same_is_told_the_same() -> None:
    first, second = signed_in("admin"), signed_in("admin")
    press("batches", "off", first)
    press("batches", "off", second)
    assert orgs.county().rooms_off == ("batches",)


@pytest.mark.parametrize("name", ["cases", "intake", "nothing", "HANDOVERS"])
def test_what_cannot_be_switched_isnt_there(name: str) -> None:
    assert signed_in("admin").post(f"{PAGE}{name}/off/").status_code == 404
    assert orgs.county().rooms_off == ()


def test_others_than_the_administrator_see_no_switches() -> None:
    for username in ("coordinator", "clerk", "leader", "hud1"):
        assert signed_in(username).get(PAGE).status_code == 403
        assert signed_in(username).post(f"{PAGE}handovers/off/").status_code == 403
        assert "功能开关" not in menu(username)
    assert rooms.is_on("handovers")


def test_the_register_of_the_county_leaves_the_switches_alone() -> None:
    press("handovers", "off")
    client = signed_in("admin")
    form = html.fromstring(client.get("/admin/orgs/county/1/change/").content.decode()).forms
    assert not any("rooms_off" in dict(each.form_values()) for each in form)
    values = {name: value for each in form for name, value in each.form_values() if name != "csrfmiddlewaretoken"}
    assert client.post("/admin/orgs/county/1/change/", values | {"verdict_days": "9"}).status_code == 302
    assert (orgs.county().verdict_days, orgs.county().rooms_off) == (9, ("handovers",))
