"""No address that leaves is built from what a request says about itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_style import MODULES, SOURCE, named

BUILDERS = {
    "build_absolute_uri", "get_host", "get_port", "get_current_site", "get_raw_uri", "_current_scheme_host",
    "_get_scheme", "_get_raw_host", "urljoin",
}  # fmt: skip
"""Of Django and its libraries."""
WORDS = re.compile(r"(?i)^(http[_-])?(x[_-]forwarded[_-]host|host|forwarded)$|^server_name$|^http_(origin|referer)$")
CHECKS = {"foundation/access/known_names.py", "app/settings.py", "operate/database.py", "app/database_url.py"}
"""The first asks whether the name is known, and builds nothing; the others speak of the database's host."""


def taken_from_a_request(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            is_scheme = node.attr == "scheme" and isinstance(node.value, ast.Name) and "request" in node.value.id
            if node.attr in BUILDERS or is_scheme or node.attr == "is_secure":
                yield node.attr
        elif isinstance(node, ast.Name) and node.id in BUILDERS:
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in BUILDERS)
        elif isinstance(node, ast.Subscript | ast.Call):
            asked = [node.slice] if isinstance(node, ast.Subscript) else node.args[:1]
            yield from (
                each.value
                for each in asked
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and WORDS.search(each.value)
            )


IN_THE_HOUSE = [path for path in MODULES if named(path).startswith(("foundation/", "contexts/", "app/", "adapters/"))]


@pytest.mark.parametrize("path", [path for path in IN_THE_HOUSE if "/launch/" not in str(path)], ids=named)
def test_no_module_takes_an_address_from_a_request(path: Path) -> None:
    found = list(taken_from_a_request(ast.parse(path.read_text("utf-8"))))
    assert found == [] or named(path) in CHECKS


@pytest.mark.parametrize(
    "line",
    [
        "request.build_absolute_uri('/')",
        "f'https://{request.get_host()}/'",
        "request.META['HTTP_HOST']",
        "request.META.get('HTTP_X_FORWARDED_HOST')",
        "request.headers['Host']",
        "request.headers.get('X-Forwarded-Host', '')",
        "get_current_site(request).domain",
        "f'{request.scheme}://x'",
        "from django.contrib.sites.shortcuts import get_current_site",
        "build_absolute_uri(request, '/')",
    ],
)
def test_the_rule_sees_every_way(line: str) -> None:
    assert list(taken_from_a_request(ast.parse(line)))


IN_TEMPLATES = re.compile(r"get_host|build_absolute_uri|current_site|request\.scheme|META\.|site\.(domain|name)")


def test_no_template_does_either() -> None:
    templates = [path for path in SOURCE.rglob("templates/**/*") if path.is_file()]
    assert templates
    assert [named(path) for path in templates if IN_TEMPLATES.search(path.read_text("utf-8"))] == []
