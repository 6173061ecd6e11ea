"""Links to files in a bucket that open without an account, for a while."""

from datetime import timedelta
from urllib.parse import quote

from google.auth.exceptions import GoogleAuthError
from google.cloud import storage

from fortnox_assets.storage import StoreError


def signed_link(address: str, name: str, lasting: timedelta) -> str:
    """An https link to ``gs://BUCKET/PATH`` that shows the file, called ``name``, to whoever has the link.

    Nothing is sent: the link is signed with the service account's key (Application Default Credentials).
    Raises: StoreError when there are no credentials, or none that can sign.
    """
    bucket, _, path = address.removeprefix("gs://").partition("/")
    try:
        blob = storage.Client().bucket(bucket).blob(path)
        return str(
            blob.generate_signed_url(
                version="v4",
                expiration=lasting,
                method="GET",
                response_disposition=f"inline; filename*=UTF-8''{quote(name, safe='')}",
            )
        )
    except (GoogleAuthError, AttributeError, OSError) as error:
        # Credentials without a private key raise AttributeError; no project is OSError.
        why = " ".join(str(error).split())
        raise StoreError(f"{address}: no link can be signed: {why}") from error
