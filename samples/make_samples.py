"""Make the sample images from the photographs listed in SOURCES.md.

    python samples/make_samples.py FOLDER

FOLDER contains the photographs as their packages ship them. The samples are written beside this script. Needs Pillow.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from PIL.ExifTags import GPS, IFD, Base

HERE = Path(__file__).parent
NOTES = """Shopping list

figs, coffee, a brush for the fence

This file is called .jpg and is no picture: it is here to show what happens to such an upload.
"""


def main(originals: Path) -> None:
    """Write every sample."""
    rotated_jpeg(originals / "Wine_by_Jakkub_Mede.jpg", HERE / "living-room.jpg")
    transparent_png(originals / "Picture_0B_by_freespace.jpg", HERE / "fig-bowl.png")
    animated_gif(originals / "chelsea.png", HERE / "cat.gif")
    cmyk_jpeg(originals / "Picture_1A_by_freespace.jpg", HERE / "paint-brushes.jpg")
    small_jpeg(originals / "coffee.png", HERE / "coffee-small.jpg")
    (HERE / "notes.jpg").write_text(NOTES, encoding="utf-8")


def rotated_jpeg(source: Path, target: Path) -> None:
    """Write 9.8 megapixels that need EXIF orientation 6 to be upright, with a position in the EXIF data."""
    with Image.open(source) as picture:
        lying = picture.convert("RGB").transpose(Image.Transpose.ROTATE_90)
    lying.save(target, quality=72, optimize=True, progressive=True, exif=camera_exif())


def camera_exif() -> Image.Exif:
    """Return EXIF like that of a phone. Camera, time and position are made up; no rendition may contain them."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = "Example"
    exif[Base.Model] = "Sample 1"
    exif[Base.DateTime] = "2018:05:01 18:30:00"
    position = exif.get_ifd(IFD.GPSInfo)
    position[GPS.GPSLatitudeRef], position[GPS.GPSLatitude] = "N", (48.0, 51.0, 29.6)
    position[GPS.GPSLongitudeRef], position[GPS.GPSLongitude] = "E", (2.0, 17.0, 40.2)
    return exif


def transparent_png(source: Path, target: Path) -> None:
    """Write the bowl, cut out of its grey background by saturation, with a soft edge; the rest is transparent."""
    with Image.open(source) as picture:
        bowl = picture.convert("RGB")
    bowl.thumbnail((1200, 1200), Image.Resampling.LANCZOS)
    saturation = bowl.convert("HSV").getchannel("S").filter(ImageFilter.GaussianBlur(3))
    mask = saturation.point([0] * 111 + [255] * 145)
    ImageDraw.Draw(mask).rectangle((0, 0, 250, 100), fill=0)  # a coloured grain in the concrete
    ImageDraw.floodfill(mask, (0, 0), 128)  # the background, but not the pale skin of the fig
    alpha = mask.point([255] * 128 + [0] + [255] * 127)
    alpha = alpha.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.GaussianBlur(1.2))
    cut_out = Image.new("RGBA", bowl.size, (0, 0, 0, 0))
    cut_out.paste(bowl, mask=alpha.point([0] + [255] * 255))
    cut_out.putalpha(alpha)
    cut_out.crop(alpha.getbbox()).save(target, optimize=True)


def animated_gif(source: Path, target: Path) -> None:
    """Write twelve frames that zoom slowly to the cat's eyes and back, endlessly."""
    with Image.open(source) as picture:
        cat = picture.convert("RGB")
    steps = [*range(7), *range(5, 0, -1)]
    frames = [zoomed(cat, step / 12).quantize(64) for step in steps]
    frames[0].save(target, save_all=True, append_images=frames[1:], duration=120, loop=0, optimize=True)


def zoomed(picture: Image.Image, share: float) -> Image.Image:
    """Return the picture at 320 x 213 without ``share`` of its width and height, centred on the eyes."""
    width, height = picture.width * (1 - share), picture.height * (1 - share)
    left, top = (picture.width - width) * 0.48, (picture.height - height) * 0.32
    box = (left, top, left + width, top + height)
    return picture.resize((320, 213), Image.Resampling.LANCZOS, box=box)


def cmyk_jpeg(source: Path, target: Path) -> None:
    """Write four printing colours, inverted and with Adobe's marker, as photo programs do."""
    with Image.open(source) as picture:
        picture.convert("RGB").convert("CMYK").save(target, quality=78, optimize=True)


def small_jpeg(source: Path, target: Path) -> None:
    """Write an image smaller than any rendition: it is not enlarged, and too small for a watermark."""
    with Image.open(source) as picture:
        small = picture.convert("RGB")
    small.thumbnail((160, 160), Image.Resampling.LANCZOS)
    small.save(target, quality=85, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
