"""Benchmarks: what is promised in numbers, measured again. `./dev bench NAME`."""
