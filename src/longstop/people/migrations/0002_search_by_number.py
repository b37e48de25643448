"""Numbers are looked for whatever kind they are: an index of those search keys that are numbers."""

from django.db import migrations, models

NOT_NUMBERS = ("name", "latin", "sound", "born", "keyed", "name_and_birth")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="searchkey",
            index=models.Index(condition=models.Q(("kind__in", NOT_NUMBERS), _negated=True), fields=["value"], name="search_key_number"),
        ),
    ]
