#!/usr/bin/env python3
"""Turns the fuzzer's corpus into files and back: `corpus.py unpack|pack FILE FOLDER`.

FILE has an input in each line, its bytes written as in a string of Python; FOLDER has a file for each input, as
libFuzzer reads and writes them.
"""

import hashlib
import os
import sys


def unpack(path, folder):
    os.makedirs(folder, exist_ok=True)
    with open(path, encoding="ascii") as file:
        for line in file:
            data = line.rstrip("\n").encode("ascii").decode("unicode_escape").encode("latin-1")
            with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as out:
                out.write(data)


def pack(path, folder):
    inputs = set()
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            inputs.add(file.read())
    with open(path, "w", encoding="ascii") as out:
        for data in sorted(inputs, key=lambda data: (len(data), data)):
            out.write(data.decode("latin-1").encode("unicode_escape").decode("ascii") + "\n")


if len(sys.argv) != 4 or sys.argv[1] not in ("pack", "unpack"):
    sys.exit(__doc__)
(pack if sys.argv[1] == "pack" else unpack)(sys.argv[2], sys.argv[3])
