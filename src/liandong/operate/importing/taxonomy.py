"""The taxonomy from its JSON format (docs/importing.md)."""

import json
from pathlib import Path
from typing import Any

from liandong.contexts.categories import public as categories
from liandong.foundation.orgs import public as orgs
from liandong.kernel.actor import Actor
from liandong.kernel.errors import InvalidInput

from .sheet import Outcome


def load(*, actor: Actor, path: Path, retire_missing: bool = False) -> Outcome:
    """Loads a file whole or not at all; its remarks name what is new. Raises InvalidInput for one of another shape."""
    before = categories.taxonomy().by_code
    try:
        document: Any = json.loads(path.read_bytes().decode("utf-8-sig"))
        rows = categories.from_document(document, before.values())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidInput("不是可读的 JSON 文件：%(why)s", field="file", why=str(error)) from error
    except KeyError as error:
        raise InvalidInput("事项分类文件缺少字段：%(name)s", field="file", name=str(error.args[0])) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput("事项分类文件有误：%(why)s", field="file", why=str(error)) from error
    _check_parents(rows)
    counts = categories.import_taxonomy(actor=actor, rows=rows, retire_missing=retire_missing)
    new = [row for row in rows if row.code not in before] if before else []
    return Outcome(counts["added"], counts["changed"], counts["unchanged"], counts["retired"], _remarks(new))


def _remarks(new: list[categories.CategoryRow]) -> tuple[tuple[str, str], ...]:
    """Names each new category, and whether a line of the duty list names it. A first taxonomy is all new and gets no
    remarks.
    """
    duties = orgs.organisation().duties
    unnamed = [row for row in new if row.leaf and not duties.names(row.code)]
    told = [(f"新增 {row.code} {row.zh}", f"new: {row.code} {row.en}") for row in new]
    if unnamed:
        codes = "、".join(row.code for row in unnamed)
        told.append(
            (
                f"权责清单没有列出的新小类（先按同组办理，请补充清单）：{codes}",
                f"new leaves that no duty line names (their group's office leads until one does): {codes}",
            )
        )
    return tuple(told)


def _check_parents(rows: list[categories.CategoryRow]) -> None:
    known = {row.code for row in rows} | categories.taxonomy().by_code.keys()
    for row in rows:
        if row.parent_code and row.parent_code not in known:
            raise InvalidInput("分类 %(code)s 的上级 %(parent)s 不存在。", code=row.code, parent=row.parent_code)
    if len({row.code for row in rows}) < len(rows):
        raise InvalidInput("分类代码重复。", field="code")
