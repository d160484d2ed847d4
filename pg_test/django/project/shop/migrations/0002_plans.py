from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("customer", "plan", models.CharField(max_length=20, default="free", db_index=True)),
        migrations.AddField("customer", "referrer", models.ForeignKey("shop.customer", models.SET_NULL, null=True)),
        migrations.AlterField("customer", "name", models.CharField(max_length=200)),
        migrations.AlterField("customer", "email", models.EmailField(max_length=254, unique=True)),
        migrations.AddIndex("customer", models.Index(fields=["name"], name="customer_name")),
        migrations.AddConstraint(
            "customer", models.CheckConstraint(condition=~models.Q(plan=""), name="customer_has_plan")
        ),
        migrations.AddField("communitypost", "pinned", models.BooleanField(default=False)),
        migrations.AddField("communitypost", "editor", models.ForeignKey("shop.customer", models.CASCADE, null=True)),
        migrations.RemoveField("communitypost", "author"),
        migrations.AlterField("communitypost", "title", models.CharField(max_length=200)),
        migrations.RenameField("communitypost", "title", "headline"),
        migrations.AddIndex("communitypost", models.Index(fields=["pinned"], name="post_pinned")),
        migrations.AddConstraint(
            "communitypost", models.UniqueConstraint(fields=["headline"], name="post_headline_once")
        ),
        migrations.DeleteModel("CommunityBadge"),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer", models.ForeignKey(on_delete=models.PROTECT, to="shop.customer")),
                ("tags", ArrayField(base_field=models.TextField(), default=list)),
            ],
        ),
    ]
