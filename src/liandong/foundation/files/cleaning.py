"""A process of its own that reads one document from its input and writes its media type and the clean document.

Nothing else imports it, so that no other process ever runs these readers.
"""

import sys

from liandong.foundation.files import office, pdf
from liandong.foundation.files.apart import bound
from liandong.foundation.files.domain.kept import PDF
from liandong.foundation.files.domain.refusals import Refusal, Refused

MOST_MEMORY_BYTES = 2**30


def main() -> int:
    """The exit code."""
    bound(MOST_MEMORY_BYTES)
    content = sys.stdin.buffer.read()
    try:
        kind, clean = office.cleaned(content) if content.startswith(b"PK") else (PDF, pdf.cleaned(content))
    except Refused as refused:
        return refused.why
    except MemoryError:
        return Refusal.TOO_LARGE
    sys.stdout.buffer.write(kind.encode() + b"\n" + clean)
    return 0


if __name__ == "__main__":
    sys.exit(main())
