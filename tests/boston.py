"""Real data of the City of Boston, read where it lies beside the checkout."""

import csv
import os
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "shared" / "data" / "boston"


def folder():
    """Return the folder of the data; without it the test is skipped, in CI it fails."""
    if FOLDER.is_dir():
        return FOLDER
    absent = "the Boston data is not beside the checkout (../shared/data/boston)"
    return pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)


def wards():
    """Return ward code → shape as the file has it, lon/lat."""
    from gridmgr.geometry import formats

    features = formats.read(folder() / "wards.geojson")
    return {str(code): shape for code, shape in zip(features.columns["WARD"], features.shapes, strict=True)}


def located_rows():
    """Return the rows of the 311 record that have a position and a ward."""
    with (folder() / "boston_311_2025.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["longitude"] and row["latitude"] and row["ward"]]


def recorded_ward(row):
    """Return the code of the ward that a row names, like ``Ward 3`` or ``03``."""
    return str(int(row["ward"].removeprefix("Ward").strip()))
