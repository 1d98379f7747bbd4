"""The place of a case on its page: address, division, and the map, whose outlines the console serves."""

from collections.abc import Mapping

from django.urls import reverse

from liandong.contexts.cases import public as cases
from liandong.contexts.console import geojson
from liandong.foundation.rooms import public as rooms


def place(look: rooms.Look[cases.CaseRow]) -> Mapping[str, object]:
    row = look.row
    return {
        "division": cases.names.place(row.division_id),
        "border": cases.names.border(row.lon, row.lat),
        "cells_url": f"{reverse('api-1:divisions')}?level={geojson.ground_level('village', 'town')}&ground=1",
    }
