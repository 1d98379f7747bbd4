"""Scopes as conditions on the table: one screen shows one scope."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from liandong.foundation.ledger import public as ledger
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor

from .domain import rights
from .domain.involvement import PartRole

Row = TypeVar("Row", bound=ledger.BoundModel)


class Scope(models.TextChoices):
    """One screen shows one scope, which leads the index; never an OR over all that may be seen. `ASSIST` is led by the
    table of offices involved.
    """

    OFFICE = "office", _("本部门")
    TOWN = "town", _("本乡镇")
    CELLS = "cells", _("我的网格")
    COUNTY = "county", _("全县")
    ASSIST = "assist", _("本部门协办")


_WIDEST_FIRST = ((Scope.COUNTY, rights.SEE_COUNTY), (Scope.TOWN, rights.SEE_TOWN), (Scope.CELLS, rights.SEE_CELLS))


def scopes_of(actor: Actor) -> list[Scope]:
    """The scopes that a post may choose, the widest first; the own office last, of who sees the county where it has
    one; what the own office assists last of all.
    """
    found = [scope for scope, right in _WIDEST_FIRST if actor.may(right)]
    if actor.may(rights.SEE_OFFICE) and (actor.office_id or Scope.COUNTY not in found):
        found.append(Scope.OFFICE)
    if actor.may(rights.HANDLE_OFFICE) and actor.office_id:
        found.append(Scope.ASSIST)
    return found or [Scope.OFFICE]


def versions_of(*division_ids: int | None) -> tuple[int, ...]:
    """All rows of these divisions over time: a post keeps the cases that it had before its town got another name."""
    registry = orgs.organisation()
    return tuple(row for division_id in division_ids for row in registry.versions(division_id))


def _open_to(actor: Actor) -> Q:
    """Cases that aren't private, and private ones on which the actor's own office works."""
    if actor.office_id is not None and actor.may(rights.HANDLE_OFFICE):
        return Q(is_private=False) | Q(office_id=actor.office_id)
    return Q(is_private=False)


class CaseQuerySet(ledger.BoundQuerySet[Row]):
    """Reads of cases begin with `visible_to`."""

    def visible_to(self, actor: Actor, scope: Scope, purpose: str = "handling") -> Self:
        """Cases of one scope that the actor may see: private ones only for those who need to know (coordination desk,
        the lead office), never those that complain of the actor's own office or post.

        Purposes: `handling` (staff at work), `overview` (leaders, figures), `public` (anybody: Open311; no complaints).
        """
        if purpose == "public":
            return self.filter(is_private=False, complained_office_id=None, complained_staff_id=None)
        rows = self._scoped(actor, scope)
        is_handled = scope in (Scope.OFFICE, Scope.ASSIST) and actor.may(rights.HANDLE_OFFICE)
        if not is_handled and not actor.may(rights.SEE_PRIVATE):
            rows = rows.filter(_open_to(actor))
        if actor.office_id is not None:
            rows = rows.exclude(complained_office_id=actor.office_id, complained_office_id__isnull=False)
        return rows.exclude(complained_staff_id=actor.id, complained_staff_id__isnull=False)

    def _scoped(self, actor: Actor, scope: Scope) -> Self:
        if scope == Scope.COUNTY and actor.may(rights.SEE_COUNTY):
            return self.all()
        if scope == Scope.OFFICE and actor.office_id and actor.may(rights.SEE_OFFICE):
            return self.filter(office_id=actor.office_id)
        if scope == Scope.TOWN and actor.division_id and actor.may(rights.SEE_TOWN):
            return self.filter(town_id__in=versions_of(actor.division_id))
        if scope == Scope.CELLS and actor.may(rights.SEE_CELLS):
            return self.filter(cell_id__in=versions_of(*actor.cell_ids))
        if scope == Scope.ASSIST:
            assisted = self._assisted_by(actor.office_id or 0)
            return assisted if actor.kind == "staff" and actor.may(rights.HANDLE_OFFICE) else assisted.none()
        return self.none()

    def _assisted_by(self, office_id: int) -> Self:
        """Cases in which the office assists now, each with the columns of its part that lead the index."""
        own = Q(involved__office_id=office_id, involved__role=PartRole.ASSIST.value, involved__until=None)
        rows = self.annotate(part=FilteredRelation("involved", condition=own)).filter(part__isnull=False)
        return rows.annotate(part_received_at=F("part__received_at"), part_case_id=F("part__case_id"))
