"""How a case stood before what can be taken back: what so far only the ledger tells is written down once.

Processes of the version before must be stopped by then, as for every bound table (docs/decisions/bound-rows.md); the rows
made here are bound by the adoption that follows the migrations.
"""

import django.db.models.deletion
from django.db import migrations, models

_TURNS = ("CaseJoined", "CaseSeparated", "JoinedReporterJudged")
_BY_EVENT = {"CaseReassigned": "reassign", "TaskAssigned": "assign", "TimeLimitOverridden": "override"}
_NAMES = {"office": "office_id", "assignee": "assignee_id"}
_AT_A_TIME = 500


def keep_what_the_ledger_tells(apps, schema_editor):
    case, entry, undo = (apps.get_model(*name) for name in (("cases", "Case"), ("ledger", "Entry"), ("cases", "Undo")))
    rows = [*_joined(case, entry), *_undoable(case, entry)]
    undo.objects.bulk_create(
        (undo(case_id=pk, version=version, what=what, before=before, joined_to_id=to)
         for pk, version, what, before, to in rows),
        batch_size=_AT_A_TIME,
        ignore_conflicts=True,
    )  # fmt: skip


def _undoable(case, entry):
    """The last entry of each case to which nothing has happened since."""
    last = case.objects.filter(undo_version=models.F("version")).exclude(state="joined").order_by("pk")
    versions = dict(last.values_list("pk", "version"))
    ids = list(versions)
    for start in range(0, len(ids), _AT_A_TIME):
        found = entry.objects.filter(stream_kind="case", stream_id__in=ids[start : start + _AT_A_TIME])
        newest = {
            pk: (action, payload)
            for pk, action, payload in found.order_by("seq").values_list("stream_id", "action", "payload")
        }
        for pk, (action, payload) in newest.items():
            if what := _BY_EVENT.get(action):
                yield pk, versions[pk], what, _before(what, payload), None


def _before(what, payload):
    was = {_NAMES.get(name, name): value for name, value in payload["was"].items()}
    return {"form": 1, **was} if what == "override" else {"form": 1, "state": payload["from"], **was}


def _joined(case, entry):
    """Each joined case as it stood, with the case that it hangs under by decision."""
    joined = dict(case.objects.filter(state="joined").values_list("pk", "version"))
    found, asked, unknown = {}, set(), set(joined)
    while unknown:
        asked |= unknown
        told = entry.objects.filter(stream_kind="case", stream_id__in=unknown, action__in=_TURNS)
        found |= {line[0]: line[1:] for line in told.values_list("pk", "stream_id", "seq", "action", "payload")}
        unknown = {_main_of(payload) for _, _, _, payload in found.values()} - asked - {0}
    under, stood = _lines(found[key] for key in sorted(found))
    for pk in joined.keys() & stood.keys() & under.keys():
        version, was = stood[pk]
        yield pk, version, "join", {"form": 1, **was}, under[pk]


def _main_of(payload):
    """The case to which it was joined, under either name of the key."""
    return payload.get("carrier") or payload.get("joined_to") or 0


def _lines(entries):
    """A joined reporter's verdict counts where the case begins again by it; what came along with it stays."""
    under, stood = {}, {}
    for pk, seq, action, payload in entries:
        if action == "CaseJoined":
            under[pk], stood[pk] = _main_of(payload), (seq, payload["was"])
        elif action == "CaseSeparated":
            under.pop(pk, None)
        elif payload["to"] != "joined":
            under.pop(pk, None)
            under |= {below: _main_of(payload) for below, above in under.items() if above == pk}
    return under, stood


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_rooms_of_their_own"),
        ("ledger", "0003_entries_carry_a_mac"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Undo",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="undo",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("what", models.CharField(max_length=16)),
                ("before", models.JSONField()),
                (
                    "joined_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={"db_table": "cases_undo"},
        ),
        migrations.RunPython(keep_what_the_ledger_tells, migrations.RunPython.noop),
    ]
