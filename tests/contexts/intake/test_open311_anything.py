"""GeoReport v2: whatever is sent, the answer is one of the standard's, in the format asked for."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests import county
from tests.contexts.intake import georeport
from tests.contexts.intake.georeport import BASE, CLIENT, FORM, TYPES

pytestmark = pytest.mark.django_db
ANYTHING = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
words = st.text(max_size=30)
names = st.text(st.characters(exclude_characters="/\n", codec="utf-8"), min_size=1, max_size=30)
numbers = st.one_of(
    st.integers().map(str), st.floats().map(str), st.sampled_from(["105.05", "35.05", "0", "-1", "1e5"])
)
moments = st.one_of(
    words, st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
)
codes = st.sampled_from([county.POTHOLE, "040102", "020301", county.NEIGHBOURS, "01", ""])
values = st.one_of(words, numbers, moments, codes)
header_values = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=130)
formats = st.sampled_from(sorted(TYPES))


@pytest.fixture
def key() -> str:
    return georeport.new_key()


def check(response, form: str) -> None:
    assert response.status_code in (200, 400, 403, 404, 409), response.content[:400]
    assert response.headers["Content-Type"] == TYPES[form]
    content = json.loads(response.content) if form == "json" else etree.fromstring(response.content)
    assert content is not None


@ANYTHING
@given(
    form=formats,
    asked=st.dictionaries(
        st.sampled_from(
            [
                "service_request_id",
                "service_code",
                "start_date",
                "end_date",
                "status",
                "page",
                "page_size",
                "jurisdiction_id",
                "locale",
                "extensions",
            ]
        ),
        values,
        max_size=5,
    ),
)
def test_any_list_that_is_asked_for(form: str, asked: dict[str, str]) -> None:
    check(CLIENT.get(f"{BASE}/requests.{form}?{urlencode(asked)}"), form)


@ANYTHING
@given(form=formats, part=st.sampled_from(["services", "requests", "tokens"]), name=names)
def test_any_name_in_the_address(form: str, part: str, name: str) -> None:
    response = CLIENT.get(f"{BASE}/{part}/{quote(name, safe='')}.{form}")
    check(
        response,
        form
        if "\n" not in name and "/" not in name and name
        else response.headers["Content-Type"].split(";")[0].split("/")[1],
    )


@ANYTHING
@given(
    form=formats,
    fields=st.dictionaries(
        st.sampled_from(
            [
                "service_code",
                "lat",
                "long",
                "address_string",
                "address_id",
                "description",
                "email",
                "phone",
                "first_name",
                "last_name",
                "media_url",
                "attribute[FAULT]",
                "attribute[POLE]",
                "attribute[LAMPS][]",
                "attribute[",
                "x",
            ]
        ),
        values,
        max_size=8,
    ),
)
def test_any_fields_of_a_report(key: str, form: str, fields: dict[str, str]) -> None:
    usual = {"api_key": key, "service_code": county.POTHOLE, "lat": "35.05", "long": "105.05"}
    check(georeport.post(usual | fields, form), form)


@ANYTHING
@given(
    form=formats, body=st.binary(max_size=200), idempotency_key=st.text(st.characters(codec="latin-1"), max_size=130)
)
def test_any_bytes_as_a_report(key: str, form: str, body: bytes, idempotency_key: str) -> None:
    start = f"api_key={key}&service_code={county.POTHOLE}&lat=35.05&long=105.05&description=".encode()
    headers = {"Idempotency-Key": idempotency_key}
    check(georeport.post(start + body, form, FORM, **headers), form)
    check(georeport.post(body, form, FORM, **headers), form)
