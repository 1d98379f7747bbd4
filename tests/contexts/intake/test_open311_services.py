"""GeoReport v2: discovery, service list, service definitions, and what holds for every address."""

from datetime import datetime

import pytest
from django.conf import settings

from liandong.contexts.categories import public as categories
from liandong.contexts.intake import attributes
from liandong.kernel import time
from tests.contexts.intake import georeport
from tests.contexts.intake.georeport import BASE, CLIENT, get

pytestmark = pytest.mark.django_db
TRAFFIC_SIGNAL = "040102"


def test_the_services_are_the_leaves_flagged_for_it_and_none_that_is_private_or_confidential() -> None:
    codes = [service["service_code"] for service in get(f"{BASE}/services")]
    leaves = {leaf.code: leaf for leaf in categories.taxonomy().leaves()}
    assert len(codes) == 44
    assert all("open311" in leaves[code].flags for code in codes)
    assert not [code for code in codes if leaves[code].flags & {"private", "reporter_confidential"}]


def test_a_service_tells_its_name_group_and_keywords_of_both_languages() -> None:
    (service,) = [row for row in get(f"{BASE}/services") if row["service_code"] == "010101"]
    leaf = categories.taxonomy().by_code["010101"]
    assert service["service_name"] == "暴露垃圾"
    assert service["group"] == "市容环卫"
    assert service["type"] == "realtime"
    assert service["keywords"].split(",") == [*leaf.keywords_zh, *leaf.keywords_en]
    assert service["description"]


def test_metadata_is_true_exactly_where_the_definition_has_attributes() -> None:
    for service in get(f"{BASE}/services"):
        definition = get(f"{BASE}/services/{service['service_code']}")
        assert service["metadata"] is bool(definition["attributes"])
        assert definition["service_code"] == service["service_code"]


def test_a_definition_asks_in_order_and_lists_its_choices() -> None:
    (question,) = get(f"{BASE}/services/{TRAFFIC_SIGNAL}")["attributes"]
    assert question["required"] is True
    assert question["variable"] is True
    assert question["datatype"] == "singlevaluelist"
    assert question["order"] == 1
    assert {"key": "dark", "name": "全部不亮"} in question["values"]


def test_the_shipped_attributes_belong_to_services_and_are_complete_in_both_languages() -> None:
    codes = {leaf.code for leaf in categories.taxonomy().leaves() if leaf.is_open311}
    asked = attributes._shipped()
    assert set(asked) <= codes
    every = [each for rows in asked.values() for each in rows]
    assert {each.datatype for each in every} == {
        "string", "number", "datetime", "text", "singlevaluelist", "multivaluelist",
    }  # fmt: skip
    assert all(each.zh and each.en for each in every)
    assert all(bool(each.hint_zh) == bool(each.hint_en) for each in every)
    assert all(bool(each.values) == each.datatype.endswith("list") for each in every)


def test_chinese_comes_first_and_english_on_request() -> None:
    def name(**asked: str) -> str:
        return str(get(f"{BASE}/services", **asked)[0]["service_name"])

    assert name() == "暴露垃圾"
    assert name(accept_language="en-GB,en;q=0.9") == "Exposed rubbish"
    assert name(locale="en-US") == "Exposed rubbish"
    assert name(locale="zh-CN", accept_language="en") == "暴露垃圾"
    described = str(get(f"{BASE}/services", locale="en")[0]["description"])
    assert described == "Sanitation: litter, rubbish on the ground, garbage in the street"
    assert name(locale="tlh", accept_language="en") == "Exposed rubbish"
    assert CLIENT.get(f"{BASE}/services.json?locale=en").headers["Content-Language"] == "en"


def test_discovery_says_the_same_in_both_formats_and_its_changeset_lies_in_the_past() -> None:
    found = get("/open311/discovery")
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == f"{settings.SITE_URL}/open311/v2"
    assert endpoint["type"] == "test"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert found["contact"] == "青坪县"
    assert found["key_service"]
    assert datetime.fromisoformat(found["changeset"]) < time.now()


@pytest.mark.parametrize("path", ["services", "services/010101", "requests", "requests/000000197", "tokens/000000197"])
def test_only_our_own_jurisdiction_or_none_is_known(path: str) -> None:
    (error,) = get(f"{BASE}/{path}", 404, jurisdiction_id="city.example")
    assert error["description"].startswith("jurisdiction_id")
    if path == "services":
        assert get(f"{BASE}/services", jurisdiction_id="990101") == get(f"{BASE}/services", jurisdiction_id="")


@pytest.mark.parametrize("code", ["999999", "01", "0101", "100102", "050201", "x"])
def test_a_code_that_is_no_public_service_is_404(code: str) -> None:
    (error,) = get(f"{BASE}/services/{code}", 404)
    assert error["code"] == 404


@pytest.mark.parametrize(
    "path", ["services.csv", "requests.csv", "services/nothing", "requests/x/y", "nowhere.xml", "nowhere", ""]
)
def test_another_format_or_address_is_404_with_the_error_body(path: str) -> None:
    assert georeport.refusal(CLIENT.get(f"{BASE}/{path}"), "xml")[0] == 404


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "services", "GET, HEAD"),
        ("put", "requests", "GET, HEAD, POST"),
        ("delete", "requests/000000197", "GET, HEAD"),
        ("patch", "tokens/000000197", "GET, HEAD"),
    ],
)
def test_another_method_is_405_with_the_error_body(form: str, method: str, path: str, allowed: str) -> None:
    response = getattr(CLIENT, method)(f"{BASE}/{path}.{form}")
    assert georeport.refusal(response, form)[0] == 405
    assert response.headers["Allow"] == allowed


def test_pages_of_other_sites_may_read_but_not_with_a_login() -> None:
    response = CLIENT.get(f"{BASE}/services.json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_errors_are_told_in_the_language_asked_for() -> None:
    chinese = get(f"{BASE}/services/x", 404)[0]["description"]
    english = get(f"{BASE}/services/x", 404, locale="en")[0]["description"]
    assert chinese == "service_code: 没有这项服务。"
    assert english.isascii()
