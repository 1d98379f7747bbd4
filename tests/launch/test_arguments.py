from pathlib import Path

import pytest

from liandong.launch.arguments import Arguments, parse
from liandong.launch.failure import Failure

DEFAULT = Path("/clone/.liandong")


def read(*typed: str) -> Arguments:
    return parse(typed, DEFAULT)


def test_without_a_name_it_is_help() -> None:
    assert read().name == "help"
    assert read("--help").name == "help"


def test_up_alone_means_port_8311_in_the_clone_with_sample_data() -> None:
    found = read("up")
    assert (found.port, found.data, found.lan, found.empty) == (8311, DEFAULT, False, False)


def test_up_takes_its_options_in_any_order_and_form() -> None:
    found = read("up", "--empty", "--port=9000", "--data", "/d", "--lan")
    assert (found.port, found.data, found.lan, found.empty) == (9000, Path("/d"), True, True)


@pytest.mark.parametrize("typed", [("--data", "/d", "ledger", "verify"), ("ledger", "--data=/d", "verify")])
def test_the_data_folder_may_stand_before_or_after_any_name(typed: tuple[str, ...]) -> None:
    found = read(*typed)
    assert (found.name, found.rest, found.data) == ("ledger", ["verify"], Path("/d"))


def test_what_follows_two_dashes_belongs_to_the_command() -> None:
    assert read("shell", "--", "--data", "x").rest == ["--", "--data", "x"]


def test_other_commands_keep_their_options() -> None:
    assert read("import", "--port", "x").rest == ["--port", "x"]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (("up", "--port", "0"), "--port 0"),
        (("up", "--port", "eight"), "--port eight"),
        (("up", "--prot", "9"), "--prot"),
        (("up", "--data"), "--data"),
        (("backup",), "backup"),
        (("restore", "a", "b"), "restore"),
    ],
)
def test_a_slip_is_one_sentence_in_both_languages_with_exit_code_two(typed: tuple[str, ...], word: str) -> None:
    with pytest.raises(Failure) as caught:
        read(*typed)
    assert caught.value.exit_code == 2
    assert word in caught.value.zh
    assert word in caught.value.en
