"""The console in Chromium, with the rights of the role that only looks: the documented policy, enforced by IAM."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from renditions_cli.aws.stack import Outputs, Stack, stack_of
from renditions_cli.console.server import serving
from tests.contract.conftest import ROOT
from tests.e2e.pictures import jpeg
from tests.renditions import NAMES
from tests.web.conftest import DESKTOP
from tests.web.door import Door
from tests.web.visitor import WATCH

HOSTILE = "console/\u202egpj<img src=x onerror=alert(1)>\x7f\u200b.jpg"
SHOWN = r"console/\u202egpj<img src=x onerror=alert(1)>\x7f\u200b.jpg"


def looking_only(door: Door) -> Stack:
    """Return the stack as a user sees it who has the policy of docs/operations.md and nothing else."""
    iam = door.stack.session().client("iam")
    text = (ROOT / "docs" / "operations.md").read_text()
    [policy] = re.findall(r"```json\n(\{.*?\n\})\n```", text.partition("## The console")[2], re.DOTALL)[:1]
    iam.create_user(UserName="looking")
    iam.put_user_policy(UserName="looking", PolicyName="look", PolicyDocument=policy)
    key = iam.create_access_key(UserName="looking")["AccessKey"]
    own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=door.stack.region)

    def client(service: str, **options: Any) -> Any:
        return own.client(cast("Any", service), endpoint_url=door.stack.endpoint_url)

    session = cast("boto3.Session", SimpleNamespace(region_name=own.region_name, client=client))
    return Stack(Outputs.parse(door.stack.outputs, door.stack.stack_name), session)


@pytest.fixture(scope="module")
def address(door: Door) -> Iterator[str]:
    """The address of the console, after an image was completed and two were rejected."""
    stack = stack_of(door.stack)
    s3, bucket = stack.s3(), stack.outputs.uploads_bucket
    s3.put_object(Bucket=bucket, Key="console/good.jpg", Body=jpeg(320, 240), ContentType="text/html")
    s3.put_object(Bucket=bucket, Key="console/bad.jpg", Body=b"<script>alert(1)</script>")
    s3.put_object(Bucket=bucket, Key=HOSTILE, Body=b"%PDF-1.7")
    seen = looking_only(door)
    with serving(lambda: seen, port=0) as guard:
        yield guard.address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A window with the list, in which nothing goes wrong."""
    context = browser.new_context(viewport=cast("Any", DESKTOP), locale="en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(address)
    yield page
    assert not page.evaluate("() => window.violations")
    assert not errors
    context.close()


def open_execution(page: Page, key: str) -> None:
    """Open an execution from the list, once it has ended."""
    row = page.locator("tbody tr").filter(has_text=key)
    expect(row.locator(".badge.succeeded")).to_be_visible(timeout=30_000)
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(key)


def expect_accessible(page: Page, *schemes: str) -> None:
    for scheme in schemes:
        page.emulate_media(color_scheme=cast("Any", scheme))
        found = Axe().run(page)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"


def test_an_execution_is_shown_with_what_happened_in_each_state(page: Page) -> None:
    expect(page.locator("tbody .badge").first).to_be_visible()
    expect_accessible(page, "light")
    open_execution(page, "console/good.jpg")
    assert "token" not in page.url
    for state in (
        "ClaimImage",
        "MakeRenditions",
        "Thumbnail",
        "Watermark",
        "SaveMetadata",
        "PublishCompletion",
    ):
        expect(page.locator(f".node.succeeded[data-state={state}]")).to_be_visible()
    expect(page.locator(".node.none[data-state=RecordRejection]")).to_be_visible()
    expect(page.locator(".node image")).to_have_count(1 + len(NAMES))  # the original and its renditions
    page.locator("[data-state=Thumbnail]").press("Enter")
    expect(page.get_by_role("img", name="thumbnail of console/good.jpg")).to_be_visible()
    expect_accessible(page, "light", "dark")
    page.reload()
    expect(page.get_by_role("img", name="thumbnail of console/good.jpg")).to_be_visible()
    page.get_by_role("link", name="Messages").click()
    expect(page.get_by_text("Your image is ready")).to_be_visible()


def test_a_rejection_is_an_error_that_was_caught(page: Page) -> None:
    open_execution(page, "console/bad.jpg")
    expect(page.locator(".node.caught[data-state=ValidateImage]")).to_be_visible()
    expect(page.locator(".callout.caught")).to_contain_text("UnsupportedFormat")
    page.get_by_role("link", name="Images").click()
    expect(page.get_by_text("Browsers cannot show this file.")).to_be_visible()


def test_what_an_uploader_named_is_text_and_shows_what_it_hides(page: Page) -> None:
    open_execution(page, SHOWN)
    page.get_by_role("link", name="Input and output").click()
    expect(page.locator("pre").first).to_contain_text(r"\u202egpj<img src=x onerror=alert(1)>")


def test_a_role_that_only_looks_is_told_so_at_an_action(page: Page) -> None:
    open_execution(page, "console/bad.jpg")
    page.get_by_role("button", name="Start again").click()
    page.get_by_role("dialog").get_by_role("button", name="Start again").click()
    expect(page.get_by_role("alert")).to_contain_text("do not allow StartExecution")


def test_a_telephone_shows_the_same_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_execution(page, "console/good.jpg")
    for view in ("Graph", "Table", "Events", "Images", "Record"):
        page.get_by_role("navigation", name="Views").get_by_role("link", name=view).click()
        expect(page.locator("[aria-current=page]").get_by_text(view, exact=True)).to_be_visible()
        root = "document.documentElement"
        assert page.evaluate(f"() => {root}.scrollWidth <= {root}.clientWidth"), view


def test_without_the_token_the_page_says_where_to_get_one(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address.split("#", maxsplit=1)[0])
    expect(page.get_by_role("alert")).to_contain_text("Open the address that `renditions console` printed.")
    page.context.close()
