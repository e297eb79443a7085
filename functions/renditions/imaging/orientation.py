"""EXIF orientation, applied to the pixels because metadata is dropped."""

from PIL import Image

from renditions.imaging.picture import Picture

_UPRIGHT_BY = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orient(picture: Picture) -> Picture:
    """Rotate and mirror the image to the position in which a viewer shows it."""
    turn = _UPRIGHT_BY.get(picture.header.orientation)
    if turn is None:
        return picture
    return picture.showing(picture.image.transpose(turn))
