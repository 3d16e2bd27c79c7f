"""`python -m tests.agreement --histories 200 --seed 1`: whether any two views say otherwise."""

import sys
from argparse import ArgumentParser

from tests.agreement import disagreements
from tests.agreement.claims import CLAIMS
from tests.agreement.histories import looks_at
from tests.agreement.sums import SUMS

PROGRESS = 100
"""Progress is said on standard error after so many histories."""


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.agreement")
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    looks, unlike = 0, 0
    for number in range(1, options.histories + 1):
        seed = options.seed + number - 1
        for look in looks_at(seed):
            looks += 1
            for each in disagreements(look, CLAIMS, SUMS):
                unlike += 1
                print(seed, *each)
        if number % PROGRESS == 0:
            print(f"{number} histories: {unlike} contradictions", file=sys.stderr)
    print(f"{options.histories} histories, {looks} looks: {unlike} contradictions")
    return min(unlike, 1)


if __name__ == "__main__":
    sys.exit(main())
