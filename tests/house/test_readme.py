"""What the README names exists: commands, pages, logins, addresses, files."""

import re

from django.test import Client

from liandong.launch import arguments
from liandong.sample import seeding
from tests.house.commands_in_docs import ROOT, commands_of

README = (ROOT / "README.md").read_text("utf-8")


def test_its_start_is_what_the_launcher_understands() -> None:
    names = [arguments.parse(command.split()[1:], ROOT).name for command in commands_of("README.md")]
    assert names[:2] == [arguments.UP, arguments.TEST]
    assert set(names[2:]) == {arguments.UP, "import"}


def test_every_file_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_posts_it_signs_in_as_are_among_those_that_up_prints() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)*-?\d)`", README))
    assert named == {"handler-law-1", "coordinator1"}
    assert named <= set(seeding.DEMO_LOGINS)


def test_the_addresses_it_gives_to_other_systems_answer(small_county) -> None:
    addresses = re.findall(r"`(/(?:open311|api)/[a-z0-9./]+)`", README)
    assert {"/open311/discovery.json", "/api/v1/openapi.json"} <= set(addresses)
    for address in addresses:
        assert Client().get(address).status_code == 200, address
