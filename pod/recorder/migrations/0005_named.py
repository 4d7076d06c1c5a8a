from collections import defaultdict

from django.db import migrations


def fill(apps, schema_editor):
    """Note whom the files that wait already name, and give them to the accounts made since.

    Nobody gets a file by a name that two accounts share but for its case.
    """
    detail_of = apps.get_model("recorder", "ClaimDetail")
    name_of = apps.get_model("recorder", "ClaimName")
    accounts = defaultdict(list)
    for pk, username in apps.get_model("auth", "User").objects.values_list("pk", "username"):
        accounts[username.lower()].append(pk)
    details = detail_of.objects.filter(sidecar__has_key="probable_owners").only("pk", "sidecar")
    for detail in details.iterator(200):
        told = detail.sidecar["probable_owners"] or ()
        names = sorted({str(one.get("username", "")).lower()[:150] for one in told} - {""})
        name_of.objects.bulk_create([name_of(detail=detail, username=name) for name in names])
        detail.probable_owners.add(*(accounts[name][0] for name in names if len(accounts[name]) == 1))


class Migration(migrations.Migration):

    dependencies = [
        ('recorder', '0004_names'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
