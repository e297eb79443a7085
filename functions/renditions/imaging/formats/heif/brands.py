"""The brands in a file type box, which distinguish AVIF, HEIC and films."""

AVIF = (b"avif", b"avis")
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
# Brands of the container alone. The compatible brands that follow name the codec.
_CONTAINERS = (b"mif1", b"mif2", b"msf1", b"miaf")
SEQUENCE, STILL = b"msf1", b"mif1"
_MOST_BRANDS = 64


def codec_brand(data: bytes) -> bytes:
    """Return the first brand of AVIF or HEIC in the file type box; empty if there is none."""
    if data[4:8] != b"ftyp":
        return b""
    major = data[8:12]
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    compatible = [data[start : start + 4] for start in range(16, end, 4)] if major in _CONTAINERS else []
    return next((brand for brand in (major, *compatible) if brand in (*AVIF, *HEIC)), b"")


def offsets(data: bytes, brand: bytes) -> list[int]:
    """Return the offsets at which the file type box has ``brand``."""
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    return [start for start in (8, *range(16, end, 4)) if data[start : start + 4] == brand]
