from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('process', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='stuck_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='stuck_reason',
            field=models.CharField(blank=True, choices=[('engine', '流程走不下去'), ('drawing', '流程图读不出来')], db_default='', default='', max_length=12),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(models.F('stuck_since'), condition=models.Q(('stuck_since__isnull', False)), name='run_stuck'),
        ),
    ]
