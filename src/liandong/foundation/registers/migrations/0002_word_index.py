from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='WordIndex',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('scheme', models.PositiveIntegerField()),
                ('done_until', models.BigIntegerField(default=0)),
                ('rows', models.BigIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'registers_word_index',
            },
        ),
    ]
