"""The brands of a file type box, which tell AVIF and HEIC from each other and from films."""

_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")
# Brands of the container alone: which codec is in it is told by the compatible ones behind.
_CONTAINERS = (b"mif1", b"mif2", b"msf1", b"miaf")
_MOST_BRANDS = 64


def format_of(data: bytes) -> str | None:
    """AVIF or HEIC as the file type box tells; None for anything else."""
    if data[4:8] != b"ftyp":
        return None
    major = data[8:12]
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    others = [data[start : start + 4] for start in range(16, end, 4)] if major in _CONTAINERS else []
    for brand in (major, *others):
        if brand in _AVIF:
            return "AVIF"
        if brand in _HEIC:
            return "HEIC"
    return None
