"""What is shown to a signed-in post, behind a key or a receipt is kept by nobody: asked at every address there is."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from liandong.app.no_store import public_addresses
from liandong.contexts.intake.models import Report
from liandong.foundation.access import public as access
from liandong.foundation.access.models import Staff
from liandong.kernel.actor import SYSTEM
from tests import county

pytestmark = pytest.mark.usefixtures("small_county")


def patterns(found: list[URLPattern | URLResolver], before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(address, name) of every address; places in it as `{name}`."""
    for each in found:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, path, space + (f"{each.namespace}:" if each.namespace else ""))
        else:
            yield path, f"{space}{each.name}"


@cache
def every() -> list[tuple[str, str]]:
    return list(patterns(get_resolver().url_patterns))


def filled(path: str) -> str:
    row = county.receive("门口有个大坑", at="A11")
    code = Report.objects.get(case_id=row.id).receipt_code
    values = {"number": row.number, "code": code, "format": "json", "action": "accept", "sha256": "0" * 64}
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", path)
    path = re.sub(r"\(\?:([^()]*)\)\?", r"\1", path).replace("/?", "")  # what may be left out is written
    path = re.sub(r"[\^$]|\\(?=[.])", "", path)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), path)


def asked(client: Client, path: str) -> list[str]:
    """What GET and POST say about being kept."""
    answers = [client.get(filled(path)), client.post(filled(path))]
    return [answer.headers.get("Cache-Control", "") for answer in answers]


def is_kept_by_nobody(said: str) -> bool:
    return "no-store" in said and "public" not in said


@pytest.mark.parametrize("username", ["clerk", "coordinator", "admin"])
def test_what_a_post_sees_is_kept_by_nobody(username: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(Staff.objects.get(username=username))
    kept = {}
    for path, name in every():
        if name == "account_logout" or "logout" in path:
            continue
        said = asked(client, path)
        if not all(is_kept_by_nobody(each) for each in said):
            kept[name] = said
    assert set(kept) == {"intake:ground", "api-1:divisions"}, kept


def test_what_a_key_opens_is_kept_by_nobody() -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")
    client = Client(raise_request_exception=False, headers={"X-Api-Key": key})
    kept = [name for path, name in every() if not is_kept_by_nobody(asked(client, path)[0])]
    assert set(kept) == {"intake:ground", "api-1:divisions"}
    in_query = Client().get("/open311/v2/requests.json", {"api_key": key})
    assert is_kept_by_nobody(in_query.headers["Cache-Control"])


@pytest.mark.parametrize("name", ["api_key", "API_KEY", "Api_Key", "api_key[]", "api_key[0]", " api_key "])
def test_a_key_in_any_spelling_of_an_address_that_is_taken_is_kept_by_nobody(name: str) -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")
    assert is_kept_by_nobody(Client().get("/open311/v2/requests.json", {name: key}).headers.get("Cache-Control", ""))


@pytest.mark.parametrize("name", ["X-Api-Key", "Api-Key", "Authorization"])
def test_a_key_in_any_header_that_is_taken_is_kept_by_nobody(name: str) -> None:
    key = access.create_api_key(actor=SYSTEM, name="测试客户端")
    answer = Client().get("/open311/v2/requests.json", headers={name: f"Bearer {key}" if name[:2] == "Au" else key})
    assert is_kept_by_nobody(answer.headers.get("Cache-Control", ""))


@pytest.mark.parametrize("path", ["/open311/v2/services.json", "/open311/v2/requests", "/api/v1/categories", "/"])
def test_what_may_be_kept_says_that_it_depends_on_the_chosen_language_and_format(path: str) -> None:
    told = {name.strip() for name in Client().get(path).headers["Vary"].split(",")}
    assert {"Cookie", "Accept-Language", "Accept"} <= told


def test_for_everybody_else_only_what_is_public_may_be_kept() -> None:
    client = Client(raise_request_exception=False)
    kept = {name for path, name in every() if not is_kept_by_nobody(asked(client, path)[0])}
    assert kept <= public_addresses()
    assert {"intake:home", "api-1:categories", "open311:services", "intake:ground"} <= kept
    assert all(is_kept_by_nobody(asked(client, path)[1]) for path, name in every() if name in public_addresses())


def test_all_that_is_said_to_be_public_is_an_address() -> None:
    assert {name for _, name in every()} >= public_addresses()


def test_what_is_not_found_is_kept_by_nobody() -> None:
    assert is_kept_by_nobody(Client().get("/nowhere/").headers["Cache-Control"])


def test_outlines_stay_public() -> None:
    assert Client().get("/ground.geojson").headers["Cache-Control"] == "public, max-age=3600"
    assert Client().get("/api/v1/divisions.geojson").headers["Cache-Control"] == "public, max-age=300"
