import gettext
import os
from pathlib import Path

import polib
import pytest

from tools import messages
from tools.messages import Text


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for folder in ("kernel", "foundation/desk/templates", "app", "cli"):
        (tmp_path / "src" / folder).mkdir(parents=True)
    return tmp_path / "src"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return tmp_path / "locale" / "django.po"


def translate(path: Path, msgid: str, *answers: str) -> None:
    po = polib.pofile(str(path))
    entry = po.find(msgid)
    if len(answers) > 1:
        entry.msgstr_plural = dict(enumerate(answers))
    else:
        entry.msgstr = answers[0]
    po.save(str(path))


def test_texts_are_found_in_templates(source: Path) -> None:
    (source / "foundation/desk/templates/page.html").write_text(
        '{% load i18n %}{# 不算 #}{% translate "首页" context "pager" %}{{ x|default:_("没有") }}'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} 件\n{% plural %}\n {{ n }} 件{% endblocktranslate %}"
    )
    found = messages.collect(source)
    assert set(found.texts) == {Text("首页", context="pager"), Text("没有"), Text("%(n)s 件", "%(n)s 件")}
    assert found.problems == []


def test_chinese_outside_a_translate_tag_is_a_problem(source: Path) -> None:
    (source / "foundation/desk/templates/page.html").write_text("<p>没有标签</p>\n<p>示例数据 · sample data</p>")
    assert [each.split(": ")[-1] for each in messages.collect(source).problems] == ["<p>没有标签</p>"]


def test_texts_are_found_in_python(source: Path) -> None:
    (source / "kernel/errors.py").write_text('class LiandongError(Exception):\n    """没有完成。"""\n')
    (source / "foundation/desk/case.py").write_text(
        '"""不是文字"""\n'
        "from kernel.errors import LiandongError\n"
        'class Gone(LiandongError):\n    """已经不在了。"""\n'
        "NAMES = {1: '待受理'}\n"
        "def f(n):\n    '''不是文字'''\n    raise Gone('没有 %(n)s。', n=n)\n"
        "x = ngettext('%(n)d 件', '%(n)d 件', 2)\n"
        "field = CharField(help_text='不算', verbose_name='不算')\n"
    )
    (source / "cli/manage.py").write_text("print('控制台')\nprint(gettext('页面'))\n")
    found = messages.collect(source)
    assert {text.singular for text in found.texts} == {
        "没有完成。",
        "已经不在了。",
        "待受理",
        "没有 %(n)s。",
        "%(n)d 件",
        "页面",
    }
    assert Text("%(n)d 件", "%(n)d 件") in found.texts


def test_a_text_joined_from_pieces_is_a_problem(source: Path) -> None:
    (source / "foundation/desk/case.py").write_text("def f(n):\n    return f'共 {n} 件'\n")
    assert len(messages.collect(source).problems) == 1


def test_extract_keeps_translations_and_brings_them_back(source: Path, catalogue: Path) -> None:
    module = source / "foundation/desk/case.py"
    module.write_text("A = '待受理'\n")
    assert messages.extract(source, catalogue) == 1
    translate(catalogue, "待受理", "Received")
    module.write_text("A = '已办结'\n")
    messages.extract(source, catalogue)
    module.write_text("A = '待受理'\nB = '已办结'\n")
    messages.extract(source, catalogue)
    po = polib.pofile(str(catalogue))
    assert {entry.msgid: entry.msgstr for entry in po if not entry.obsolete} == {"待受理": "Received", "已办结": ""}


def test_extract_twice_writes_the_same(source: Path, catalogue: Path) -> None:
    (source / "foundation/desk/case.py").write_text("A = '待受理'\nx = ngettext('%(n)d 件', '%(n)d 件', 2)\n")
    messages.extract(source, catalogue)
    before = catalogue.read_bytes()
    assert messages.extract(source, catalogue) == 0
    assert catalogue.read_bytes() == before


@pytest.mark.parametrize(
    ("english", "wrong"),
    [
        ("", "no English"),
        ("%(m)s cases", "places differ"),
        ("%(n)s 件", "Chinese in the English"),
        ("%(n)s cases", None),
    ],
)
def test_check_names_what_english_readers_could_not_read(
    source: Path, catalogue: Path, english: str, wrong: str | None
) -> None:
    (source / "foundation/desk/case.py").write_text("A = '共 %(n)s 件'\n")
    messages.extract(source, catalogue)
    translate(catalogue, "共 %(n)s 件", english)
    sentences = messages.check(source, catalogue)
    assert [wrong in sentence for sentence in sentences] == ([True] if wrong else [])


def test_check_names_a_text_that_was_not_extracted(source: Path, catalogue: Path) -> None:
    (source / "foundation/desk/case.py").write_text("A = '待受理'\n")
    assert "not in the catalogue" in messages.check(source, catalogue)[0]


def test_compile_builds_a_catalogue_once(source: Path, catalogue: Path) -> None:
    (source / "foundation/desk/case.py").write_text("A = '待受理'\nx = ngettext('%(n)d 件', '%(n)d 件', 2)\n")
    messages.extract(source, catalogue)
    translate(catalogue, "待受理", "Received")
    translate(catalogue, "%(n)d 件", "%(n)d case", "%(n)d cases")
    assert messages.compile_catalogue(catalogue)
    assert not messages.compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("待受理") == "Received"
    assert compiled.ngettext("%(n)d 件", "%(n)d 件", 1) == "%(n)d case"
    assert compiled.ngettext("%(n)d 件", "%(n)d 件", 5) == "%(n)d cases"


def test_compile_follows_the_words_and_not_the_times_of_files(source: Path, catalogue: Path) -> None:
    (source / "foundation/desk/case.py").write_text("A = '待受理'\n")
    messages.extract(source, catalogue)
    messages.compile_catalogue(catalogue)
    translate(catalogue, "待受理", "Received")
    os.utime(catalogue, (0, 0))
    assert messages.compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("待受理") == "Received"


def test_every_text_of_the_product_has_its_english() -> None:
    assert messages.check() == []
