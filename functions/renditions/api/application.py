"""The routes of the API, who may call them, and errors as JSON."""

from contextlib import suppress
from http import HTTPStatus
from traceback import format_tb
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from renditions.api import keys
from renditions.api.answers import HEADERS, JSON, RequestError, answer, bad_request, error
from renditions.api.routes.create_upload import create_upload
from renditions.api.routes.delete_image import delete_image
from renditions.api.routes.get_config import get_config
from renditions.api.routes.get_image import get_image
from renditions.api.routes.get_original import get_original
from renditions.api.routes.list_images import list_images
from renditions.api.routes.put_image import put_image
from renditions.api.stack import Stack
from renditions.errors import StorageUnavailable
from renditions.logs import error_name, pseudonym

logger = Logger()


def application(stack: Stack) -> APIGatewayHttpResolver:
    """Return the resolver that answers the events of the HTTP API."""
    app = APIGatewayHttpResolver(strip_prefixes=["/api"])
    _add_errors(app)
    _add_uploads(app, stack)
    _add_images(app, stack)
    return app


def _add_uploads(app: APIGatewayHttpResolver, stack: Stack) -> None:
    @app.get("/config")
    def config() -> Response[str]:
        return answer(HTTPStatus.OK, get_config(stack))

    @app.post("/uploads")
    def upload() -> Response[str]:
        return answer(HTTPStatus.CREATED, create_upload(stack, _subject(app), _json(app)))

    # Not <name>, in which the resolver accepts only some characters: a name may have any.
    @app.put("/images/.+")
    def put() -> Response[str]:
        name = unquote(app.current_event.path.partition("/images/")[2])
        return answer(HTTPStatus.CREATED, put_image(stack, _subject(app), name, app.current_event))


def _add_images(app: APIGatewayHttpResolver, stack: Stack) -> None:
    @app.get("/images")
    def images() -> Response[str]:
        query = app.current_event.query_string_parameters or {}
        return answer(HTTPStatus.OK, list_images(stack, _subject(app), query))

    @app.get("/images/<image>")
    def image(image: str) -> Response[str]:
        return answer(HTTPStatus.OK, get_image(stack, _user_of(app, stack, image), image))

    @app.delete("/images/<image>")
    def delete(image: str) -> Response[str]:
        delete_image(stack, _user_of(app, stack, image), image)
        # With a content type, which some HTTP servers need even where there is no content.
        return Response(HTTPStatus.NO_CONTENT.value, JSON, "", HEADERS)

    @app.get("/images/<image>/original")
    def original(image: str) -> Response[str]:
        return answer(HTTPStatus.OK, get_original(stack, _user_of(app, stack, image), image))


def _add_errors(app: APIGatewayHttpResolver) -> None:
    app.exception_handler(RequestError)(_refused)
    app.exception_handler(StorageUnavailable)(_unavailable)
    app.exception_handler(Exception)(_failed)
    app.not_found(_unknown)


def _refused(problem: RequestError) -> Response[str]:
    logger.info("refused", extra={"code": problem.code})
    return error(problem.status, problem.code, problem.message)


def _unavailable(problem: StorageUnavailable) -> Response[str]:
    logger.warning("unavailable", extra={"error": str(problem)})
    message = "The storage is busy. Try again in a few seconds."
    return error(HTTPStatus.SERVICE_UNAVAILABLE, "Unavailable", message)


def _failed(problem: Exception) -> Response[str]:
    # Where it happened, without the message of the error, which may contain a key.
    logger.error("failed", extra={"error": error_name(problem), "frames": format_tb(problem.__traceback__)})
    message = "Something went wrong on our side. Try again later."
    return error(HTTPStatus.INTERNAL_SERVER_ERROR, "Failed", message)


def _unknown(_problem: Exception) -> Response[str]:
    return error(
        HTTPStatus.NOT_FOUND, "NoSuchRoute", "The API has no such route. docs/openapi.yaml lists them all."
    )


def _user_of(app: APIGatewayHttpResolver, stack: Stack, image: str) -> str:
    """The user. From here on, log lines have the image, unless it is not one of this user."""
    subject = _subject(app)
    with suppress(RequestError):
        logger.append_keys(image=pseudonym(stack.places.uri(keys.owned_key(subject, image))))
    return subject


def _subject(app: APIGatewayHttpResolver) -> str:
    """The user, from a token that API Gateway has checked. Raises RequestError (401) unless it is an access token."""
    authorizer = app.current_event.request_context.authorizer
    claims: dict[str, Any] = (authorizer.jwt_claim if authorizer else None) or {}
    # An ID token has the same audience, but it tells a page who the user is and is not meant to open anything.
    if claims.get("token_use") != "access" or not claims.get("sub"):
        raise RequestError(
            HTTPStatus.UNAUTHORIZED, "Unauthorized", "Sign in, and send the access token as a bearer token."
        )
    return str(claims["sub"])


def _json(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """The body as a JSON object. Raises RequestError."""
    try:
        body = app.current_event.json_body
    except (ValueError, TypeError):
        body = None
    if not isinstance(body, dict):
        raise bad_request(
            "BadRequest", 'The body must be a JSON object, such as {"name": "a.jpg", "size": 12345}.'
        )
    return body
