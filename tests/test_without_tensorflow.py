"""TensorBoard itself where TensorFlow is not installed: it starts, with the tab."""

from __future__ import annotations

import json
import os
import pathlib
import urllib.request

import pytest

from tests.event_writing import make_records, write_records
from tests.serving import serve

ROOT = pathlib.Path(__file__).parents[1]


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_tensorboard_starts_with_the_tab(tmp_path: pathlib.Path, load_fast: str) -> None:
    write_records(tmp_path / "logs" / "run", "dense", make_records(300, 3))
    # Stands before an installed TensorFlow on the path, and notes that it was asked for.
    for name in ("tensorflow", "keras", "torch"):
        asked = f"open({str(tmp_path / name)!r}, 'w').close()"
        (tmp_path / "absent").mkdir(exist_ok=True)
        (tmp_path / "absent" / f"{name}.py").write_text(f"{asked}; raise ModuleNotFoundError('No module named {name}')")
    path = os.pathsep.join([str(tmp_path / "absent"), str(ROOT)])
    with serve(tmp_path / "logs", f"--load_fast={load_fast}", environment={"PYTHONPATH": path}) as url:
        listing = json.load(urllib.request.urlopen(f"{url}data/plugins_listing"))
        assert listing["dead_relu"]["tab_name"] == "Dead ReLU"
        data = f"{url}data/plugin/dead_relu"
        while not json.load(urllib.request.urlopen(f"{data}/layers"))["runs"]:
            pass
        answer = {"steps": []}
        while len(answer["steps"]) < 300:
            answer = json.load(urllib.request.urlopen(f"{data}/timeline?run=run&layer=dense"))
        assert answer["shown"] == answer["written"] == 300
    # TensorBoard itself looks for TensorFlow; of the others nobody does.
    assert not (tmp_path / "keras").exists() and not (tmp_path / "torch").exists()
