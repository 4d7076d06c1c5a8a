from django.db import migrations


def join(apps, schema_editor):
    """Note in jobs that are not done the number of each owner's account beside the name, no longer in a list."""
    accounts = apps.get_model("auth", "User").objects
    jobs = apps.get_model("conversion", "Conversion").objects.filter(delivery="recorder.claim")
    for job in jobs.exclude(state="done").only("pk", "context").iterator(200):
        numbers = job.context.pop("probable_owner_ids", None)
        if numbers is None:
            continue
        known = dict(accounts.filter(pk__in=numbers).values_list("pk", "username"))
        of_name = {username.lower(): pk for pk, username in known.items()}
        named = job.context.get("probable_owners") or []
        for one in named:
            one["id"] = of_name.get(str(one.get("username", "")).lower())
        found = {one["id"] for one in named}
        named += [  # accounts that were renamed since
            {"username": username.lower(), "name": username, "via": "", "id": pk}
            for pk, username in known.items()
            if pk not in found
        ]
        job.context["probable_owners"] = named
        job.save(update_fields=["context"])


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('bbb_migration', '0004_item_why'),
        ('conversion', '0005_putting_off'),
    ]

    operations = [
        migrations.RunPython(join, migrations.RunPython.noop),
    ]
