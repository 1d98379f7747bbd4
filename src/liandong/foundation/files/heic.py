"""A process of its own that reads one HEIC from its input and writes width, height and RGB to its output.

Nothing else imports it, so that no other process ever runs the decoder.
"""

import sys
from io import BytesIO

import pi_heif

from liandong.foundation.files.apart import bound
from liandong.foundation.files.reading import NO_PICTURE, TOO_MANY_PIXELS, NoPicture, TooManyPixels, read

MOST_MEMORY_BYTES = 3 * 2**30


def main() -> int:
    """The exit code."""
    bound(MOST_MEMORY_BYTES)
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    try:
        found = read(BytesIO(sys.stdin.buffer.read()), ("HEIF",))
    except TooManyPixels:
        return TOO_MANY_PIXELS
    except (NoPicture, MemoryError):
        return NO_PICTURE
    sys.stdout.buffer.write(b"%d\n%d\n" % found.size + found.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
