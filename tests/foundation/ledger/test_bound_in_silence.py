"""A change that its command's entry has taken along is no reason to cry; one that none has is."""

import logging

import pytest
from django.db import transaction

from liandong.contexts.cases import public as cases
from liandong.contexts.cases.models import Case
from tests import county

pytestmark = pytest.mark.usefixtures("committed")


def test_a_bound_change_says_nothing_an_unbound_one_is_told(caplog) -> None:
    row = county.receive(office_code="LAW")
    with caplog.at_level(logging.ERROR):
        cases.accept_case(actor=county.post("law1"), case_id=row.id)
        assert caplog.messages == []
        with transaction.atomic():
            Case.objects.filter(pk=row.id).update(severity=1)
    assert ["no ledger entry binds it" in said for said in caplog.messages] == [True]
