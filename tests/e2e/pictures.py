"""Generated originals, with colours at known places."""

from io import BytesIO

import pillow_heif
from PIL import Image, ImageDraw

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (30, 40, 200), (230, 210, 40)


def quarters(width: int, height: int) -> Image.Image:
    """Return an image: red top left, green top right, blue bottom left, yellow bottom right."""
    image = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2), GREEN)
    draw.rectangle((0, height // 2, width // 2, height), BLUE)
    draw.rectangle((width // 2, height // 2, width, height), YELLOW)
    return image


def jpeg(width: int = 1000, height: int = 600, orientation: int = 1, shade: int = 0) -> bytes:
    """Return a JPEG of ``quarters``; ``shade`` makes the bytes differ."""
    image = quarters(width, height)
    image.putpixel((0, 0), (shade % 256, shade // 256, 0))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90, exif=exif, comment=b"secret comment")
    return buffer.getvalue()


def corners(image: Image.Image) -> tuple[tuple[int, ...], ...]:
    """Return the colours at the centres of the quarters: top left, top right, bottom left, bottom right."""
    rgb = image.convert("RGB")
    w, h = rgb.size
    places = ((w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4))
    return tuple(rgb.getpixel(place) for place in places)  # type: ignore[misc]


def close(found: tuple[int, ...], expected: tuple[int, ...], tolerance: int = 12) -> bool:
    """Whether two colours differ by at most ``tolerance`` in each channel: encoders are lossy."""
    return all(abs(a - b) <= tolerance for a, b in zip(found, expected, strict=True))


def film(width: int = 400, height: int = 300, frames: int = 5, image_format: str = "GIF") -> bytes:
    """Return an animation of ``quarters``, rotated in every second frame, 120 ms per frame, in an endless loop."""
    upright = quarters(width, height)
    rotated = upright.rotate(180)
    images = [rotated if number % 2 else upright for number in range(frames)]
    buffer = BytesIO()
    images[0].save(
        buffer, image_format, save_all=True, append_images=images[1:], duration=120, loop=0, quality=90
    )
    return buffer.getvalue()


def telling_exif() -> bytes:
    """Return EXIF with private data."""
    exif = Image.Exif()
    exif[0x010E] = "Secret description"
    exif[0x9003] = "2026:05:01 10:11:12"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 33.5)
    return exif.tobytes()


def avif(width: int = 640, height: int = 480) -> bytes:
    """Return an AVIF of ``quarters`` with EXIF."""
    buffer = BytesIO()
    quarters(width, height).save(buffer, "AVIF", quality=90, speed=9, exif=telling_exif())
    return buffer.getvalue()


def heic(width: int = 640, height: int = 480) -> bytes:
    """Return a HEIC of ``quarters`` with EXIF."""
    buffer = BytesIO()
    image = pillow_heif.from_pillow(quarters(width, height))
    image.save(buffer, quality=90, exif=telling_exif(), enc_params={"preset": "ultrafast"})
    return buffer.getvalue()
