"""GET /api/config: what a page must know before anyone has signed in. Public."""

from typing import Any

from renditions import __version__
from renditions.api import accepted
from renditions.api.stack import Stack


def get_config(stack: Stack) -> dict[str, Any]:
    """Return where to sign in, and what may be uploaded."""
    origin = stack.sign_in_url
    return {
        "sign_in": {
            "authorize_url": f"{origin}/oauth2/authorize",
            "token_url": f"{origin}/oauth2/token",
            "logout_url": f"{origin}/logout",
            "revoke_url": f"{origin}/oauth2/revoke",
            "client_id": stack.sign_in_client,
            "scopes": ["openid", "email"],
        },
        "limits": {
            "max_bytes": stack.settings.max_bytes,
            "max_direct_bytes": min(accepted.MAX_DIRECT_BYTES, stack.settings.max_bytes),
            "formats": accepted.formats(stack.settings),
            "accept": accepted.accept(stack.settings),
            "images_per_user": stack.images_per_user,
        },
        "renditions": list(stack.settings.renditions()),
        "presets": list(stack.presets.by_name) if stack.presets else [],
        "delivery": "public",
        "version": __version__,
    }
