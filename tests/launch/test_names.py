"""By which names an installation is reached, and what links begin with."""

import socket

import pytest

from liandong.launch import names
from liandong.launch.failure import Failure


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Desk7.county.lan")
    monkeypatch.setattr(names, "lan_addresses", lambda: ["192.0.2.7", "198.51.100.7"])


def test_without_a_word_it_answers_to_this_machine_alone() -> None:
    known = names.known({"LIANDONG_PORT": "8400"})
    assert set(known.hosts) == {
        "localhost", "127.0.0.1", "[::1]", "desk7.county.lan", "desk7", "desk7.local"
    }  # fmt: skip
    assert (known.url, known.given) == ("http://127.0.0.1:8400", False)


def test_on_the_network_it_answers_to_its_addresses_there_and_links_lead_there() -> None:
    known = names.known({"LIANDONG_LAN": "1"})
    assert {"192.0.2.7", "198.51.100.7", "127.0.0.1"} <= set(known.hosts)
    assert known.url == "http://192.0.2.7:8311"


@pytest.mark.parametrize(
    ("environ", "url", "host"),
    [
        ({"LIANDONG_HOSTS": "county.example, www.county.example"}, "http://county.example", "www.county.example"),
        ({"LIANDONG_HOSTS": "county.example", "LIANDONG_HTTPS": "1"}, "https://county.example", "county.example"),
        ({"LIANDONG_HOSTS": ".county.example", "LIANDONG_HTTPS": "1"}, "https://county.example", ".county.example"),
        ({"LIANDONG_HOSTS": "County.Example:8443", "LIANDONG_HTTPS": "1"}, "https://county.example:8443",
         "county.example"),
        ({"LIANDONG_HOSTS": "county.lan", "LIANDONG_LAN": "1"}, "http://county.lan:8311", "county.lan"),
        ({"LIANDONG_HOSTS": "联动.example"}, "http://xn--6frt67h.example", "xn--6frt67h.example"),
        ({"LIANDONG_HOSTS": "[2001:db8::7]"}, "http://[2001:db8::7]", "[2001:db8::7]"),
        ({"LIANDONG_URL": "https://county.example/"}, "https://county.example", "county.example"),
        ({"LIANDONG_URL": "https://county.example:8443", "LIANDONG_HOSTS": "other.example", "LIANDONG_HTTPS": "1"},
         "https://county.example:8443", "other.example"),
    ],
)  # fmt: skip
def test_given_names_are_answered_and_the_first_is_in_links(environ: dict[str, str], url: str, host: str) -> None:
    known = names.known(environ)
    assert (known.url, known.given) == (url, True)
    assert host in known.hosts
    assert set(names.LOOPBACK) <= set(known.hosts)
    assert "*" not in known.hosts


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"LIANDONG_HTTPS": "1"}, "LIANDONG_HTTPS"),
        ({"LIANDONG_HTTPS": "1", "LIANDONG_HOSTS": " , "}, "LIANDONG_HTTPS"),
        ({"LIANDONG_HOSTS": "*"}, "LIANDONG_HOSTS"),
        ({"LIANDONG_HOSTS": "county.example,*"}, "LIANDONG_HOSTS"),
        ({"LIANDONG_HOSTS": "https://county.example"}, "LIANDONG_HOSTS"),
        ({"LIANDONG_HOSTS": "county.example/x"}, "LIANDONG_HOSTS"),
        ({"LIANDONG_URL": "county.example"}, "LIANDONG_URL"),
        ({"LIANDONG_URL": "ftp://county.example"}, "LIANDONG_URL"),
        ({"LIANDONG_URL": "https://county.example/liandong"}, "LIANDONG_URL"),
        ({"LIANDONG_URL": "https://*"}, "LIANDONG_URL"),
        ({"LIANDONG_URL": "https://me:secret@county.example"}, "LIANDONG_URL"),
    ],
)
def test_what_is_no_name_keeps_it_from_starting_and_says_so_in_both_languages(
    environ: dict[str, str], said: str
) -> None:
    with pytest.raises(Failure) as refused:
        names.known(environ)
    assert said in refused.value.zh
    assert said in refused.value.en
    assert refused.value.zh != refused.value.en
