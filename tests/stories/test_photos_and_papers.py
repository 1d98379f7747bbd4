"""Photos and papers go between a resident's phone and an office: sent, refused with the reason, shown, opened."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from liandong.contexts.cases.models import Attachment
from liandong.contexts.intake.models import Document, Photo, Report
from tests import county
from tests.foundation.files import papers
from tests.stories.people import Opener, do

UPLOAD_BYTES_S = 400_000
"""A village's network."""


@pytest.fixture(autouse=True)
def blobs(settings: Any, tmp_path: Path, committed: None) -> Path:
    settings.BLOBS = tmp_path / "blobs"
    return settings.BLOBS


def picture(path: Path, colour: str) -> Path:
    noise = Image.effect_noise((900, 700), 90).convert("RGB")
    Image.blend(noise, Image.new("RGB", noise.size, colour), 0.3).save(path, quality=90)
    return path


def paper(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def slow_network(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    speed = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": UPLOAD_BYTES_S}
    network.send("Network.emulateNetworkConditions", speed)


def opens(page: Page, name: str, files: int) -> None:
    """The photos and the paper of one part of the page can be seen and saved."""
    part = page.locator("section").filter(has=page.get_by_role("link", name=name)).first
    photo = part.locator("a[data-photo] img")
    expect(photo).to_have_count(files)
    photo.first.scroll_into_view_if_needed()
    page.wait_for_function("(image) => image.naturalWidth > 0", arg=photo.first.element_handle())
    photo.first.click()
    large = page.locator("dialog[open] img")
    expect(large).to_be_visible()
    page.wait_for_function("(image) => image.naturalWidth === 900", arg=large.element_handle())
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    with page.expect_download() as saved:
        part.get_by_role("link", name=name).click()
    assert saved.value.suggested_filename == name
    assert saved.value.path().read_bytes().startswith(b"%PDF-")


def test_a_report_and_its_answer_bring_photos_and_papers(open_as: Opener, tmp_path: Path) -> None:
    resident = open_as()
    resident.goto("/report/")
    resident.get_by_label("地址或地点").fill("人民路1号门前")
    resident.get_by_label("情况说明").fill("路口有个大坑，车辆绕行，见照片和记录。")
    macros = paper(tmp_path / "宏.pdf", papers.ooxml(word__vbaProject_bin=b"x"))
    sent = [picture(tmp_path / "坑.jpg", "brown"), paper(tmp_path / "记录.pdf", papers.pdf()), macros]
    resident.get_by_label("照片").set_input_files(sent)
    expect(resident.locator(".photo-picks li")).to_have_count(3)
    slow_network(resident)
    resident.get_by_role("button", name="提交", exact=True).click()
    expect(resident.locator(".photo-progress")).to_be_visible()
    expect(resident.locator(".photo-status")).to_contain_text("%")
    expect(resident.locator("[data-error-summary]")).to_contain_text("宏.pdf：这个文件含有宏")
    expect(resident.get_by_label("情况说明")).to_have_value("路口有个大坑，车辆绕行，见照片和记录。")
    expect(resident.locator(".photo-picks li")).to_have_count(3)
    assert not Report.objects.exists()
    resident.get_by_role("button", name="宏.pdf").click()
    expect(resident.locator(".photo-picks li")).to_have_count(2)
    resident.get_by_role("button", name="提交", exact=True).click()
    resident.wait_for_url("**/r/*/*/?new=1")
    assert (Photo.objects.count(), Document.objects.get().name) == (1, "记录.pdf")
    report = Report.objects.select_related("case").get()
    if report.case.office_id != county.office("HUD"):
        pytest.fail("the words no longer lead to the office of roads")

    desk = open_as("hud1")
    desk.goto(f"/console/case/{resident.url.split('/')[4]}/")
    do(desk, "签收")
    answer = desk.locator("#answer")
    answer.get_by_label("答复内容").fill("坑已经补好，见照片和验收记录。")
    proof = [picture(tmp_path / "补好.jpg", "green"), paper(tmp_path / "验收.pdf", papers.pdf(2))]
    answer.locator("input[type=file]").set_input_files(proof)
    expect(answer.locator(".photo-picks li")).to_have_count(2)
    answer.get_by_role("button", name="答复", exact=True).click()
    expect(desk.get_by_role("link", name="验收.pdf")).to_be_visible()
    assert Attachment.objects.count() == 2

    resident.goto(resident.url.partition("?")[0])
    opens(resident, "验收.pdf", 2)
    opens(resident, "记录.pdf", 1)
    assert resident.evaluate("document.documentElement.scrollWidth") == 390
