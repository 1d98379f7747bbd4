"""Which post reported something itself, for nobody else. A new column, empty: done in an instant. Reports from before
stay as they were: whether a post took them down or found them was not asked then.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("access", "0008_roles_from_the_table"), ("intake", "0006_documents")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="staff",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=PROTECT, related_name="+", to="access.staff"
            ),
        ),
        AddIndexConcurrently(
            "report",
            models.Index(
                models.F("staff"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("staff__isnull", False)),
                name="report_of_post",
            ),
        ),
    ]
