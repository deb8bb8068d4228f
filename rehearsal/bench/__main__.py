"""`./dev bench NAME`: run one of the benchmarks, each a module of this folder with a `main`."""

import sys
from importlib import import_module
from pathlib import Path


def main() -> int:
    """Run the benchmark the first argument names; the others are its own."""
    known = sorted(p.stem for p in Path(__file__).parent.glob("[!_]*.py"))
    name, *rest = sys.argv[1:] or [""]
    if name not in known:
        print(f"bench: no benchmark '{name}'; there are {', '.join(known)}", file=sys.stderr)
        return 2
    return int(import_module(f"rehearsal.bench.{name}").main(rest) or 0)


if __name__ == "__main__":
    raise SystemExit(main())
