from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0002_plans")]
    operations = [
        AddIndexConcurrently("customer", models.Index(fields=["plan", "name"], name="customer_plan_name")),
        AddIndexConcurrently("customer", models.Index(Lower("email"), name="customer_email_lower")),
        AddIndexConcurrently("communitypost", models.Index(fields=["headline"], name="post_headline")),
    ]
