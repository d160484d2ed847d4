"""The models after the last migration."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower


class Customer(models.Model):
    name = models.CharField(max_length=200)
    email = models.EmailField(unique=True)
    plan = models.CharField(max_length=20, default="free", db_index=True)
    referrer = models.ForeignKey("self", models.SET_NULL, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["plan", "name"], name="customer_plan_name"),
            models.Index(Lower("email"), name="customer_email_lower"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(plan=""), name="customer_has_plan")]


class CommunityPost(models.Model):
    headline = models.CharField(max_length=200)
    pinned = models.BooleanField(default=False)
    editor = models.ForeignKey(Customer, models.CASCADE, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["pinned"], name="post_pinned"),
            models.Index(fields=["headline"], name="post_headline"),
        ]
        constraints = [models.UniqueConstraint(fields=["headline"], name="post_headline_once")]


class Invoice(models.Model):
    customer = models.ForeignKey(Customer, models.PROTECT)
    tags = ArrayField(models.TextField(), default=list)
