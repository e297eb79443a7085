"""A Django storage: uploads go to the uploads bucket, pages show renditions. Needs django-storages[s3].

    # settings.py; the values are outputs of the stack
    STORAGES = {
        "default": {
            "BACKEND": "django_storage.RenditionsStorage",
            "OPTIONS": {"bucket_name": "…", "images_table": "…", "region_name": "…", "delivery_url": "https://…"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

    # a model and a view
    photo = models.ImageField(upload_to="photos/")
    url = item.photo.storage.rendition_url(item.photo.name, "medium")

To adapt: what a page shows while ``rendition_url`` is empty, because the image is processed or was rejected. Each call
reads the table: cache what a page of many images needs. Without ``delivery_url``, URLs are signed and last an hour.
Needs s3:PutObject and s3:GetObject on the objects of the uploads bucket and s3:ListBucket on the bucket, without which
S3 answers 403 for a name that is free; s3:GetObject on the objects of the renditions bucket unless there is a
``delivery_url``; dynamodb:GetItem on the table.
"""

from typing import Any
from urllib.parse import quote

from storages.backends.s3 import S3Storage


class RenditionsStorage(S3Storage):  # type: ignore[misc] # django-storages has no types
    """Stores originals, and finds their renditions in the images table."""

    def get_default_settings(self) -> dict[str, Any]:
        """Add the options of this class to those of S3Storage."""
        inherited: dict[str, Any] = super().get_default_settings()
        return inherited | {
            "file_overwrite": False,  # a second photo.jpg gets another key and replaces nothing
            "signature_version": "s3v4",
            "addressing_style": "virtual",  # signed URLs lead to the region; newer regions take no others
            "images_table": None,
            "delivery_url": None,
        }

    def renditions(self, name: str) -> dict[str, str]:
        """Return rendition → URL for the upload ``name``, without those that its preset leaves out."""
        key = {"image_uri": f"s3://{self.bucket_name}/{self._normalize_name(name)}"}
        record = self._table().get_item(Key=key).get("Item", {})
        made = {rendition: found for rendition, found in record.get("renditions", {}).items() if found["key"]}
        return {rendition: self._address(found) for rendition, found in made.items()}

    def rendition_url(self, name: str, rendition: str = "medium") -> str:
        """Return the URL of one rendition, an empty text if there is none."""
        return self.renditions(name).get(rendition, "")

    def _table(self) -> Any:
        """Return the images table. Each thread has its own connection, as in S3Storage: making one takes 0.1 s."""
        if not hasattr(self._connections, "table"):
            dynamodb = self._create_session().resource(
                "dynamodb", region_name=self.region_name, endpoint_url=self.endpoint_url
            )
            self._connections.table = dynamodb.Table(self.images_table)
        return self._connections.table

    def _address(self, found: dict[str, str]) -> str:
        if self.delivery_url:
            return f"{self.delivery_url}/{quote(found['key'])}"
        signed: str = self.connection.meta.client.generate_presigned_url(
            "get_object", Params={"Bucket": found["bucket"], "Key": found["key"]}, ExpiresIn=3600
        )
        return signed
