"""The scans of a progressive JPEG that decoding at an eighth of its size needs, a small part of the file.

An eighth shows each block of 8 × 8 samples as its mean, which the first scans hold. The rest of the brightness, most
of the file and of the decoder's time, changes no pixel. Colour stored at half resolution is shown at a quarter of its
size, which needs all of its scans.
"""

from renditions.imaging.formats.jpeg.markers import (
    DEFINE_HUFFMAN,
    END_OF_IMAGE,
    RESTART_INTERVAL,
    START_OF_SCAN,
    Jpeg,
    largest,
)

# A table for bands without coefficients: codes of four bits for "the next 2ⁿ blocks and more have none".
_MOST_BITS = 14
_TABLE = bytes((0x10, 0, 0, 0, _MOST_BITS + 1, *bytes(12), *(bits << 4 for bits in range(_MOST_BITS + 1))))
_WHOLE_BAND = bytes((1, 63, 0))  # all but the mean, at full precision


def for_an_eighth(data: memoryview, structure: Jpeg) -> bytes:
    """Return the progressive JPEG ``data`` with empty scans in place of those that an eighth of its size does not show.

    The empty scans are needed: libjpeg guesses the content of missing ones.
    """
    unseen = _components_shown_as_means(structure)
    parts: list[bytes | memoryview] = [data[:2]]
    position = 2
    data_ends = iter(stops[-1] for stops in structure.stops)
    for segment in structure.segments:
        end = next(data_ends) if segment.marker == START_OF_SCAN else segment.end
        if not (segment.marker == START_OF_SCAN and _is_detail(segment.body, unseen)):
            parts.append(data[position:end])
        position = end
    parts += [_segment(DEFINE_HUFFMAN, _TABLE), _segment(RESTART_INTERVAL, bytes(2))]
    parts += [_empty_scan(name, structure.units(bytes((name,)))) for name in unseen]
    return b"".join((*parts, bytes((0xFF, END_OF_IMAGE))))


def _components_shown_as_means(structure: Jpeg) -> list[int]:
    """Return the components that are shown as means: those that are not subsampled in both directions."""
    _, _, sampling = structure.sampling
    widest, tallest = largest(sampling)
    return [
        name for name, (across, down) in sampling.items() if widest % (2 * across) or tallest % (2 * down)
    ]


def _is_detail(scan: bytes, unseen: list[int]) -> bool:
    """Return whether a scan with the header ``scan`` holds more than the means of a component in ``unseen``."""
    return scan[-3] > 0 and scan[1] in unseen


def _empty_scan(name: int, blocks: int) -> bytes:
    """Return a scan in which the ``blocks`` of the component ``name`` have no coefficients."""
    bits = ""
    while blocks:
        length = min(_MOST_BITS, blocks.bit_length() - 1)
        run = min(blocks, (2 << length) - 1)
        bits += f"{length:04b}" + f"{run:b}"[1:]
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    coded = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return _segment(START_OF_SCAN, bytes((1, name, 0)) + _WHOLE_BAND) + coded


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
