from pathlib import Path

from config.names import Language, Notice
from notices.preview import render_all, write_previews


def test_every_notice_can_be_looked_at(tmp_path: Path) -> None:
    written = write_previews(tmp_path / "new" / "folder")
    assert len(written) == 1 + 2 * len(Notice) * len(Language)
    index = written[0].read_text(encoding="utf-8")
    for (notice, language), rendered in render_all().items():
        html = (written[0].parent / f"{notice}.{language}.html").read_text(encoding="utf-8")
        assert html == rendered.html
        assert f'href="{notice}.{language}.html"' in index
        assert f'href="{notice}.{language}.txt"' in index
