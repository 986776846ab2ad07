"""Packaging of tb-deadrelu-plugin; the settings of tools are in pyproject.toml."""

import pathlib
import re

from setuptools import find_packages, setup

HERE = pathlib.Path(__file__).parent
PACKAGE = "tb_deadrelu_plugin"


def version() -> str:
    """Reads the version without importing the package: its dependencies may not be there yet."""
    text = (HERE / PACKAGE / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE).group(1)


def long_description() -> str:
    """Returns the README."""
    readme = HERE / "README.md"
    return readme.read_text(encoding="utf-8") if readme.exists() else ""


TENSORFLOW = ["tensorflow>=2.16"]
DEMO = [*TENSORFLOW, "scikit-learn>=1.3"]
LINT = ["mypy>=1.11", "ruff>=0.17,<0.18", "types-protobuf>=4.25"]
TEST = [
    *DEMO,
    "hypothesis>=6.100",
    "ml_dtypes>=0.3.1",
    "playwright>=1.40",
    "pytest>=8",
    "pytest-xdist>=3.8",
    # test_package.py builds a wheel without build isolation.
    "setuptools>=70.1",
    "wheel",
]

setup(
    name="tb-deadrelu-plugin",
    version=version(),
    description="Dead ReLU units over the course of training: recorded, read back, shown in TensorBoard",
    long_description=long_description(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    packages=find_packages(include=[PACKAGE, f"{PACKAGE}.*"]),
    package_data={PACKAGE: ["*.proto", "**/*.md", "py.typed", "static/*", "static/**/*"]},
    zip_safe=False,
    python_requires=">=3.10",
    # TensorBoard 2.20 and older import pkg_resources, which setuptools 82
    # dropped, and 2.17.0 and older do not work with NumPy 2. A requirement
    # can't depend on the version of another one, and capping both for
    # everybody would hold back those who have TensorBoard 2.21 or newer. So
    # who stays on an older TensorBoard installs "setuptools<82" (and
    # "numpy<2") beside it; scripts/constraints-oldest.txt has a set that works.
    install_requires=[
        "google-crc32c>=1.5",
        "numpy>=1.26",
        "protobuf>=4.25,<8",
        "rich>=13",
        "tensorboard>=2.16",
    ],
    extras_require={
        "tensorflow": TENSORFLOW,
        "demo": DEMO,
        "examples": DEMO,
        "test": TEST,
        "lint": LINT,
    },
    entry_points={
        "tensorboard_plugins": ["dead_relu = tb_deadrelu_plugin.plugin:DeadReluLoader"],
        "console_scripts": ["deadrelu = tb_deadrelu_plugin.cli:main"],
    },
    keywords="tensorboard plugin dead relu dying neurons activations sparsity dormant",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
)
