from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0014_batches")]

    operations = [
        migrations.AddField(
            model_name="grant", name="revoked_by", field=models.CharField(blank=True, default="", max_length=150)
        ),
        migrations.AddField(
            model_name="grant", name="revoked_why", field=models.CharField(blank=True, default="", max_length=500)
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("glass", True), ("seen_at__isnull", True)),
                fields=["since"],
                name="grant_glass_unseen",
            ),
        ),
    ]
