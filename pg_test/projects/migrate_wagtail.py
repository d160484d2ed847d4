"""migrate_wagtail.py [APP.MIGRATION…]: Django's own `migrate` with Wagtail's apps on the database of the PG… variables."""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from report import Report

# Those of the project that `wagtail start` makes, without its own two.
APPS = """
    wagtail.contrib.forms wagtail.contrib.redirects wagtail.embeds wagtail.sites wagtail.users wagtail.snippets
    wagtail.documents wagtail.images wagtail.search wagtail.admin wagtail modelcluster taggit django_filters
    django.contrib.admin django.contrib.auth django.contrib.contenttypes django.contrib.sessions
    django.contrib.messages django.contrib.staticfiles
"""


def main(*targets: str) -> None:
    settings.configure(
        INSTALLED_APPS=APPS.split(),
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="static/",
        SECRET_KEY="of no use",
    )
    django.setup()
    for target in targets or [""]:
        call_command("migrate", *target.split(".")[: 2 if target else 0], verbosity=0)
    report = Report()
    with connection.cursor() as cursor:
        report.collect(cursor)
    report.print(MigrationRecorder.Migration.objects.count())


main(*sys.argv[1:])
