"""Compiles the sentences (`.po` → `.mo`) when a wheel is built; everything else is in setup.cfg."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """`build_py`, with the catalogues compiled first."""

    def run(self) -> None:
        words = Path(__file__).parent / "deploy" / "words.py"
        if words.exists():
            runpy.run_path(str(words))["compile_all"]()
        super().run()


setup(cmdclass={"build_py": BuildPy})
