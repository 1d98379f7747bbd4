"""The taxonomy as versioned data, and what was learned."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Category(models.Model):
    """One version of one category. A changed category is a new row; the old one stays for the cases that have it."""

    code = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    parent_code = models.CharField(max_length=12, blank=True)
    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=120, blank=True)
    leaf = models.BooleanField()
    owner = models.CharField(max_length=8, blank=True)
    co_owners = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    severity = models.PositiveSmallIntegerField(default=4)
    accept_budget = models.CharField(max_length=12, blank=True)
    finish_budget = models.CharField(max_length=12, blank=True)
    flags = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    keywords_zh = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    keywords_en = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    valid_from = models.DateTimeField()

    class Meta:
        db_table = "cases_category"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="category_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(current=True), name="category_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.zh}"


class LearnedModel(models.Model):
    """One training of the category proposal 学得的归类: its figures stay, its weights only until the next one, so that
    nothing of an erased text outlasts the night. NULL also where there was too little to learn from.
    """

    learned_at = models.DateTimeField()
    figures = models.JSONField(default=dict)
    weights = models.BinaryField(null=True)

    class Meta:
        db_table = "cases_learned_model"

    def __str__(self) -> str:
        return f"{self.learned_at}"
