"""thumbor: its engine for Pillow, used as thumbor's handlers do."""

from PIL import Image
from thumbor.config import Config
from thumbor.context import Context
from thumbor.engines.pil import Engine

from benchmarks.peers.serve import serve

MARGIN = 0.03
EXTENSION = {"webp": ".webp", "jpeg": ".jpg"}
CONTEXT = Context(config=Config(QUALITY=80, PROGRESSIVE_JPEG=True, RESPECT_ORIENTATION=True, MAX_PIXELS=None))


def rendition(original: bytes, _name: str, size: int, output: str, mark: str) -> bytes:
    """Load, resize, rotate and encode."""
    engine = Engine(CONTEXT)
    engine.load(original, ".jpg")
    width, height = engine.size
    shrink = max(width, height) / size
    if shrink > 1:
        engine.resize(round(width / shrink), round(height / shrink))
    engine.reorientate()
    if mark:
        with Image.open(mark) as text:
            width, height = engine.size
            margin = round(min(width, height) * MARGIN)
            engine.image.paste(text, (width - text.width - margin, height - text.height - margin), text)
    made: bytes = engine.read(EXTENSION[output], 80)
    return made


if __name__ == "__main__":
    serve(rendition)
