"""Pillow as most people use it: open, transpose, convert, thumbnail, save."""

import io

from PIL import Image, ImageOps

from benchmarks.peers.serve import serve

Image.MAX_IMAGE_PIXELS = None
MARGIN = 0.03
OPTIONS = {"webp": {}, "jpeg": {"progressive": True, "optimize": True}}


def rendition(original: bytes, _name: str, size: int, output: str, mark: str) -> bytes:
    """Make one rendition. It keeps the profile, so that the colours are right."""
    with Image.open(io.BytesIO(original)) as opened:
        picture = ImageOps.exif_transpose(opened)
        has_alpha = picture.has_transparency_data and output == "webp"
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    if mark:
        with Image.open(mark) as text:
            margin = round(min(picture.size) * MARGIN)
            corner = (picture.width - text.width - margin, picture.height - text.height - margin)
            picture.paste(text, corner, text)
    buffer = io.BytesIO()
    picture.save(buffer, output, quality=80, **OPTIONS[output])
    return buffer.getvalue()


if __name__ == "__main__":
    serve(rendition)
