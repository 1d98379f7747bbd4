"""A register in memory stays readable while somebody asks, perhaps in vain, whether it is still the newest."""

import threading

import pytest

from liandong.foundation.registers import cache
from liandong.foundation.registers.public import Cached

pytestmark = pytest.mark.usefixtures("committed")


def test_who_asks_meanwhile_gets_what_is_known(monkeypatch) -> None:
    monkeypatch.setattr(cache, "RECHECK_S", 0)
    asks, may_go_on = threading.Event(), threading.Event()
    registers = Cached(lambda: "known", "nothing")
    assert registers.get() == "known"

    def hangs(**_names: object) -> None:
        asks.set()
        may_go_on.wait(30)
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(cache.RegisterVersion.objects, "filter", hangs)
        errors: list[Exception] = []

        def recheck() -> None:
            try:
                registers.get()
            except ConnectionError as error:
                errors.append(error)

        one = threading.Thread(target=recheck)
        one.start()
        assert asks.wait(30)
        assert registers.get() == "known"
        may_go_on.set()
        one.join(30)
    assert len(errors) == 1
    assert registers.get() == "known"
