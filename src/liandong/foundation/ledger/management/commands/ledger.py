"""`liandong ledger verify | seal | proof | check-proof | reconcile | new-key`."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liandong.foundation.ledger import adoption, keys, mark
from liandong.foundation.ledger.contents import wrong_files
from liandong.foundation.ledger.domain import proof as proofs
from liandong.foundation.ledger.domain.chain import Stream
from liandong.foundation.ledger.domain.mark import MalformedMark, Mark
from liandong.foundation.ledger.models import SealKey
from liandong.foundation.ledger.queries import last_seal_no, proof
from liandong.foundation.ledger.rows import RowsVerified
from liandong.foundation.ledger.sealing import reconcile, seal
from liandong.foundation.ledger.seals_file import SealsFile
from liandong.foundation.ledger.verification import Finding, Verified, verify
from liandong.kernel.actor import SYSTEM

SENTENCES = {
    "entry_changed": gettext_lazy("%(stream)s 第 %(seq)s 条（%(action)s，%(where)s）：内容与哈希不符，记录被改动。"),
    "entries_missing": gettext_lazy("%(stream)s 缺第 %(first)s 至 %(last)s 条：记录被删除或调换。"),
    "entry_not_as_sealed": gettext_lazy(
        "%(stream)s 第 %(seq)s 条（%(action)s）：与第 %(seal)s 号封存不符，封存之后被改动。"
    ),
    "sealed_entries_removed": gettext_lazy("第 %(seal)s 号封存所含的记录（编号 %(first)s 至 %(last)s）被删除。"),
    "entry_inserted": gettext_lazy(
        "%(stream)s 第 %(seq)s 条（%(action)s，编号 %(id)s）：位于已封存的范围内却不在任何封存中，是事后插入的。"
    ),
    "entry_not_ours": gettext_lazy(
        "%(stream)s 第 %(seq)s 条（%(action)s，%(where)s）：没有本平台的印证，是越过平台写入的。"
    ),
    "entry_key_missing": gettext_lazy(
        "印证留痕的密钥（keys/entries.json）不见了：哪些记录是本平台写的，无从核对。请从备份恢复。"
    ),
    "entry_key_unreadable": gettext_lazy("印证留痕的密钥（keys/entries.json）无法读取：请从备份恢复。"),
    "table_not_as_made": gettext_lazy("%(table)s 不是本平台建立的样子（%(what)s）：读写都可能被它改变。"),
    "sequence_rewound": gettext_lazy(
        "编号序列 %(sequence)s 被退回：停在 %(last)s，而已有第 %(highest)s 号，后来的记录会占用旧编号。"
    ),
    "seal_root_differs": gettext_lazy("第 %(seal)s 号封存的内容与签名的根哈希不符，无法指出是哪一条。"),
    "seal_differs": gettext_lazy("第 %(seal)s 号封存：数据库与封存文件不一致，其中一处被改动。"),
    "seal_not_signed": gettext_lazy("第 %(seal)s 号封存：签名不成立，封存被改动。"),
    "seal_key_unknown": gettext_lazy("第 %(seal)s 号封存：签名所用的密钥 %(key)s 不在可信公钥之列。"),
    "seal_chain_broken": gettext_lazy("第 %(seal)s 号封存：与第 %(previous)s 号封存不相衔接。"),
    "seals_missing": gettext_lazy("第 %(first)s 至 %(last)s 号封存在数据库和封存文件中都不见了。"),
    "seals_not_in_database": gettext_lazy(
        "数据库缺第 %(first)s 至 %(last)s 号封存，而封存文件里有：被删除，或恢复了较早的备份。"
    ),
    "seals_not_in_file": gettext_lazy(
        "封存文件缺第 %(first)s 至 %(last)s 号封存，而数据库里有：文件被截短，或不是本平台的文件。"
    ),
    "seal_unreadable": gettext_lazy("数据库中的第 %(seal)s 号封存无法读取。"),
    "line_unreadable": gettext_lazy("封存文件第 %(line)s 行无法读取。"),
    "line_misplaced": gettext_lazy("封存文件第 %(line)s 行（第 %(seal)s 号封存）次序不对或重复。"),
    "tail_cut": gettext_lazy(
        "第 %(first)s 至 %(last)s 号封存（记录编号至 %(to)s）不见了：%(at)s 的高位标记里有。"
        "账尾被截去，或恢复了较早的备份。"
    ),
    "mark_differs": gettext_lazy("第 %(seal)s 号封存与 %(at)s 的高位标记不符：封存被改写。"),
    "mark_not_signed": gettext_lazy("%(at)s 的高位标记不是可信密钥（%(key)s）所签。"),
    "mark_behind": gettext_lazy(
        "高位标记（%(at)s）只到第 %(mark)s 号封存，而数据库已到第 %(last)s 号：标记被换成了较早的一份。"
    ),
    "mark_missing": gettext_lazy("高位标记（mark/ledger.json）不见了：账尾是否被截去，只能用别处的副本核对。"),
    "mark_unreadable": gettext_lazy("高位标记无法读取：%(file)s"),
    "rows_below_mark": gettext_lazy(
        "%(table)s 只到第 %(last)s 行，而 %(at)s 的高位标记记有第 %(mark)s 行：后面的行连同其留痕被删除。"
    ),
    "row_changed": gettext_lazy(
        "%(table)s 第 %(row)s 行（%(thing)s）的 %(columns)s：与 %(stream)s 第 %(seq)s 条所记（%(bound)s）不符，被改动。"
    ),
    "row_missing": gettext_lazy(
        "%(table)s 第 %(row)s 行（%(thing)s）不见了：%(stream)s 第 %(seq)s 条记有这一行（%(bound)s），没有删除的留痕。"
    ),
    "row_inserted": gettext_lazy("%(table)s 第 %(row)s 行（%(thing)s）：没有留痕记有这一行，是越过平台写入的。"),
    "row_twice": gettext_lazy("%(table)s 第 %(row)s 行（%(thing)s）有两份：主键被撤除，另一份是越过平台写入的。"),
    "row_was_changed": gettext_lazy(
        "%(table)s 第 %(row)s 行（%(thing)s）的 %(columns)s：在 %(stream)s 第 %(seq)s 条（%(since)s）之前已被改动。"
    ),
    "file_changed": gettext_lazy("%(table)s 第 %(row)s 行的文件 %(file)s：内容与其哈希不符，文件被调换或改动。"),
    "file_missing": gettext_lazy("%(table)s 第 %(row)s 行的文件 %(file)s 不见了。"),
    "public_key_missing": gettext_lazy("数据库之外没有公钥，只能用数据库里的公钥核对：请用 --public-key 指定。"),
}
SHOWN = 100
PROGRESS_EVERY_S = 2.0


class Command(BaseCommand):
    help = "留痕：核验、封存、出具与核对证明 · verifies, seals and proves the ledger"

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        check = deeds.add_parser("verify", help=_("核验全部留痕；发现改动时逐条说明并以 1 退出"))
        check.add_argument("--seals", type=Path, help=_("封存文件，默认为数据目录中的 ledger/seals.jsonl"))
        check.add_argument("--older-copy", action="store_true", help=_("封存文件是较早的副本，可以比数据库短"))
        check.add_argument("--public-key", type=Path, help=_("PEM 公钥文件，默认为数据目录 keys 中的全部公钥"))
        check.add_argument(
            "--mark", type=Path, action="append", default=[], help=_("保存在别处的高位标记副本，可多次给出")
        )
        check.add_argument("--without-files", action="store_true", help=_("不逐个读取照片文件"))
        check.add_argument("--all", action="store_true", help=_("列出全部发现，不只前 100 条"))
        deeds.add_parser("seal", help=_("立即封存"))
        deeds.add_parser("mark", help=_("打印高位标记，请保存到别处"))
        adopt = deeds.add_parser("adopt", help=_("为升级以前的行补绑定"))
        adopt.add_argument("--begin", action="store_true", help=_("只记下补到哪一行为止，由后台程序接着做"))
        one = deeds.add_parser("proof", help=_("出具一条留痕的证明（JSON）"))
        one.add_argument("stream", help=_("例如 case:17"))
        one.add_argument("seq", type=int)
        given = deeds.add_parser("check-proof", help=_("核对证明，不需要数据库"))
        given.add_argument("file", type=Path)
        given.add_argument("--public-key", type=Path, required=True)
        deeds.add_parser("reconcile", help=_("恢复备份之后使封存文件与数据库一致，并记入留痕"))
        deeds.add_parser("new-key", help=_("更换封存所用的密钥，旧公钥保留"))

    def handle(self, *_args: Any, **options: Any) -> None:
        deeds: dict[str, Callable[[dict[str, Any]], None]] = {
            "verify": self._verify,
            "seal": self._seal,
            "mark": self._mark,
            "adopt": self._adopt,
            "proof": self._proof,
            "check-proof": self._check_proof,
            "reconcile": self._reconcile,
            "new-key": self._new_key,
        }
        deeds[options["deed"]](options)

    def _verify(self, options: dict[str, Any]) -> None:
        file = SealsFile(options["seals"]) if options["seals"] else SealsFile.of_this_house()
        if options["seals"] and not options["seals"].is_file():
            raise CommandError(_("没有这个文件：%(file)s") % {"file": options["seals"]})
        tally = Verified()
        trusted, found = self._trusted_keys(options["public_key"])
        marks, unread = self._marks(options["mark"])
        found += unread
        started = time.monotonic()
        progress = self._progress(started)
        for finding in chain(
            verify(file, trusted, may_be_older=options["older_copy"], tally=tally, progress=progress, marks=marks),
            () if options["without_files"] else self._wrong_files(progress),
        ):
            found += 1
            if found <= SHOWN or options["all"]:
                self.stdout.write(in_both(partial(sentence, finding)))
        self._conclude(tally, found, time.monotonic() - started, shown=found if options["all"] else SHOWN)

    def _wrong_files(self, progress: Callable[[str, int], None]) -> Iterator[Finding]:
        for wrong in wrong_files(progress):
            context = {"table": wrong.table, "row": wrong.row, "file": wrong.file}
            yield Finding("file_changed" if wrong.is_there else "file_missing", context)

    def _trusted_keys(self, file: Path | None) -> tuple[dict[str, Ed25519PublicKey], int]:
        """The keys to trust and the number of findings so far: 1 when only the database knows its keys."""
        trusted = keys.public_keys(file)
        rows = [] if trusted else list(SealKey.objects.values_list("id", "public_key"))
        if not rows:
            return trusted, 0
        self.stdout.write(in_both(partial(sentence, Finding("public_key_missing"))))
        return {id_: Ed25519PublicKey.from_public_bytes(bytes(public)) for id_, public in rows}, 1

    def _marks(self, copies: list[Path]) -> tuple[list[Mark], int]:
        """Our own mark and the copies; how many findings that alone makes."""
        found: list[Mark] = []
        wrong = []
        last = last_seal_no()  # before the mark, which is written after each seal
        for file in (None, *copies):
            try:
                kept = mark.read(file)
            except MalformedMark:
                wrong.append(Finding("mark_unreadable", {"file": str(file or mark.path())}))
                continue
            if kept is not None:
                found.append(kept)
                if file is None and kept.seal < last - 1:
                    context = {"last": last, "mark": kept.seal, "at": kept.at.isoformat(timespec="seconds")}
                    wrong.append(Finding("mark_behind", context))
            elif file is not None:
                raise CommandError(_("没有这个文件：%(file)s") % {"file": file})
            elif last or SealsFile.of_this_house().size():
                wrong.append(Finding("mark_missing"))
        for finding in wrong:
            self.stdout.write(in_both(partial(sentence, finding)))
        return found, len(wrong)

    def _conclude(self, tally: Verified, found: int, elapsed_s: float, *, shown: int) -> None:
        if found > shown:
            self.stdout.write(in_both(lambda: _("……另有 %(count)s 处，加 --all 全部列出。") % {"count": found - shown}))
        told = in_both(partial(self._result, tally, found, elapsed_s))
        if found:
            raise CommandError(told)
        self.stdout.write(told)

    def _result(self, tally: Verified, found: int, elapsed_s: float) -> str:
        walked = _("核验了 %(entries)s 条留痕、%(seals)s 号封存（尚未封存 %(unsealed)s 条），每秒 %(rate)s 条。") % {
            "entries": tally.entries,
            "seals": tally.seals,
            "unsealed": tally.unsealed,
            "rate": round(tally.entries / max(elapsed_s, 0.001)),
        }
        told = [walked]
        if tally.without_mac:
            told.append(_("编号 %(last)s 及以前的留痕没有印证，由封存保证。") % {"last": tally.without_mac})
        told.append(self._rows_told(tally.rows))
        told.append(_("发现 %(count)s 处问题。") % {"count": found} if found else _("没有发现改动。"))
        return " ".join(told) if translation.get_language() == "en" else "".join(told)

    def _rows_told(self, rows: RowsVerified) -> str:
        told = [_("核对了 %(rows)s 行数据。") % {"rows": rows.rows}]
        if rows.removed:
            told.append(_("%(rows)s 行已按留痕删除。") % {"rows": rows.removed})
        if rows.adopted and rows.since:
            told.append(
                _("%(rows)s 行是升级以前的，自 %(since)s 起绑定。")
                % {"rows": rows.adopted, "since": rows.since.isoformat(sep=" ", timespec="minutes")}
            )
        if rows.waiting:
            told.append(_("%(rows)s 行是升级以前的，尚未绑定。") % {"rows": rows.waiting})
        return " ".join(told) if translation.get_language() == "en" else "".join(told)

    def _progress(self, started: float) -> Callable[[str, int], None]:
        told = started

        def tell(walk: str, entries: int) -> None:
            nonlocal told
            if (walk == "rows" or entries % 1_000 == 0) and time.monotonic() - told >= PROGRESS_EVERY_S:
                told = time.monotonic()
                text = {
                    "chains": _("逐链核验：%(entries)s 条……"),
                    "seals": _("逐次封存核验：%(entries)s 条……"),
                    "rows": _("逐行核对：%(entries)s 行……"),
                    "files": _("逐个核对文件：%(entries)s 个……"),
                }[walk]
                self.stderr.write(text % {"entries": entries})

        return tell

    def _seal(self, _options: dict[str, Any]) -> None:
        made = seal()
        count = sum(head.entries for head in made)
        self.stdout.write(_("封存了 %(entries)s 条留痕，%(seals)s 号封存。") % {"entries": count, "seals": len(made)})

    def _mark(self, _options: dict[str, Any]) -> None:
        kept = mark.read()
        if kept is None:
            raise CommandError(_("还没有高位标记：首次封存以后才有。"))
        self.stdout.write(kept.text())

    def _adopt(self, options: dict[str, Any]) -> None:
        keys.entry_key()
        try:
            adoption.begin()
        except adoption.AdoptionRefused as error:
            self.stderr.write(in_both(partial(str, error)))
        done = 0
        while not options["begin"] and (taken := adoption.go_on()):
            done += taken
        if not options["begin"]:
            self.stdout.write(_("补绑定了 %(spans)s 段，还有 %(left)s 段。") % {"spans": done, "left": adoption.left()})

    def _proof(self, options: dict[str, Any]) -> None:
        try:
            stream = Stream.parse(options["stream"])
        except ValueError as error:
            raise CommandError(_("流的写法如 case:17，收到的是 %(text)s") % {"text": options["stream"]}) from error
        self.stdout.write(json.dumps(proof(stream, options["seq"]), ensure_ascii=False, indent=1))

    def _check_proof(self, options: dict[str, Any]) -> None:
        trusted = keys.public_keys(options["public_key"])
        try:
            text = sys.stdin.read() if str(options["file"]) == "-" else options["file"].read_text()
            head = proofs.check(json.loads(text), trusted)
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(_("证明不成立：%(reason)s") % {"reason": error}) from error
        self.stdout.write(
            _("证明成立：该条留痕在第 %(seal)s 号封存中，封存于 %(at)s。")
            % {"seal": head.no, "at": head.sealed_at.isoformat(timespec="seconds")}
        )

    def _reconcile(self, _options: dict[str, Any]) -> None:
        aside, written = reconcile(actor=SYSTEM)
        self.stdout.write(
            _("封存文件：移出 %(aside)s 行，补写 %(written)s 行。") % {"aside": aside, "written": written}
        )

    def _new_key(self, _options: dict[str, Any]) -> None:
        self.stdout.write(_("新密钥 %(key)s 已启用。") % {"key": keys.new_key().id})


def in_both(say: Callable[[], str]) -> str:
    """In Chinese and below it in English: whoever verifies may read either."""
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told.append(say())
    return "\n  ".join(told)


def sentence(finding: Finding) -> str:
    """One sentence that names the place."""
    context = dict(finding.context)
    if "since" in context:
        since = _("自 %(since)s 起绑定") if context.get("adopted") else _("%(since)s 起")
        context["bound"] = since % {"since": context["since"]}
    if "columns" in context and not context["columns"]:
        context["columns"] = _("某一列")
    if context.get("table") == "":
        context["table"] = _("数据库")
    if "seal" in context:
        no = context["seal"]
        context["where"] = _("第 %(no)s 号封存") % {"no": no} if no else _("尚未封存")
    return str(SENTENCES[finding.code] % context)
