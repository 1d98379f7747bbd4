from pathlib import Path

from liandong.launch import stamps


def test_the_digest_follows_content_names_and_new_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one").write_text("1")
    seen = {stamps.digest([tmp_path / "a"], root=tmp_path)}
    (tmp_path / "a" / "one").write_text("2")
    seen.add(stamps.digest([tmp_path / "a"], root=tmp_path))
    (tmp_path / "a" / "one").rename(tmp_path / "a" / "two")
    seen.add(stamps.digest([tmp_path / "a"], root=tmp_path))
    (tmp_path / "a" / "three").write_text("")
    seen.add(stamps.digest([tmp_path / "a"], root=tmp_path))
    assert len(seen) == 4


def test_the_digest_does_not_depend_on_order_place_or_bytecode(tmp_path: Path) -> None:
    for place in ("x", "y"):
        (tmp_path / place / "__pycache__").mkdir(parents=True)
        (tmp_path / place / "__pycache__" / "m.pyc").write_text(place)
        for name in ("b", "a"):
            (tmp_path / place / name).write_text(name)
    x, y = tmp_path / "x", tmp_path / "y"
    assert stamps.digest([x / "a", x / "b"], root=x) == stamps.digest([y / "b", y / "a"], root=y)
    assert stamps.digest([x], root=x) == stamps.digest([y], root=y)


def test_a_stamp_cut_short_reads_as_none(tmp_path: Path) -> None:
    path = tmp_path / "stamp"
    assert stamps.read(path) == {}
    stamps.write(path, {"state": "done"})
    assert stamps.read(path) == {"state": "done"}
    path.write_text(path.read_text()[:5])
    assert stamps.read(path) == {}
