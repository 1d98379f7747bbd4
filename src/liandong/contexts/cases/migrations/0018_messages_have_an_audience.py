"""A message has an audience; what so far was public or not is read by the reporter, or by all involved.

A new column, empty: done in an instant. It is filled in portions of their own. Rows that the version before still writes
have none, and are read by `public` until a version drops that.
"""

from django.db import migrations, models

_AT_A_TIME = 5000


def fill(apps, schema_editor):
    message = apps.get_model("cases", "Message")
    last = message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, last + 1, _AT_A_TIME):
        rows = message.objects.filter(pk__gt=start, pk__lte=start + _AT_A_TIME, audience="")
        rows.update(
            audience=models.Case(
                models.When(public=True, then=models.Value("reporter")), default=models.Value("involved")
            )
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0017_recomputation_is_a_job")]

    operations = [
        migrations.RunSQL("SET lock_timeout = '5s'", "SET lock_timeout = '5s'"),
        migrations.AddField(
            model_name="message",
            name="audience",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
